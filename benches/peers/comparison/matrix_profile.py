"""The matrix profile of twenty thousand points, with windows of a hundred."""

from __future__ import annotations

import numpy as np
import stumpy

from comparison.counts import Floats
from comparison.engine import Engine, Item, engine
from slo import anomaly

POINTS, WINDOW = 20_000, 100

# stumpy finds distances from correlations, which loses half of the digits of small ones.
TOLERANCE = 1e-6


def matrix_profile() -> Item:
    """Compare the distance of every window to its nearest neighbour; digested to the greatest one."""
    random = np.random.default_rng(7)
    values = np.sin(np.arange(POINTS) * 0.02) * 3 + random.normal(size=POINTS)
    engines = [_slo(values), _stumpy(values)]
    return Item("matrix_profile", str(POINTS), engines, lambda answer: [float(answer.max())], None, TOLERANCE)


def _slo(values: Floats) -> Engine:
    plan = anomaly.MatrixProfile(WINDOW)
    return engine(
        "slo",
        "slo",
        "anomaly.MatrixProfile(100).profile, left and right neighbours with it",
        lambda: plan.profile(values),
        lambda profile: profile.distances,
    )


def _stumpy(values: Floats) -> Engine:
    # The first call compiles, for half a minute: it is not timed.
    stumpy.stump(values[:500], WINDOW)
    return engine(
        "stumpy stump",
        "stumpy",
        "stump(values, 100), compiled before",
        lambda: stumpy.stump(values, WINDOW),
        lambda profile: profile[:, 0].astype(np.float64),
    )
