"""
Follows the frames of a folder of reference tensors by the network itself, and prints as JSON how far it is from them:
`python -m deaot_export.check FOLDER`. Its own masks are handed on, and long-term memory is of the frames that the reference says.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from .checkpoint import opened
from .propagation import Memory
from .variants import IDENTITIES, variant_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder', type=Path)
    o = parser.parse_args()
    told = json.loads((o.folder / 'reference.json').read_text())
    height, width, count = told['height'], told['width'], told['frame_count']
    model = opened(o.folder / told['checkpoint']['file'], variant_of(told['variant']))
    read = lambda name, kind, *shape: torch.from_numpy(np.fromfile(o.folder / name, kind).reshape(shape))
    frames = read(told['frames']['file'], np.uint8, count, height, width, 3)
    mean, std = (torch.tensor(told['preprocessing'][name]) for name in ('mean_rgb', 'std_rgb'))
    images = ((frames.float() / 255 - mean) / std).permute(0, 3, 1, 2)
    identities = torch.arange(IDENTITIES).view(1, IDENTITIES, 1, 1)
    first = read(told['mask0']['file'], np.uint8, 1, 1, height, width)
    used = (identities <= told['object_count']).float()
    apart = []
    with torch.no_grad():
        memories = [model.init(images[:1], (first == identities).float())]
        for i, wanted in enumerate(told['outputs'], 1):
            kept = [memories[frame] for frame in told['long_term_memory']['frames_seen_when_predicting'][str(i)]]
            chances, memory = model.step(images[i : i + 1], Memory(*(torch.cat(parts, 1) for parts in zip(*kept))), memories[-1], used)
            memories.append(memory)
            known = read(wanted['prob']['file'], np.float32, *wanted['prob']['shape'])
            labels = read(wanted['labels']['file'], np.uint8, height, width)
            top = known.topk(2, 0).values
            differs = chances[0].argmax(0) != labels
            apart.append({
                'chances': (chances[0, : len(known)] - known).abs().max().item(),
                'unused': chances[0, len(known) :].abs().max().item(),
                'labels': int(differs.sum()),
                'sure': int((differs & (top[0] - top[1] >= 4e-4)).sum()),
            })
    print(json.dumps(apart))


if __name__ == '__main__':
    main()
