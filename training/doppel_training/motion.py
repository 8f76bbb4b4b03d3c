"""
What moved otherwise than the camera from one picture to another, without weights: flow after Lucas and Kanade, coarse to fine, less the camera's
way, which is the affine motion most of the picture agrees on. All of it can be exported.
"""
import torch
import torch.nn.functional as F

from .blocks import up

PLANES = 4
"""Planes of motion: along x, along y, how far, and that it is known."""
UNIT, MOST = 6.0, 3.0
"""Pixels of half the picture's size that count as 1, and how much of that is told along x and y."""
COARSE, AGAIN, FINE = (6, 4), 2, 3
"""Rounds at a sixteenth and an eighth of the size before the camera is known; at an eighth, and at each finer size, once it is."""
TOLERANCES = (2.0, 1.2, 0.7, 0.4, 0.3, 0.3)
"""Pixels within which what moves goes with the camera, from a first guess on."""


def box(x: torch.Tensor, r: int) -> torch.Tensor:
    """The mean of what is there within `r` of each place."""
    x = F.avg_pool2d(x, (2 * r + 1, 1), 1, (r, 0), count_include_pad=False)
    return F.avg_pool2d(x, (1, 2 * r + 1), 1, (0, r), count_include_pad=False)


def slopes(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    wide = torch.cat([x[:, :, :, :1], x, x[:, :, :, -1:]], 3)
    tall = torch.cat([x[:, :, :1], x, x[:, :, -1:]], 2)
    return (wide[:, :, :, 2:] - wide[:, :, :, :-2]) * 0.5, (tall[:, :, 2:] - tall[:, :, :-2]) * 0.5


def places(like: torch.Tensor) -> torch.Tensor:
    """Of each pixel where it is, -1 to 1 [B, 2, h, w]."""
    one = torch.ones_like(like[:, :1])
    return torch.cat([(torch.cumsum(one, d) * 2 - 1) / one.sum(d, keepdim=True) - 1 for d in (3, 2)], 1)


class Level:
    """Both pictures at one size; flow is in pixels of that size, and leads from a pixel now to where it was before."""

    def __init__(self, now: torch.Tensor, before: torch.Tensor, window: int):
        self.now, self.before, self.window, self.at = now, before, window, places(now)
        self.x, self.y = slopes(now)
        xx, self.xy, yy = (box((a * b).sum(1, keepdim=True), window) for a, b in ((self.x, self.x), (self.x, self.y), (self.y, self.y)))
        self.xx, self.yy = xx + 5e-4, yy + 5e-4
        self.det = self.xx * self.yy - self.xy * self.xy
        least = self.det / (self.xx + self.yy)
        self.firm = least / (least + 1e-3)

    def round(self, flow: torch.Tensor, camera: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Better flow, and how well it is known; where it is not it is the neighbours', and with them the camera's."""
        h, w = self.before.shape[2:]
        at = torch.cat([self.at[:, :1] + flow[:, :1] * (2.0 / w), self.at[:, 1:] + flow[:, 1:] * (2.0 / h)], 1)
        inside = (at.abs().amax(1, keepdim=True) < 1).float()
        wrong = F.grid_sample(self.before, at.permute(0, 2, 3, 1), mode='bilinear', padding_mode='border', align_corners=False) - self.now
        # Light that changes moves nothing.
        wrong = (wrong - box(wrong, self.window + 2)) * inside
        u, v = (box((slope * wrong).sum(1, keepdim=True), self.window) for slope in (self.x, self.y))
        step = torch.cat([self.xy * v - self.yy * u, self.xy * u - self.xx * v], 1) / self.det
        flow = flow + step.clamp(-1, 1)
        known = self.firm * inside
        weight = known + 0.02
        if camera is None:
            return box(weight * flow, self.window) / box(weight, self.window), known
        return camera + box(weight * (flow - camera), 3) / (box(weight, 3) + 0.01), known


def affine(way: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`way` [..., 3]: by x, by y, and by itself."""
    return way[..., :1] * x + way[..., 1:2] * y + way[..., 2:]


def camera_of(flow: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """The affine motion [B, 2, 3] most of it agrees on, of nine guesses: what each ninth of the picture does, made better by and by."""
    at = places(flow)
    thirds = [torch.stack([(c < -1 / 3).float(), (c.abs() <= 1 / 3).float(), (c > 1 / 3).float()], 1) for c in (at[:, 0], at[:, 1])]
    cells = (thirds[0].unsqueeze(2) * thirds[1].unsqueeze(1) * known.unsqueeze(1)).flatten(3).flatten(1, 2)
    guess = (cells @ flow.flatten(2).transpose(1, 2) / (cells.sum(2, keepdim=True) + 1e-6)).unsqueeze(3)
    at, flow = at.flatten(2).unsqueeze(1), flow.flatten(2).unsqueeze(1)
    # Things are in the middle more often than at the edge.
    trust = known.flatten(2).unsqueeze(1) * ((at * at).amax(2, keepdim=True) + 0.3)
    x, y = at[:, :, :1], at[:, :, 1:]
    none = torch.zeros_like(guess)
    way = torch.cat([none, none, guess], 3)
    for tolerance in TOLERANCES:
        apart = ((flow - affine(way, x, y)) ** 2).sum(2, keepdim=True)
        weight = trust / (apart / tolerance ** 2 + 1) ** 2
        agreed = weight.mean(3, keepdim=True)
        mean = lambda value: (weight * value).mean(3, keepdim=True) / (agreed + 1e-6)
        mx, my, mf = mean(x), mean(y), mean(flow)
        xx, xy, yy = mean(x * x) - mx * mx + 0.02, mean(x * y) - mx * my, mean(y * y) - my * my + 0.02
        fx, fy = mean(x * flow) - mx * mf, mean(y * flow) - my * mf
        det = xx * yy - xy * xy
        a, b = (yy * fx - xy * fy) / det, (xx * fy - xy * fx) / det
        way = torch.cat([a, b, mf - a * mx - b * my], 3)
    best = (agreed >= agreed.amax(1, keepdim=True)).float()
    return (way * best).sum(1) / best.sum(1)


def camera_at(way: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    """The camera's motion at places [B, 2, h, w]."""
    a, b, c = (way[:, :, i : i + 1].unsqueeze(3) for i in range(3))
    return a * at[:, :1] + b * at[:, 1:] + c


def planes_of(moved: torch.Tensor) -> torch.Tensor:
    """[B, PLANES, h, w] of motion [B, 2, h, w] in its unit."""
    far = torch.sqrt((moved * moved).sum(1, keepdim=True) + 1e-6)
    return torch.cat([moved.clamp(-MOST, MOST), torch.log(1 + far * 4), torch.ones_like(far)], 1)


def motion(now: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """[B, PLANES, H/2, W/2] of two pictures [B, 3, H, W] with sides that divide by 16."""
    sizes = []
    for _ in range(4):
        now, before = F.avg_pool2d(now, 2), F.avg_pool2d(before, 2)
        sizes.append((now, before))
    level = Level(*sizes[3], 1)
    flow = torch.zeros_like(sizes[3][0][:, :2])
    for _ in range(COARSE[0]):
        flow, known = level.round(flow)
    level = Level(*sizes[2], 2)
    flow = up(flow) * 2
    for _ in range(COARSE[1]):
        flow, known = level.round(flow)
    way = camera_of(flow, known + 0.01)
    for size, rounds in ((2, AGAIN), (1, FINE), (0, FINE)):
        if size < 2:
            level, flow = Level(*sizes[size], 2), up(flow) * 2
        # What was learned of the camera is in pixels of an eighth of the size.
        camera = camera_at(way, level.at) * 2 ** (2 - size)
        for _ in range(rounds):
            flow, known = level.round(flow, camera)
        if size == 1:
            way = camera_of(flow, known + 0.01) * 0.5
    return planes_of((flow - camera) / UNIT)
