"""Budgets by slices of time."""

import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

import slo

MINUTES: dict[str, Any] = {"method": "timeslices", "slice": "1m", "slice_target": "95%"}
#: 5, 6, 6, 0 and 7 bad of 100, of which the fourth minute has no event.
SERIES = slo.CountSeries.regular(60_000_000_000, "1m", bad=[5, 6, 6, 0, 7], total=[100, 100, 100, 0, 100])


def test_three_nines_of_thirty_days_are_43_minutes_by_requests_and_by_minutes() -> None:
    # LINE: 30 · 24 · 60 · (1 - 0.999) = 43.2 minutes less the bad ones; by requests, noon's weigh as many as they are.
    at_noon = range(20_000, 20_010)
    total = np.array([1_440.0 if m in at_noon else 1_000.0 for m in range(43_200)])
    bad = np.where([m in at_noon for m in range(43_200)], total, 0.0)
    series = slo.CountSeries.regular(60_000_000_000, "1m", bad=bad, total=total)
    minutes = slo.Slo("99.9%", window="30d", **MINUTES).budget(series)
    assert (minutes.allowed, minutes.bad, minutes.remaining) == (43.2, 10, 33.2)
    assert minutes.as_downtime().remaining == timedelta(minutes=33, seconds=12)
    requests = slo.Slo("99.9%", window="30d").budget(series)
    assert requests.consumed == pytest.approx(14_400 / 43_204.4, rel=1e-12)


def test_a_slice_is_good_at_its_target_bad_below_it_and_empty_without_events() -> None:
    s = slo.Slo("99%", window="5m", **MINUTES)
    report = s.slices(SERIES)
    assert report.states.tolist() == ["good", "bad", "bad", "empty", "bad"]
    assert (report.good, report.bad, report.empty, report.coverage, len(report)) == (1, 3, 1, 0.8, 5)
    assert report.mask.tolist() == [False, True, True, False, True]
    assert report.ratios.tolist()[:3] == [0.95, 0.94, 0.94] and np.isnan(report.ratios[3])
    assert report.times[0] == np.datetime64("1970-01-01T00:01", "ns")
    assert report.slice == timedelta(minutes=1)
    begin, end = datetime(1970, 1, 1, 0, 1, tzinfo=timezone.utc), datetime(1970, 1, 1, 0, 3, tzinfo=timezone.utc)
    assert report.longest_bad_run == (begin, end)
    assert report.slices == s.budget(SERIES).slices == slo.Slices(5, 4)
    for array in (report.times, report.states, report.ratios, report.mask):
        assert not array.flags.writeable


@pytest.mark.parametrize(("no_data", "bad", "total"), [("skip", 3, 4), ("good", 3, 5), ("bad", 4, 5)])
def test_no_data_says_what_an_empty_slice_is(no_data: Any, bad: float, total: float) -> None:
    s = slo.Slo("99%", window="5m", no_data=no_data, **MINUTES)
    budget = s.budget(SERIES)
    assert (budget.bad, budget.total, s.no_data) == (bad, total, no_data)
    assert budget.allowed == 0.05
    # The target and the width of a slice change the result as well.
    assert slo.Slo("99%", "5m", **{**MINUTES, "slice_target": 0.94}).budget(SERIES).bad == 1
    wide = slo.Slo("99%", "5m", **{**MINUTES, "slice": timedelta(minutes=5)}).budget(SERIES)
    assert (wide.bad, wide.total) == (1, 1)


def test_ratio_timeslices_are_the_mean_of_the_slices_ratios() -> None:
    s = slo.Slo("99%", window="5m", method="ratio_timeslices", slice="1m")
    budget = s.budget(SERIES)
    assert budget.sli == pytest.approx((0.95 + 0.94 + 0.94 + 0.93) / 4, rel=1e-15)
    assert (budget.total, budget.method, budget.consumed) == (4, "ratio_timeslices", budget.burn_rate)
    assert str(budget).startswith("mean slice ratio 94.0000%")


def test_budgets_history_and_alerts_are_of_slices() -> None:
    s = slo.Slo("99%", window="5m", **MINUTES)
    by_hand = slo.CountSeries(
        [m * 60 * 10**9 for m in (1, 2, 3, 5)], bad=[0, 1, 1, 1], total=[1, 1, 1, 1], resolution="1m"
    )
    plain = slo.Slo("99%", window="5m")
    policy = slo.AlertPolicy([slo.BurnRule("3m", "1m", 50.0)])
    ours, theirs = policy.evaluate(s, SERIES), policy.evaluate(plain, by_hand)
    assert [(a.begin, a.end, a.burn) for a in ours.alerts] == [(a.begin, a.end, a.burn) for a in theirs.alerts]
    assert len(ours.alerts) > 0
    assert s.history(SERIES).burn_rate.tolist()[-1] == plain.history(by_hand).burn_rate.tolist()[-1]


