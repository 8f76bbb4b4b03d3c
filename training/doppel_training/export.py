"""
Writes the graphs as ONNX: `python -m doppel_training.export runs/first/last.pt models/doppel --regroup runs/moving/last.pt`. Weights are kept in 16 bits
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

from .model import C2, C4, C8, CUES, HIDDEN, KEY, NEAR, Tracker, opened
from .motion import PLANES, motion


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
        logits, sure = self.model.find((f2, f4, f8, None, None), cues, torch.zeros_like(cues[:, :PLANES]))
        return torch.sigmoid(logits), torch.sigmoid(sure)


class Regroup(Encode):
    def forward(self, f2, f4, f8, cues, moved):
        logits, sure = self.model.find((f2, f4, f8, None, None), cues, moved)
        return torch.sigmoid(logits), torch.sigmoid(sure)


class Move(Encode):
    def forward(self, image, before):
        return motion(image, before)


def part(graph: onnx.GraphProto) -> None:
    """
    Runtimes are at their best with channels in fours. Where an input of the graph is the last of what a convolution sees, and makes the number of
    channels an odd one, it gets a convolution of its own: the sum is the same.
    """
    made = {node.output[0]: node for node in graph.node}
    channels = {each.name: each.type.tensor_type.shape.dim[1].dim_value for each in graph.input}
    for node in [each for each in graph.node if each.op_type == 'Conv']:
        seen = made.get(node.input[0])
        weight = next(each for each in graph.initializer if each.name == node.input[1])
        last = channels.get(seen.input[-1]) if seen is not None and seen.op_type == 'Concat' else None
        if not last or weight.dims[1] % 4 == 0 or (weight.dims[1] - last) % 4 > 0:
            continue
        values, name, out = numpy_helper.to_array(weight), node.input[1], node.output[0]
        graph.initializer.remove(weight)
        graph.initializer.extend([numpy_helper.from_array(values[:, :-last].copy(), name + '_most'), numpy_helper.from_array(values[:, -last:].copy(), name + '_last')])
        most, alone = onnx.NodeProto(), onnx.NodeProto()
        most.CopyFrom(node)
        alone.CopyFrom(node)
        most.input[1], most.output[0] = name + '_most', out + '_most'
        alone.input[:], alone.output[0] = [seen.input[-1], name + '_last'], out + '_last'
        at = list(graph.node).index(node)
        graph.node.remove(node)
        for added in (helper.make_node('Add', [out + '_most', out + '_last'], [out]), alone, most):
            graph.node.insert(at, added)
        del seen.input[-1]


def narrow(graph: onnx.ModelProto, bytewise: bool) -> None:
    """
    Keeps large weights in 16 bits, or those of convolutions in 8 with a scale for each channel, and widens them by nodes that runtimes
    fold when they open the graph.
    """
    wider = []
    for weight in list(graph.graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 256:
            continue
        graph.graph.initializer.remove(weight)
        if bytewise and values.ndim == 4:
            scale = np.maximum(np.abs(values).max((1, 2, 3), keepdims=True), 1e-9) / 127
            graph.graph.initializer.extend([numpy_helper.from_array(np.round(values / scale).astype(np.int8), weight.name + '_8'), numpy_helper.from_array(scale.astype(np.float32), weight.name + '_scale')])
            wider += [helper.make_node('Cast', [weight.name + '_8'], [weight.name + '_wide'], to=TensorProto.FLOAT), helper.make_node('Mul', [weight.name + '_wide', weight.name + '_scale'], [weight.name])]
        else:
            graph.graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), weight.name + '_16'))
            wider.append(helper.make_node('Cast', [weight.name + '_16'], [weight.name], to=TensorProto.FLOAT))
    for node in reversed(wider):
        graph.graph.node.insert(0, node)


def tidy(graph: onnx.GraphProto) -> None:
    """Without where each node came from in Python, and with each constant but once, and short names: of `move` that is most."""
    known: dict[bytes, str] = {}
    same: dict[str, str] = {}
    for i, node in enumerate(list(graph.node)):
        node.ClearField('doc_string')
        node.name = str(i)
        for at, name in enumerate(node.input):
            node.input[at] = same.get(name, name)
        if node.op_type == 'Constant':
            first = known.setdefault(node.attribute[0].SerializeToString(), node.output[0])
            if first != node.output[0]:
                same[node.output[0]] = first
                graph.node.remove(node)
    # And names are short: nobody reads them.
    outside = {value.name for value in [*graph.input, *graph.output]}
    short: dict[str, str] = {'': ''}
    rename = lambda name: name if name in outside else short.setdefault(name, f'_{len(short):x}')
    for weight in graph.initializer:
        weight.name = rename(weight.name)
    for node in graph.node:
        node.input[:] = [rename(name) for name in node.input]
        node.output[:] = [rename(name) for name in node.output]
    graph.ClearField('value_info')


def write(model: Tracker, regroup: Tracker, folder: Path, width: int = 256, height: int = 144) -> None:
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
        'regroup': (Regroup, (f2, f4, f8, torch.rand(1, CUES, h // 2, w // 2), torch.zeros(1, PLANES, h // 2, w // 2)), {k: seen[k] for k in ('f2', 'f4', 'f8')} | {'cues': at(2), 'moved': at(2)}, {'mask': size, 'sure': {}}),
        'move': (Move, (image, torch.rand(1, 3, h, w)), {'image': size, 'before': size}, {'moved': at(2)}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, (kind, inputs, ins, outs) in jobs.items():
        path = folder / f'{name}.onnx'
        torch.onnx.export(kind(regroup if name == 'regroup' else model).eval(), inputs, path, input_names=list(ins), output_names=list(outs), dynamic_axes={k: v for k, v in {**ins, **outs}.items() if v}, opset_version=17, dynamo=False, do_constant_folding=True)
        graph = onnx.load(path)
        part(graph.graph)
        # The two that look at clicks would not fit otherwise.
        narrow(graph, name in ('find', 'regroup'))
        tidy(graph.graph)
        graph.producer_name, graph.producer_version = 'doppel', '1'
        onnx.checker.check_model(graph)
        onnx.save(graph, path)
    record = {name: {'name': f'{name}.onnx', 'bytes': (folder / f'{name}.onnx').stat().st_size, 'sha256': hashlib.sha256((folder / f'{name}.onnx').read_bytes()).hexdigest()} for name in jobs}
    (folder / 'model.json').write_text(json.dumps({'files': record}, indent=2) + '\n')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('folder', type=Path)
    parser.add_argument('--regroup', type=Path, help='what `sharpen --moving` made')
    o = parser.parse_args()
    write(opened(o.checkpoint), opened(o.regroup or o.checkpoint), o.folder)


if __name__ == '__main__':
    main()
