"""MobileNetV2 and ResNet-50 as far as stride 16, with the names their checkpoints use. Each gives features at strides 4, 8 and 16, and what the propagation is given."""
import torch
import torch.nn.functional as F
from torch import nn


class Frozen(nn.Module):
    """Batch normalisation that never learns, and has no count of batches in its checkpoints."""

    def __init__(self, c: int):
        super().__init__()
        for name, value in (('weight', 1.0), ('bias', 0.0), ('running_mean', 0.0), ('running_var', 1.0)):
            self.register_buffer(name, torch.full((c,), value))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=1e-5)


def conv(cin: int, cout: int, k: int = 1, stride: int = 1, dilation: int = 1, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(cin, cout, k, stride, dilation * (k // 2), dilation, groups, bias=False)


def clipped(cin: int, cout: int, k: int = 1, **more: int) -> nn.Sequential:
    return nn.Sequential(conv(cin, cout, k, **more), Frozen(cout), nn.ReLU6())


class Inverted(nn.Module):
    """Widens, looks around in each channel, narrows; and goes around it where nothing changes its size."""

    def __init__(self, cin: int, cout: int, wider: int, stride: int, dilation: int):
        super().__init__()
        c = cin * wider
        first = [clipped(cin, c)] if wider > 1 else []
        self.conv = nn.Sequential(*first, clipped(c, c, 3, stride=stride, dilation=dilation, groups=c), conv(c, cout), Frozen(cout))
        self.around = stride == 1 and cin == cout

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv(x) if self.around else self.conv(x)


class MobileNetV2(nn.Module):
    """Stride 16 is kept to the end: where the original steps from 16 to 32 it looks twice as far around from the next block on."""

    STAGES = ((1, 16, 1, 1, 1), (6, 24, 2, 2, 1), (6, 32, 3, 2, 1), (6, 64, 4, 2, 1), (6, 96, 3, 1, 1), (6, 160, 3, 1, 2), (6, 320, 1, 1, 2))
    """Of each: how much wider, channels, blocks, stride, and dilation."""
    TAPS = (3, 6, 13)

    def __init__(self):
        super().__init__()
        blocks: list[nn.Module] = [clipped(3, 32, 3, stride=2)]
        cin, before = 32, 1
        for wider, cout, count, stride, dilation in self.STAGES:
            for i in range(count):
                blocks.append(Inverted(cin, cout, wider, stride if i == 0 else 1, before if i == 0 else dilation))
                cin = cout
            before = dilation
        self.features = nn.Sequential(*blocks, clipped(320, 1280))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        seen = []
        for i, block in enumerate(self.features):
            x = block(x)
            if i in self.TAPS:
                seen.append(x)
        return [*seen, x]


class Bottleneck(nn.Module):
    def __init__(self, cin: int, c: int, stride: int):
        super().__init__()
        self.conv1, self.bn1 = conv(cin, c), Frozen(c)
        self.conv2, self.bn2 = conv(c, c, 3, stride), Frozen(c)
        self.conv3, self.bn3 = conv(c, 4 * c), Frozen(4 * c)
        self.downsample = nn.Sequential(conv(cin, 4 * c, 1, stride), Frozen(4 * c)) if stride > 1 or cin != 4 * c else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class ResNet50(nn.Module):
    """Without its last stage."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), Frozen(64)
        stage = lambda cin, c, count, stride: nn.Sequential(*(Bottleneck(cin if i == 0 else 4 * c, c, stride if i == 0 else 1) for i in range(count)))
        self.layer1, self.layer2, self.layer3 = stage(64, 64, 3, 1), stage(256, 128, 4, 2), stage(512, 256, 6, 2)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        x4 = self.layer1(F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1))
        x8 = self.layer2(x4)
        x16 = self.layer3(x8)
        return [x4, x8, x16, x16]


ENCODERS = {'mobilenetv2': MobileNetV2, 'resnet50': ResNet50}
