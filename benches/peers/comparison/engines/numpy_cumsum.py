"""NumPy: differences of cumulative sums."""

from __future__ import annotations

import numpy as np

from comparison.counts import Counts, Floats
from comparison.engines.peer import Flags, Peer
from comparison.policy import ALLOWED_ONE_IN, RULES, WINDOWS, limits


def firing(counts: Counts) -> list[Flags]:
    """Return four arrays of booleans; the sums of each window are compared at once and their memory used again."""
    bad_until = np.cumsum(counts.total - counts.good)
    total_until = np.cumsum(counts.total)
    bad, total, allowed = (np.empty_like(total_until) for _ in range(3))
    over = {}
    for window in WINDOWS:
        width = counts.width(window)
        _window_sums(bad_until, width, bad)
        _window_sums(total_until, width, total)
        for limit in limits(window):
            np.multiply(total, limit, out=allowed)
            over[window, limit] = bad > allowed
    return [over[rule.short, rule.limit] & over[rule.long, rule.limit] for rule in RULES]


def burn_rates(counts: Counts) -> Floats:
    """Return an array (windows, points), filled in place; NaN where a window holds no traffic."""
    bad_until = np.cumsum(counts.total - counts.good)
    total_until = np.cumsum(counts.total)
    total = np.empty_like(total_until)
    rates = np.empty((len(WINDOWS), total.size))
    with np.errstate(invalid="ignore"):
        for window, rate in zip(WINDOWS, rates, strict=True):
            width = counts.width(window)
            _window_sums(bad_until, width, rate)
            _window_sums(total_until, width, total)
            np.divide(rate, total, out=rate)
            np.multiply(rate, ALLOWED_ONE_IN, out=rate)
    return rates


def _window_sums(until: Floats, width: int, sums: Floats) -> None:
    """Write sums over the last `width` points from cumulative ones; partial at the start."""
    sums[:width] = until[:width]
    np.subtract(until[width:], until[:-width], out=sums[width:])


PEER = Peer(
    name="numpy cumsum",
    distribution="numpy",
    note="differences of cumulative sums; scratch arrays used again from window to window",
    firing=firing,
    flags=lambda arrays: arrays,
    burn_rates=burn_rates,
    rates=lambda array: array,
)
