"""
Doppel's tracker. Four networks share one encoder: `encode` sees a picture; `remember` turns a mask on it into memory; `follow`
finds the mask on the next picture; `find` makes a mask of clicks and boxes. Pictures are RGB 0..1 with sides that divide by 16.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from .blocks import Attention, Banded, Block, conv, softmax, up
from .motion import PLANES

C2, C4, C8, C16, KEY, NEAR, HIDDEN = 16, 32, 64, 96, 48, 24, 16
"""Planes of cues that `find` takes, at half the picture's size: near a click +, near a click -, box, mask so far, likeness + and -."""
CUES = 6
"""With them go the planes of motion, and what moves as the mask so far does."""
SIGNS = CUES + PLANES + 1


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.s2 = nn.Sequential(conv(3, C2, 3, 2), Block(C2))
        self.s4 = nn.Sequential(conv(C2, C4, 3, 2), Block(C4))
        self.s8 = nn.Sequential(conv(C4, C8, 3, 2), Block(C8), Block(C8))
        self.s16 = nn.Sequential(conv(C8, C16, 3, 2), Block(C16), Block(C16, 2))
        self.back = nn.Conv2d(C16, C8, 1)
        self.join = Block(C8)
        self.key = nn.Conv2d(C8, KEY, 1)
        self.near = nn.Conv2d(C4 + 3, NEAR, 1)
        # Keys far apart from the start: else memory is, and stays, the mean over everything.
        with torch.no_grad():
            self.key.weight *= 4

    def forward(self, rgb: torch.Tensor):
        x = (rgb - 0.45) * 4
        f2 = self.s2(x)
        f4 = self.s4(f2)
        f8 = self.s8(f4)
        f8 = self.join(F.relu(f8 + up(self.back(self.s16(f8)))))
        near = self.near(torch.cat([f4, F.avg_pool2d(x, 4)], 1)).float()
        return f2, f4, f8, self.key(f8).flatten(2).float(), F.normalize(near, dim=1)


