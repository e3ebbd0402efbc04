"""Welch's test of a hundred thousand pairs of samples, and of one pair."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from comparison.counts import Floats
from comparison.engine import Answer, Engine, Item, engine
from slo import anomaly

ROWS = 100_000
FIRST, SECOND = 30, 60

# What the rounding of two means leaves of a statistic next to 0: the least of them is 1e-5.
TOLERANCE = 1e-10


def t_tests() -> tuple[Item, Item]:
    """Compare statistics and p-values; digested to their sums for many pairs, and as they are for one."""
    random = np.random.default_rng(30)
    first, second = random.normal(size=(ROWS, FIRST)), random.normal(size=(ROWS, SECOND))
    a, b = first[0].copy(), second[0].copy()
    many = Item(
        "t_tests",
        f"{ROWS}x{FIRST}+{SECOND}",
        [_rows(first, second), _scipy_rows(first, second), _numpy_rows(first, second)],
        lambda answer: answer.sum(axis=1).tolist(),
        None,
        TOLERANCE,
    )
    one = Item(
        "t_test", f"{FIRST}+{SECOND}", [_one(a, b), _scipy_one(a, b)], lambda answer: answer.tolist(), None, TOLERANCE
    )
    return many, one


def _rows(first: Floats, second: Floats) -> Engine:
    def answer(found: anomaly.MeanTests) -> Answer:
        return np.array([found.statistic, found.p_value])

    return engine("slo", "slo", "anomaly.t_tests", lambda: anomaly.t_tests(first, second), answer)


def _scipy_rows(first: Floats, second: Floats) -> Engine:
    return engine(
        "scipy ttest_ind",
        "scipy",
        "axis=1, equal_var=False",
        lambda: stats.ttest_ind(first, second, axis=1, equal_var=False),
        lambda found: np.array([found.statistic, found.pvalue]),
    )


def _numpy_rows(first: Floats, second: Floats) -> Engine:
    def tests() -> Floats:
        n, m = first.shape[1], second.shape[1]
        e, f = first.var(axis=1, ddof=1) / n, second.var(axis=1, ddof=1) / m
        t = (first.mean(axis=1) - second.mean(axis=1)) / np.sqrt(e + f)
        degrees = (e + f) ** 2 / (e**2 / (n - 1) + f**2 / (m - 1))
        return np.array([t, 2 * special.stdtr(degrees, -np.abs(t))])

    return engine("numpy by hand", "numpy", "means, variances and scipy.special.stdtr", tests, lambda found: found)


def _one(a: Floats, b: Floats) -> Engine:
    return engine(
        "slo",
        "slo",
        "anomaly.t_test; with interval and effect size",
        lambda: anomaly.t_test(a, b),
        lambda found: np.array([found.statistic, found.p_value]),
    )


def _scipy_one(a: Floats, b: Floats) -> Engine:
    return engine(
        "scipy ttest_ind",
        "scipy",
        "equal_var=False",
        lambda: stats.ttest_ind(a, b, equal_var=False),
        lambda found: np.array([found.statistic, found.pvalue]),
    )
