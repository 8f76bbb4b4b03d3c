"""
Teaches `find` alone, and more of it, with everything else as it is: `python -m doppel_training.sharpen runs/first/last.pt --out runs/sharp`.
Pictures rather than clips, of things that stand out; each is clicked, and then clicked again where the answer was most wrong. With `--moving` it teaches
a copy that looks again at what `find` made of a click, and sees what has moved since. Goes on from the last checkpoint when there is one.
"""
import argparse
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from . import scene
from .batch import cues_of, spoil_mask
from .clicks import middle, planes
from .model import Tracker, fit, opened
from .motion import planes_of
from .pool import Pool
from .rollout import mask_loss, overlap
from .train import Average

WIDTH, HEIGHT = 224, 128
PARTS = ('clicked4', 'clicked8', 'spread', 'finder')


def picture(pool: Pool, rng: np.random.Generator):
    """(RGB bytes, mask, mask of others, motion at half the size), or None where nobody is large enough."""
    rgb, label, moved = pool.still(rng)
    h, w = label.shape
    scale = rng.uniform(0.5, 1) if rng.random() < 0.5 else 1
    cw, ch = int(WIDTH * scale), int(HEIGHT * scale)
    x, y = 2 * int(rng.integers(0, (w - cw) // 2 + 1)), 2 * int(rng.integers(0, (h - ch) // 2 + 1))
    flip = -1 if rng.random() < 0.5 else 1
    rgb, label = (np.ascontiguousarray(each[y : y + ch, x : x + cw][:, ::flip]) for each in (rgb, label))
    moved = moved[:, y // 2 : (y + ch) // 2, x // 2 : (x + cw) // 2][:, :, ::flip] * np.float32([flip, 1])[:, None, None] / scale
    if scale < 1:
        rgb, label = cv2.resize(rgb, (WIDTH, HEIGHT)), cv2.resize(label, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        moved = np.stack([cv2.resize(np.ascontiguousarray(each), (WIDTH // 2, HEIGHT // 2)) for each in moved])
    there = np.bincount(label.ravel(), minlength=6)
    able = [i for i in range(1, 6) if there[i] > 0.006 * label.size]
    if not able:
        return None
    mask = (label == int(rng.choice(able))).astype(np.uint8)
    if rng.random() < 0.5:
        grey = rgb.mean(2, keepdims=True)
        rgb = (grey + (rgb - grey) * rng.uniform(0, 0.8)).astype(np.uint8)
    return rgb, mask, (label > 0) & (mask == 0), moved


def correct(rng: np.random.Generator, half: np.ndarray, cues: np.ndarray, found: torch.Tensor, truth: torch.Tensor) -> np.ndarray:
    """Cues of a further click, where what was found is most wrong."""
    before, small = F.avg_pool2d(found, 2)[0].numpy(), F.max_pool2d(truth, 2)[0].numpy() > 0.5
    missed, wrong = small & (before < 0.5), ~small & (before > 0.5)
    positive = bool(missed.sum() >= wrong.sum())
    at = middle(missed if positive else wrong, rng if rng.random() < 0.5 else None)
    more = planes(half, [(*at, positive)] if at else [], None, before)
    # The clicks of before go along, most of the time.
    return np.maximum(more, np.where(np.arange(6)[:, None, None] == 3, 0, cues)) if rng.random() < 0.7 else more


def look_again(rng: np.random.Generator, half: np.ndarray, cues: np.ndarray, found: np.ndarray, mask: np.ndarray, drawn: float) -> np.ndarray:
    """Cues of a subject that is looked at again: what was found, or sometimes a part of it or a better one, clicked where it was before or somewhere deep inside."""
    if rng.random() < drawn:
        mask = spoil_mask(rng, spoil_mask(rng, mask))
        if rng.random() < 0.4:
            # Only what lies on one side.
            ys, xs = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]]
            angle, inside = rng.uniform(0, 2 * np.pi), np.flatnonzero(mask.ravel())
            if len(inside):
                i = int(rng.choice(inside))
                part = ((xs - xs.ravel()[i]) * np.cos(angle) + (ys - ys.ravel()[i]) * np.sin(angle)) > 0
                mask = mask * part if (mask * part).any() else mask
        found = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), rng.uniform(0.5, 3)) * rng.uniform(0.8, 1)
    elif rng.random() < 0.5:
        # As Doppel takes the answer to a click: what is rather likely is taken along.
        found = np.where(found < 0.2, 2.5 * found, 0.5 + (found - 0.2) / 1.6)
    before = cv2.resize(found.astype(np.float32), half.shape[1::-1], interpolation=cv2.INTER_AREA)
    at = middle(before > 0.5, rng if rng.random() < 0.5 else None) if rng.random() < 0.4 else None
    if at:
        return planes(half, [(*at, True)], None, before)
    return np.where(np.arange(6)[:, None, None] == 3, before, cues).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--batch', type=int, default=20)
    parser.add_argument('--lr', type=float, default=1.5e-3)
    parser.add_argument('--rate', type=float, default=4, help='new clips for each batch')
    parser.add_argument('--first', type=int, default=60, help='clips made before the first batch')
    parser.add_argument('--moving', action='store_true', help='teaches to look again, once it has moved: for `export --regroup`')
    parser.add_argument('--seed', type=int, default=2)
    parser.add_argument('--threads', type=int, default=2)
    o = parser.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(o.threads)
    last = o.out / 'last.pt'
    state = torch.load(last if last.exists() else o.checkpoint, weights_only=True)
    model = Tracker()
    model.load_state_dict(state['model'] if last.exists() else fit(state['average']))
    model = model.to(memory_format=torch.channels_last).eval()
    parts = [getattr(model, name) for name in PARTS]
    for p in model.parameters():
        p.requires_grad_(False)
    for part in parts:
        part.train()
        for p in part.parameters():
            p.requires_grad_(True)
    # The answers of before it looks again are those of what is there.
    teacher = opened(o.checkpoint).to(memory_format=torch.channels_last)
    average = Average(model)
    if last.exists():
        average.model.load_state_dict(state['average'])
    optimizer = torch.optim.AdamW([p for part in parts for p in part.parameters()], lr=o.lr, weight_decay=0.02)
    if last.exists():
        optimizer.load_state_dict(state['optimizer'])
    step, spent = (state['found'], state['sharpened']) if last.exists() else (0, 0.0)
    pool = Pool(o.seed, o.rate, step // 2, 1, 700, 60, o.first, salient=True)
    began, saved, sums = time.time() - spent, time.time(), {}

    def save() -> None:
        part = o.out / 'last.part'
        torch.save({'model': model.state_dict(), 'average': average.model.state_dict(), 'optimizer': optimizer.state_dict(), 'step': state['step'], 'found': step, 'spent': state['spent'], 'sharpened': time.time() - began}, part)
        part.replace(last)

    def learn(features, cues, moved, truth, name: str):
        nonlocal step
        done = (time.time() - began) / 60 / o.minutes
        for group in optimizer.param_groups:
            group['lr'] = o.lr * min(1, (step + 1) / 60) * (0.5 + 0.5 * math.cos(math.pi * min(1, done)) + 0.005)
        with torch.autocast('cpu', torch.bfloat16):
            logits, sure = model.find(features, cues, moved)
        loss = mask_loss(logits, truth, 0.8, 2.0).mean() + 0.1 * F.binary_cross_entropy_with_logits(sure, overlap(logits, truth))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_((p for part in parts for p in part.parameters()), 2.0)):
            optimizer.step()
            average.update(model, step)
        step += 1
        sums.setdefault(name, []).append(float(overlap(logits, truth).mean()))
        return torch.sigmoid(logits.detach())

    try:
        while time.time() - began < o.minutes * 60:
            pool.seek(step // 2)
            rng = np.random.default_rng([o.seed, 1, step])
            made = []
            while len(made) < o.batch:
                one = picture(pool, rng)
                if one:
                    made.append(one)
            rgb = torch.from_numpy(np.stack([one[0] for one in made]).transpose(0, 3, 1, 2).copy()).float() / 255
            truth = torch.from_numpy(np.stack([one[1] for one in made])).float()[:, None]
            cues = [cues_of(rng, *one[:3], alone=True) for one in made]
            moved = planes_of(torch.from_numpy(np.stack([one[3] for one in made]).astype(np.float32)))
            with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
                features = model.encoder(rgb.contiguous(memory_format=torch.channels_last))
            half = F.avg_pool2d(rgb, 2).permute(0, 2, 3, 1).numpy()
            if o.moving:
                with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
                    found = torch.sigmoid(teacher.find(features, torch.from_numpy(np.stack(cues)), torch.zeros_like(moved))[0])
                for again in (False, True):
                    asked = np.stack([look_again(rng, half[b], cues[b], found[b, 0].float().numpy(), made[b][1], 0.25 if again else 0.2) for b in range(o.batch)])
                    found = learn(features, torch.from_numpy(asked), moved, truth, 'again' if again else 'first')
            else:
                found = learn(features, torch.from_numpy(np.stack(cues)), torch.zeros_like(moved), truth, 'first')
                again = [correct(rng, half[b], cues[b], found[b], truth[b]) for b in range(o.batch)]
                learn(features, torch.from_numpy(np.stack(again)), torch.zeros_like(moved), truth, 'again')
            if step % 100 == 0:
                print(json.dumps({'found': step, 'minutes': round((time.time() - began) / 60, 2), **{k: round(float(np.mean(v)), 4) for k, v in sums.items()}}), flush=True)
                sums.clear()
            if time.time() - saved > 90:
                save()
                saved = time.time()
        save()
    finally:
        pool.close()


if __name__ == '__main__':
    main()
