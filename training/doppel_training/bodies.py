"""Things that move: bodies of parts on joints, each part a textured sprite."""
from dataclasses import dataclass, field

import cv2
import numpy as np

from .textures import Material


@dataclass
class Part:
    parent: int
    """Where on the parent it is fixed: along it from 0 to 1, and beside it as part of its width."""
    along: float
    beside: float
    angle: float
    length: float
    width: float
    kind: str
    material: int
    swing: float = 0.0
    rate: float = 1.0
    phase: float = 0.0
    front: float = 0.0
    sprite: np.ndarray = field(default=None)  # type: ignore[assignment]
    other: np.ndarray | None = None


def outline(rng: np.random.Generator, kind: str, length: float, width: float) -> np.ndarray:
    """Points of a closed outline in a box of length x width, x along the part."""
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    if kind == 'box':
        p = np.array([[0, -0.5], [1, -0.5], [1, 0.5], [0, 0.5]]) + rng.uniform(-0.12, 0.12, (4, 2))
        return p * [length, width]
    wave = np.ones_like(t)
    rough = {'limb': 0.06, 'blob': 0.22, 'disc': 0.0}[kind]
    for k in range(2, 6):
        wave += rough * rng.normal() / (k - 1) * np.cos(k * t + rng.uniform(0, 6.3))
    x, y = np.cos(t) * wave, np.sin(t) * wave
    if kind == 'limb':
        # A capsule, thinner at one end.
        x = np.sign(x) * np.abs(x) ** 0.6
        y = np.sign(y) * np.abs(y) ** 0.7 * (1 + rng.uniform(-0.45, 0.3) * x)
    return np.stack([(x + 1) / 2 * length, y / 2 * width], 1)


