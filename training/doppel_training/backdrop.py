"""What is behind and before things: painted worlds larger than the picture, seen by a camera that moves."""
import cv2
import numpy as np

from .bodies import outline
from .render import smooth_field
from .textures import Material


def fill(rng, canvas: np.ndarray, points: np.ndarray, material: Material, soft: float = 0.0, alpha: np.ndarray | None = None) -> None:
    """Paints a textured shape upon an RGB canvas of floats 0..1, and into its `alpha` plane where it has one."""
    h, w = canvas.shape[:2]
    x0, y0 = np.maximum(np.floor(points.min(0)).astype(int) - 2, 0)
    x1, y1 = np.minimum(np.ceil(points.max(0)).astype(int) + 3, (w, h))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [np.round((points - [x0, y0]) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if soft > 0.4:
        mask = cv2.GaussianBlur(mask, (0, 0), soft)
    a = (mask.astype(np.float32) / 255)[..., None]
    paint = material.cut(rng, int(x1 - x0), int(y1 - y0)).astype(np.float32) / 255
    shade = np.linspace(1 + rng.normal(0, 0.2), 1 + rng.normal(0, 0.2), y1 - y0, dtype=np.float32)[:, None, None]
    canvas[y0:y1, x0:x1] += (np.clip(paint * shade, 0, 1) - canvas[y0:y1, x0:x1]) * a
    if alpha is not None:
        alpha[y0:y1, x0:x1] = np.maximum(alpha[y0:y1, x0:x1], a)


def shape(rng, size: float, at: np.ndarray) -> np.ndarray:
    kind = str(rng.choice(['limb', 'blob', 'box', 'disc']))
    long, wide = size, size * rng.uniform(0.15, 1)
    points = outline(rng, kind, long, wide) - [long / 2, wide / 2]
    # Upright and lying things are commoner than slanting ones.
    angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.1) if rng.random() < 0.6 else rng.uniform(0, 6.3)
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s], [-s, c]]) + at


def paint_world(rng, width: int, height: int, materials: list[Material]) -> np.ndarray:
    """An opaque world, RGB floats 0..1 [height, width, 3]: ground, sky and leaves upon leaves of all sizes."""
    pick = lambda: materials[int(rng.integers(len(materials)))]
    world = pick().cut(rng, width, height).astype(np.float32) / 255
    if rng.random() < 0.65:
        # A ground, seen at a slant: its texture is squeezed.
        line = int(height * rng.uniform(0.2, 0.75))
        tall = (height - line) * 2
        ground = pick().cut(rng, width, max(2, tall))
        world[line:] = cv2.resize(ground, (width, height - line), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    most = int(rng.choice([0, 6, 25, 80, 250], p=[0.06, 0.17, 0.27, 0.3, 0.2]))
    sizes = np.sort(np.minimum(width * 0.5, 6 * rng.pareto(1.1, most) + 3.5))[::-1]
    soft = rng.choice([0.0, 0.0, 1.0, 2.5])
    band = rng.uniform(0, 1, 2)
    for size in sizes:
        y = rng.uniform(0, 1) if rng.random() < 0.5 else rng.uniform(band.min(), band.max())
        fill(rng, world, shape(rng, size, np.array([rng.uniform(0, width), y * height])), pick(), soft)
    light = 1 + 0.25 * rng.random() * smooth_field(rng, width, height, int(rng.integers(3, 9)))[..., :1]
    world *= light
    if rng.random() < 0.35:
        world = cv2.GaussianBlur(world, (0, 0), rng.uniform(0.6, 3.0))
    return np.clip(world, 0, 1)


def paint_stuff(rng, width: int, height: int, materials: list[Material]) -> np.ndarray:
    """A world of stuff rather than of things: foliage, water, walls, grass, one fading into the other. RGB floats 0..1."""
    pick = lambda: materials[int(rng.integers(len(materials)))]
    cut = lambda: pick().cut(rng, width, height).astype(np.float32) / 255
    world = cut()
    for _ in range(int(rng.integers(1, 5))):
        edge = smooth_field(rng, width, height, int(rng.integers(2, 14)))[..., 0]
        if rng.random() < 0.6:
            # Lying above each other, as ground, hedge and sky do.
            edge = edge * rng.uniform(0.02, 0.4) + (np.linspace(0, 1, height, dtype=np.float32)[:, None] - rng.uniform(0.1, 0.8)) * 6
        share = 1 / (1 + np.exp(-edge * np.exp(rng.uniform(0, 3.5))))
        world += (cut() - world) * share[..., None]
    # Leaves, pebbles, petals: too small to be meant.
    for _ in range(int(rng.choice([0, 60, 220]))):
        fill(rng, world, shape(rng, rng.uniform(2.5, 12), np.array([rng.uniform(0, width), height * rng.beta(2, 2)])), pick())
    world *= 1 + 0.45 * rng.random() * smooth_field(rng, width, height, int(rng.integers(3, 12)))[..., :1]
    if rng.random() < 0.5:
        world = cv2.GaussianBlur(world, (0, 0), rng.uniform(0.6, 3.5))
    return np.clip(world, 0, 1)


def paint_clutter(rng, width: int, height: int, materials: list[Material], count: int, large: float) -> np.ndarray:
    """A layer of separate things, premultiplied RGBA [height, width, 4]."""
    rgb, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width, 1), np.float32)
    for _ in range(count):
        if rng.random() < 0.3:
            # A pole from top to bottom.
            x, w = rng.uniform(0, width), rng.uniform(3, large * 0.5)
            points = np.array([[x, -5], [x + w, -5], [x + w + rng.normal(0, 10), height + 5], [x + rng.normal(0, 10), height + 5]])
        else:
            points = shape(rng, rng.uniform(0.3, 1) * large, np.array([rng.uniform(0, width), rng.uniform(0, height)]))
        fill(rng, rgb, points, materials[int(rng.integers(len(materials)))], 0.0, alpha)
    return np.dstack([rgb * alpha, alpha])


def path(rng, frames: int, reach: float, shake: float) -> np.ndarray:
    """A smooth way from about 0, [frames]: drift, swing, and a trembling hand. `reach` is as far as it comes in 13 frames, about."""
    t = np.arange(frames) / 12
    way = reach * (rng.normal() * t + 0.35 * rng.normal() * np.sin(2 * np.pi * (rng.uniform(0.3, 1.2) * t + rng.random())) + 0.4 * rng.normal() * t * t)
    return way - way[0] + shake * rng.standard_normal(frames)
