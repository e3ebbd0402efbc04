"""Counts over time."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo

MINUTE = 60_000_000_000


def test_a_series_tells_its_columns(burst: slo.CountSeries) -> None:
    assert len(burst) == 3
    assert burst.times.tolist() == [0, MINUTE, 2 * MINUTE]
    assert (burst.good.tolist(), burst.bad.tolist(), burst.total.tolist()) == (
        [100, 70, 100],
        [0, 30, 0],
        [100] * 3,
    )
    assert burst.resolution == timedelta(minutes=1)
    assert burst.counts == slo.Counts(bad=30, total=300)
    assert repr(burst) == "CountSeries(3 points, 1970-01-01T00:00:00Z to 1970-01-01T00:02:00Z, 30 bad of 300)"
    assert burst.to_dict() == {
        "times": ["1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z", "1970-01-01T00:02:00Z"],
        "resolution": "1m",
        "bad": [0, 30, 0],
        "total": [100, 100, 100],
    }


def test_columns_are_read_only_and_made_once(burst: slo.CountSeries) -> None:
    assert burst.bad is burst.bad
    for column in (burst.times, burst.good, burst.bad, burst.total):
        assert not column.flags.writeable


@pytest.mark.parametrize("pair", [("good", "total"), ("bad", "total"), ("good", "bad")])
def test_any_two_columns_say_the_third(pair: tuple[str, str], burst: slo.CountSeries) -> None:
    columns = {name: getattr(burst, name) for name in pair}
    assert slo.CountSeries(burst.times, **columns) == burst
    assert slo.CountSeries.regular(0, "1m", **columns) == burst


@pytest.mark.parametrize("points", [0, 1, 2, 3])
def test_short_series_are_series(points: int, checkout: slo.Slo, policy: slo.AlertPolicy) -> None:
    series = slo.CountSeries(np.arange(points) * MINUTE, bad=np.zeros(points), total=np.ones(points))
    assert len(series) == points
    assert checkout.budget(series).bad == 0
    assert len(checkout.history(series)) == points
    assert policy.firing(checkout, series).shape == (1, points)
    assert len(policy.evaluate(checkout, series)) == 0
    assert slo.burn_rates(series, "99%", windows=["1m"]).shape == (1, points)


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"bad": [0, 1], "total": [1, 1, 1]}, slo.LengthMismatchError),
        ({"bad": [0], "total": [1]}, slo.LengthMismatchError),
        ({"good": [0, 0, 2], "total": [1, 1, 1]}, slo.InvalidCountError),
        ({"bad": [0, -1, 0], "total": [1, 1, 1]}, slo.InvalidCountError),
        ({"bad": [0, np.nan, 0], "total": [1, 1, 1]}, slo.NonFiniteError),
        ({"bad": [0, 0, 0], "total": [1, np.inf, 1]}, slo.NonFiniteError),
        ({"total": [1, 1, 1]}, TypeError),
    ],
)
def test_columns_that_are_no_counts_are_refused(columns: dict[str, list[float]], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        slo.CountSeries([0, 1, 2], **columns)


@pytest.mark.parametrize("times", [[0, 2, 1], [0, 1, 1]])
def test_instants_that_do_not_increase_are_refused(times: list[int]) -> None:
    with pytest.raises(slo.UnorderedError) as caught:
        slo.CountSeries(times, bad=[0] * 3, total=[1] * 3)
    assert caught.value.index == 2


def test_a_label_says_which_end_an_instant_names(burst: slo.CountSeries) -> None:
    shifted = slo.CountSeries.regular(-MINUTE, "1m", bad=burst.bad, total=burst.total, label="start")
    assert shifted == burst
    listed = slo.CountSeries([0, 5], bad=[0, 0], total=[1, 1], label="start", resolution=1e-9)
    assert listed.times.tolist() == [1, 6]
    with pytest.raises(slo.InvalidParameterError, match="resolution"):
        slo.CountSeries([0], bad=[0], total=[1], label="start")
    with pytest.raises(slo.InvalidParameterError, match='"end", "start"'):
        slo.CountSeries([0], bad=[0], total=[1], label="middle")


def test_a_step_must_be_positive() -> None:
    for step in (0, "-1m"):
        with pytest.raises(slo.InvalidParameterError, match="step"):
            slo.CountSeries.regular(0, step, bad=[0], total=[1])


def test_counters_are_differenced_across_resets() -> None:
    times = [0, MINUTE, 2 * MINUTE]
    series = slo.CountSeries.from_counters(times, bad=[5, 7, 1], total=[100, 200, 50])
    assert (series.bad.tolist(), series.total.tolist()) == ([2, 1], [100, 50])
    with pytest.raises(slo.InvalidCountError):
        slo.CountSeries.from_counters(times, bad=[0, 9, 9], total=[0, 5, 5])
    clamped = slo.CountSeries.from_counters(times, bad=[0, 9, 9], total=[0, 5, 5], clamp=True)
    assert clamped.bad.tolist() == [5, 0]


@pytest.mark.parametrize(
    ("ops", "good"),
    [
        (("<", "lt"), [1, 0, 0]),
        (("<=", "lte"), [1, 1, 0]),
        ((">", "gt"), [0, 0, 1]),
        ((">=", "gte"), [0, 1, 1]),
    ],
)
def test_a_threshold_is_exact_at_the_limit(ops: tuple[str, str], good: list[int]) -> None:
    for op in ops:
        series = slo.CountSeries.from_threshold([0, 1, 2], [180, 200, 220], op, 200)
        assert series.good.tolist() == good


def test_a_threshold_needs_a_finite_limit_and_a_known_operator() -> None:
    with pytest.raises(slo.NonFiniteError, match="limit"):
        slo.CountSeries.from_threshold([0], [1], "<", float("nan"))
    with pytest.raises(slo.InvalidParameterError, match="op"):
        slo.CountSeries.from_threshold([0], [1], "==", 1)


def test_a_series_is_cut_resampled_and_merged(burst: slo.CountSeries) -> None:
    assert burst.between(0, MINUTE).bad.tolist() == [30]
    assert burst.resample("2m").total.tolist() == [100, 200]
    assert burst.merge(burst).bad.tolist() == [0, 60, 0]
    assert burst.coverage(-MINUTE, MINUTE) == 1.0
    assert burst.coverage(0, 4 * MINUTE) == 0.5
    with pytest.raises(slo.InvalidParameterError, match="resolution"):
        burst.resample(0)


def test_a_history_has_one_place_for_each_instant(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    history = checkout.history(burst)
    assert len(history) == 3
    assert history.slo == checkout
    assert history.consumed.tolist() == [0.0, 15.0, 10.0]
    assert history.remaining.tolist() == [1.0, -28.0, -27.0]
    assert (history.bad.tolist(), history.total.tolist()) == ([0, 30, 30], [100, 200, 300])
    assert history.burn_rate.tolist() == history.consumed.tolist()
    assert history.coverage.tolist() == pytest.approx([1 / 60, 2 / 60, 3 / 60])
    assert not history.sli.flags.writeable
    assert np.isnan(checkout.history(slo.CountSeries([0], bad=[0], total=[0])).sli[0])
    assert len(checkout.history(burst, every=timedelta(minutes=2))) == 2
    report = checkout.history(slo.CountSeries([0], bad=[0], total=[0])).to_dict()
    assert (report["times"], report["sli"], report["consumed"]) == (["1970-01-01T00:00:00Z"], [None], [0.0])


def test_burn_rates_have_one_row_for_each_window(burst: slo.CountSeries) -> None:
    rates = slo.burn_rates(burst, 0.99, [60, timedelta(minutes=2)])
    assert rates.tolist() == [[0, 30, 0], [0, 15, 15]]
    assert slo.burn_rates(burst, "99%", []).shape == (0, 3)
    for window in (0, -1, 2**64, ""):
        with pytest.raises(slo.InvalidParameterError):
            slo.burn_rates(burst, "99%", [window])


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=30))
def test_the_whole_is_the_sum_of_its_columns(counts: list[tuple[int, int]]) -> None:
    good, bad = [g for g, _ in counts], [b for _, b in counts]
    series = slo.CountSeries.regular(datetime(2026, 1, 1, tzinfo=timezone.utc), "1m", good=good, bad=bad)
    assert series.counts == slo.Counts(good=sum(good), bad=sum(bad))