def sprite(rng: np.random.Generator, kind: str, length: float, width: float, material: Material) -> np.ndarray:
    """RGBA bytes, premultiplied; the part's root is at (PAD, height / 2)."""
    w, h = int(length) + 2 * PAD, int(width) + 2 * PAD
    alpha = np.zeros((h, w), np.uint8)
    points = outline(rng, kind, length, width) + [PAD, h / 2]
    cv2.fillPoly(alpha, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    rgb = material.cut(rng, w, h).astype(np.float32)
    # Round things are lit from one side.
    y, x = np.linspace(-1, 1, h, dtype=np.float32)[:, None], np.linspace(-1, 1, w, dtype=np.float32)[None]
    rgb *= (1 + rng.normal(0, 0.22) * y + rng.normal(0, 0.12) * x - abs(rng.normal(0, 0.2)) * y * y)[..., None]
    if rng.random() < 0.5:
        # Folds, muscles, dents.
        rgb *= 1 + rng.uniform(0.1, 0.5) * cv2.resize(rng.standard_normal((int(rng.integers(2, 5)), int(rng.integers(2, 7)))).astype(np.float32), (w, h), interpolation=cv2.INTER_CUBIC)[..., None]
    if rng.random() < 0.4:
        # Darker, or lighter, towards the edge.
        inner = cv2.GaussianBlur(alpha, (0, 0), 1 + 0.15 * h).astype(np.float32) / 255
        rgb *= 1 + rng.normal(0, 0.5) * (inner[..., None] - 0.8)
    for _ in range(int(rng.choice([0, 1, 3], p=[0.6, 0.25, 0.15]))):
        # A mark: a button, an eye, a number.
        cv2.circle(rgb, (int(rng.uniform(0, w)), int(rng.uniform(0, h))), int(1 + rng.uniform(0.05, 0.25) * h), tuple(float(v) for v in rng.uniform(0, 255, 3)), -1, cv2.LINE_AA)
    rgba = np.dstack([np.clip(rgb, 0, 255), alpha.astype(np.float32)])
    rgba[..., :3] *= alpha[..., None] / 255.0
    return rgba.astype(np.uint8)


PAD = 3


def limb(rng, parts, parent, along, beside, angle, length, width, material, lower, **how):
    """A limb of two segments, and now and then a hand or foot; `lower` is the material of the second."""
    at = len(parts)
    swing, rate, phase = rng.uniform(0.1, 0.8), rng.uniform(0.4, 1.6), rng.uniform(0, 6.3)
    parts.append(Part(parent, along, beside, angle, length * 0.52, width, 'limb', material, swing, rate, phase, **how))
    parts.append(Part(at, 0.92, 0, rng.uniform(-0.5, 0.5), length * 0.52, width * 0.8, 'limb', lower, swing * rng.uniform(0.5, 1.5), rate, phase + rng.uniform(0, 2), **how))
    if rng.random() < 0.6:
        parts.append(Part(at + 1, 0.95, 0, rng.uniform(-1.5, 1.5), width * rng.uniform(0.9, 1.8), width * 0.8, 'blob', int(rng.integers(4)), 0.3, rate, phase, **how))


def biped(rng, parts, parent=-1, **root):
    at = len(parts)
    parts.append(Part(parent, root.get('along', 0), root.get('beside', 0), root.get('angle', -np.pi / 2), 0.38, rng.uniform(0.16, 0.3), rng.choice(['limb', 'blob', 'box']), 0, 0.12, rng.uniform(0.3, 1)))
    parts.append(Part(at, 1.05, 0, rng.normal(0, 0.1), rng.uniform(0.15, 0.22), rng.uniform(0.13, 0.2), 'blob', 2, 0.15, 1.0, 1.0, 0.2))
    if rng.random() < 0.7:
        parts.append(Part(at + 1, 0.35, rng.uniform(-0.3, 0.3), rng.normal(0, 0.3), rng.uniform(0.1, 0.2), rng.uniform(0.13, 0.24), 'blob', 3, 0.1, 1.0, 1.0, rng.uniform(-0.5, 0.5)))
    for side in (-1, 1):
        limb(rng, parts, at, 0.9, 0.4 * side, np.pi + rng.uniform(-1.4, 1.4), rng.uniform(0.3, 0.45), rng.uniform(0.05, 0.1), int(rng.choice([0, 1])), 2, front=0.5 * side)
        limb(rng, parts, at, 0.05, 0.25 * side, np.pi + rng.normal(0, 0.35), rng.uniform(0.4, 0.6), rng.uniform(0.07, 0.14), 1, int(rng.choice([1, 2])), front=0.3 * side - 0.4)
    if rng.random() < 0.4:
        # A skirt or a coat.
        parts.append(Part(at, 0.15, 0, np.pi, rng.uniform(0.2, 0.5), rng.uniform(0.25, 0.6), 'blob', int(rng.choice([0, 1])), 0.2, 1.0, 0, 0.1))


def quadruped(rng, parts):
    body, high = rng.uniform(0.5, 0.7), rng.uniform(0.2, 0.38)
    parts.append(Part(-1, 0, 0, rng.normal(0, 0.08), body, high, rng.choice(['limb', 'blob']), 0, 0.04, 0.5))
    if rng.random() < 0.4:
        parts.append(Part(0, rng.uniform(0.2, 0.5), -0.45, 0, rng.uniform(0.15, 0.35), rng.uniform(0.15, 0.3), 'blob', 0, 0.05, 1.0, 0, 0.1))
    up = -rng.uniform(0.2, 1.3)
    parts.append(Part(0, 0.92, -0.25, up, rng.uniform(0.15, 0.45), rng.uniform(0.1, 0.2), 'limb', 0, 0.25, 0.6, 1.0, 0.2))
    parts.append(Part(len(parts) - 1, 0.9, 0, rng.uniform(0.2, 1.4), rng.uniform(0.17, 0.28), rng.uniform(0.1, 0.17), 'limb', int(rng.choice([0, 1])), 0.25, 0.9, 2.0, 0.3))
    for along in (0.1, 0.9):
        for side in (-0.5, 0.5):
            limb(rng, parts, 0, along, 0.3, np.pi / 2 + rng.normal(0, 0.2), rng.uniform(0.25, 0.6), rng.uniform(0.06, 0.13), 0, int(rng.choice([0, 1])), front=side)
    if rng.random() < 0.7:
        parts.append(Part(0, 0.03, -0.3, np.pi * rng.uniform(0.6, 1.3), rng.uniform(0.1, 0.35), rng.uniform(0.03, 0.08), 'limb', 1, 0.5, 1.2, 0, -0.1))


def bird(rng, parts):
    parts.append(Part(-1, 0, 0, rng.normal(0, 0.1), rng.uniform(0.5, 0.7), rng.uniform(0.22, 0.35), 'blob', 0, 0.05, 0.5))
    angle, at = -rng.uniform(0.6, 1.6), 0
    for i in range(int(rng.integers(1, 4))):
        parts.append(Part(at, 0.9 if i else 0.95, 0, angle, rng.uniform(0.12, 0.22), rng.uniform(0.06, 0.1), 'limb', 0, 0.15, 0.5, 0.5 * i, 0.1))
        at, angle = len(parts) - 1, rng.uniform(-0.3, 0.5)
    parts.append(Part(at, 0.9, 0, rng.uniform(0.4, 1.4), rng.uniform(0.1, 0.15), rng.uniform(0.07, 0.1), 'blob', 0, 0.1, 0.5, 0, 0.2))
    parts.append(Part(len(parts) - 1, 0.85, 0, rng.normal(0, 0.1), rng.uniform(0.05, 0.12), rng.uniform(0.03, 0.05), 'limb', 3, 0, 0.5, 0, 0.3))
    for side in (-0.5, 0.5):
        parts.append(Part(0, 0.75, -0.1, np.pi + rng.normal(0, 0.4), rng.uniform(0.35, 0.6), rng.uniform(0.12, 0.25), 'blob', int(rng.choice([0, 1])), rng.uniform(0, 0.5), 1.5, 0, side))


def vehicle(rng, parts):
    parts.append(Part(-1, 0, 0, rng.normal(0, 0.05), rng.uniform(0.6, 0.9), rng.uniform(0.12, 0.35), rng.choice(['box', 'blob', 'limb']), 0))
    for along in (0.12, 0.88):
        size = rng.uniform(0.18, 0.32)
        # Wheels turn about their middle: their root is half a size back.
        parts.append(Part(0, along - size * 0.6, 0.45, 0, size, size, 'disc', 3, 0.02, 2.0, 0, rng.choice([-0.3, 0.3])))
    if rng.random() < 0.7:
        parts.append(Part(0, rng.uniform(0.1, 0.4), -0.5, rng.normal(0, 0.15), rng.uniform(0.25, 0.5), rng.uniform(0.12, 0.3), 'box', int(rng.integers(2)), 0, 1, 0, 0.1))
    if rng.random() < 0.6:
        biped(rng, parts, 0, along=rng.uniform(0.3, 0.6), beside=-0.4, angle=-np.pi / 2 + rng.normal(0, 0.3))


def heap(rng, parts):
    """No creature in particular: parts on parts."""
    parts.append(Part(-1, 0, 0, rng.uniform(-3, 3), rng.uniform(0.4, 0.9), rng.uniform(0.2, 0.8), rng.choice(['blob', 'box', 'limb', 'disc']), 0, 0.1, 0.5))
    for _ in range(int(rng.integers(0, 7))):
        parts.append(Part(int(rng.integers(len(parts))), rng.uniform(0, 1), rng.uniform(-0.4, 0.4), rng.uniform(-3, 3), rng.uniform(0.1, 0.55), rng.uniform(0.06, 0.4), rng.choice(['blob', 'box', 'limb', 'disc']), int(rng.integers(4)), rng.uniform(0, 0.7), rng.uniform(0.3, 1.5), rng.uniform(0, 6), rng.uniform(-1, 1)))


KINDS = (biped, quadruped, bird, vehicle, heap)
WEIGHTS = (0.32, 0.2, 0.1, 0.14, 0.24)


def make_body(rng: np.random.Generator, materials: list[Material], size: float) -> list[Part]:
    """Parts of a body `size` pixels large, with their sprites. `materials` has four."""
    parts: list[Part] = []
    KINDS[rng.choice(len(KINDS), p=WEIGHTS)](rng, parts)
    turns = rng.random() < 0.3
    lively = rng.choice([0.3, 1.0, 1.8])
    for part in parts:
        part.swing *= lively
        part.sprite = sprite(rng, part.kind, max(3.0, part.length * size), max(2.0, part.width * size), materials[part.material])
        if turns and rng.random() < 0.5:
            # It shows another side later.
            other = sprite(rng, part.kind, max(3.0, part.length * size), max(2.0, part.width * size), materials[int(rng.integers(4))])
            if other.shape == part.sprite.shape:
                alpha = part.sprite[..., 3:].astype(np.float32) / np.maximum(1, other[..., 3:])
                part.other = np.dstack([np.minimum(other[..., :3] * np.minimum(alpha, 1), 255).astype(np.uint8), part.sprite[..., 3]])
    return parts
