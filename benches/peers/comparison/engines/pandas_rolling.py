"""pandas: rolling windows by count of points."""

from __future__ import annotations

import pandas as pd

from comparison.counts import Counts
from comparison.engines.peer import Peer
from comparison.policy import ALLOWED_ONE_IN, RULES, WINDOWS, limits


def firing(counts: Counts) -> list[pd.Series]:
    """Return four series of booleans; the sums of each window are compared and let go at once."""
    bad_counts = pd.Series(counts.total - counts.good)
    total_counts = pd.Series(counts.total)
    over = {}
    for window in WINDOWS:
        width = counts.width(window)
        bad = bad_counts.rolling(width, min_periods=1).sum()
        total = total_counts.rolling(width, min_periods=1).sum()
        for limit in limits(window):
            over[window, limit] = bad > limit * total
    return [over[rule.short, rule.limit] & over[rule.long, rule.limit] for rule in RULES]


def burn_rates(counts: Counts) -> pd.DataFrame:
    """Return a frame with a column for each window; NaN where a window holds no traffic."""
    bad_counts = pd.Series(counts.total - counts.good)
    total_counts = pd.Series(counts.total)
    rates = {}
    for window in WINDOWS:
        width = counts.width(window)
        total = total_counts.rolling(width, min_periods=1).sum()
        rates[window] = bad_counts.rolling(width, min_periods=1).sum() / total * ALLOWED_ONE_IN
    return pd.DataFrame(rates, copy=False)


PEER = Peer(
    name="pandas rolling",
    distribution="pandas",
    note="rolling(n, min_periods=1).sum(), each window compared at once",
    firing=firing,
    flags=lambda series: [flags.to_numpy() for flags in series],
    burn_rates=burn_rates,
    rates=lambda frame: frame.to_numpy().T,
)
