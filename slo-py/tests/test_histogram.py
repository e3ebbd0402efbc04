"""Classic and native histograms, against Prometheus' own test scripts (histograms.test)."""

import copy
import json
import math
import pickle

import numpy as np
import pytest

import slo
from slo.histogram import Native

INF, NAN = math.inf, math.nan
MINUTE = 60_000_000_000


@pytest.mark.parametrize(
    ("q", "positive", "negative"),
    [
        (-0.1, -INF, -INF),
        (0, 0, -0.2),
        (0.2, 0.048, -0.2),
        (0.5, 0.15, -0.15),
        (0.8, 0.72, 0.3),
        (1, 1, 0.3),
        (1.01, INF, INF),
    ],
)
def test_quantiles_are_those_of_prometheus_test_scripts(q: float, positive: float, negative: float) -> None:
    for bounds, cumulative, expected in (
        ([0.1, 0.2, 1, INF], [50, 70, 110, 120], positive),
        ([-0.2, -0.1, 0.3, INF], [10, 20, 20, 30], negative),
    ):
        assert slo.histogram.quantile(q, bounds, cumulative) == pytest.approx(expected, rel=1e-12)
        native = Native(-53, bounds=bounds[:-1], positive=np.diff(cumulative, prepend=0))
        assert native.quantile(q) == pytest.approx(expected, rel=1e-12)


def test_counts_that_fall_are_reported() -> None:
    bounds = [0.1, 1, 10, 100, 1000, INF]
    assert slo.histogram.quantile_repaired(0.01, bounds, [20, 10, 50, 40, 90, 80]) == (0.0045, (1, INF, 10))
    assert slo.histogram.quantile_repaired(0.5, bounds, [1, 2, 3, 4, 5, 6])[1] is None
    assert math.isnan(slo.histogram.quantile(NAN, bounds, [1, 2, 3, 4, 5, 6]))


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(0, 1.5, 0.02), (-INF, INF, 1), (4, 5, 0), (2, 5, 0.03), (400, INF, 0.94), (2, 2, 0), (3, 2, 0), (0.5, 2, 0.025)],
)
def test_shares_are_those_of_prometheus_test_scripts(lower: float, upper: float, expected: float) -> None:
    assert slo.histogram.fraction(lower, upper, [1, 2, 3, INF], [1, 3, 6, 100]) == pytest.approx(expected, rel=1e-15)
    native = Native(-53, bounds=[1, 2, 3], positive=[1, 2, 3, 94])
    assert native.fraction(lower, upper) == pytest.approx(expected, rel=1e-15)


def test_moments_are_those_of_prometheus_test_scripts() -> None:
    h = Native(-53, bounds=[0, 0.1, 0.2, 1], positive=[0, 50, 20, 40], sum=330)
    assert (h.count, h.sum, h.mean) == (110, 330, 3)
    assert h.variance == pytest.approx(7.527045454545455, rel=1e-14)
    assert h.deviation == pytest.approx(2.7435461458749795, rel=1e-14)


def test_every_keyword_counts() -> None:
    h = Native(
        1, positive=[3, 1], offset=2, negative=[5], negative_offset=4, zero_threshold=0.25, zero_count=7,
        count=20, sum=1.5, reset="not_reset",
    )  # fmt: skip
    assert (h.schema, h.bounds, h.zero_bucket, h.count, h.sum, h.reset) == (1, [], (0.25, 7), 20, 1.5, "not_reset")
    assert h.buckets == [
        (-4, pytest.approx(-(2**1.5), rel=1e-15), 5),
        (-0.25, 0.25, 7),
        (pytest.approx(2**0.5, rel=1e-15), 2, 3),
        (2, pytest.approx(2**1.5, rel=1e-15), 1),
    ]
    assert repr(h).startswith("Native(schema=1, count=20, mean=0.075, 4 buckets from -4 to 2.82")
    assert h.to_dict() == json.loads(h.to_json())
    assert h.scale(2).count == 40
    assert h.to_schema(0).buckets[-1] == (2, 4, 1)
    assert repr(Native(0)) == "Native(schema=0, count=0, no buckets)"


