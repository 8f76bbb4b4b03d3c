"""
Measures a checkpoint on annotated sequences, by their first mask and by one click: `python -m doppel_training.evaluate
runs/first/last.pt FOLDER`, where FOLDER holds clips `name.mp4` and `Annotations/name/00000.png`.
"""
import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from .clicks import centre
from .model import Tracker, opened
from .tracking import click_mask, follow, follow_click, prepare


def sequence(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """RGB frames and masks."""
    clip = cv2.VideoCapture(str(folder / f'{name}.mp4'))
    truth = np.stack([cv2.imread(str(p), 0) > 127 for p in sorted((folder / 'Annotations' / name).glob('*.png'))])
    frames = []
    while len(frames) < len(truth):
        there, frame = clip.read()
        if not there:
            break
        frames.append(frame[..., ::-1])
    return np.stack(frames), truth[: len(frames)]


def overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    either = (mask | truth).sum()
    return float((mask & truth).sum() / either) if either else 1.0


def measure(model: Tracker, frames: np.ndarray, truth: np.ndarray, width: int, height: int, click: bool, again: Tracker | None = None, **how) -> list[float]:
    """J of every frame after the first (with a click: of the first too, at the front)."""
    h, w = truth.shape[1:]
    pictures = [prepare(frame, width, height) for frame in frames]
    grow = lambda mask: (F.interpolate(mask, (h, w), mode='bilinear', align_corners=False)[0, 0] > 0.5).numpy()
    scores = []
    if click:
        x, y = centre(truth[0]) or (0, 0)
        at = int(x * width / w / 2), int(y * height / h / 2)
        seed, _ = click_mask(model, pictures[0], [(*at, True)])
        # Doppel takes what is rather likely along.
        seed = (seed > 0.2).float()
        scores.append(overlap(grow(seed), truth[0]))
    else:
        seed = torch.from_numpy(cv2.resize(truth[0].astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))[None, None]
    steps = follow_click(model, again, pictures, seed, at, **how) if click and again else follow(model, pictures, seed, **how)
    for (mask, _), right in zip(steps, truth[1:]):
        scores.append(overlap(grow(mask), right))
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('folder', type=Path)
    parser.add_argument('--regroup', type=Path, help='what `sharpen --moving` made: looks at what was clicked again')
    parser.add_argument('--width', type=int, default=256)
    parser.add_argument('--height', type=int, default=144)
    parser.add_argument('--only', choices=['mask', 'click'])
    parser.add_argument('--threads', type=int, default=2)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    state = torch.load(o.checkpoint, weights_only=True)
    model, again = opened(o.checkpoint), opened(o.regroup) if o.regroup else None
    print(f"step {state['step']}, {state['spent'] / 60:.1f} min, {o.width}x{o.height}")
    for kind in [o.only] if o.only else ['mask', 'click']:
        means = []
        for name in sorted(p.name for p in (o.folder / 'Annotations').iterdir()):
            scores = measure(model, *sequence(o.folder, name), o.width, o.height, kind == 'click', again)
            tail = scores[1 if kind == 'click' else 0 :]
            means.append(float(np.mean(tail[:-1])))
            print(f'{kind:5} {name:14} J {means[-1]:.3f}  first {scores[0]:.2f}  quarters ' + ' '.join(f'{np.mean(part):.2f}' for part in np.array_split(tail, 4)), flush=True)
        print(f'{kind:5} mean           J {np.mean(means):.3f}', flush=True)


if __name__ == '__main__':
    main()
