"""What a peer that rolls windows over a series offers, and how its result is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from comparison.counts import Counts, Floats
from comparison.engine import Answer, Engine, engine

Flags = npt.NDArray[np.bool_]
Episodes = list[tuple[int, int]]
Firing = TypeVar("Firing")
Rates = TypeVar("Rates")
Output = TypeVar("Output")


@dataclass(frozen=True)
class Peer(Generic[Firing, Rates]):
    """A library that sums over windows; `firing` and `burn_rates` are its work, `flags` and `rates` read them."""

    name: str
    distribution: str
    note: str
    firing: Callable[[Counts], Firing]
    flags: Callable[[Firing], Sequence[Flags]]
    burn_rates: Callable[[Counts], Rates]
    rates: Callable[[Rates], Floats]

    def firing_engine(self, counts: Counts) -> Engine:
        """Go from counts to one array of booleans for each rule."""
        return self._engine(lambda: self.firing(counts), lambda firing: np.array(self.flags(firing)))

    def evaluate_engine(self, counts: Counts) -> Engine:
        """Go from counts to the begin and end of every alert, by edges of the booleans."""
        return self._engine(lambda: [episodes(flags) for flags in self.flags(self.firing(counts))], alert_table)

    def burn_rates_engine(self, counts: Counts) -> Engine:
        """Go from counts to the burn rate of every window at every point."""
        return self._engine(lambda: self.burn_rates(counts), self.rates)

    def _engine(self, call: Callable[[], Output], common: Callable[[Output], Answer]) -> Engine:
        return engine(self.name, self.distribution, self.note, call, common)


def episodes(flags: Flags) -> Episodes:
    """Return the half-open runs of true values; one that lasts to the end ends behind the last index."""
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def alert_table(of_rules: Sequence[Episodes]) -> npt.NDArray[np.int64]:
    """Arrange alerts as rows (rule, begin, end), ordered."""
    rows = [(rule, begin, end) for rule, found in enumerate(of_rules) for begin, end in found]
    return np.array(sorted(rows), dtype=np.int64).reshape(-1, 3)
