"""
Makes the two graphs with which Doppel follows subjects by DeAOT, of a checkpoint in the layout of yoxu515/aot-benchmark:
`python -m deaot_export --checkpoint DeAOTT.pth --variant DeAOT-T --size 449x257 --out deaot`.
"""
import argparse
import sys
from pathlib import Path

from .variants import VARIANTS, ExportError, size_of, variant_of


def main() -> int:
    parser = argparse.ArgumentParser(prog='deaot_export', description=__doc__)
    parser.add_argument('--checkpoint', type=Path, required=True, metavar='X.pth')
    parser.add_argument('--variant', required=True, help=', '.join(VARIANTS))
    parser.add_argument('--size', default='449x257', help='of the pictures: sides are multiples of 16 and one more, such as 449x257 (default) or 849x481')
    parser.add_argument('--out', type=Path, required=True, metavar='DIR')
    o = parser.parse_args()
    try:
        variant = variant_of(o.variant)
        width, height = size_of(o.size)
        # PyTorch takes seconds to load: a word that is wrong is told before.
        import torch
        from .checkpoint import opened
        from .graphs import write
        with torch.no_grad():
            paths = write(opened(o.checkpoint, variant), variant, width, height, o.out)
    except (ExportError, OSError) as error:
        print(f'deaot_export: {error}', file=sys.stderr)
        return 1
    for path in paths:
        print(f'{path} ({path.stat().st_size / 1e6:.1f} MB)')
    print(f'Now: npx doppel models import {"r50-deaot-l" if variant == "R50-L" else variant.lower()} init={paths[0]} step={paths[1]}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
