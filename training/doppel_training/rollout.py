"""Follows a subject through a clip by the tracker's own masks, and says how wrong they are."""
import torch
import torch.nn.functional as F

from .batch import Batch
from .colour import bin_of, histogram, posterior
from .model import HIDDEN, Tracker
from .motion import PLANES


def mask_loss(logits: torch.Tensor, truth: torch.Tensor, entropy: float = 2.0, dices: float = 0.7) -> torch.Tensor:
    """[B]: cross entropy, and Dice where there is anything, by so much."""
    p = torch.sigmoid(logits)
    dice = 1 - (2 * (p * truth).sum((1, 2, 3)) + 1) / ((p + truth).sum((1, 2, 3)) + 1)
    area = truth.mean((1, 2, 3), keepdim=True)
    # Small subjects count for more than their pixels.
    weight = (0.1 / (area + 0.02)).clamp(0.7, 3.0)
    bce = (F.binary_cross_entropy_with_logits(logits, truth, reduction='none') * weight).mean((1, 2, 3))
    return entropy * bce + dices * dice * (area.flatten() > 0).float()


def overlap(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """[B] intersection over union; 0 where nothing is there to see."""
    p, t = logits.detach() > 0, truth > 0.5
    return (p & t).sum((1, 2, 3)) / (p | t).sum((1, 2, 3)).clamp(min=1)


def sure_loss(sure: torch.Tensor, logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(sure, overlap(logits, truth))


def disturb(mask: torch.Tensor, generator: torch.Generator, share: float) -> torch.Tensor:
    """Some masks are lost: memory must bring them back."""
    kept = torch.rand(len(mask), 1, 1, 1, generator=generator) >= share
    return mask * kept


def doubt(b: int, generator: torch.Generator) -> torch.Tensor:
    """How far colours are believed in each clip [B, 1, 1, 1]: in most fully, in some not at all, for in the world they say less than here."""
    kind, part = torch.rand(2, b, 1, 1, 1, generator=generator)
    return torch.where(kind < 0.25, 0.0, torch.where(kind < 0.5, part, 1.0))


def rollout(model: Tracker, batch: Batch, generator: torch.Generator, training: bool, clicked: float = 0.0) -> dict[str, torch.Tensor]:
    b, t, _, h, w = batch.rgb.shape
    flat = batch.rgb.flatten(0, 1).contiguous(memory_format=torch.channels_last)
    f2, f4, f8, key, near = (x.view(b, t, *x.shape[1:]) for x in model.encoder(flat))
    half = F.avg_pool2d(flat, 2)
    bins = bin_of(half).view(b, t, -1)
    now = lambda n: (f2[:, n], f4[:, n], f8[:, n], key[:, n], near[:, n])

    find_losses = []
    for k in range(batch.cues.shape[1]):
        truth = batch.mask[:, k * batch.every]
        logits, sure = model.find(now(k * batch.every), batch.cues[:, k], batch.cues.new_zeros(b, PLANES, h // 2, w // 2))
        # One cannot click what is not to be seen.
        seen = batch.clickable * (truth.flatten(1).sum(1) > 0.0025 * h * w).float()
        unsure = F.binary_cross_entropy_with_logits(sure, overlap(logits, truth), reduction='none')
        # What a click means is doubtful: it is the overlap that counts, and not how likely each pixel is.
        find_losses.append(((mask_loss(logits, truth, 0.8, 2.0) + 0.1 * unsure) * seen).mean())
        if k == 0:
            found = logits
    find_loss = torch.stack(find_losses).mean()
    found_iou = overlap(found, batch.mask[:, 0])
    seed = batch.seed
    if clicked > 0:
        # Some follow what was clicked rather than what was drawn, where that is any good.
        use = (found_iou > 0.5) & (torch.rand(b, generator=generator) < clicked)
        seed = torch.where(use[:, None, None, None], (torch.sigmoid(found.detach()) > 0.5).float(), seed)

    keys, values = [key[:, 0]], [model.remember(f8[:, 0], seed)]
    first = histogram(bins[:, 0], F.avg_pool2d(seed, 2))
    running = first
    mask, hidden = seed, torch.zeros(b, HIDDEN, h // 4, w // 4)
    believed = doubt(b, generator) if training else torch.ones(b, 1, 1, 1)
    losses, ious, there = [], [], []
    for n in range(t):
        # First it looks at the seeded picture itself: what it hands on from there says what is meant.
        back = max(0, n - 1)
        colour = torch.cat([posterior(hist, bins[:, n], h // 2, w // 2) for hist in (first, running)], 1)
        colour = 0.5 + (colour - 0.5) * believed
        some = sorted({0, back, int(torch.randint(0, back + 1, (), generator=generator))})
        if training and torch.rand((), generator=generator) < 0.2:
            # As after it was lost: the seed is asked alone.
            some = [0]
        before = disturb(mask, generator, 0.05) if training and n > 1 else mask
        logits, sure, hidden = model.follow(now(n), torch.cat([keys[i] for i in some], 2), torch.cat([values[i] for i in some], 2), near[:, back], before, hidden, colour)
        truth = batch.mask[:, n]
        losses.append(mask_loss(logits, truth).mean() + 0.1 * sure_loss(sure, logits, truth))
        if n == 0:
            continue
        ious.append(overlap(logits, truth))
        there.append((truth.sum((1, 2, 3)) > 0).float())
        mask = torch.sigmoid(logits)
        soft = F.avg_pool2d(mask.detach(), 2)
        running = 0.8 * running + 0.2 * histogram(bins[:, n], soft)
        if n < t - 1:
            keys.append(key[:, n])
            values.append(model.remember(f8[:, n], mask))
    ious_, there_ = torch.stack(ious, 1), torch.stack(there, 1)
    return {
        'loss': torch.stack(losses).mean() + find_loss,
        'j': (ious_ * there_).sum() / there_.sum().clamp(min=1),
        'last': (ious_[:, -1] * there_[:, -1]).sum() / there_[:, -1].sum().clamp(min=1),
        'click': (found_iou * batch.clickable).sum() / batch.clickable.sum().clamp(min=1),
    }
