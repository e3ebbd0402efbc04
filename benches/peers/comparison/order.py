"""Order statistics over moving windows of a day of minutes: medians, quartiles, median distances."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import bottleneck as bn
import numpy as np
import polars as pl
from scipy import ndimage

from comparison.counts import Floats
from comparison.engine import Engine, Item, engine
from slo import stats

POINTS = 1_000_000

WINDOW = 1_441
"""Odd, for then the median and the quartiles are values of the window, and scipy's are the same as all others'."""

MAD_POINTS = 20_000
"""For a median distance the peers select from every window anew."""

QUARTERS = (0.25, 0.5, 0.75)


def rolling_order() -> Iterator[Item]:
    """Compare medians on four kinds of data, quartiles and median distances; they are digested to the last ones."""
    for kind in ("independent", "seasonal", "walk", "tied"):
        values = _data(kind, POINTS)
        engines = [_median(values), _bottleneck(values), _scipy(values), _polars(values)]
        yield Item(f"rolling_median_{kind}", str(POINTS), engines, lambda answer: answer[-1:].tolist(), None)
    values = _data("independent", POINTS)
    engines = [_quartiles(values), _scipy_quartiles(values), _polars_quartiles(values)]
    yield Item("rolling_quartiles", str(POINTS), engines, lambda answer: answer[:, -1].tolist(), None)
    values = _data("independent", MAD_POINTS)
    engines = [
        _mad(values),
        _blocks_mad(values, "bottleneck", "bottleneck median", bn.median),
        _blocks_mad(values, "numpy", "numpy median", np.median),
    ]
    yield Item("rolling_mad", str(MAD_POINTS), engines, lambda answer: answer[-1:].tolist(), None)


def _data(kind: str, points: int) -> Floats:
    """Make values of one of four kinds, on which the ways to a median differ."""
    noise = np.random.default_rng(20_261_122).normal(size=points)
    match kind:
        case "seasonal":
            return 100 + 10 * np.sin(2 * np.pi * np.arange(points) / WINDOW) + noise
        case "walk":
            return noise.cumsum()
        case "tied":
            return (2 * noise).round()
        case _:
            return noise


def _median(values: Floats) -> Engine:
    note = "stats.rolling_median; refuses what is not finite"
    return engine("slo", "slo", note, lambda: stats.rolling_median(values, WINDOW), np.asarray)


def _bottleneck(values: Floats) -> Engine:
    name = "bottleneck move_median"
    return engine(name, "bottleneck", "two heaps", lambda: bn.move_median(values, WINDOW), np.asarray)


def _scipy(values: Floats) -> Engine:
    name = "scipy median_filter"
    return engine(name, "scipy", "centred windows", lambda: ndimage.median_filter(values, WINDOW), _label_right)


def _polars(values: Floats) -> Engine:
    def medians() -> pl.DataFrame:
        return pl.LazyFrame({"value": values}).select(pl.col("value").rolling_median(WINDOW)).collect()

    note = "lazy rolling_median, one thread"
    return engine("polars rolling_median", "polars", note, medians, lambda frame: frame.to_numpy()[:, 0].copy())


def _quartiles(values: Floats) -> Engine:
    note = "stats.rolling_quantile of three shares"
    return engine("slo", "slo", note, lambda: stats.rolling_quantile(values, WINDOW, QUARTERS), np.asarray)


def _scipy_quartiles(values: Floats) -> Engine:
    def filters() -> list[Floats]:
        return [ndimage.percentile_filter(values, 100 * q, WINDOW) for q in QUARTERS]

    note = "three calls, centred windows"
    return engine(
        "scipy percentile_filter", "scipy", note, filters, lambda rows: np.array([_label_right(row) for row in rows])
    )


def _polars_quartiles(values: Floats) -> Engine:
    def quantiles() -> pl.DataFrame:
        column = pl.col("value")
        each = {str(q): column.rolling_quantile(q, interpolation="linear", window_size=WINDOW) for q in QUARTERS}
        return pl.LazyFrame({"value": values}).select(**each).collect()

    note = "lazy rolling_quantile of three shares, one thread"
    return engine("polars rolling_quantile", "polars", note, quantiles, lambda frame: frame.to_numpy().T.copy())


def _mad(values: Floats) -> Engine:
    return engine("slo", "slo", "stats.rolling_mad", lambda: stats.rolling_mad(values, WINDOW), np.asarray)


def _blocks_mad(values: Floats, distribution: str, name: str, median: Callable[..., Floats]) -> Engine:
    """Make an engine that copies a thousand windows at a time."""

    def distances() -> Floats:
        view = np.lib.stride_tricks.sliding_window_view(values, WINDOW)
        out = np.full(values.size, np.nan)
        for begin in range(0, len(view), 1_000):
            block = view[begin : begin + 1_000]
            far = np.abs(block - median(block, axis=1)[:, None])
            out[WINDOW - 1 + begin : WINDOW - 1 + begin + len(block)] = median(far, axis=1)
        return out

    return engine(name, distribution, "of all windows of a view, twice", distances, np.asarray)


def _label_right(centred: Floats) -> Floats:
    """Bring what is written at the middle of each window to its end."""
    out = np.full(centred.size, np.nan)
    half = WINDOW // 2
    out[WINDOW - 1 :] = centred[half : centred.size - half]
    return out
