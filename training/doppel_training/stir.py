"""What moves in a world that is nobody's subject: ground that is nearer, water and leaves, what goes along with a thing or past it."""
import cv2
import numpy as np

from .render import smooth_field


def blot(rng, grid: np.ndarray, x: float, y: float, wide: float, tall: float, hard: float) -> np.ndarray:
    """A ragged patch about a point, 0 to 1 [h, w]."""
    h, w = grid.shape[:2]
    rim = 1 + 0.35 * smooth_field(rng, w, h, int(rng.integers(4, 14)))[..., 0]
    far = np.sqrt(((grid[..., 0] - x) / wide) ** 2 + ((grid[..., 1] - y) / tall) ** 2) / np.maximum(rim, 0.4)
    return (1 / (1 + np.exp(np.clip((far - 1) * hard, -30, 30)))).astype(np.float32)


class Relief:
    """A world that is not flat: what is near, below most of all, goes by faster; and water and leaves stir."""

    def __init__(self, rng, width: int, height: int):
        self.depth = rng.choice([0, 0.05, 0.15]) * smooth_field(rng, width, height, int(rng.integers(2, 7)))[..., :1]
        below = np.clip((np.linspace(0, 1, height, dtype=np.float32) - rng.uniform(0.2, 0.8)) * rng.uniform(0.5, 3), 0, 1)
        self.depth = self.depth + rng.choice([0, 0.25, 0.6]) * below[:, None, None]
        self.fields = [smooth_field(rng, width, height, int(rng.integers(4, 20))) for _ in range(2)]
        self.stir = rng.choice([0, 0.7, 2.5], p=[0.5, 0.3, 0.2]) * (below[:, None, None] if rng.random() < 0.6 else 1)
        self.rate, self.since = rng.uniform(0.2, 1.2), rng.uniform(0, 9)

    def bend(self, picture: np.ndarray, grid: np.ndarray, x: float, y: float, n: int) -> np.ndarray:
        time = self.since + self.rate * n
        bend = grid - self.depth * np.float32([x, y]) + self.stir * (np.sin(time) * self.fields[0] + np.cos(1.3 * time) * self.fields[1])
        return cv2.remap(picture, bend.astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


class Wake:
    """
    What surrounds a thing moves as well: water that is pushed along, dust, cloth, what it stands on; ripples that run from it; and patches
    elsewhere that go their own way. So what moves alike is not always one thing.
    """

    def __init__(self, rng, thing, grid: np.ndarray):
        x, y, size = thing.x.mean(), thing.y.mean(), thing.size
        self.patches = []
        for _ in range(int(rng.choice([1, 2], p=[0.7, 0.3]))):
            if rng.random() < 0.7:
                # Under it and around it, as much of its way as it likes.
                where = blot(rng, grid, x + rng.normal(0, 0.25) * size, y + rng.uniform(-0.1, 0.6) * size, size * rng.uniform(0.4, 1.5), size * rng.uniform(0.15, 0.7), rng.choice([3, 8, 25]))
                way = np.stack([thing.x, thing.y], 1) * rng.choice([1, rng.uniform(0.3, 1.1)])
            else:
                h, w = grid.shape[:2]
                where = blot(rng, grid, rng.uniform(0, w), rng.uniform(0, h), w * rng.uniform(0.1, 0.4), h * rng.uniform(0.1, 0.5), rng.choice([3, 8, 25]))
                way = np.outer(np.arange(len(thing.x)), rng.normal(0, 2.5, 2) * [1, 0.4]) if rng.random() < 0.5 else np.outer(np.sin(rng.uniform(0.2, 0.8) * np.arange(len(thing.x)) + rng.uniform(0, 6)), rng.normal(0, 5, 2) * [1, 0.4])
            self.patches.append((where[..., None], (way - way.mean(0)).astype(np.float32)))
        self.high = rng.choice([0, rng.uniform(0.4, 2.5)])
        angle, far = rng.normal(np.pi / 2, 0.6), np.hypot(grid[..., 0] - x, (grid[..., 1] - y) * rng.uniform(1, 3))
        across = far if rng.random() < 0.5 else grid[..., 0] * np.cos(angle) + grid[..., 1] * np.sin(angle)
        self.phase, self.rate = (2 * np.pi * across / rng.uniform(6, 40)).astype(np.float32), rng.choice([-1, 1]) * rng.uniform(0.2, 1.5)
        self.waves = blot(rng, grid, x, y + rng.uniform(0, 0.6) * size, size * rng.uniform(0.7, 3), size * rng.uniform(0.3, 1.5), rng.choice([3, 8]))
        self.toward = np.float32([np.cos(angle), np.sin(angle)])

    def bend(self, picture: np.ndarray, grid: np.ndarray, n: int) -> np.ndarray:
        bend = grid.copy()
        for where, way in self.patches:
            bend -= where * way[n]
        if self.high > 0:
            bend += (self.high * self.waves * np.sin(self.phase + self.rate * n))[..., None] * self.toward
        return cv2.remap(picture, bend, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
