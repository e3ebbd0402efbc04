"""The exponentially weighted mean of a million points, recursive and adjusted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
from scipy import signal

from comparison.counts import Floats, generate
from comparison.engine import Engine, Item, engine
from slo import forecast

POINTS = 1_000_000
ALPHA = 0.1

# Digests of the answers: the sum and the last of the means; they hold the data to the same bits.
EXPECTED: dict[str, tuple[float, float]] = {
    "ema": (1_047_355_398.1302562, 1_425.3188604886418),
    "ema_adjusted": (1_047_355_650.3679981, 1_425.3188604886425),
}


def ema() -> Iterator[Item]:
    """Compare the mean at every place; digested to the sum and the last one."""
    values = generate(POINTS, "1m").total
    for name, adjust in (("ema", False), ("ema_adjusted", True)):
        engines = [make(values, adjust=adjust) for make in (_slo, _polars, _pandas)]
        if not adjust:
            engines.append(_scipy(values))
        yield Item(name, str(POINTS), engines, lambda means: [means.sum(), means[-1]], EXPECTED.get(name))


def _slo(values: Floats, *, adjust: bool) -> Engine:
    def means() -> Floats:
        smoothed: Floats = forecast.Ema(alpha=ALPHA, adjust=adjust).smooth(values)
        return smoothed

    return engine("slo", "slo", "forecast.Ema.smooth; refuses what is not finite", means, lambda means: means)


def _polars(values: Floats, *, adjust: bool) -> Engine:
    means = partial(pl.Series(values).ewm_mean, alpha=ALPHA, adjust=adjust)
    return engine("polars ewm_mean", "polars", "a Series to a Series", means, lambda means: means.to_numpy())


def _pandas(values: Floats, *, adjust: bool) -> Engine:
    def means() -> pd.Series:
        return pd.Series(values).ewm(alpha=ALPHA, adjust=adjust).mean()

    return engine("pandas ewm", "pandas", "ewm(alpha).mean()", means, lambda means: means.to_numpy())


def _scipy(values: Floats) -> Engine:
    """Filter from a state that makes the first mean the first value."""

    def means() -> Floats:
        filtered: Floats = signal.lfilter([ALPHA], [1.0, ALPHA - 1.0], values, zi=[(1.0 - ALPHA) * values[0]])[0]
        return filtered

    return engine("scipy lfilter", "scipy", "signal.lfilter with its initial state", means, np.asarray)
