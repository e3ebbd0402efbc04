"""Pearson's correlation of one pair of series, a day in minutes, with its p-value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from comparison.engine import Engine, Item, engine
from slo import correlate

Floats = npt.NDArray[np.float64]

POINTS = 1440

# A digest of the answer; it holds the data to the same bits as well.
EXPECTED = (0.04496335888624344, 0.0880787739918921)


def pearson() -> Item:
    """Compare coefficient and p-value; they are their own digest."""
    x, y = _series()
    engines = [_slo(x, y), _scipy(x, y), _numpy(x, y)]
    return Item("pearson", str(POINTS), engines, lambda answer: answer.tolist(), EXPECTED)


def _slo(x: Floats, y: Floats) -> Engine:
    return engine(
        "slo",
        "slo",
        "correlate.pearson; with an interval",
        lambda: correlate.pearson(x, y),
        lambda found: np.array([found.coefficient, found.p_value]),
    )


def _scipy(x: Floats, y: Floats) -> Engine:
    return engine(
        "scipy pearsonr",
        "scipy",
        "stats.pearsonr; the interval is made when it is asked for",
        lambda: stats.pearsonr(x, y),
        lambda found: np.array([found.statistic, found.pvalue]),
    )


def _numpy(x: Floats, y: Floats) -> Engine:
    """Compute the coefficient alone; the p-value that the answers are compared by is not timed."""

    def with_p_value(matrix: Floats) -> Floats:
        r = matrix[0, 1]
        t = abs(r) * np.sqrt((POINTS - 2) / (1 - r * r))
        return np.array([r, 2 * stats.t.sf(t, POINTS - 2)])

    return engine("numpy corrcoef", "numpy", "the coefficient alone", lambda: np.corrcoef(x, y), with_p_value)


def _series() -> tuple[Floats, Floats]:
    """Two series that have a little in common."""
    generator = np.random.default_rng(1440)
    x = generator.normal(100.0, 15.0, POINTS)
    return x, 0.05 * x + generator.normal(20.0, 10.0, POINTS)
