"""
Trains Doppel's tracker on clips made on the fly: `python -m doppel_training.train --out runs/first`. The same seed makes the same
clips in the same order. Goes on from the last checkpoint when there is one.
"""
import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from .batch import draw_batch
from .model import Tracker
from .pool import Pool
from .rollout import rollout


class Average:
    """Mean of the weights of late steps: steadier than any of them."""

    def __init__(self, model: torch.nn.Module):
        self.model = copy.deepcopy(model).eval()

    @torch.no_grad()
    def update(self, model: torch.nn.Module, step: int) -> None:
        keep = min(0.998, (1 + step) / (10 + step))
        for mine, theirs in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mine.is_floating_point():
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True, help='folder of checkpoints and of the log')
    parser.add_argument('--steps', type=int, default=6000)
    parser.add_argument('--batch', type=int, default=6)
    parser.add_argument('--length', type=int, default=7, help='frames of a roll-out')
    parser.add_argument('--width', type=int, default=224)
    parser.add_argument('--height', type=int, default=128)
    parser.add_argument('--rate', type=float, default=2.5, help='new clips for each step')
    parser.add_argument('--lr', type=float, default=2e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--workers', type=int, default=1, help='processes that make clips')
    parser.add_argument('--clips', type=int, default=320, help='clips a step chooses among: 2 MB of memory each')
    parser.add_argument('--first', type=int, default=48, help='clips made before the first step')
    parser.add_argument('--exact', action='store_true', help='computes in 32 bits: slower, but starts at once')
    parser.add_argument('--minutes', type=float, default=math.inf, help='the learning rate falls to nothing in this time, or in all steps')
    parser.add_argument('--start', type=Path, help='weights to begin with')
    return parser.parse_args()


def main() -> None:
    o = options()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    if device == 'cuda':
        torch.set_default_device('cuda')
    model = Tracker().to(memory_format=torch.channels_last)
    average = Average(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=o.lr, weight_decay=0.02)
    step, spent = 0, 0.0
    last = o.out / 'last.pt'
    if last.exists():
        state = torch.load(last, weights_only=True)
        model.load_state_dict(state['model'])
        average.model.load_state_dict(state['average'])
        optimizer.load_state_dict(state['optimizer'])
        step, spent = state['step'], state['spent']
    elif o.start:
        state = torch.load(o.start, weights_only=True)
        model.load_state_dict(state['average'])
        average.model.load_state_dict(state['average'])
    pool = Pool(o.seed, o.rate, step, o.workers, o.clips, min(64, o.clips), o.first)
    log = (o.out / 'log.jsonl').open('a')
    sums: dict[str, float] = {}
    began, count, saved = time.time() - spent, 0, time.time()

    def save() -> None:
        part = o.out / 'last.part'
        torch.save({'model': model.state_dict(), 'average': average.model.state_dict(), 'optimizer': optimizer.state_dict(), 'step': step, 'spent': time.time() - began}, part)
        part.replace(last)

    try:
        while step < o.steps and time.time() - began < o.minutes * 60:
            done = max(step / o.steps, (time.time() - began) / 60 / o.minutes)
            rate = o.lr * min(1, (step + 1) / 150) * (0.5 + 0.5 * math.cos(math.pi * min(1, done)) + 0.005)
            for group in optimizer.param_groups:
                group['lr'] = rate
            waited = pool.seek(step)
            batch = draw_batch(pool, np.random.default_rng([o.seed, 1, step]), o.batch, o.length, o.width, o.height)
            if device == 'cuda':
                for name, value in vars(batch).items():
                    setattr(batch, name, value.cuda() if isinstance(value, torch.Tensor) else value)
            generator = torch.Generator(device).manual_seed(o.seed * 1_000_003 + step)
            with torch.autocast(device, torch.bfloat16, enabled=not o.exact):
                result = rollout(model, batch, generator, True, 0.2 if step > 800 else 0.0)
            optimizer.zero_grad(set_to_none=True)
            result['loss'].backward()
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            if torch.isfinite(norm):
                optimizer.step()
                average.update(model, step)
            step, count = step + 1, count + 1
            for name, value in {**result, 'waited': waited, 'norm': norm}.items():
                sums[name] = sums.get(name, 0.0) + (value.item() if isinstance(value, torch.Tensor) else value)
            if step % 25 == 0 or step == o.steps:
                line = {'step': step, 'minutes': round((time.time() - began) / 60, 2), 'lr': round(rate, 6), **{name: round(value / count, 4) for name, value in sums.items()}}
                print(json.dumps(line), flush=True)
                print(json.dumps(line), file=log, flush=True)
                sums, count = {}, 0
            if time.time() - saved > 120:
                save()
                saved = time.time()
        save()
    finally:
        pool.close()


if __name__ == '__main__':
    main()
