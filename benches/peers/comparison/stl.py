"""Seasonal-trend decomposition, fitted at every value, as statsmodels has it: 417 days of hours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from statsmodels.tsa.seasonal import STL

from comparison.engine import Engine, Item, engine
from slo.forecast import Stl

Floats = npt.NDArray[np.float64]

POINTS, PERIOD = 10_000, 24

# A digest of the answer; it holds the data to the same bits as well.
EXPECTED = (1049933.071401643, 100.11097200615136)


def stl() -> Item:
    """Compare trend and season together; the digest is their sum."""
    values = _series()
    return Item("stl", str(POINTS), [_slo(values), _statsmodels(values)], _digest, EXPECTED)


def _slo(values: Floats) -> Engine:
    return engine(
        "slo",
        "slo",
        "forecast.Stl(preset='statsmodels')",
        lambda: Stl(PERIOD, 7, preset="statsmodels").decompose(values),
        lambda parts: parts.trend + parts.seasonal,
    )


def _statsmodels(values: Floats) -> Engine:
    return engine(
        "statsmodels STL",
        "statsmodels",
        "tsa.seasonal.STL; seasonal=7, no jumps, five inner passes",
        lambda: STL(values, period=PERIOD, seasonal=7).fit(),
        lambda fit: np.asarray(fit.trend + fit.seasonal),
    )


def _digest(answer: Floats) -> list[float]:
    return [float(answer.sum()), float(answer[0])]


def _series() -> Floats:
    random = np.random.default_rng(7)
    at = np.arange(POINTS)
    return 100 + 10 * np.sin(2 * np.pi * at / PERIOD) + 0.001 * at + random.normal(size=POINTS)
