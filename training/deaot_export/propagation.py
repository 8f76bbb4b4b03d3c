"""
Gated propagation: what each place of a picture takes from frames before it, from the one just before near by, and from the picture itself. Two
branches go side by side, what things look like and whose they are; both are propagated with the same weights of attention.
Tokens are [T, channels], row by row of a grid.
"""
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, KEY, WIDE = 256, 128, 512
"""Channels of a branch, of keys, and of values of a branch."""
REACH = 7
"""Tokens to each side of the short-term window."""
WINDOW = 2 * REACH + 1
NEVER = -1e10

Grid = tuple[int, int]


class Memory(NamedTuple):
    """Of one layer: [M, 128], [M, 512], [M, 512]."""

    k: torch.Tensor
    v: torch.Tensor
    idv: torch.Tensor


class DepthwiseConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2 * WIDE, 2 * WIDE, 5, padding=2, groups=2 * WIDE, bias=False)


class Propagation(nn.Module):
    """Values by attention, gated, mixed with those near by, and made as wide as both branches."""

    def __init__(self):
        super().__init__()
        self.dw_conv = DepthwiseConv()
        self.projection = nn.Linear(2 * WIDE, 2 * WIDTH)

    def propagate(self, q, k, values, gate, grid: Grid, bias=None) -> torch.Tensor:
        """`gate` [channels, T], as what it holds back: the convolution wants channels first, and to turn all of it around takes longer than to make it so."""
        scores = (q * KEY**-0.5) @ k.transpose(0, 1)
        attention = torch.softmax(scores if bias is None else scores + bias, -1)
        read = values.transpose(0, 1) @ attention.transpose(0, 1)
        read = torch.cat([read[: len(gate)] * gate, read[len(gate) :]]) if len(gate) < len(read) else read * gate
        mixed = self.dw_conv.conv(read.reshape(1, 2 * WIDE, *grid)).reshape(2 * WIDE, -1)
        return self.projection(mixed.transpose(0, 1))


def upright(linear: nn.Linear, x: torch.Tensor) -> torch.Tensor:
    """`linear(x)`, channels first."""
    return linear.weight @ x.transpose(0, 1) + linear.bias[:, None]


class ShortTerm(Propagation):
    def __init__(self):
        super().__init__()
        self.relative_emb_k = nn.Conv2d(KEY, WINDOW * WINDOW, 1)

    def windowed(self, q: torch.Tensor, grid: Grid) -> torch.Tensor:
        """What is added to the score of each pair of places [T, T]: what was learned of how they lie to each other, and outside of the window never."""
        h, w = grid
        near = self.relative_emb_k(q.transpose(0, 1).reshape(1, KEY, h, w)).reshape(WINDOW, WINDOW, h, w)
        # By place, then by row and column of the window: [qy, dy, qx, dx]; shifted to where the window lies, dx and dy become kx and ky.
        across = shifted(near.permute(2, 0, 3, 1), w)
        return shifted(across.permute(2, 3, 0, 1), h).permute(2, 0, 3, 1).reshape(h * w, h * w)


def shifted(window: torch.Tensor, size: int) -> torch.Tensor:
    """
    [a, b, size, WINDOW] to [a, b, size, size]: row i moved right by i - REACH, NEVER where nothing is. Rows that are one longer than they are then read
    move by themselves, so that no table of indices grows with the square of the picture.
    """
    a, b = window.shape[:2]
    row = size + 2 * REACH
    flat = F.pad(window, (0, row + 1 - WINDOW), value=NEVER).reshape(a, b, size * (row + 1))
    return flat[:, :, : size * row].reshape(a, b, size, row)[:, :, :, REACH : REACH + size]


class SelfAttention(Propagation):
    def __init__(self):
        super().__init__()
        self.linear_QK = nn.Linear(2 * WIDTH, KEY)
        self.linear_V1, self.linear_V2 = nn.Linear(WIDTH, WIDE), nn.Linear(WIDTH, WIDE)
        self.linear_U1, self.linear_U2 = nn.Linear(WIDTH, WIDE), nn.Linear(WIDTH, WIDE)

    def forward(self, looks: torch.Tensor, whose: torch.Tensor, grid: Grid) -> torch.Tensor:
        qk = self.linear_QK(torch.cat([looks, whose], -1))
        values = F.silu(torch.cat([self.linear_V1(looks), self.linear_V2(whose)], -1))
        gate = F.silu(torch.cat([upright(self.linear_U1, looks), upright(self.linear_U2, whose)]))
        return self.propagate(qk, qk, values, gate, grid)


class Seen(NamedTuple):
    """
    What a layer makes of a picture before it looks at any memory. `whose`: the normalised id branch, which the first layer has not; nor
    does its gate, which has half the channels, hold back what is read of identities.
    """

    q: torch.Tensor
    v: torch.Tensor
    gate: torch.Tensor
    whose: torch.Tensor | None


class Layer(nn.Module):
    def __init__(self, first: bool):
        super().__init__()
        self.norm1, self.norm2, self.id_norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.linear_QV, self.linear_U = nn.Linear(WIDTH, KEY + WIDE), nn.Linear(WIDTH, WIDE)
        self.linear_ID_V = nn.Linear(WIDTH if first else 2 * WIDTH, WIDE)
        if not first:
            self.id_norm1, self.linear_ID_U = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WIDE)
        self.long_term_attn, self.short_term_attn, self.self_attn = Propagation(), ShortTerm(), SelfAttention()

    def look(self, looks: torch.Tensor, whose: torch.Tensor | None) -> Seen:
        plain = self.norm1(looks)
        q, v = self.linear_QV(plain).split([KEY, WIDE], -1)
        gate = F.silu(upright(self.linear_U, plain))
        if whose is None:
            return Seen(q, F.silu(v), gate, None)
        known = self.id_norm1(whose)
        return Seen(q, F.silu(v), torch.cat([gate, F.silu(upright(self.linear_ID_U, known))]), known)

    def remembered(self, seen: Seen, identities: torch.Tensor) -> Memory:
        """A picture as memory, once it is known whose each place is: `identities` [T, 256]. Keys are queries."""
        known = identities if seen.whose is None else torch.cat([seen.whose, identities], -1)
        return Memory(seen.q, seen.v, F.silu(self.linear_ID_V(known)))

    def forward(self, looks: torch.Tensor, whose: torch.Tensor | None, seen: Seen, long: Memory, short: Memory, grid: Grid):
        both = lambda memory: torch.cat([memory.v, memory.idv], -1)
        far = self.long_term_attn.propagate(seen.q, long.k, both(long), seen.gate, grid)
        near = self.short_term_attn.propagate(seen.q, short.k, both(short), seen.gate, grid, self.short_term_attn.windowed(seen.q, grid))
        more, more_whose = (far + near).split(WIDTH, -1)
        looks, whose = looks + more, more_whose if whose is None else whose + more_whose
        more, more_whose = self.self_attn(self.norm2(looks), self.id_norm2(whose), grid).split(WIDTH, -1)
        return looks + more, whose + more_whose
