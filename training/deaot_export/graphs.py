"""The two graphs, as files."""
import warnings
from pathlib import Path

import onnx
import torch

from .network import DeAOT
from .propagation import KEY, WIDE, Memory
from .variants import IDENTITIES, STRIDE, VARIANTS

PARTS = ('k', 'v', 'idv')
OPSET = 17


class Init(torch.nn.Module):
    def __init__(self, model: DeAOT, gap: int):
        super().__init__()
        self.model = model
        self.register_buffer('gap', torch.tensor([float(gap)]))

    def forward(self, image, mask_onehot):
        # The gap tells variants apart that are alike in everything else.
        return *self.model.init(image, mask_onehot), self.gap.clone()


class Step(torch.nn.Module):
    def __init__(self, model: DeAOT):
        super().__init__()
        self.model = model

    def forward(self, image, lt_k, lt_v, lt_idv, st_k, st_v, st_idv, obj_mask):
        chances, memory = self.model.step(image, Memory(lt_k, lt_v, lt_idv), Memory(st_k, st_v, st_idv), obj_mask)
        return chances, *memory


def memory_like(layers: int, tokens: int) -> list[torch.Tensor]:
    return [torch.randn(layers, tokens, width) for width in (KEY, WIDE, WIDE)]


def export(module: torch.nn.Module, inputs: tuple, path: Path, names: tuple[list[str], list[str]], free: dict) -> None:
    with warnings.catch_warnings():
        # The tracer warns of sizes that become constants, as they are meant to; and that it is the older of two.
        warnings.simplefilter('ignore')
        torch.onnx.export(module.eval(), inputs, path, input_names=names[0], output_names=names[1], dynamic_axes=free, opset_version=OPSET, dynamo=False, do_constant_folding=True)
    graph = onnx.load(path)
    # Where each node came from says nothing on another machine.
    for node in graph.graph.node:
        node.ClearField('doc_string')
    graph.producer_name, graph.producer_version = 'doppel', '1'
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, path)


def write(model: DeAOT, variant: str, width: int, height: int, folder: Path) -> list[Path]:
    """`<variant>_init.onnx` and `<variant>_step.onnx`, for pictures of one size."""
    layers, gap = VARIANTS[variant].layers, VARIANTS[variant].gap
    tokens = ((width - 1) // STRIDE + 1) * ((height - 1) // STRIDE + 1)
    image = torch.randn(1, 3, height, width)
    onehot = torch.zeros(1, IDENTITIES, height, width)
    onehot[:, 0] = 1
    folder.mkdir(parents=True, exist_ok=True)
    name = variant.lower().replace('r50-l', 'r50-deaot-l').replace('-', '_')
    paths = [folder / f'{name}_init.onnx', folder / f'{name}_step.onnx']
    prefixed = lambda before, after='': [f'{before}_{part}{after}' for part in PARTS]
    export(Init(model, gap), (image, onehot), paths[0], (['image', 'mask_onehot'], [*prefixed('mem'), 'long_term_gap']), {})
    # Two frames are remembered here, so that nothing takes their number for that of a frame's tokens.
    inputs = (image, *memory_like(layers, 2 * tokens), *memory_like(layers, tokens), torch.ones(1, IDENTITIES, 1, 1))
    ins = ['image', *prefixed('lt'), *prefixed('st'), 'obj_mask']
    export(Step(model), inputs, paths[1], (ins, ['prob', *prefixed('st', '_out')]), {name: {1: 'remembered'} for name in prefixed('lt')})
    return paths
