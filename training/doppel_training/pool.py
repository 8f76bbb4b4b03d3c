"""Clips made by a process beside the training: of each step the same ones, whatever the machine's pace."""
import multiprocessing as mp
from multiprocessing import shared_memory

import cv2
import numpy as np

from . import scene
from .textures import make_bank

STILLS = 3
"""Frames of clips that are looked at as single pictures."""


def arrays(memory: shared_memory.SharedMemory, slots: int) -> tuple[np.ndarray, np.ndarray]:
    shape = (slots, scene.FRAMES, scene.HEIGHT, scene.WIDTH)
    frames = np.ndarray((*shape, 3), np.uint8, memory.buf)
    labels = np.ndarray(shape, np.uint8, memory.buf, frames.nbytes)
    return frames, labels


def make(name: str, slots: int, ahead: int, seed: int, first: int, stride: int, begin: int, done, wanted, salient: bool) -> None:
    """Makes clips `begin + first`, and every `stride`-th after it, as far as is wanted. Ends with its parent."""
    cv2.setNumThreads(1)
    if salient:
        scene.FRAMES = STILLS
    memory = shared_memory.SharedMemory(name)
    frames, labels = arrays(memory, slots)
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
        shape = scene.FRAMES * scene.HEIGHT * scene.WIDTH * 4
        self.memory = shared_memory.SharedMemory(create=True, size=self.slots * shape)
        self.frames, self.labels = arrays(self.memory, self.slots)
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

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        i = int(rng.integers(max(self.begin, self.last - self.kept), self.last)) % self.slots
        return self.frames[i], self.labels[i]

    def close(self) -> None:
        for worker in self.workers:
            worker.terminate()
        self.memory.close()
        self.memory.unlink()
