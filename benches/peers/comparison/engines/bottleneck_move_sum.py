"""Bottleneck: running sums in C."""

from __future__ import annotations

import bottleneck as bn
import numpy as np

from comparison.counts import Counts, Floats
from comparison.engines.peer import Flags, Peer
from comparison.policy import ALLOWED_ONE_IN, RULES, WINDOWS, limits


def firing(counts: Counts) -> list[Flags]:
    """Return four arrays of booleans; the sums of each window are compared and let go at once."""
    bad_counts = counts.total - counts.good
    over: dict[tuple[str, float], Flags] = {}
    for window in WINDOWS:
        width = counts.width(window)
        bad = bn.move_sum(bad_counts, width, min_count=1)
        total = bn.move_sum(counts.total, width, min_count=1)
        for limit in limits(window):
            over[window, limit] = bad > limit * total
    return [over[rule.short, rule.limit] & over[rule.long, rule.limit] for rule in RULES]


def burn_rates(counts: Counts) -> Floats:
    """Return an array (windows, points), filled in place; NaN where a window holds no traffic."""
    bad_counts = counts.total - counts.good
    rates = np.empty((len(WINDOWS), counts.total.size))
    with np.errstate(invalid="ignore"):
        for window, rate in zip(WINDOWS, rates, strict=True):
            width = counts.width(window)
            bad = bn.move_sum(bad_counts, width, min_count=1)
            np.divide(bad, bn.move_sum(counts.total, width, min_count=1), out=rate)
            np.multiply(rate, ALLOWED_ONE_IN, out=rate)
    return rates


PEER = Peer(
    name="bottleneck move_sum",
    distribution="bottleneck",
    note="move_sum(min_count=1), each window compared at once",
    firing=firing,
    flags=lambda arrays: arrays,
    burn_rates=burn_rates,
    rates=lambda array: array,
)
