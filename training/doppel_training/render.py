"""Draws bodies and layers: RGBA planes, premultiplied floats 0..1."""
import cv2
import numpy as np

from .bodies import PAD, Part


def over(under: np.ndarray, layer: np.ndarray, strength: float = 1.0) -> None:
    """Puts a premultiplied RGBA layer over `under` (RGB or RGBA), in place."""
    alpha = layer[..., 3:] * strength
    under *= 1 - alpha
    under += layer[..., : under.shape[2]] * strength


def draw_body(parts: list[Part], root: np.ndarray, size: float, time: float, width: int, height: int, turned: float) -> np.ndarray:
    """A body's RGBA plane [height, width, 4]. `root`: 2x3 matrix from body units (pixels) to the picture; `time` in seconds."""
    frames: list[np.ndarray] = []
    for part in parts:
        angle = part.angle + part.swing * np.sin(2 * np.pi * part.rate * time + part.phase)
        c, s = np.cos(angle), np.sin(angle)
        turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
        if part.parent < 0:
            frames.append(np.vstack([root, [0, 0, 1]]) @ turn)
        else:
            on = parts[part.parent]
            move = np.eye(3)
            move[:2, 2] = part.along * on.length * size, part.beside * on.width * size
            frames.append(frames[part.parent] @ move @ turn)
    plane = np.zeros((height, width, 4), np.float32)
    for i in sorted(range(len(parts)), key=lambda i: parts[i].front):
        part = parts[i]
        h, w = part.sprite.shape[:2]
        m = frames[i] @ np.array([[1, 0, -PAD], [0, 1, -h / 2], [0, 0, 1]])
        corners = (m @ np.array([[0, w, w, 0], [0, 0, h, h], [1, 1, 1, 1]]))[:2]
        x0, y0 = np.maximum(np.floor(corners.min(1)).astype(int) - 1, 0)
        x1, y1 = np.minimum(np.ceil(corners.max(1)).astype(int) + 2, (width, height))
        if x1 <= x0 or y1 <= y0:
            continue
        m = m[:2].copy()
        m[:, 2] -= x0, y0
        looks = part.sprite if part.other is None or turned <= 0 else cv2.addWeighted(part.sprite, 1 - turned, part.other, turned, 0)
        drawn = cv2.warpAffine(looks, m, (int(x1 - x0), int(y1 - y0)), flags=cv2.INTER_LINEAR)
        over(plane[y0:y1, x0:x1], drawn.astype(np.float32) * (1 / 255))
    return plane


def smooth_field(rng: np.random.Generator, width: int, height: int, cells: int) -> np.ndarray:
    """A smooth displacement field [height, width, 2] of about one."""
    coarse = rng.standard_normal((max(2, cells * height // width), cells, 2)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def streak(plane: np.ndarray, dx: float, dy: float) -> np.ndarray:
    """Motion blur along a way of so many pixels."""
    length = int(np.hypot(dx, dy))
    if length < 2:
        return plane
    size = 2 * (length // 2) + 3
    kernel = np.zeros((size, size), np.float32)
    c = size / 2 - 0.5
    cv2.line(kernel, (round(c - dx / 2), round(c - dy / 2)), (round(c + dx / 2), round(c + dy / 2)), 1.0, 1, cv2.LINE_AA)
    return cv2.filter2D(plane, -1, kernel / max(kernel.sum(), 1e-6), borderType=cv2.BORDER_REPLICATE)
