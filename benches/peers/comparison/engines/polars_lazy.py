"""Polars: lazy expressions, by rolling sums and by differences of cumulative ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from comparison.counts import Counts, Floats
from comparison.engines.peer import Flags, Peer
from comparison.policy import ALLOWED_ONE_IN, RULES, WINDOWS

WindowSums = Callable[[Counts], pl.LazyFrame]


def rolling_sums(counts: Counts) -> pl.LazyFrame:
    """Make the columns bad_5m, total_5m and so on: the sum over each window, once."""
    return _frame(counts).select(
        pl.col(count).rolling_sum(counts.width(window), min_samples=1).alias(f"{count}_{window}")
        for window in WINDOWS
        for count in ("bad", "total")
    )


def cumulative_differences(counts: Counts) -> pl.LazyFrame:
    """Make the columns of `rolling_sums`, by differences of cumulative sums."""
    until = _frame(counts).select(pl.all().cum_sum())
    return until.select(
        (pl.col(count) - pl.col(count).shift(counts.width(window), fill_value=0.0)).alias(f"{count}_{window}")
        for window in WINDOWS
        for count in ("bad", "total")
    )


def firing(window_sums: WindowSums, counts: Counts) -> pl.DataFrame:
    """Return a frame with a column of booleans for each rule."""
    flags = (
        (_over(rule.short, rule.limit) & _over(rule.long, rule.limit)).alias(f"{rule.short}/{rule.long}")
        for rule in RULES
    )
    return window_sums(counts).select(flags).collect()


def burn_rates(window_sums: WindowSums, counts: Counts) -> pl.DataFrame:
    """Return a frame with a column for each window; NaN where a window holds no traffic."""
    rates = ((pl.col(f"bad_{window}") / pl.col(f"total_{window}") * ALLOWED_ONE_IN).alias(window) for window in WINDOWS)
    return window_sums(counts).select(rates).collect()


def _frame(counts: Counts) -> pl.LazyFrame:
    """Take the counts as columns; the subtraction is part of the query."""
    columns = pl.LazyFrame({"good": counts.good, "total": counts.total})
    return columns.select(bad=pl.col("total") - pl.col("good"), total=pl.col("total"))


def _over(window: str, limit: float) -> pl.Expr:
    """Compare the error ratio of `window` with `limit`."""
    return pl.col(f"bad_{window}") > limit * pl.col(f"total_{window}")


def _flags(frame: pl.DataFrame) -> list[Flags]:
    return [column.to_numpy() for column in frame]


def _rates(frame: pl.DataFrame) -> Floats:
    return frame.to_numpy().T


def _peer(name: str, note: str, window_sums: WindowSums) -> Peer[pl.DataFrame, pl.DataFrame]:
    """Describe Polars with one of the two ways to sum over windows."""
    return Peer(
        name=name,
        distribution="polars",
        note=note,
        firing=partial(firing, window_sums),
        flags=_flags,
        burn_rates=partial(burn_rates, window_sums),
        rates=_rates,
    )


ROLLING = _peer("polars rolling_sum", "lazy rolling_sum(min_samples=1), one thread", rolling_sums)
CUMULATIVE = _peer("polars cum_sum", "lazy differences of cum_sum, one thread", cumulative_differences)
