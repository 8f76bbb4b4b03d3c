"""What a performer's clicks and boxes say, as planes at half the picture's size. The same arithmetic as `doppel-cues.ts`."""
import cv2
import numpy as np

NEAR = 0.03
"""How far a click is felt: a Gaussian, as part of the picture's diagonal; and how unlike a colour may be (0..1)."""
LIKE = 0.12


def middle(mask: np.ndarray, rng: np.random.Generator | None = None) -> tuple[int, int] | None:
    """The point deepest inside (x, y), or a random one that is rather deep."""
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    if depth.max() <= 0:
        return None
    if rng is None:
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    else:
        inside = np.flatnonzero(depth.ravel() > depth.max() * rng.uniform(0.2, 0.9))
        y, x = np.unravel_index(int(rng.choice(inside)), depth.shape)
    return int(x), int(y)


def centre(mask: np.ndarray) -> tuple[int, int] | None:
    """The centre of gravity, or the point inside nearest to it."""
    ys, xs = np.nonzero(mask)
    if len(xs) == 0:
        return None
    i = int(np.argmin((xs - xs.mean()) ** 2 + (ys - ys.mean()) ** 2))
    return int(xs[i]), int(ys[i])


def planes(rgb: np.ndarray, clicks: list[tuple[int, int, bool]], box: tuple[int, int, int, int] | None, before: np.ndarray | None) -> np.ndarray:
    """[6, h, w] floats from an RGB picture 0..1 [h, w, 3] of half size; clicks and box in its pixels."""
    h, w = rgb.shape[:2]
    out = np.zeros((6, h, w), np.float32)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    reach = NEAR * np.hypot(w, h)
    for cx, cy, positive in clicks:
        d2 = (x - cx) ** 2 + (y - cy) ** 2
        at = 0 if positive else 1
        out[at] = np.maximum(out[at], np.exp(-d2 / (2 * reach**2)))
        x0, x1, y0, y1 = max(0, cx - 1), min(w, cx + 2), max(0, cy - 1), min(h, cy + 2)
        colour = rgb[y0:y1, x0:x1].reshape(-1, 3).mean(0)
        out[4 + at] = np.maximum(out[4 + at], np.exp(-((rgb - colour) ** 2).sum(2) / (2 * LIKE**2)))
    if box is not None:
        out[2, box[1] : box[3], box[0] : box[2]] = 1
    if before is not None:
        out[3] = before
    return out
