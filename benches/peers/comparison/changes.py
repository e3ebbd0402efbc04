"""The changes of ten thousand points in ten segments, and an isolation forest over a hundred thousand rows."""

from __future__ import annotations

from functools import partial

import numpy as np
import ruptures
from sklearn.ensemble import IsolationForest

from comparison.counts import Floats
from comparison.engine import Engine, Item, engine
from slo import anomaly

POINTS = 10_000
PENALTY = 40.0
ROWS = 100_000
COLUMNS = 4

# The first index of each new segment, by dynamic programming over every division: next to where the levels were
# planted, as the noise of one value beside a border can outweigh the level.
CHANGES = (999.0, 2_000.0, 3_000.0, 3_999.0, 5_000.0, 6_000.0, 7_000.0, 8_000.0, 9_001.0)

# The forests draw their trees at random, and the peer approximates harmonic numbers.
TOLERANCE = 0.02


def changes() -> Item:
    """Compare the exact division of ten levels; digested to the places of the changes."""
    random = np.random.default_rng(31)
    levels = 3 * (np.arange(POINTS) // 1_000) % 7
    values = levels + random.normal(size=POINTS)
    return Item("changes", str(POINTS), [_pelt(values), _kernel(values)], lambda found: found.tolist(), CHANGES)


def _pelt(values: Floats) -> Engine:
    rule = anomaly.Pelt(penalty=PENALTY)
    return engine("slo", "slo", "anomaly.Pelt.detect", partial(rule.detect, values), lambda found: found.indices)


def _kernel(values: Floats) -> Engine:
    def found() -> list[int]:
        return list(ruptures.KernelCPD(kernel="linear", min_size=2).fit(values).predict(pen=PENALTY))

    return engine(
        "ruptures KernelCPD", "ruptures", "linear kernel, in C", found, lambda found: np.array(found[:-1], np.int64)
    )


def forest() -> Item:
    """Compare fitting and scoring a forest of 100 trees; compared by the mean score."""
    rows = np.random.default_rng(32).normal(size=(ROWS, COLUMNS))

    def scored() -> Floats:
        scores: Floats = anomaly.IsolationForest(trees=100).fit(rows).score(rows)
        return scores

    def peer() -> Floats:
        scores: Floats = -IsolationForest(n_estimators=100, random_state=0).fit(rows).score_samples(rows)
        return scores

    engines = [
        engine("slo", "slo", "anomaly.IsolationForest.fit and score", scored, _mean),
        engine("scikit-learn", "scikit-learn", "IsolationForest.fit and score_samples", peer, _mean),
    ]
    return Item("isolation_forest", f"{ROWS}x{COLUMNS}", engines, lambda mean: mean.tolist(), None, TOLERANCE)


def _mean(scores: Floats) -> Floats:
    return np.array([scores.mean()])
