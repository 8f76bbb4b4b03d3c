"""Reads checkpoints in the layout of yoxu515/aot-benchmark. Nothing in them is run: they are read as weights only."""
import pickle
import re
from pathlib import Path

import torch

from .network import DeAOT
from .variants import SWIN, VARIANTS, ExportError

MOST_NAMED = 4


def weights_in(path: Path) -> dict[str, torch.Tensor]:
    if not path.is_file():
        raise ExportError(f'there is no file {path}')
    try:
        saved = torch.load(path, map_location='cpu', weights_only=True)
    except pickle.UnpicklingError as error:
        # PyTorch's own message goes on with how to run what the file holds, which nobody should.
        found = re.search(r'GLOBAL ([\w.]+)', str(error))
        raise ExportError(f'{path} is no checkpoint' + (f', or one that holds more than weights: {found[1]}' if found else '')) from None
    except (RuntimeError, EOFError, ValueError, OSError) as error:
        raise ExportError(f'{path} is no checkpoint, or was cut off: {str(error).split(chr(10))[0].split(". ")[0] or type(error).__name__}') from None
    # Beside the weights, files from training keep their optimiser.
    state = saved.get('state_dict', saved) if isinstance(saved, dict) else None
    if not isinstance(state, dict) or not state or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ExportError(f'{path} holds no "state_dict" of tensors')
    return {key.removeprefix('module.'): value for key, value in state.items() if not key.endswith('num_batches_tracked')}


def kind_of(state: dict[str, torch.Tensor]) -> str:
    """What a checkpoint is, as far as its keys tell: for whoever took another one than they meant."""
    if not any(key.startswith('LSTT.layers.') and 'linear_QV' in key for key in state):
        return 'this is no DeAOT checkpoint (AOT ones are others)' if any(key.startswith('LSTT.') for key in state) else 'this is no DeAOT checkpoint'
    if any(key.startswith(('encoder.patch_embed', 'encoder.layers.0.')) for key in state):
        return SWIN
    layers = len({key.split('.')[2] for key in state if key.startswith('LSTT.layers.')})
    encoder = 'resnet50' if 'encoder.layer1.0.conv1.weight' in state else 'mobilenetv2'
    fitting = [name for name, variant in VARIANTS.items() if (variant.encoder, variant.layers) == (encoder, layers)]
    return f'its keys are those of {" or ".join(fitting)}' if fitting else f'it has {layers} layers'


def named(keys: list[str]) -> str:
    return ', '.join(keys[:MOST_NAMED]) + (f' and {len(keys) - MOST_NAMED} more' if len(keys) > MOST_NAMED else '')


def opened(path: Path, variant: str) -> DeAOT:
    """The network with the weights of a checkpoint. Every weight must be there, be of its shape, and have a use."""
    state = weights_in(path)
    model = DeAOT(VARIANTS[variant])
    wanted = model.state_dict()
    missing = [key for key in wanted if key not in state]
    extra = [key for key in state if key not in wanted]
    misshapen = [f'{key} is {list(state[key].shape)} and should be {list(wanted[key].shape)}' for key in wanted if key in state and state[key].shape != wanted[key].shape]
    broken = [key for key in wanted if key in state and not torch.isfinite(state[key]).all()]
    told = [('it lacks', missing), ('nothing takes its', extra), ('shapes differ:', misshapen), ('not all numbers are finite in', broken)]
    wrong = [f'{what} {named(keys)}' for what, keys in told if keys]
    if wrong:
        raise ExportError(f'{path.name} is not {variant}: {kind_of(state)}; {"; ".join(wrong)}')
    model.load_state_dict({key: value.float() for key, value in state.items()})
    return model.eval()
