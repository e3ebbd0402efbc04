"""Processor time of engines, round robin in one process."""

from __future__ import annotations

import gc
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

Call = Callable[[], object]

AIMED_SECONDS = 0.010
"""Twice the 5 ms that a sample must last, so that none falls below them when the clock of the processor rises."""

KERNEL = "serial add chain"
KERNEL_POINTS = 43_200


@dataclass(frozen=True)
class Times:
    """Milliseconds of one call, one for each round."""

    samples: Sequence[float]

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.samples)

    @property
    def best(self) -> float:
        """The fastest round."""
        return min(self.samples)

    @property
    def worst(self) -> float:
        """The slowest round."""
        return max(self.samples)


def calibration_kernel() -> Call:
    """Make a call of 43,200 serial additions of f64 into an array that exists: no memory is asked for.

    Each sum needs the one before it, so that no width of vectors shortens the chain: what it takes is the
    processor's, and times divided by it may be compared between machines.
    """
    values = np.ones(KERNEL_POINTS)
    sums = np.empty(KERNEL_POINTS)
    return lambda: np.add.accumulate(values, out=sums)


def round_robin(calls: Sequence[Call], repeats: int) -> list[Times]:
    """Return the times of `calls` in `repeats` rounds, each of which samples every call once."""
    samples: list[list[float]] = [[] for _ in calls]
    with _no_collection():
        loops = [_loops(call) for call in calls]
        for _ in range(repeats):
            for call, loop, of_call in zip(calls, loops, samples, strict=True):
                of_call.append(1e3 * _sample(call, loop) / loop)
    return [Times(of_call) for of_call in samples]


def _loops(call: Call) -> int:
    """Find how many calls make a sample: doubled until they last as long as aimed."""
    loops = 1
    while _sample(call, loops) < AIMED_SECONDS:
        loops *= 2
    return loops


def _sample(call: Call, loops: int) -> float:
    """Measure the seconds of the processor, user and system, that `loops` calls take."""
    begin = time.process_time()
    for _ in itertools.repeat(None, loops):
        call()
    return time.process_time() - begin


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector of cycles from running in somebody's sample, as `timeit` does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
