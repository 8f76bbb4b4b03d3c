"""Makes clips: RGB frames and, of each pixel, the number of the thing it shows (0: the world)."""
import cv2
import numpy as np

from .backdrop import paint_clutter, paint_stuff, paint_world, path
from .bodies import make_body
from .render import draw_body, over, smooth_field, streak
from .stir import Relief, Wake
from .textures import Material, colour, near

WIDTH, HEIGHT, FRAMES = 256, 144, 13
MOST_THINGS = 4


class Thing:
    """A body with its way through the picture."""

    def __init__(self, rng, bank, base: list[np.ndarray], twin: 'Thing | None', least: float = 0.28, most: float = 1.4):
        self.size = float(HEIGHT * np.exp(rng.uniform(np.log(least), np.log(most))))
        if twin is not None and rng.random() < 0.6:
            self.size = twin.size * rng.uniform(0.7, 1.3)
        if twin is not None and rng.random() < 0.5:
            # Of the same kind, and nearly the same colours.
            self.parts, self.size = twin.parts, twin.size
        else:
            materials = [Material(rng, bank, near(rng, base[int(rng.integers(len(base)))], 14) if rng.random() < 0.55 else colour(rng)) for _ in range(4)]
            if rng.random() < 0.3:
                materials = [materials[0]] * 3 + materials[3:]
            if twin is not None and rng.random() < 0.5:
                materials = [Material(rng, bank, materials[0].table[128].astype(np.float32)) for _ in range(4)]
            self.parts = make_body(rng, materials, self.size)
        pace = float(np.exp(rng.uniform(np.log(3), np.log(110))))
        shake = rng.choice([0, 0, 0.5, 1.2])
        self.x = WIDTH * np.clip(rng.normal(0.5, 0.2), 0.05, 0.95) + path(rng, FRAMES, pace, shake)
        self.y = HEIGHT * np.clip(rng.normal(0.52, 0.18), 0.05, 0.95) + path(rng, FRAMES, pace * 0.5, shake)
        self.scale = np.exp(path(rng, FRAMES, rng.choice([0.0, 0.15, 0.4]), 0))
        self.lean = path(rng, FRAMES, rng.choice([0.05, 0.2, 0.8], p=[0.5, 0.35, 0.15]), 0)
        # Turning about its own axis makes it narrow.
        turning = rng.random() < 0.3
        spin = np.arange(FRAMES) / 12 * rng.uniform(0.5, 3) + rng.uniform(0, 3)
        self.narrow = np.where(np.abs(np.cos(spin)) < 0.3, 0.3 * np.sign(np.cos(spin) + 1e-6), np.cos(spin)) if turning else np.full(FRAMES, rng.choice([-1, 1]))
        self.turned = np.clip(np.linspace(-0.5, 1.5, FRAMES) * rng.choice([1, 2]) - rng.uniform(0, 0.8), 0, 1)
        self.beat = rng.uniform(0.5, 2.2)
        self.since = rng.uniform(0, 5)
        self.fields = [smooth_field(rng, WIDTH, HEIGHT, int(rng.integers(3, 8))) for _ in range(2)]
        self.melt = float(rng.choice([0, 1.5, 4, 8], p=[0.35, 0.3, 0.25, 0.1]))
        self.exposure = rng.choice([0.0, 0.5, 0.9])
        self.soft = rng.choice([0.0, 0.5, 0.9])
        # Light from above or from one side, and shadows that lie on the whole of it.
        fall = np.dstack(np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))).astype(np.float32) @ rng.normal(0, [0.15, 0.4]).astype(np.float32)
        self.light = np.clip(1 + fall * (HEIGHT / self.size) * 0.7 + rng.choice([0.05, 0.2, 0.4]) * smooth_field(rng, WIDTH, HEIGHT, int(rng.integers(4, 16)))[..., 0], 0.25, 2.2)
        self.centre = np.mean([[p.length / 2 if p.parent < 0 else 0, 0] for p in self.parts[:1]], 0) * self.size

    def go(self, rng) -> None:
        """Steadily, in one direction, within the picture."""
        pace, angle, way = float(np.exp(rng.uniform(np.log(0.6), np.log(5)))), rng.uniform(0, 2 * np.pi), np.arange(FRAMES) - FRAMES / 2
        self.x = WIDTH * np.clip(rng.normal(0.5, 0.17), 0.15, 0.85) + pace * np.cos(angle) * way
        self.y = HEIGHT * np.clip(rng.normal(0.52, 0.12), 0.25, 0.75) + pace * 0.4 * np.sin(angle) * way
        self.lean, self.scale, self.melt = 0.3 * self.lean, self.scale**0.5, 0.4 * self.melt
        if rng.random() < 0.6:
            self.narrow = np.full(FRAMES, rng.choice([-1, 1]))

    def draw(self, n: int, grid: np.ndarray) -> np.ndarray:
        c, s = np.cos(self.lean[n]) * self.scale[n], np.sin(self.lean[n]) * self.scale[n]
        turn = np.array([[c * self.narrow[n], -s], [s * self.narrow[n], c]])
        root = np.column_stack([turn, np.array([self.x[n], self.y[n]]) - turn @ self.centre * 0.5])
        time = self.since + self.beat * n / 24
        plane = draw_body(self.parts, root, self.size, time, WIDTH, HEIGHT, float(self.turned[n]))
        if self.melt > 0:
            bend = (grid + self.melt * (np.sin(4 * time) * self.fields[0] + np.cos(3 * time) * self.fields[1])).astype(np.float32)
            plane = cv2.remap(plane, bend, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        shift = np.float32([[1, 0, self.x[n] - WIDTH / 2], [0, 1, self.y[n] - HEIGHT / 2]])
        plane[..., :3] *= cv2.warpAffine(self.light, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)[..., None]
        np.minimum(plane[..., :3], plane[..., 3:], out=plane[..., :3])
        if n > 0 and self.exposure > 0:
            plane = streak(plane, (self.x[n] - self.x[n - 1]) * self.exposure, (self.y[n] - self.y[n - 1]) * self.exposure)
        return cv2.GaussianBlur(plane, (0, 0), self.soft) if self.soft > 0 else plane


class Camera:
    """Looks at worlds larger than the picture; near ones go by faster."""

    def __init__(self, rng, width: int, height: int):
        reach = float(np.exp(rng.uniform(np.log(2), np.log(90))))
        shake = rng.choice([0, 0, 0.4, 1.5])
        self.size = width, height
        self.x, self.y = path(rng, FRAMES, reach, shake), path(rng, FRAMES, reach * 0.4, shake)
        self.zoom = np.exp(path(rng, FRAMES, rng.choice([0, 0.05, 0.2]), 0))
        self.lean = path(rng, FRAMES, rng.choice([0, 0.02, 0.1]), 0)

    def calm(self, rng) -> None:
        """Held well."""
        for way in (self.x, self.y):
            way *= min(1.0, 5 * FRAMES / 12 * rng.uniform(0.1, 1) / (np.abs(way).max() + 1e-6))
        self.zoom, self.lean = self.zoom**0.4, self.lean * 0.4

    def look(self, world: np.ndarray, n: int, nearness: float, edge: int) -> np.ndarray:
        w, h = self.size
        c, s = np.cos(self.lean[n]) * self.zoom[n], np.sin(self.lean[n]) * self.zoom[n]
        turn = np.array([[c, -s], [s, c]])
        move = np.array([WIDTH / 2 + self.x[n] * nearness, HEIGHT / 2 + self.y[n] * nearness]) - turn @ [w / 2, h / 2]
        return cv2.warpAffine(world, np.column_stack([turn, move]), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=edge)


def paint_crowd(rng, bank, world: np.ndarray, scheme: list[np.ndarray]) -> None:
    """Things of the subjects' kinds that stand about in the world: they are nobody's subject."""
    h, w = world.shape[:2]
    size = float(HEIGHT * np.exp(rng.uniform(np.log(0.15), np.log(0.6))))
    casts = []
    for _ in range(int(rng.integers(1, 5))):
        base = lambda: near(rng, scheme[int(rng.integers(len(scheme)))], 20) if rng.random() < 0.6 else colour(rng)
        casts.append(make_body(rng, [Material(rng, bank, base()) for _ in range(4)], size))
    line, spread = h * rng.uniform(0.25, 0.8), h * rng.choice([0.02, 0.06, 0.2])
    for _ in range(int(rng.integers(4, 26))):
        # Drawn in a window of its own: worlds are large.
        side = int(size * 2.4)
        x, y = int(rng.uniform(-0.2 * side, w - 0.8 * side)), int(rng.normal(line, spread) - side / 2)
        scale, lean = rng.uniform(0.7, 1.2), rng.normal(0, 0.1)
        root = np.array([[scale * rng.choice([-1, 1]), -lean, side / 2], [lean, scale, side / 2]])
        plane = draw_body(casts[int(rng.integers(len(casts)))], root, size, rng.uniform(0, 9), side, side, 0.0)
        x0, y0, x1, y1 = max(0, x), max(0, y), min(w, x + side), min(h, y + side)
        if x1 > x0 and y1 > y0:
            over(world[y0:y1, x0:x1], plane[y0 - y : y1 - y, x0 - x : x1 - x])


def spoil(rng, frames: list[np.ndarray]) -> list[np.ndarray]:
    """What cameras and codecs do to a clip. Floats 0..1 in, bytes out."""
    gain, drift = np.exp(rng.normal(0, 0.15)), path(rng, len(frames), rng.choice([0, 0.08, 0.25]), rng.choice([0, 0.02]))
    cast = np.exp(rng.normal(0, 0.06, 3))
    gamma = np.exp(rng.normal(0, 0.2))
    grain = rng.choice([0, 0.008, 0.02, 0.05], p=[0.25, 0.35, 0.3, 0.1])
    quality = int(rng.choice([30, 55, 80, 95]))
    blur = rng.choice([0, 0.5, 0.8, 1.2], p=[0.45, 0.3, 0.15, 0.1])
    out = []
    for n, frame in enumerate(frames):
        picture = np.clip(frame * (gain * np.exp(drift[n])) * cast, 0, 1).astype(np.float32) ** gamma
        if blur > 0:
            picture = cv2.GaussianBlur(picture, (0, 0), blur)
        if grain > 0:
            picture = picture + cv2.resize(rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32), (WIDTH, HEIGHT))[..., None] * grain
        data = np.clip(picture * 255, 0, 255).astype(np.uint8)
        if quality < 95:
            data = cv2.imdecode(cv2.imencode('.jpg', data, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
        out.append(data)
    return out


def make_clip(rng: np.random.Generator, bank: list[np.ndarray], salient: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """RGB bytes [FRAMES, HEIGHT, WIDTH, 3] and numbers of things [FRAMES, HEIGHT, WIDTH]. `salient`: of larger things before more stuff."""
    w, h = int(WIDTH * 1.5), int(HEIGHT * 1.5)
    scheme = [colour(rng) for _ in range(int(rng.integers(2, 6)))]
    stuff = [Material(rng, bank, near(rng, scheme[int(rng.integers(len(scheme)))], 25)) for _ in range(int(rng.integers(2, 9)))]
    world = (paint_stuff if rng.random() < (0.7 if salient else 0.45) else paint_world)(rng, w, h, stuff)
    if rng.random() < (0.2 if salient else 0.4):
        paint_crowd(rng, bank, world, scheme)
    # As most of what is filmed: one thing goes its way, and the camera is held well.
    plain = salient and rng.random() < 0.7
    clutter = paint_clutter(rng, w, h, stuff, int(rng.integers(2, 9)), 90) if rng.random() < (0.1 if plain else 0.4) else None
    veil = paint_clutter(rng, w, h, stuff, int(rng.integers(1, 5)), 60) if rng.random() < (0.05 if plain else 0.3) else None
    camera = Camera(rng, w, h)
    if plain:
        camera.calm(rng)
    things: list[Thing] = []
    # Things may look like the world, or like each other.
    for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.7, 0.25, 0.05, 0] if plain else [0.5, 0.3, 0.2, 0] if salient else [0.3, 0.35, 0.25, 0.1]))):
        things.append(Thing(rng, bank, scheme, things[0] if things and rng.random() < 0.45 else None, rng.choice([0.25, 0.45]) if salient else 0.28, 0.9 if plain else 1.4))
        if plain:
            things[-1].go(rng)
    shadow, mirror = rng.random(len(things)) < 0.35, rng.random(len(things)) < (0.3 if salient else 0.15)
    slide = rng.uniform(-0.8, 0.8)
    grid = np.dstack(np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))).astype(np.float32)
    near_by, veil_by = rng.uniform(1, 1.6), rng.uniform(1, 2.2)
    relief = Relief(rng, WIDTH, HEIGHT) if salient and rng.random() < (0.25 if plain else 0.4) else None
    # Water and ground that go along with what goes there: what moves is not all of it the thing.
    wake = Wake(rng, things[0], grid) if salient and rng.random() < 0.45 else None
    frames, labels = [], []
    for n in range(FRAMES):
        picture = camera.look(world, n, 1, cv2.BORDER_REFLECT_101)
        if relief:
            picture = relief.bend(picture, grid, camera.x[n], camera.y[n], n)
        if wake:
            picture = wake.bend(picture, grid, n)
        label = np.zeros((HEIGHT, WIDTH), np.uint8)
        if clutter is not None:
            over(picture, camera.look(clutter, n, near_by, cv2.BORDER_CONSTANT))
        planes = [thing.draw(n, grid) for thing in things]
        for i, plane in enumerate(planes):
            foot = things[i].y[n] + 0.35 * things[i].size * things[i].scale[n]
            if mirror[i]:
                flip = np.float32([[1, 0, 0], [0, -0.9, 1.9 * foot]])
                over(picture, cv2.GaussianBlur(cv2.warpAffine(plane, flip, (WIDTH, HEIGHT)), (0, 0), 1.5), 0.55)
            if shadow[i]:
                cast = cv2.warpAffine(plane[..., 3], np.float32([[1, slide, -slide * foot], [0, -0.3, 1.3 * foot]]), (WIDTH, HEIGHT))
                picture *= 1 - 0.5 * cv2.GaussianBlur(cast, (0, 0), 2.0)[..., None]
            over(picture, plane)
            label[plane[..., 3] > 0.5] = i + 1
        if veil is not None:
            front = camera.look(veil, n, veil_by, cv2.BORDER_CONSTANT)
            over(picture, front)
            label[front[..., 3] > 0.5] = 0
        frames.append(picture)
        labels.append(label)
    return np.stack(spoil(rng, frames)), np.stack(labels)
