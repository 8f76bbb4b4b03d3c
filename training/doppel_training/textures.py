"""Colours and textures that nothing was photographed for: noise, stripes, spots, patchwork, gradients."""
import cv2
import numpy as np

SIDE = 256
WRAP = cv2.BORDER_REFLECT_101


def noise(rng: np.random.Generator, beta: float, side: int = SIDE) -> np.ndarray:
    """Noise whose amplitude falls with frequency to the power `beta`, bytes [side, side]: 0 is white, 2 is clouds."""
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    f[0, 0] = 1
    # Squeezed in one direction: hair, bark, brushed metal.
    if rng.random() < 0.3:
        f = np.hypot(np.fft.fftfreq(side)[:, None] * rng.uniform(1, 6), np.fft.rfftfreq(side)[None, :])
        f[0, 0] = 1
    spectrum = (rng.standard_normal(f.shape) + 1j * rng.standard_normal(f.shape)) / f**beta
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, s=(side, side))
    return np.clip(field / (field.std() + 1e-9) * 48 + 128, 0, 255).astype(np.uint8)


def pattern(rng: np.random.Generator) -> np.ndarray:
    """A regular pattern, bytes [SIDE, SIDE]."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    period = np.exp(rng.uniform(np.log(5), np.log(60)))
    wobble = cv2.GaussianBlur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (0, 0), 16) * rng.uniform(0, 120)
    kind = rng.integers(4)
    if kind == 0:
        field = np.sin((x + wobble) * 2 * np.pi / period)
    elif kind == 1:
        field = np.sin(x * 2 * np.pi / period) * np.sin(y * 2 * np.pi / period)
    elif kind == 2:
        field = np.cos(np.hypot((x % period) - period / 2, (y % period) - period / 2) * np.pi / period * 2)
    else:
        field = np.sin((x + wobble) * 2 * np.pi / period) + np.sin((y + wobble) * 2 * np.pi / (period * rng.uniform(0.5, 2)))
    sharp = np.exp(rng.uniform(0, 3))
    return (127.5 + 127.5 * np.tanh(field * sharp)).astype(np.uint8)


def patchwork(rng: np.random.Generator) -> np.ndarray:
    """Flat patches upon patches, bytes [SIDE, SIDE]."""
    out = np.full((SIDE, SIDE), 128, np.uint8)
    for size in np.sort(np.exp(rng.uniform(np.log(4), np.log(90), 70)))[::-1]:
        at = tuple(int(v) for v in rng.integers(0, SIDE, 2))
        cv2.ellipse(out, at, (int(size) + 1, int(size * rng.uniform(0.3, 1)) + 1), float(rng.uniform(0, 180)), 0, 360, int(rng.integers(256)), -1, cv2.LINE_AA)
    return out


def make_bank(rng: np.random.Generator, count: int = 96) -> list[np.ndarray]:
    """Grey textures that materials are cut from."""
    bank = []
    for i in range(count):
        kind = i % 6
        bank.append(pattern(rng) if kind == 4 else patchwork(rng) if kind == 5 else noise(rng, rng.uniform(0.4, 2.2)))
    return bank


def colour(rng: np.random.Generator) -> np.ndarray:
    """An RGB colour 0..255, dull ones more often than bright ones."""
    h, s, v = rng.uniform(0, 179), 255 * rng.beta(1.1, 2.6), 255 * rng.beta(1.4, 1.4)
    return cv2.cvtColor(np.array([[[h, s, v]]], np.uint8), cv2.COLOR_HSV2RGB)[0, 0].astype(np.float32)


def near(rng: np.random.Generator, base: np.ndarray, by: float) -> np.ndarray:
    """A colour near another: lighter or darker most of all."""
    return np.clip(base * rng.uniform(1 - by / 120, 1 + by / 120) + rng.normal(0, by * 0.4, 3) + rng.normal(0, by * 0.5), 0, 255).astype(np.float32)


class Material:
    """What a surface looks like; any piece of it can be had."""

    def __init__(self, rng: np.random.Generator, bank: list[np.ndarray], base: np.ndarray):
        self.grey = bank[rng.integers(len(bank))]
        spread = float(rng.choice([5, 16, 40, 90], p=[0.17, 0.33, 0.33, 0.17]))
        stops = [near(rng, base, spread) for _ in range(3)]
        if rng.random() < 0.2:
            stops[2] = colour(rng)
        t = np.arange(256, dtype=np.float32) / 127.5
        self.table = np.stack([np.interp(t, [0, 1, 2], [s[c] for s in stops]) for c in range(3)], 1).astype(np.uint8)
        self.scale = float(np.exp(rng.uniform(np.log(0.35), np.log(2.5))))

    def cut(self, rng: np.random.Generator, width: int, height: int) -> np.ndarray:
        """RGB bytes [height, width, 3], turned and placed at random."""
        angle = rng.uniform(0, 2 * np.pi)
        c, s = np.cos(angle) / self.scale, np.sin(angle) / self.scale
        m = np.array([[c, -s, rng.uniform(0, SIDE)], [s, c, rng.uniform(0, SIDE)]], np.float32)
        grey = cv2.warpAffine(self.grey, m, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=WRAP)
        return self.table[grey]
