"""Counters as Prometheus estimates them and as they were, against its own test scripts (functions.test)."""

import math
from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest

import slo

MINUTE = 60_000_000_000
EVERY_FIVE = np.arange(11) * 5 * MINUTE


@pytest.mark.parametrize(
    ("values", "over_50", "over_100"),
    [
        (np.arange(11) * 10, 100, 100),
        ([0, 18, 36, 54, 72, 90, 0, 18, 36, 54, 72], 160, 162),
        (10 + np.arange(11) * 10, 100, 105),
        (1 + np.arange(11) * 10, 100, 101),
    ],
)
def test_increases_are_those_of_prometheus_test_scripts(values: list[float], over_50: float, over_100: float) -> None:
    assert slo.counter.increase(EVERY_FIVE, values, 0, 50 * MINUTE) == pytest.approx(over_50, rel=1e-15)
    assert slo.counter.increase(EVERY_FIVE, values, -50 * MINUTE, 50 * MINUTE) == pytest.approx(over_100, rel=1e-15)
    rate = slo.counter.rate(EVERY_FIVE, values, 0, 50 * MINUTE)
    assert rate == pytest.approx(over_50 / 3000, rel=1e-15)


def test_each_extrapolation_has_its_answer() -> None:
    times, values = [4 * MINUTE, 8 * MINUTE], [180, 420]
    asked = [
        slo.counter.increase(times, values, -10 * MINUTE, 8 * MINUTE, how)
        for how in ("prometheus", "prometheus2", "none")
    ]
    assert asked == [360, 420, 240]
    assert slo.counter.increase(times, values, 4 * MINUTE, 8 * MINUTE) is None
    assert slo.counter.increase(times, values, 4 * MINUTE, 8 * MINUTE, extrapolate="prometheus2") == 240
    assert slo.counter.delta(times, values, 0, 8 * MINUTE, "none") == 240
    assert slo.counter.rate(times, values, 0, 8 * MINUTE, "none") == 1


def test_births_are_counted() -> None:
    times = [4 * MINUTE, 5 * MINUTE]
    born = np.array([3 * MINUTE] * 2, "datetime64[ns]")
    assert slo.counter.increase(times, [30, 40], 0, 10 * MINUTE, "none", born) == 40
    assert slo.counter.increase(times, [30, 40], 0, 10 * MINUTE, "none", np.array(["NaT"] * 2, "datetime64[ns]")) == 10
    unknown = [None, datetime.fromtimestamp(4 * 60 + 1, timezone.utc)]
    assert slo.counter.resets(times, [30, 40], 0, 10 * MINUTE, created=unknown) == 1
    assert slo.counter.irate(times, [30, 40], 0, 10 * MINUTE, created=unknown) == 40 / 60
    assert slo.counter.irate(times, [30, 40], 0, 10 * MINUTE) == 10 / 60


def test_changes_between_samples() -> None:
    times = EVERY_FIVE[:10]
    foo = [1, 2, 3, 0, 1, 0, 0, 1, 2, 0]
    assert slo.counter.resets(times, foo, 0, 50 * MINUTE) == 3
    assert slo.counter.changes(times, foo, 0, 50 * MINUTE) == 7
    assert slo.counter.resets(times, foo, 45 * MINUTE, 50 * MINUTE) is None
    assert slo.counter.idelta(times, foo, 0, 50 * MINUTE) == -2


def test_marks_of_the_end_survive_the_way_in() -> None:
    stale = slo.counter.STALE_NAN
    assert np.float64(stale).view(np.uint64) == 0x7FF0000000000002
    assert slo.counter.is_stale(stale) and not slo.counter.is_stale(math.nan)
    times = [0, MINUTE, 2 * MINUTE]
    for values in ([5, 7, stale], np.array([5, 7, stale]), pd.Series([5, 7, stale])):
        assert slo.counter.increase(times, values, -1, 2 * MINUTE, "none") == 2
        assert [slo.counter.value_at(times, values, at, "5m") for at in times] == [5, 7, None]
    assert slo.counter.value_at(times, [5, 7, math.nan], 7 * MINUTE, "5m") is None


def test_many_windows_are_single_ones() -> None:
    generator = np.random.default_rng(20_241_122)
    times = np.cumsum(generator.integers(1, 20, 500)) * 1_000_000_000
    values = np.cumsum(generator.integers(0, 9, 500)).astype(float)
    values[300:] -= values[300]
    ends = np.sort(generator.integers(times[0], times[-1], 300))
    for how in ("prometheus", "prometheus2", "none"):
        for many, one in ((slo.counter.increases, slo.counter.increase), (slo.counter.rates, slo.counter.rate)):
            found = many(times, values, ends, "2m", how)
            expected = [one(times, values, int(end) - 2 * MINUTE, int(end), how) for end in ends]
            assert found.tolist() == [
                pytest.approx(math.nan if e is None else e, rel=0, abs=0, nan_ok=True) for e in expected
            ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (([0, 1], [1], 0, 1), slo.LengthMismatchError),
        (([1, 1], [1, 2], 0, 1), slo.UnorderedError),
        (([1, 2], [1, 2], 2, 2), slo.InvalidParameterError),
        (([1, 2], [1, math.nan], 0, 2, "none"), slo.NonFiniteError),
        (([1, 2], [1, -1], 0, 2, "none"), slo.InvalidCountError),
        (([1, 2], [1, 2], 0, 2, "linear"), slo.InvalidParameterError),
        (([1, 2], [1, 2], 0, 2, "none", [1]), slo.LengthMismatchError),
        (([1, 2], ["a", "b"], 0, 2), TypeError),
        (([1, 2], [1, 2], "0", 2), TypeError),
    ],
)
def test_what_is_wrong_is_refused(arguments: tuple[object, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.counter.increase(*arguments)  # type: ignore[arg-type]


def test_a_histogram_becomes_counts() -> None:
    times = [0, MINUTE, 2 * MINUTE]
    bounds, cumulative = [0.1, 0.3, math.inf], [[5, 10, 10], [60, 100, 110], [12, 19, 20]]
    for rows in (cumulative, np.array(cumulative), np.array(cumulative, np.int32)[:, :], pd.DataFrame(cumulative)):
        assert slo.CountSeries.from_histogram(times, bounds, rows, at=0.3).good.tolist() == [90, 19]
    between = slo.CountSeries.from_histogram(times, bounds, cumulative, at=0.2, between="interpolate")
    assert between.good.tolist() == [72.5, 15.5]
    with pytest.raises(slo.InvalidParameterError, match=r"0\.1 and 0\.3"):
        slo.CountSeries.from_histogram(times, bounds, cumulative, at=0.2)
    over = [[0, 0, 0], [1, 3, 2], [1, 3, 2]]
    with pytest.raises(slo.InvalidCountError):
        slo.CountSeries.from_histogram(times, bounds, over, at=0.3)
    assert slo.CountSeries.from_histogram(times, bounds, over, at=0.3, clamp=True).good.tolist() == [2, 0]
    for rows in ([1, 2, 3], [[1], [1, 2]], [[1, 2]] * 3, "abc", None, [["a", "b", "c"]] * 3):
        with pytest.raises((slo.SloError, TypeError)):
            slo.CountSeries.from_histogram(times, bounds, rows, at=0.3)  # type: ignore[arg-type]
