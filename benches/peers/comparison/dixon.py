"""The exact probabilities of Dixon's ratios: r10 of ten values and r22 of twenty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import dixonstat
import numpy as np

from comparison.engine import Engine, Item, engine
from slo import anomaly

TOLERANCE = 1e-4
"""What the peer's quadrature at its default orders loses of tails of 5 % and 2.5 %: up to 5e-5."""

# Ratio, number of values, limit, P(ratio > limit).
CELLS: tuple[tuple[Literal["r10", "r22"], int, float, float], ...] = (
    ("r10", 10, 0.41185923, 0.0499999972634207),
    ("r22", 20, 0.49156246, 0.0249999981732791),
)


def dixon() -> Iterator[Item]:
    """Compare one probability; what each prepares once for a ratio and a length is not timed."""
    for ratio, n, limit, expected in CELLS:
        engines = [_slo(ratio, n, limit), _peer(ratio, n, limit)]
        yield Item(f"dixon_{ratio}", str(n), engines, lambda answer: answer.tolist(), (expected,), TOLERANCE)


def _slo(ratio: Literal["r10", "r22"], n: int, limit: float) -> Engine:
    law = anomaly.DixonDistribution(ratio, n)
    return engine(
        "slo",
        "slo",
        "anomaly.DixonDistribution.sf; to 1e-12",
        lambda: law.sf(limit),
        lambda tail: np.array([tail], dtype=np.float64),
    )


def _peer(ratio: Literal["r10", "r22"], n: int, limit: float) -> Engine:
    law = getattr(dixonstat, ratio)(n)
    return engine(
        "dixonstat",
        "dixonstat",
        "cdf; to 5e-5 of the tail",
        lambda: law.cdf(limit),
        lambda below: np.array([1.0 - below], dtype=np.float64),
    )
