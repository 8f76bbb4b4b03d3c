"""The published networks, as far as they differ."""
from dataclasses import dataclass

IDENTITIES = 11
"""Ten objects and the background."""
STRIDE = 16
"""Pixels from one token to the next; pictures are whole steps of it and one pixel more."""


@dataclass(frozen=True)
class Variant:
    encoder: str
    layers: int
    gap: int
    """Frames from one to the next that long-term memory takes; of 9999 it keeps to the frames it was told, as published."""

    @property
    def widths(self) -> tuple[int, int, int, int]:
        """Channels at strides 4, 8 and 16, and of what the propagation is given."""
        return {'mobilenetv2': (24, 32, 96, 1280), 'resnet50': (256, 512, 1024, 1024)}[self.encoder]


VARIANTS = {
    'DeAOT-T': Variant('mobilenetv2', 1, 9999),
    'DeAOT-S': Variant('mobilenetv2', 2, 9999),
    'DeAOT-B': Variant('mobilenetv2', 3, 9999),
    'DeAOT-L': Variant('mobilenetv2', 3, 5),
    'R50-L': Variant('resnet50', 3, 5),
}
SWIN = 'Swin-B is not exported: its encoder is a network of another kind'


class ExportError(Exception):
    """What a user can do something about, in a sentence."""


def variant_of(name: str) -> str:
    """A variant by its name, or by one of those that its authors write: R50_DeAOTL is R50-L."""
    plain = lambda text: text.upper().replace('-', '').replace('_', '').replace('DEAOT', '')
    for variant in VARIANTS:
        if plain(name) == plain(variant):
            return variant
    raise ExportError(SWIN if plain(name).startswith('SWIN') else f'there is no variant "{name}": they are {", ".join(VARIANTS)}')


def size_of(text: str) -> tuple[int, int]:
    """Width and height of `849x481`."""
    try:
        width, height = (int(part) for part in text.lower().split('x'))
    except ValueError:
        raise ExportError(f'"{text}" is no size: give width and height, such as 449x257') from None
    fits = lambda side: side > STRIDE and (side - 1) % STRIDE == 0
    if fits(width) and fits(height):
        return width, height
    near = 'x'.join(str(max(1, round((side - 1) / STRIDE)) * STRIDE + 1) for side in (width, height))
    raise ExportError(f'{text} does not fit: each side must be a multiple of {STRIDE} and one more; the nearest is {near}')
