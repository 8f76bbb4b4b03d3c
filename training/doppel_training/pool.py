"""Clips made by a process beside the training: of each step the same ones, whatever the machine's pace."""
import multiprocessing as mp
from multiprocessing import shared_memory

import cv2
import numpy as np
import torch

from . import scene
from .motion import motion
from .textures import make_bank

STILLS = 6
"""Frames of clips of which single pictures are looked at, with what moved since one before."""
PAIRS = 2
"""Of each of those clips so many pictures have their motion known."""


def arrays(memory: shared_memory.SharedMemory, slots: int) -> tuple[np.ndarray, ...]:
    """Frames, numbers of things; of pairs of pictures the motion between them at half the size, and which picture it is of."""
    shape = (slots, scene.FRAMES, scene.HEIGHT, scene.WIDTH)
    frames = np.ndarray((*shape, 3), np.uint8, memory.buf)
    labels = np.ndarray(shape, np.uint8, memory.buf, frames.nbytes)
    moved = np.ndarray((slots, PAIRS, 2, scene.HEIGHT // 2, scene.WIDTH // 2), np.float32, memory.buf, frames.nbytes + labels.nbytes)
    which = np.ndarray((slots, PAIRS), np.int32, memory.buf, frames.nbytes + labels.nbytes + moved.nbytes)
    return frames, labels, moved, which


def watch(rng: np.random.Generator, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The motion of some pictures of a clip since, or until, another [PAIRS, 2, h/2, w/2], and which pictures."""
    which, moved = [], []
    for _ in range(PAIRS):
        n, apart = int(rng.integers(len(frames))), int(rng.choice([1, 2, 3, 4], p=[0.2, 0.4, 0.2, 0.2]))
        able = [i for i in (n - apart, n + apart) if 0 <= i < len(frames)] or [0 if n else 1]
        now, old = (torch.from_numpy(frames[i].transpose(2, 0, 1).copy()).float()[None] / 255 for i in (n, int(rng.choice(able))))
        which.append(n)
        moved.append(motion(now, old)[0, :2].numpy())
    return np.stack(moved), np.array(which)


def make(name: str, slots: int, ahead: int, seed: int, first: int, stride: int, begin: int, done, wanted, salient: bool) -> None:
    """Makes clips `begin + first`, and every `stride`-th after it, as far as is wanted. Ends with its parent."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    if salient:
        scene.FRAMES = STILLS
    memory = shared_memory.SharedMemory(name)
    frames, labels, moved, which = arrays(memory, slots)
    bank = make_bank(np.random.default_rng([seed, 7]))
    i = begin + first
    parent = mp.parent_process()
    while parent is not None and parent.is_alive():
        if i >= wanted.value + ahead:
            parent.join(0.02)
            continue
        rng = np.random.default_rng([seed, i])
        if i % 200 == 0:
            bank = make_bank(rng)
        frames[i % slots], labels[i % slots] = scene.make_clip(rng, bank, salient)
        if salient:
            moved[i % slots], which[i % slots] = watch(rng, frames[i % slots])
        done[first] = i + stride
        i += stride


class Pool:
    """
    `seek(step)` waits until the clips of a step are there; `draw` gives one of them. A step chooses among the newest `kept` clips, of which
    `rate` are new for each step after `first` at the beginning; up to `ahead` are made beforehand. `salient`: short clips of
    things that stand out.
    """

    def __init__(self, seed: int, rate: float, step: int = 0, workers: int = 1, kept: int = 320, ahead: int = 64, first: int = 48, salient: bool = False):
        if salient:
            scene.FRAMES = STILLS
        self.rate, self.kept, self.first, self.slots = rate, kept, first, kept + ahead
        shape = scene.FRAMES * scene.HEIGHT * scene.WIDTH * 4 + PAIRS * (scene.HEIGHT * scene.WIDTH * 2 + 4)
        self.memory = shared_memory.SharedMemory(create=True, size=self.slots * shape)
        self.frames, self.labels, self.moved, self.which = arrays(self.memory, self.slots)
        context = mp.get_context('spawn')
        begin = max(0, self.end(step) - kept)
        self.done = context.Array('q', [begin + i for i in range(workers)], lock=False)
        self.wanted = context.Value('q', self.end(step), lock=False)
        self.begin = begin
        self.workers = [context.Process(target=make, args=(self.memory.name, self.slots, ahead, seed, i, workers, begin, self.done, self.wanted, salient), daemon=True) for i in range(workers)]
        for worker in self.workers:
            worker.start()

    def end(self, step: int) -> int:
        return self.first + int(step * self.rate)

    def seek(self, step: int) -> float:
        """Gives the seconds it had to wait."""
        self.last = self.end(step)
        self.wanted.value = self.last
        waited = 0.0
        while min(self.done) < self.last:
            self.workers[0].join(0.02)
            waited += 0.02
            if not all(worker.is_alive() for worker in self.workers):
                raise RuntimeError('the process that makes clips ended: see what it printed above')
        return waited

    def pick(self, rng: np.random.Generator) -> int:
        return int(rng.integers(max(self.begin, self.last - self.kept), self.last)) % self.slots

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        i = self.pick(rng)
        return self.frames[i], self.labels[i]

    def still(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A picture, its numbers, and its motion."""
        i, k = self.pick(rng), int(rng.integers(PAIRS))
        return self.frames[i, self.which[i, k]], self.labels[i, self.which[i, k]], self.moved[i, k]

    def close(self) -> None:
        for worker in self.workers:
            worker.terminate()
        self.memory.close()
        self.memory.unlink()
