"""From clips to what a step trains on: who is the subject, which frames, which part of the picture, what was clicked."""
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from .clicks import centre, middle, planes


@dataclass
class Batch:
    rgb: torch.Tensor
    """[B, T, 3, H, W], 0..1"""
    mask: torch.Tensor
    """[B, T, 1, H, W], 0 or 1"""
    seed: torch.Tensor
    """[B, 1, H, W]: the first mask as it is given, not always exact."""
    cues: torch.Tensor
    """[B, K, 6, H/2, W/2]: of the first picture, and of others that are further on by `every` each"""
    every: int
    clickable: torch.Tensor
    """[B]: 1 where a click can mean only this"""


def spoil_mask(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    """A mask as somebody careless would draw it."""
    kind, size = rng.random(), int(rng.integers(1, 4)) * 2 + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    if kind < 0.35:
        return cv2.dilate(mask, kernel)
    if kind < 0.6:
        return cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    out = mask.copy()
    h, w = mask.shape
    for _ in range(int(rng.integers(1, 4))):
        ys, xs = np.nonzero(cv2.dilate(mask, np.ones((9, 9), np.uint8)))
        if len(xs):
            i = int(rng.integers(len(xs)))
            cv2.circle(out, (int(xs[i]), int(ys[i])), int(rng.uniform(2, 0.12 * h)), int(rng.random() < 0.5), -1)
    return out


def cues_of(rng: np.random.Generator, rgb: np.ndarray, mask: np.ndarray, others: np.ndarray, alone: bool = False) -> np.ndarray:
    """Clicks or a box upon a mask: one click most of the time; with `alone` no mask that came before."""
    half = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    small = (cv2.resize(mask.astype(np.float32), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    if small.sum() == 0:
        small = mask[::2, ::2]
    kind = rng.random()
    clicks: list[tuple[int, int, bool]] = []
    box = before = None
    if kind < 0.85:
        first = (centre(small) if rng.random() < 0.5 else middle(small, rng)) if small.any() else None
        if first:
            clicks.append((*first, True))
    if kind > 0.75 and small.any():
        ys, xs = np.nonzero(small)
        slack = lambda size: int(round(rng.normal(0, 0.04) * size))
        w, h = int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1
        box = (max(0, xs.min() + slack(w)), max(0, ys.min() + slack(h)), max(1, xs.max() + 1 + slack(w)), max(1, ys.max() + 1 + slack(h)))
    if 0.45 < kind < 0.75 and not alone:
        # Refined: a mask that is not right yet, and clicks where it is wrong.
        before = spoil_mask(rng, spoil_mask(rng, small))
        for positive, wrong in ((True, (small > before)), (False, (before > small))):
            at = middle(wrong)
            if at and rng.random() < 0.7:
                clicks.append((*at, positive))
        if rng.random() < 0.3:
            before = None
    if rng.random() < (0.08 if alone else 0.15):
        outside = middle((others[::2, ::2] > 0) if others.any() and rng.random() < 0.7 else small == 0, rng)
        if outside:
            clicks.append((*outside, False))
    return planes(half, clicks, box, before)


def interrupt(rng: np.random.Generator, pool, rgb: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What happens on stage: a cut, after which all is elsewhere, or something else in between. [T, H, W, 3] and [T, H, W]."""
    kind, n = rng.random(), int(rng.integers(2, len(rgb)))
    if kind < 0.05:
        rgb, label = rgb.copy(), label.copy()
        rgb[n:], label[n:] = rgb[n:, :, ::-1], label[n:, :, ::-1]
    elif kind < 0.12:
        rgb, label = rgb.copy(), label.copy()
        frames, _ = pool.draw(rng)
        h, w = label.shape[1:]
        end = min(len(rgb) - 1, n + int(rng.integers(1, 3)))
        rgb[n:end], label[n:end] = frames[: end - n, :h, :w], 0
    return rgb, label


def draw_batch(pool, rng: np.random.Generator, size: int, length: int, width: int, height: int) -> Batch:
    rgbs, masks, seeds, cues, clickable = [], [], [], [], []
    every = max(1, (length - 1) // 3)
    while len(rgbs) < size:
        frames, labels = pool.draw(rng)
        stride = 1 if rng.random() < 0.65 or 2 * length - 1 > len(frames) else 2
        start = int(rng.integers(0, len(frames) - (length - 1) * stride))
        picks = np.arange(start, start + length * stride, stride)[:length]
        if rng.random() < 0.4:
            picks = picks[::-1]
        h, w = labels.shape[1:]
        x, y = int(rng.integers(0, w - width + 1)), int(rng.integers(0, h - height + 1))
        flip = -1 if rng.random() < 0.5 else 1
        rgb = frames[picks, y : y + height, x : x + width][:, :, ::flip]
        label = labels[picks, y : y + height, x : x + width][:, :, ::flip]
        rgb, label = interrupt(rng, pool, rgb, label)
        there = np.bincount(label[0].ravel(), minlength=6)
        able = [i for i in range(1, 6) if there[i] > 0.0025 * width * height]
        if not able:
            continue
        who = int(rng.choice(able))
        both = len(able) > 1 and rng.random() < 0.08
        mask = np.isin(label, able).astype(np.uint8) if both else (label == who).astype(np.uint8)
        if rng.random() < 0.15:
            rgb = rgb[..., rng.permutation(3)]
        if rng.random() < 0.5:
            # Dull as most of the world is: colour alone does not tell things apart.
            grey = rgb.mean(3, keepdims=True)
            rgb = (grey + (rgb - grey) * rng.uniform(0, 0.7)).astype(np.uint8)
        seeds.append(spoil_mask(rng, mask[0]) if rng.random() < 0.2 else mask[0])
        cues.append(np.stack([cues_of(rng, rgb[n], mask[n], (label[n] > 0) & (mask[n] == 0)) for n in range(0, length, every)]))
        rgbs.append(rgb.transpose(0, 3, 1, 2))
        masks.append(mask[:, None])
        clickable.append(0.0 if both else 1.0)
    tensor = lambda parts: torch.from_numpy(np.ascontiguousarray(np.stack(parts)))
    return Batch(tensor(rgbs).float() / 255, tensor(masks).float(), tensor(seeds).float()[:, None], tensor(cues), every, torch.tensor(clickable))