@pytest.mark.parametrize(
    "h",
    [
        Native(0),
        Native(0, positive=[3, 1], sum=NAN),
        Native(0, positive=[3, 1], sum=-INF, reset="reset"),
        Native(-53, bounds=[1, 2], positive=[1, 0, 3]),
        Native(0, positive=[1]).subtract(Native(0, positive=[3])),
    ],
)
def test_what_is_pickled_or_copied_is_equal(h: Native) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(h, protocol)) == h
    assert (
        copy.deepcopy(h) == h
        and Native.from_json(h.to_json()) == h
        and h != h.add(Native(h.schema, bounds=h.bounds or None, positive=[1]))
    )  # noqa: E501


def test_listed_buckets_are_recognised() -> None:
    h = Native.from_buckets([(1, -2, -1, 3), (3, -0.001, 0.001, 1), (0, 1, 2, 4)], count=9, sum=3)
    assert (h.schema, h.zero_bucket, h.count, h.sum) == (0, (0.001, 1), 9, 3)
    assert Native.from_buckets([(0, -INF, 0.1, 3), (0, 0.1, 0.25, 4)]).bounds == [0.1, 0.25]


def test_growth_is_that_of_prometheus_test_scripts() -> None:
    # histogram_with_reset: 15 minutes until 10.
    read = [
        Native(-53, bounds=[1, 2, 4, 8], positive=np.diff(row, prepend=0), sum=total)
        for row, total in (([1, 3, 8, 10], 36), ([3, 3, 5, 6], 16), ([9, 9, 12, 18], 61))
    ]
    times = [0, 5 * MINUTE, 10 * MINUTE]
    grown = slo.histogram.increase(times, read, -5 * MINUTE, 10 * MINUTE)
    assert grown is not None
    assert (grown.count, grown.sum, grown.reset) == (27, 91.5, "gauge")
    assert [count for *_, count in grown.buckets] == [13.5, 4.5, 9]
    exact = slo.histogram.increase(times, read, -5 * MINUTE, 10 * MINUTE, "none")
    per_second = slo.histogram.rate(times, read, -5 * MINUTE, 10 * MINUTE)
    assert exact is not None and exact.count == 18 and per_second is not None and per_second.count == 27 / 900
    assert slo.histogram.delta(times, read, 5 * MINUTE, 10 * MINUTE) is None
    last = slo.histogram.idelta(times, read, 0, 10 * MINUTE)
    assert last is not None and last.count == 12
    assert read[1].detect_reset(read[0]) and not read[2].detect_reset(read[1])
    rate = slo.histogram.irate(times, read, -1, 5 * MINUTE)
    assert rate is not None and rate.count == 6 / 300


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Native(9), slo.InvalidParameterError),
        (lambda: Native(10**30), slo.InvalidParameterError),
        (lambda: Native(-53), slo.InvalidParameterError),
        (lambda: Native(0, bounds=[1]), slo.InvalidParameterError),
        (lambda: Native(-53, bounds=[2, 1]), slo.InvalidParameterError),
        (lambda: Native(0, positive=[-1]), slo.InvalidCountError),
        (lambda: Native(0, positive=[NAN]), slo.NonFiniteError),
        (lambda: Native(0, positive=[1], offset=2**40), slo.InvalidParameterError),
        (lambda: Native(0, reset="maybe"), slo.InvalidParameterError),  # type: ignore[arg-type]
        (lambda: Native("0"), TypeError),  # type: ignore[arg-type]
        (lambda: Native(0).add(Native(-53, bounds=[1])), slo.UnsupportedError),
        (lambda: Native(0).scale(INF), slo.NonFiniteError),
        (lambda: Native(0).to_schema(1), slo.InvalidParameterError),
        (lambda: Native.from_json("{}"), slo.ParseError),
        (lambda: Native.from_buckets([(7, 1, 2, 3)]), slo.InvalidParameterError),
        (lambda: slo.histogram.quantile(0.5, [], []), slo.TooShortError),
        (lambda: slo.histogram.quantile(0.5, [NAN], [1]), slo.InvalidParameterError),
        (lambda: slo.histogram.increase([0], [], 0, 1), slo.LengthMismatchError),
        (lambda: slo.histogram.increase([0], [1], 0, 1), TypeError),  # type: ignore[list-item]
    ],
)
def test_what_is_wrong_is_refused(call: object, error: type[Exception]) -> None:
    assert callable(call)
    with pytest.raises(error):
        call()
