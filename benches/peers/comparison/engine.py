"""What is compared: an engine, an item, and what it means that answers agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Answer = npt.NDArray[np.bool_] | npt.NDArray[np.int64] | npt.NDArray[np.float64]
Output = TypeVar("Output")

RELATIVE_TOLERANCE = 1e-12


class DisagreementError(AssertionError):
    """Two engines computed different answers, or all computed another than the recorded one."""


@dataclass(frozen=True)
class Engine:
    """One way to do the work of an item.

    `call` is what is timed: from the arrays of the caller to the engine's own kind of result, allocated anew.
    `answer` makes the call and brings its result into the common form, which is not timed.
    """

    name: str
    version: str
    note: str
    call: Callable[[], object]
    answer: Callable[[], Answer]


@dataclass(frozen=True)
class Item:
    """A piece of work, the engines that do it (ours first), and a digest of the answer known beforehand.

    A `tolerance` wider than that of all items is what peers lose of the digits.
    """

    name: str
    size: str
    engines: Sequence[Engine]
    digest: Callable[[Answer], Sequence[float]]
    expected: Sequence[float] | None
    tolerance: float = RELATIVE_TOLERANCE

    @property
    def title(self) -> str:
        """The name and the size, as in `burn_firing/43200`."""
        return f"{self.name}/{self.size}"


def engine(
    name: str, distribution: str, note: str, call: Callable[[], Output], common: Callable[[Output], Answer]
) -> Engine:
    """Make an engine of an installed distribution; `common` brings the result of `call` into the common form."""
    return Engine(name, metadata.version(distribution), note, call, lambda: common(call()))


def agree(item: Item) -> None:
    """Raise `DisagreementError` unless every engine of `item` computes the same and the expected answer."""
    ours, *peers = item.engines
    answer = ours.answer()
    for peer in peers:
        if not _same(answer, peer.answer(), item.tolerance):
            message = f"{item.title}: {peer.name} disagrees with {ours.name}"
            raise DisagreementError(message)
    digest = [float(number) for number in item.digest(answer)]
    if item.expected is not None and not np.allclose(digest, item.expected, rtol=RELATIVE_TOLERANCE, atol=0.0):
        message = f"{item.title}: all agree on {digest}, but {list(item.expected)} is recorded"
        raise DisagreementError(message)


def _same(a: Answer, b: Answer, tolerance: float) -> bool:
    """Tell whether shapes and values are equal; floats within the tolerance and undefined at the same places."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if a.dtype == np.float64:
        return np.allclose(a, b, rtol=tolerance, atol=0.0, equal_nan=True)
    return np.array_equal(a, b)
