"""Prints, as JSON, what the arithmetic that Doppel shares with its training gives for one small picture: `python -m doppel_training.check`."""
import json

import numpy as np
import torch
import torch.nn.functional as F

from .clicks import planes
from .colour import bin_of, histogram, posterior

WIDTH, HEIGHT = 64, 32


def picture() -> np.ndarray:
    """RGB bytes [HEIGHT, WIDTH, 3] that are easy to make anywhere."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([(x * 37 + y * 11) % 256, (x * 5 + y * 59) % 256, (x * y) % 256], 2).astype(np.uint8)


def main() -> None:
    rgb = torch.from_numpy(picture()).permute(2, 0, 1)[None].float() / 255
    half = F.avg_pool2d(rgb, 2)
    mask = torch.zeros(1, 1, HEIGHT // 2, WIDTH // 2)
    mask[..., 4:12, 8:20] = 1
    bins = bin_of(half)
    chances = posterior(histogram(bins, mask), bins, HEIGHT // 2, WIDTH // 2)
    cues = planes(half[0].permute(1, 2, 0).numpy(), [(8, 4, True), (20, 9, False)], (4, 2, 16, 10), mask[0, 0].numpy() * 0.5)
    print(json.dumps({'bins': bins[0].tolist(), 'chances': chances.flatten().tolist(), 'cues': cues.flatten().tolist()}))


if __name__ == '__main__':
    main()
