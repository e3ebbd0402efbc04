"""Mean and deviation of a million points over moving windows of an hour and of a day of minutes."""

from __future__ import annotations

from collections.abc import Iterator

import bottleneck as bn
import numpy as np
import pandas as pd
import polars as pl

from comparison.counts import Floats, generate
from comparison.engine import Engine, Item, engine
from slo import stats

POINTS = 1_000_000
WINDOWS = (60, 1_440)

# Digests of the answers: mean and deviation at the end of the data; they hold the data to the same bits as well.
EXPECTED = {60: (1401.9833333333333, 37.68940491620759), 1_440: (1049.8416666666667, 290.87093333816387)}

# Where traffic ceased and came back, the running sums of bottleneck and pandas are off by up to 6e-11 of a deviation.
TOLERANCE = 1e-9


def rolling_moments() -> Iterator[Item]:
    """Compare means and deviations at every place; digested to the last ones."""
    values = generate(POINTS, "1m").total
    for window in WINDOWS:
        engines = [make(values, window) for make in (_slo, _bottleneck, _pandas, _polars)]
        name = f"rolling_moments_{window}"
        yield Item(name, str(POINTS), engines, lambda answer: answer[:, -1].tolist(), EXPECTED[window], TOLERANCE)


def _slo(values: Floats, window: int) -> Engine:
    return engine(
        "slo",
        "slo",
        "stats.rolling_moments; refuses what is not finite",
        lambda: stats.rolling_moments(values, window),
        lambda found: np.array([found.mean, found.std]),
    )


def _bottleneck(values: Floats, window: int) -> Engine:
    return engine(
        "bottleneck move_mean, move_std",
        "bottleneck",
        "move_mean and move_std(ddof=1)",
        lambda: (bn.move_mean(values, window), bn.move_std(values, window, ddof=1)),
        np.array,
    )


def _pandas(values: Floats, window: int) -> Engine:
    def moments() -> tuple[pd.Series, pd.Series]:
        rolling = pd.Series(values).rolling(window)
        return rolling.mean(), rolling.std()

    return engine("pandas rolling", "pandas", "rolling(n).mean() and .std()", moments, np.array)


def _polars(values: Floats, window: int) -> Engine:
    def moments() -> pl.DataFrame:
        column = pl.col("value")
        frame = pl.LazyFrame({"value": values})
        return frame.select(mean=column.rolling_mean(window), std=column.rolling_std(window)).collect()

    return engine(
        "polars rolling",
        "polars",
        "lazy rolling_mean and rolling_std, one thread",
        moments,
        lambda frame: frame.to_numpy().T.copy(),
    )