class Decoder(nn.Module):
    """From what is known at strides 8, 4 and 2 to a mask at the picture's size."""

    def __init__(self, c8: int, c4: int, c2: int):
        super().__init__()
        self.in8, self.ctx = conv(c8, C8), nn.Sequential(Block(C8), Block(C8, 2))
        self.to4 = nn.Conv2d(C8, C4, 1)
        self.in4, self.at4 = conv(C4 + C4 + c4, C4), Block(C4)
        self.to2 = nn.Conv2d(C4, C2, 1)
        self.in2 = nn.Sequential(conv(C2 + C2 + c2, C2), conv(C2, C2))
        self.out = nn.Conv2d(C2, 4, 3, 1, 1)
        self.sure = nn.Sequential(nn.Linear(2 * C8, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x8, x4, x2, f4, f2):
        d8 = self.ctx(self.in8(x8))
        d4 = self.at4(self.in4(torch.cat([up(self.to4(d8)), f4, x4], 1)))
        d2 = self.in2(torch.cat([up(self.to2(d4)), f2, x2], 1))
        logits = F.pixel_shuffle(self.out(d2).float(), 2)
        pooled = torch.cat([d8.mean((2, 3)), d8.amax((2, 3))], 1)
        return logits, self.sure(pooled)[:, 0].float(), d4


class Tracker(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.value = nn.Sequential(conv(C8 + 64, C8), Block(C8), nn.Conv2d(C8, C8, 1))
        self.carry = Banded()
        self.cue8 = conv(16 + HIDDEN + 8, 32, 3, 2)
        self.hidden = nn.Conv2d(C4, HIDDEN, 1)
        self.follower = Decoder(C8 + C8 + 32, 16 + HIDDEN + 8, 2)
        self.clicked4 = conv(4 * SIGNS, 32)
        self.clicked8 = conv(32, 32, 3, 2)
        self.spread = nn.Sequential(conv(C8 + 32, C8), Attention(C8), Block(C8), Attention(C8), Block(C8))
        self.finder = Decoder(C8 + C8 + 32, 32, SIGNS)

    def remember(self, f8: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Values [B, C8, tokens] of a mask 0..1 [B, 1, H, W] on the picture of `f8`."""
        return self.value(torch.cat([f8, F.pixel_unshuffle(mask, 8)], 1)).flatten(2).float()

    def read(self, key, keys, values):
        """What memory holds for each place. key [B, KEY, N]; keys [B, KEY, M], values [B, C8, M]."""
        with torch.autocast(key.device.type, enabled=False):
            # 2 q k - k^2 as one product, with k^2 as one more channel: what comes of it is large, and is not gone through again.
            asked = torch.cat([2 * key, -torch.ones_like(key[:, :1])], 1) * KEY**-0.5
            near = asked.transpose(1, 2) @ torch.cat([keys, (keys * keys).sum(1, keepdim=True)], 1)
            return values @ softmax(near).transpose(1, 2)

    def follow(self, now, keys, values, before_near, before_mask, hidden, colour):
        """
        The mask on the picture `now` (what the encoder gave). `before_mask` [B, 1, H, W] lies on the picture of `before_near`;
        `hidden` [B, HIDDEN, H/4, W/4] is what `follow` gave for it (zeros at first); `colour` [B, 2, H/2, W/2] are chances by colour.
        """
        f2, f4, f8, key, near = now
        with torch.autocast(near.device.type, enabled=False):
            carried = self.carry(near, before_near, torch.cat([F.pixel_unshuffle(before_mask, 4), hidden], 1).float())
        cue4 = torch.cat([carried, F.pixel_unshuffle(colour, 2)], 1)
        read = self.read(key, keys, values).view_as(f8)
        logits, sure, d4 = self.follower(torch.cat([f8, read, self.cue8(cue4)], 1), cue4, colour, f4, f2)
        return logits, sure, torch.tanh(self.hidden(d4)).float()

    def find(self, now, cues, moved):
        """The mask of what `cues` [B, CUES, H/2, W/2] point at; `moved` [B, PLANES, H/2, W/2] is its motion, or 0 where that is not known."""
        f2, f4, f8, _, _ = now
        signs = torch.cat([cues, moved, alike(cues, moved)], 1)
        c4 = self.clicked4(F.pixel_unshuffle(signs, 2))
        c8 = self.clicked8(c4)
        logits, sure, _ = self.finder(torch.cat([f8, self.spread(torch.cat([f8, c8], 1)), c8], 1), c4, signs, f4, f2)
        return logits, sure


def alike(cues: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """How much each pixel moves as what moves in the mask so far does, 0 to 1 [B, 1, H/2, W/2]; 0 where nothing of it moves."""
    far = torch.sqrt((moved[:, :2] ** 2).sum(1, keepdim=True) + 1e-6)
    # What moves most in it counts most: it is the thing rather than what stands behind it.
    weight = cues[:, 3:4] ** 2 * far
    way = (weight * moved[:, :2]).sum((2, 3), keepdim=True) / (weight.sum((2, 3), keepdim=True) + 1e-3)
    pace = (way * way).sum(1, keepdim=True)
    apart = ((moved[:, :2] - way) ** 2).sum(1, keepdim=True)
    return torch.exp(-apart / (2 * (0.35 * torch.sqrt(pace + 1e-6) + 0.08) ** 2)) * pace / (pace + 0.003) * moved[:, 3:]


def fit(state: dict) -> dict:
    """Weights of before there was motion, widened by nothing."""
    for name, added in (('clicked4.0.weight', 4 * SIGNS), ('finder.in2.0.0.weight', C2 + C2 + SIGNS)):
        old = state[name]
        if old.shape[1] < added:
            state[name] = torch.cat([old, old.new_zeros(old.shape[0], added - old.shape[1], *old.shape[2:])], 1)
    return state


def opened(checkpoint: Path) -> Tracker:
    """The averaged weights of a run, to be looked through."""
    model = Tracker()
    model.load_state_dict(fit(torch.load(checkpoint, weights_only=True)['average']))
    return model.eval()
