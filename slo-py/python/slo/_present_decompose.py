"""How decompositions are shown: tables, data frames and plots. Imported when something is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from slo._present import _ROWS, _frame, _table
from slo.forecast import Decomposition

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from slo.forecast import ClassicalDecomposition, MultipleDecomposition


def _columns(parts: Decomposition | MultipleDecomposition) -> dict[str, NDArray[np.float64]]:
    seasons = {"seasonal": parts.seasonal}
    if not isinstance(parts, Decomposition):
        # A column for each season of several.
        seasons = {f"seasonal_{period}": row for period, row in zip(parts.periods, parts.seasonal, strict=True)}
    return {"trend": parts.trend, **seasons, "remainder": parts.remainder, "weights": parts.weights}


def decomposition_html(parts: Decomposition | MultipleDecomposition) -> str:
    """The first values as a table with one row for each."""
    columns = _columns(parts)
    rows = [
        (step, *(f"{value:.6g}" for value in values))
        for step, *values in zip(range(_ROWS), *(column[:_ROWS] for column in columns.values()), strict=False)
    ]
    return _table(repr(parts), ["index", *columns], rows, len(parts))


def decomposition_frame(parts: Decomposition | MultipleDecomposition) -> Any:
    """A frame with one row for each value."""
    return _frame(_columns(parts))


def plot_decomposition(parts: Decomposition | MultipleDecomposition, ax: Sequence[Axes] | None) -> Sequence[Axes]:
    """The values and their parts, one below the other."""
    columns = _columns(parts)
    columns.pop("weights")
    series = {"values": np.sum(list(columns.values()), axis=0), **columns}
    if ax is None:
        from matplotlib import pyplot

        ax = list(pyplot.subplots(len(series), sharex=True)[1])
    for axes, (name, values) in zip(ax, series.items(), strict=True):
        axes.plot(values, color="tab:blue")
        axes.set(ylabel=name)
    return ax


def classical_frame(parts: ClassicalDecomposition) -> Any:
    """A frame with one row for each value."""
    return _frame({"trend": parts.trend, "seasonal": parts.seasonal, "remainder": parts.remainder})


def classical_dict(parts: ClassicalDecomposition) -> dict[str, list[float | None]]:
    """The parts as lists, None where there is no number."""
    columns = {name: getattr(parts, name) for name in ("trend", "figure", "seasonal", "remainder")}
    return {name: [None if np.isnan(x) else x for x in column.tolist()] for name, column in columns.items()}


def plot_classical(parts: ClassicalDecomposition, ax: Sequence[Axes] | None) -> Sequence[Axes]:
    """The parts, one below the other."""
    if ax is None:
        from matplotlib import pyplot

        ax = list(pyplot.subplots(3, sharex=True)[1])
    for axes, name in zip(ax, ("trend", "seasonal", "remainder"), strict=True):
        axes.plot(getattr(parts, name), color="tab:blue")
        axes.set(ylabel=name)
    return ax
