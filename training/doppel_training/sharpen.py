"""
Teaches `find` alone, and more of it, with everything else as it is: `python -m doppel_training.sharpen runs/first/last.pt --out runs/sharp`.
Pictures rather than clips, of things that stand out; each is clicked, and then clicked again where the answer was most wrong.
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
from .batch import cues_of
from .clicks import middle, planes
from .model import Tracker
from .pool import Pool
from .rollout import mask_loss, overlap
from .train import Average

WIDTH, HEIGHT = 224, 128
PARTS = ('clicked4', 'clicked8', 'spread', 'finder')


def picture(pool: Pool, rng: np.random.Generator):
    """(RGB bytes, mask, mask of others, what is asked), or None where nobody is large enough."""
    frames, labels = pool.draw(rng)
    n = int(rng.integers(len(frames)))
    h, w = labels.shape[1:]
    scale = rng.uniform(0.5, 1) if rng.random() < 0.5 else 1
    cw, ch = int(WIDTH * scale), int(HEIGHT * scale)
    x, y = int(rng.integers(0, w - cw + 1)), int(rng.integers(0, h - ch + 1))
    flip = -1 if rng.random() < 0.5 else 1
    rgb = np.ascontiguousarray(frames[n, y : y + ch, x : x + cw][:, ::flip])
    label = np.ascontiguousarray(labels[n, y : y + ch, x : x + cw][:, ::flip])
    if scale < 1:
        rgb, label = cv2.resize(rgb, (WIDTH, HEIGHT)), cv2.resize(label, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    there = np.bincount(label.ravel(), minlength=6)
    able = [i for i in range(1, 6) if there[i] > 0.006 * label.size]
    if not able:
        return None
    mask = (label == int(rng.choice(able))).astype(np.uint8)
    if rng.random() < 0.5:
        grey = rgb.mean(2, keepdims=True)
        rgb = (grey + (rgb - grey) * rng.uniform(0, 0.8)).astype(np.uint8)
    return rgb, mask, (label > 0) & (mask == 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--batch', type=int, default=20)
    parser.add_argument('--lr', type=float, default=1.5e-3)
    parser.add_argument('--rate', type=float, default=4, help='new clips for each batch')
    parser.add_argument('--seed', type=int, default=2)
    parser.add_argument('--threads', type=int, default=2)
    o = parser.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(o.threads)
    state = torch.load(o.checkpoint, weights_only=True)
    model = Tracker()
    model.load_state_dict(state['average'])
    model = model.to(memory_format=torch.channels_last).eval()
    parts = [getattr(model, name) for name in PARTS]
    for p in model.parameters():
        p.requires_grad_(False)
    for part in parts:
        part.train()
        for p in part.parameters():
            p.requires_grad_(True)
    average = Average(model)
    optimizer = torch.optim.AdamW([p for part in parts for p in part.parameters()], lr=o.lr, weight_decay=0.02)
    pool = Pool(o.seed, o.rate, 0, 1, 900, 60, 60, salient=True)
    began, saved, step, sums = time.time(), time.time(), 0, {}

    def save() -> None:
        part = o.out / 'last.part'
        torch.save({'model': model.state_dict(), 'average': average.model.state_dict(), 'step': state['step'], 'found': step, 'spent': state['spent'], 'sharpened': time.time() - began}, part)
        part.replace(o.out / 'last.pt')

    def learn(features, cues, truth, name: str):
        nonlocal step
        done = (time.time() - began) / 60 / o.minutes
        for group in optimizer.param_groups:
            group['lr'] = o.lr * min(1, (step + 1) / 60) * (0.5 + 0.5 * math.cos(math.pi * min(1, done)) + 0.005)
        with torch.autocast('cpu', torch.bfloat16):
            logits, sure = model.find(features, cues)
        loss = mask_loss(logits, truth, 0.8, 2.0).mean() + 0.1 * F.binary_cross_entropy_with_logits(sure, overlap(logits, truth))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_((p for part in parts for p in part.parameters()), 2.0)):
            optimizer.step()
            average.update(model, step)
        step += 1
        sums[name] = sums.get(name, 0.0) + float(overlap(logits, truth).mean()) / 25
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
            cues = [cues_of(rng, *one, alone=True) for one in made]
            with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
                features = model.encoder(rgb.contiguous(memory_format=torch.channels_last))
            found = learn(features, torch.from_numpy(np.stack(cues)), truth, 'first')
            # Again, where it was wrong.
            half = F.avg_pool2d(rgb, 2).permute(0, 2, 3, 1).numpy()
            before = F.avg_pool2d(found, 2)[:, 0].numpy()
            small = F.max_pool2d(truth, 2)[:, 0].numpy() > 0.5
            again = []
            for b in range(o.batch):
                missed, wrong = small[b] & (before[b] < 0.5), ~small[b] & (before[b] > 0.5)
                positive = bool(missed.sum() >= wrong.sum())
                at = middle(missed if positive else wrong, rng if rng.random() < 0.5 else None)
                more = planes(half[b], [(*at, positive)] if at else [], None, before[b])
                # The clicks of before go along, most of the time.
                again.append(np.maximum(more, np.where(np.arange(6)[:, None, None] == 3, 0, cues[b])) if rng.random() < 0.7 else more)
            learn(features, torch.from_numpy(np.stack(again)), truth, 'again')
            if step % 50 == 0:
                print(json.dumps({'found': step, 'minutes': round((time.time() - began) / 60, 2), **{k: round(v, 4) for k, v in sums.items()}}), flush=True)
                sums.clear()
            if time.time() - saved > 90:
                save()
                saved = time.time()
        save()
    finally:
        pool.close()


if __name__ == '__main__':
    main()