def test_an_slo_tells_how_it_counts() -> None:
    s = slo.Slo("99.9%", "30d", "checkout", no_data="bad", **MINUTES)
    assert (s.method, s.slice, s.slice_target, s.no_data) == ("timeslices", timedelta(minutes=1), "0.95", "bad")
    expected = "method='timeslices', slice='1m', slice_target='0.95', no_data='bad')"
    assert repr(s) == f"Slo('99.9%', window='30d', name='checkout', {expected}"
    assert str(s) == "checkout: 99.9% over 30d by slices of 1m at 95%"
    plain = slo.Slo("99.9%", "30d")
    assert (plain.method, plain.slice, plain.slice_target, plain.no_data) == ("occurrences", None, None, "skip")
    assert plain.to_dict()["method"] == "occurrences"
    assert s.to_dict()["slice_target"] == "0.95"
    assert s != plain and hash(s) != hash(plain)
    assert plain.budget(bad=1, total=10).slices is None
    with pytest.raises(slo.InvalidParameterError, match="has no slices"):
        plain.slices(SERIES)
    with pytest.raises(slo.TooShortError):
        s.slices(slo.CountSeries([], bad=[], total=[]))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"method": "else"}, slo.InvalidParameterError),
        ({"no_data": "else"}, slo.InvalidParameterError),
        ({"method": "timeslices"}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "1m"}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "1m", "slice_target": 0}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "1m", "slice_target": 95}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "1m", "slice_target": float("nan")}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "0s", "slice_target": 0.95}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "31d", "slice_target": 0.95}, slo.InvalidParameterError),
        ({"method": "timeslices", "slice": "1m", "slice_target": []}, TypeError),
        ({"method": "ratio_timeslices"}, slo.InvalidParameterError),
        ({"method": "ratio_timeslices", "slice": -1}, slo.InvalidParameterError),
        ({"method": "ratio_timeslices", "slice": "1m", "slice_target": 0.95}, slo.InvalidParameterError),
        ({"slice": "1m"}, slo.InvalidParameterError),
        ({"slice_target": 0.95}, slo.InvalidParameterError),
        ({"method": 1}, TypeError),
        ({"method": "ratio_timeslices", "slice": True}, TypeError),
    ],
)
def test_what_is_no_method_is_refused(given: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        slo.Slo("99.9%", "30d", **given)


def test_slices_of_thirty_years_of_nothing_are_refused() -> None:
    sparse = slo.CountSeries([0, 10**18], bad=[0, 0], total=[1, 1])
    s = slo.Slo("99%", "30d", method="ratio_timeslices", slice="1s", no_data="bad")
    with pytest.raises(slo.LimitExceededError, match="slices of time"):
        s.budget(sparse)
    with pytest.raises(slo.LimitExceededError):
        slo.Slo("99%", "30d", method="ratio_timeslices", slice="1ms").slices(sparse)


def test_a_projection_tells_what_the_period_will_allow() -> None:
    budget = slo.Slo("99.9%", "30d").budget(bad=12, total=10_000)
    assert (budget.allowed, budget.projected_allowed(30_000), budget.elapsed) == (10, 30, 1)
    for wrong in (-1, float("nan"), float("inf")):
        with pytest.raises(slo.SloError):
            budget.projected_allowed(wrong)


@pytest.mark.parametrize("method", [{}, MINUTES, {"method": "ratio_timeslices", "slice": "90s"}])
def test_everything_about_slices_pickles(method: dict[str, Any]) -> None:
    s = slo.Slo("99%", "5m", "x", no_data="good", **method)
    # What is written goes through floats, so ratios that are some come back as they were.
    series = slo.CountSeries.regular(0, "1m", bad=[1, 0, 3, 0, 7], total=[64, 64, 64, 0, 64])
    budget = s.budget(series, at=series.times[-1])
    things: list[Any] = [s, budget, s.history(series, every="40s")]
    if method:
        things += [budget.slices, s.slices(series)]
    for thing in things:
        again = pickle.loads(pickle.dumps(thing))
        assert again == thing and repr(again) == repr(thing)


def test_a_report_is_shown_as_table_frame_and_plot() -> None:
    report = slo.Slo("99%", window="5m", **MINUTES).slices(SERIES)
    assert repr(report) == "SliceReport(1m slices: 1 good, 3 bad, 1 empty, longest bad run 2m)"
    assert "empty" in report._repr_html_()
    assert report.to_dict()["ratios"][3] is None
    pandas = pytest.importorskip("pandas")
    frame = report.to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == ["time", "state", "ratio"] and len(frame) == 5
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert report.plot().get_ylabel() == "share of good events"


def test_slices_tell_their_coverage() -> None:
    slices = slo.Slices(60, 45, 1)
    assert (slices.expected, slices.observed, slices.partial, slices.empty, slices.coverage) == (60, 45, 1, 15, 0.75)
    assert repr(slices) == "Slices(expected=60, observed=45, partial=1)"
    assert slices.to_dict() == {"expected": 60, "observed": 45, "partial": 1}
    with pytest.raises(slo.InvalidParameterError):
        slo.Slices(-1, 0)


def test_one_nan_minute_in_thirty_days_is_named() -> None:
    # COMPARE.md D9: in other tools it poisons the whole month.
    total = np.full(43_200, 100.0)
    bad = np.zeros(43_200)
    bad[12_345] = np.nan
    with pytest.raises(slo.NonFiniteError) as refused:
        slo.CountSeries.regular(0, "1m", bad=bad, total=total)
    assert (refused.value.name, refused.value.index) == ("bad", 12_345)
