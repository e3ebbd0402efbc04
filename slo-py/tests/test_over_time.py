"""Functions over time, against Prometheus' own test scripts (functions.test), numpy and scipy's formulas."""

import math

import numpy as np
import pytest

import slo
from slo import over_time

SECOND = 1_000_000_000


def test_values_are_those_of_prometheus_test_scripts() -> None:
    assert over_time.avg([1, 1e100, 1, -1e100]) == 0.5
    assert over_time.avg([9.988465674311579e307] * 2) == 9.988465674311579e307
    assert over_time.sum([1, 1e100, 1, -1e100]) == 2
    assert over_time.stdvar([0, 8, 8, 2, 3]) == pytest.approx(10.56, rel=1e-15)
    assert over_time.stddev([1.5990505637277868] * 3) == 0
    assert over_time.mad([4, 6, 2, 1, 999, 1, 2]) == 1
    assert [over_time.quantile(q, [0, 1, 4]) for q in (-1, 0, 0.5, 0.75, 1, 2)] == [-math.inf, 0, 1, 2.5, 4, math.inf]
    assert over_time.quantile(0.8, [0, 1, 4]) == pytest.approx(2.8, rel=1e-15)


def test_lines_are_those_of_prometheus_test_scripts() -> None:
    times = np.arange(11) * 300 * SECOND
    values = [0, 10, 20, 30, 40, 0, 10, 20, 30, 40, 50]
    assert over_time.deriv(times, values) == pytest.approx(0.010606060606060607, rel=1e-12)
    for at, expected in ((3000, 76.81818181818181), (600, 51.36363636363637), (4200, 89.54545454545455)):
        assert over_time.predict_linear(times, values, at * SECOND, 3600) == pytest.approx(expected, rel=1e-12)
    assert over_time.double_exponential_smoothing([10, 20, 30, 40], 0.01, 0.1) == pytest.approx(40, rel=1e-12)


def test_random_values_are_those_of_numpy() -> None:
    values = np.random.default_rng(5).normal(100, 3, 1000)
    for ours, theirs in (
        (over_time.avg, np.mean),
        (over_time.sum, np.sum),
        (over_time.stddev, np.std),
        (over_time.stdvar, np.var),
        (over_time.min, np.min),
        (over_time.max, np.max),
        (over_time.mad, lambda v: np.median(np.abs(v - np.median(v)))),
    ):
        assert ours(values) == pytest.approx(float(theirs(values)), rel=1e-12)
    times = np.arange(1000) * 15 * SECOND
    slope, _ = np.polyfit(np.arange(1000) * 15.0, values, 1)
    # polyfit loses some digits of its own.
    assert over_time.deriv(times, values) == pytest.approx(slope, rel=1e-9)


def test_nothing_has_no_value() -> None:
    for name in ("avg", "count", "first", "last", "mad", "max", "min", "present", "stddev", "stdvar", "sum"):
        assert getattr(over_time, name)([]) is None
        assert getattr(over_time, name)([7]) == (
            1 if name in ("count", "present") else 0 if name in ("mad", "stddev", "stdvar") else 7
        )  # noqa: E501
    assert over_time.quantile(0.5, []) is None
    assert over_time.deriv([0], [1]) is None and over_time.predict_linear([], [], 0, 1) is None
    assert over_time.first([3, 4]) == 3 and over_time.last([3, 4]) == 4


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(slo.InvalidParameterError, match="smoothing"):
        over_time.double_exponential_smoothing([1, 2], 1, 0.5)
    with pytest.raises(slo.InvalidParameterError, match="trend"):
        over_time.double_exponential_smoothing([1, 2], 0.5, math.nan)
    with pytest.raises(slo.UnorderedError):
        over_time.deriv([1, 1], [1, 2])
    with pytest.raises(slo.LengthMismatchError):
        over_time.predict_linear([1, 2], [1], 0, 1)
    with pytest.raises(TypeError):
        over_time.avg(["a", "b"])
    with pytest.raises(TypeError):
        over_time.quantile("0.5", [1])  # type: ignore[arg-type]
