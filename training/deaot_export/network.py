"""DeAOT as two functions of a picture: `init`, which makes memory of a picture and a mask, and `step`, which finds the masks on the next picture and makes memory of those."""
import torch
from torch import nn

from .decoder import Decoder, resized
from .encoders import ENCODERS
from .propagation import NEVER, WIDTH, Grid, Layer, Memory
from .variants import IDENTITIES, STRIDE, Variant


class TokenNorm(nn.Module):
    """Groups over all tokens; two of them, which are the branches."""

    def __init__(self):
        super().__init__()
        self.gn = nn.GroupNorm(2, 2 * WIDTH)


class Propagator(nn.Module):
    def __init__(self, layers: int):
        super().__init__()
        self.layers = nn.ModuleList(Layer(i == 0) for i in range(layers))
        self.decoder_norms = nn.ModuleList([TokenNorm()])


def stacked(memories: list[Memory]) -> Memory:
    """[layers, tokens, width] each."""
    return Memory(*(torch.stack(parts) for parts in zip(*memories)))


def layer_of(memory: Memory, i: int) -> Memory:
    return Memory(*(part[i] for part in memory))


class DeAOT(nn.Module):
    def __init__(self, variant: Variant):
        super().__init__()
        self.encoder = ENCODERS[variant.encoder]()
        self.encoder_projector = nn.Conv2d(variant.widths[3], WIDTH, 1)
        self.LSTT = Propagator(variant.layers)
        self.decoder = Decoder(variant.widths)
        self.patch_wise_id_bank = nn.Conv2d(IDENTITIES, WIDTH, STRIDE + 1, STRIDE, STRIDE // 2)
        self.id_norm = nn.LayerNorm(WIDTH)

    def tokens(self, image: torch.Tensor):
        """Features at strides 4, 8 and 16, tokens, and their grid."""
        *features, last = self.encoder(image)
        projected = self.encoder_projector(last)
        return features, flat(projected), tuple(projected.shape[2:])

    def identities(self, onehot: torch.Tensor) -> torch.Tensor:
        return self.id_norm(flat(self.patch_wise_id_bank(onehot)))

    def init(self, image: torch.Tensor, onehot: torch.Tensor) -> Memory:
        """Memory of a picture whose masks are told. Each layer has it for its own past, near and far."""
        _, looks, grid = self.tokens(image)
        identities, whose, memories = self.identities(onehot), None, []
        for i, layer in enumerate(self.LSTT.layers):
            seen = layer.look(looks, whose)
            memories.append(layer.remembered(seen, identities))
            # What would come of the last layer goes nowhere.
            if i + 1 < len(self.LSTT.layers):
                looks, whose = layer(looks, whose, seen, memories[i], memories[i], grid)
        return stacked(memories)

    def step(self, image: torch.Tensor, long: Memory, short: Memory, used: torch.Tensor):
        """Chances [1, 11, H, W], 0 of identities not in `used` [1, 11, 1, 1]; and memory of the picture with the likeliest of them."""
        features, looks, grid = self.tokens(image)
        whose, seen = None, []
        for i, layer in enumerate(self.LSTT.layers):
            seen.append(layer.look(looks, whose))
            looks, whose = layer(looks, whose, seen[i], layer_of(long, i), layer_of(short, i), grid)
        chances = self.chances(looks, whose, grid, features, used, image.shape[2:])
        best = chances.argmax(1, keepdim=True)
        onehot = (best == torch.arange(IDENTITIES).view(1, IDENTITIES, 1, 1)).to(chances.dtype)
        identities = self.identities(onehot)
        return chances, stacked([layer.remembered(each, identities) for layer, each in zip(self.LSTT.layers, seen)])

    def chances(self, looks, whose, grid: Grid, features, used, size) -> torch.Tensor:
        both = torch.cat([looks, whose], -1).transpose(0, 1).reshape(1, 2 * WIDTH, *grid)
        logits = self.decoder(self.LSTT.decoder_norms[0].gn(both), *features)
        # Before they are made large, as the official engine does.
        logits = torch.where(used > 0.5, logits, torch.tensor(NEVER))
        large = resized(logits, *size)
        # Softmax by hand: over channels that lie far apart runtimes take several times as long for their own.
        powers = torch.exp(large - large.amax(1, keepdim=True))
        return powers / powers.sum(1, keepdim=True)


def flat(x: torch.Tensor) -> torch.Tensor:
    """[1, C, h, w] to [h * w, C]."""
    return x.flatten(2)[0].transpose(0, 1)
