"""
Measures methods that learn nothing, to know what learning is worth: `python -m doppel_training.classical FOLDER`. The first mask is
carried along by optical flow, alone or weighed against colour models of the subject and of what is around it.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from .colour import bin_of, histogram, posterior
from .evaluate import overlap, sequence

WIDTH, HEIGHT = 256, 144


def carry(flow: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """A mask of the picture before, on this one. `flow` goes from this one back."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return cv2.remap(mask, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def track(frames: np.ndarray, first: np.ndarray, colours: bool):
    """Yields a mask [HEIGHT, WIDTH], 0..1, for each frame after the first."""
    small = [cv2.resize(frame, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for frame in frames]
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in small]
    rgb = [torch.from_numpy(frame.transpose(2, 0, 1).copy()).float()[None] / 255 for frame in small]
    dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    mask = first.astype(np.float32)
    shares = seed = histogram(bin_of(rgb[0]), torch.from_numpy(mask)[None, None])
    for n in range(1, len(frames)):
        mask = carry(dis.calc(grey[n], grey[n - 1], None), mask)
        if colours:
            bins = bin_of(rgb[n])
            chance = posterior(0.5 * seed + 0.5 * shares, bins, HEIGHT, WIDTH)[0, 0].numpy()
            # Where it was, with some doubt; what it looks like; and the edges of the picture.
            prior = np.clip(cv2.GaussianBlur(mask, (0, 0), 4), 0.02, 0.98)
            odds = prior / (1 - prior) * (np.clip(chance, 0.08, 0.92) / (1 - np.clip(chance, 0.08, 0.92)))
            raw = odds / (1 + odds)
            mean, cross = cv2.blur(raw, (9, 9)), cv2.blur(raw * grey[n] / 255, (9, 9))
            guide = grey[n].astype(np.float32) / 255
            gm = cv2.blur(guide, (9, 9))
            a = (cross - gm * mean) / (cv2.blur(guide * guide, (9, 9)) - gm * gm + 2e-3)
            mask = np.clip(cv2.blur(a, (9, 9)) * guide + cv2.blur(mean - a * gm, (9, 9)), 0, 1).astype(np.float32)
            mask = 1 / (1 + np.exp(-10 * (mask - 0.5)))
            shares = 0.95 * shares + 0.05 * histogram(bins, torch.from_numpy(mask).float()[None, None])
        yield mask.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder', type=Path)
    o = parser.parse_args()
    for title, colours in (('flow alone', False), ('flow and colours', True)):
        means = []
        for name in sorted(p.name for p in (o.folder / 'Annotations').iterdir()):
            frames, truth = sequence(o.folder, name)
            h, w = truth.shape[1:]
            first = cv2.resize(truth[0].astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            scores = [overlap(cv2.resize(mask, (w, h)) > 0.5, right) for mask, right in zip(track(frames, first, colours), truth[1:])]
            means.append(float(np.mean(scores[:-1])))
            print(f'{title:17} {name:14} J {means[-1]:.3f}')
        print(f'{title:17} mean           J {np.mean(means):.3f}')


if __name__ == '__main__':
    main()
