"""
Prints, as JSON, what the arithmetic that Doppel shares with its training gives for one small picture, and how well the parts that were
rearranged for speed keep to what they mean: `python -m doppel_training.check`.
"""
import json

import numpy as np
import torch
import torch.nn.functional as F

from .blocks import Banded, softmax
from .clicks import planes
from .colour import bin_of, histogram, posterior

WIDTH, HEIGHT = 64, 32


def picture() -> np.ndarray:
    """RGB bytes [HEIGHT, WIDTH, 3] that are easy to make anywhere."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([(x * 37 + y * 11) % 256, (x * 5 + y * 59) % 256, (x * y) % 256], 2).astype(np.uint8)


def banded_apart() -> float:
    """How far the motion of masks is from its definition, place by place."""
    torch.manual_seed(1)
    band = Banded()
    q, k = (F.normalize(torch.randn(1, 24, 12, 10), dim=1) for _ in range(2))
    v = torch.rand(1, 3, 12, 10)
    y, x = torch.meshgrid(torch.arange(12.0), torch.arange(10.0), indexing='ij')
    rows, columns = ((p.flatten()[:, None] - p.flatten()[None]).abs() for p in (y, x))
    alike = torch.exp(band.sharp) * q.flatten(2)[0].T @ k.flatten(2)[0] - F.softplus(band.near) * (rows**2 + columns**2)
    weights = torch.softmax(alike.masked_fill(rows > Banded.REACH, -torch.inf), -1)
    return float((band(q, k, v).flatten(2)[0] - v.flatten(2)[0] @ weights.T).abs().max())


@torch.no_grad()
def main() -> None:
    rgb = torch.from_numpy(picture()).permute(2, 0, 1)[None].float() / 255
    half = F.avg_pool2d(rgb, 2)
    mask = torch.zeros(1, 1, HEIGHT // 2, WIDTH // 2)
    mask[..., 4:12, 8:20] = 1
    bins = bin_of(half)
    chances = posterior(histogram(bins, mask), bins, HEIGHT // 2, WIDTH // 2)
    cues = planes(half[0].permute(1, 2, 0).numpy(), [(8, 4, True), (20, 9, False)], (4, 2, 16, 10), mask[0, 0].numpy() * 0.5)
    print(json.dumps({'bins': bins[0].tolist(), 'chances': chances.flatten().tolist(), 'cues': cues.flatten().tolist(), 'banded': banded_apart(), 'least': float(softmax(torch.tensor([0.0, -50, -5000])).min())}))


if __name__ == '__main__':
    main()
