"""From tokens to a score of each identity at a quarter of the picture's size."""
import torch
import torch.nn.functional as F
from torch import nn

from .variants import IDENTITIES


class ConvNorm(nn.Module):
    def __init__(self, cin: int, cout: int, k: int):
        super().__init__()
        self.conv, self.gn = nn.Conv2d(cin, cout, k, padding=k // 2), nn.GroupNorm(8, cout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.gn(self.conv(x)))


def resized(x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Corner pixels stay corner pixels: hence sizes of whole steps and one more."""
    return F.interpolate(x, (height, width), mode='bilinear', align_corners=True)


class Decoder(nn.Module):
    def __init__(self, widths: tuple[int, int, int, int]):
        super().__init__()
        c4, c8, c16, _ = widths
        self.conv_in, self.conv_16x = ConvNorm(512, 256, 1), ConvNorm(256, 256, 3)
        self.conv_8x, self.conv_4x = ConvNorm(256, 128, 3), ConvNorm(128, 128, 3)
        self.adapter_16x, self.adapter_8x, self.adapter_4x = nn.Conv2d(c16, 256, 1), nn.Conv2d(c8, 256, 1), nn.Conv2d(c4, 128, 1)
        self.conv_out = nn.Conv2d(128, IDENTITIES, 1)

    def forward(self, x: torch.Tensor, f4: torch.Tensor, f8: torch.Tensor, f16: torch.Tensor) -> torch.Tensor:
        x = self.conv_16x(self.conv_in(x) + self.adapter_16x(f16))
        x = self.conv_8x(resized(x, *f8.shape[2:]) + self.adapter_8x(f8))
        x = self.conv_4x(resized(x, *f4.shape[2:]) + self.adapter_4x(f4))
        return self.conv_out(x)
