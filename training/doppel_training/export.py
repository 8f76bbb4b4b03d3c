"""
Writes the four graphs as ONNX: `python -m doppel_training.export runs/first/last.pt models/doppel`. Weights are kept in 16 bits
and widened when a graph is opened; everything is computed in 32.
"""
import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .model import C2, C4, C8, CUES, HIDDEN, KEY, NEAR, Tracker


class Encode(torch.nn.Module):
    def __init__(self, model: Tracker):
        super().__init__()
        self.model = model

    def forward(self, image):
        f2, f4, f8, key, near = self.model.encoder(image)
        return f2, f4, f8, key, near


class Remember(Encode):
    def forward(self, f8, mask):
        return self.model.remember(f8, mask)


class Follow(Encode):
    def forward(self, f2, f4, f8, key, near, keys, values, before_near, before_mask, hidden, colour):
        logits, sure, after = self.model.follow((f2, f4, f8, key, near), keys, values, before_near, before_mask, hidden, colour)
        mask = torch.sigmoid(logits)
        return mask, torch.sigmoid(sure), after, self.model.remember(f8, mask)


class Find(Encode):
    def forward(self, f2, f4, f8, cues):
        logits, sure = self.model.find((f2, f4, f8, None, None), cues)
        return torch.sigmoid(logits), torch.sigmoid(sure)


def halve(graph: onnx.ModelProto) -> None:
    """Keeps large weights in 16 bits, and widens them by a Cast that runtimes fold when they open the graph."""
    casts = []
    for weight in list(graph.graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 256:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), weight.name + '_16')
        graph.graph.initializer.remove(weight)
        graph.graph.initializer.append(half)
        casts.append(helper.make_node('Cast', [half.name], [weight.name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.graph.node.insert(0, cast)


def write(model: Tracker, folder: Path, width: int = 256, height: int = 144) -> None:
    h, w, n = height, width, (height // 8) * (width // 8)
    image = torch.rand(1, 3, h, w)
    size = {2: 'height', 3: 'width'}
    at = lambda s: {2: f'height{s}', 3: f'width{s}'}
    with torch.no_grad():
        f2, f4, f8, key, near = model.encoder(image)
        mask, hidden, colour = torch.rand(1, 1, h, w), torch.zeros(1, HIDDEN, h // 4, w // 4), torch.rand(1, 2, h // 2, w // 2)
        values = model.remember(f8, mask)
        assert (f2.shape[1], f4.shape[1], f8.shape[1], key.shape[1], near.shape[1], values.shape) == (C2, C4, C8, KEY, NEAR, (1, C8, n))
    seen = {'f2': at(2), 'f4': at(4), 'f8': at(8), 'key': {2: 'tokens'}, 'near': at(4)}
    kept = {'keys': {2: 'remembered'}, 'values': {2: 'remembered'}, 'before_near': at(4), 'before_mask': size, 'hidden': at(4), 'colour': at(2)}
    jobs = {
        'encode': (Encode, (image,), {'image': size}, seen),
        'remember': (Remember, (f8, mask), {'f8': at(8), 'mask': size}, {'value': {2: 'tokens'}}),
        'follow': (Follow, (f2, f4, f8, key, near, key.repeat(1, 1, 2), values.repeat(1, 1, 2), near, mask, hidden, colour), {**seen, **kept}, {'mask': size, 'sure': {}, 'after': at(4), 'value': {2: 'tokens'}}),
        'find': (Find, (f2, f4, f8, torch.rand(1, CUES, h // 2, w // 2)), {k: seen[k] for k in ('f2', 'f4', 'f8')} | {'cues': at(2)}, {'mask': size, 'sure': {}}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (kind, inputs, ins, outs) in jobs.items():
        path = folder / f'{name}.onnx'
        torch.onnx.export(kind(model).eval(), inputs, path, input_names=list(ins), output_names=list(outs), dynamic_axes={k: v for k, v in {**ins, **outs}.items() if v}, opset_version=17, dynamo=False, do_constant_folding=True)
        graph = onnx.load(path)
        halve(graph)
        graph.producer_name, graph.producer_version = 'doppel', '1'
        onnx.checker.check_model(graph)
        onnx.save(graph, path)
    record = {name: {'name': f'{name}.onnx', 'bytes': (folder / f'{name}.onnx').stat().st_size, 'sha256': hashlib.sha256((folder / f'{name}.onnx').read_bytes()).hexdigest()} for name in jobs}
    (folder / 'model.json').write_text(json.dumps({'files': record}, indent=2) + '\n')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('folder', type=Path)
    o = parser.parse_args()
    model = Tracker()
    model.load_state_dict(torch.load(o.checkpoint, weights_only=True)['average'])
    write(model.eval(), o.folder)


if __name__ == '__main__':
    main()
