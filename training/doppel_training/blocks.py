"""Pieces of the networks."""
import torch
import torch.nn.functional as F
from torch import nn


def conv(cin: int, cout: int, k: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(cin, cout, k, stride, k // 2, bias=False), nn.BatchNorm2d(cout), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, c: int, dilation: int = 1):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2d(c, c, 3, 1, dilation, dilation, bias=False), nn.BatchNorm2d(c), nn.ReLU(inplace=True))
        self.b = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.BatchNorm2d(c))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.b(self.a(x)))


def up(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)


LEAST = 80
"""
Chances are kept within e^-80 of the largest: smaller ones are no normal numbers of 32 bits, and processors take many times as long for
those: they were more than half of a step, and two thirds of what a click takes.
"""


def softmax(x: torch.Tensor) -> torch.Tensor:
    """Along the last axis, with chances that are normal numbers."""
    return torch.softmax(torch.maximum(x, x.amax(-1, keepdim=True) - LEAST), -1)


class Attention(nn.Module):
    """Every place looks at every other, with what it is and where it is."""

    def __init__(self, c: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Conv2d(c, 3 * c, 1)
        self.out = nn.Conv2d(c, c, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, c, h, w = x.shape
        q, k, v = self.qkv(x).reshape(b, 3, self.heads, c // self.heads, h * w).unbind(1)
        weights = softmax(q.transpose(-1, -2) @ k * (c // self.heads) ** -0.5)
        return x + self.out((v @ weights.transpose(-1, -2)).reshape(b, c, h, w))


class Banded(nn.Module):
    """
    Looks for each place of one picture in a band of rows of the one before: softmax over `2 * REACH + 1` rows, nearer columns
    being likelier. Carries values along: the motion of a mask without a flow field.
    """

    REACH = 4
    OUTSIDE = 1e3
    """How unlike anything rows outside of the picture are."""

    def __init__(self):
        super().__init__()
        self.near = nn.Parameter(torch.tensor(-3.5))
        self.sharp = nn.Parameter(torch.tensor(2.3))

    def forward(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """q, k [B, C, H, W] of length one; v [B, D, H, W]. Gives [B, D, H, W]."""
        r, a, sharp = self.REACH, F.softplus(self.near), torch.exp(self.sharp)
        # What lies in the band of each row, row after row. Rows are laid out first and repeated then: that copies long runs.
        band = lambda x, axis: torch.cat([x[:, i : i - 2 * r or None] for i in range(2 * r + 1)], axis)
        # How near columns and rows are goes into the product itself: -a (x - x')^2 is 2a x x' - a x^2 - a x'^2. Rows outside of the picture are
        # far away. What is less than LEAST below the most there can be, `sharp`, is above 0.
        one = torch.ones_like(q[:, :1])
        x, y = (torch.cumsum(one, d) - 0.5 * one.sum(d, keepdim=True) for d in (3, 2))
        far = -a * (x * x + y * y)
        asked = torch.cat([q * sharp, 2 * a * x, 2 * a * y, far + (LEAST - sharp), one], 1).permute(0, 2, 3, 1)
        held = torch.cat([F.pad(torch.cat([k, x, y, one], 1), (0, 0, r, r)), F.pad(far, (0, 0, r, r), value=-self.OUTSIDE)], 1).transpose(1, 2)
        near = F.relu(asked @ band(held, 3))
        return (torch.softmax(near, -1) @ band(F.pad(v, (0, 0, r, r)).permute(0, 2, 3, 1), 2)).permute(0, 3, 1, 2)
