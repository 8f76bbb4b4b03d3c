"""A tracker as it runs on stage, in PyTorch: what `doppel-subject.ts` does, for measuring while training."""
import numpy as np
import torch
import torch.nn.functional as F

from .clicks import middle, planes
from .colour import bin_of, histogram, posterior
from .model import HIDDEN, Tracker
from .motion import PLANES, motion

EVERY, MOST = 5, 4
"""Frames from one kept in long-term memory to the next, and how many of them, besides the seed."""
TWICE = 2
"""Times it looks at the seeded picture itself, so that what it hands on says what is meant."""
SURE, GOOD = 0.12, 0.5
"""It is lost below the one, and learns above the other."""
AGAIN, LOOKS, MOVING, CLEAR = (1, 3, 9), 2, 0.25, 0.33
"""Pictures after a click at which it is looked at again, how often at most, how far it must have moved by then, and what chance is taken along."""


def prepare(frame: np.ndarray, width: int, height: int) -> torch.Tensor:
    import cv2

    small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(np.ascontiguousarray(small.transpose(2, 0, 1))).float()[None] / 255


@torch.no_grad()
def click_mask(model: Tracker, rgb: torch.Tensor, clicks, box=None, before=None, moved=None) -> tuple[torch.Tensor, float]:
    """Clicks and box in pixels of half the picture."""
    half = F.avg_pool2d(rgb, 2)
    cues = planes(half[0].permute(1, 2, 0).numpy(), clicks, box, before)
    moved = torch.zeros(1, PLANES, *half.shape[2:]) if moved is None else moved
    logits, sure = model.find(model.encoder(rgb), torch.from_numpy(cues)[None], moved)
    return torch.sigmoid(logits), float(torch.sigmoid(sure))


@torch.no_grad()
def follow(model: Tracker, frames, seed: torch.Tensor, slow: float = 0.05, every: int = EVERY, most: int = MOST):
    """Yields (mask [1, 1, H, W], confidence) for each picture after the first. `frames`: tensors [1, 3, H, W]."""
    h, w = seed.shape[2:]
    seen = model.encoder(frames[0])
    half = lambda x: F.avg_pool2d(x, 2)
    bins = bin_of(half(frames[0]))
    first = running = histogram(bins, half(seed))
    seed_memory = (seen[3], model.remember(seen[2], seed))
    last, kept, held = None, [], 0
    near, mask, hidden = seen[4], seed, torch.zeros(1, HIDDEN, h // 4, w // 4)
    by_colour = lambda: torch.cat([posterior(x, bins, h // 2, w // 2) for x in (first, running)], 1)
    for _ in range(TWICE):
        _, _, hidden = model.follow(seen, *seed_memory, near, mask, hidden, by_colour())
    for n in range(1, len(frames)):
        seen = model.encoder(frames[n])
        bins = bin_of(half(frames[n]))
        memory = [seed_memory, *kept, *([last] if last else [])]
        logits, sure, hidden = model.follow(seen, torch.cat([k for k, _ in memory], 2), torch.cat([v for _, v in memory], 2), near, mask, hidden, by_colour())
        mask, near = torch.sigmoid(logits), seen[4]
        sure = float(torch.sigmoid(sure))
        if sure < SURE or int((mask > 0.5).sum()) < 4:
            mask, last = torch.zeros_like(mask), None
            yield mask, 0.0
            continue
        last, held = (seen[3], model.remember(seen[2], mask)), held + 1
        if sure > GOOD:
            running = (1 - slow) * running + slow * histogram(bins, half(mask))
            if held % every == 0:
                kept = [*kept, last][-most:]
        yield mask, sure


@torch.no_grad()
def follow_click(model: Tracker, again: Tracker, frames, seed: torch.Tensor, click: tuple[int, int], **how):
    """As `follow`, from what a click found; `again` looks at it again when its motion is known."""
    steps, due, left = follow(model, frames, seed, **how), list(AGAIN), LOOKS
    for n in range(1, len(frames)):
        mask, sure = next(steps)
        if due and left > 0 and n >= due[0] and sure > 0:
            due.pop(0)
            moved, before = motion(frames[n], frames[0]), F.avg_pool2d(mask, 2)
            there = (before > 0.5).float()
            at = click if before[0, 0, click[1], click[0]] >= 0.5 else middle(there[0, 0].numpy()) or click
            if float((moved[:, 2:3] * there).sum() / (there.sum() + 1e-6)) >= MOVING:
                found, _ = click_mask(again, frames[n], [(*at, True)], None, before[0, 0].numpy(), moved)
                mask = (found > CLEAR).float()
                steps, left = follow(model, frames[n:], mask, **how), left - 1
        yield mask, sure
