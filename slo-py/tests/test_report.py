"""Reports: what they say of a series, and how they show it."""

import copy
import json
import pickle
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from matplotlib import pyplot

import slo

MINUTE = 60_000_000_000
HOUR = 60 * MINUTE
SVG = "http://www.w3.org/2000/svg"
HOSTILE = "<script>alert('&\"')</script>"
ESCAPED = "&lt;script&gt;"


def at(minutes: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)


def series(bad: list[int], total: list[int]) -> slo.CountSeries:
    return slo.CountSeries.regular(0, "1m", bad=bad, total=total)


@pytest.fixture
def parts() -> dict[str, slo.CountSeries]:
    """Two handlers that make up the burst: ``write`` fails 24 times, ``read`` six times."""
    return {"read": series([0, 6, 0], [60, 60, 60]), "write": series([0, 24, 0], [40, 40, 40])}


@pytest.fixture
def report(
    checkout: slo.Slo,
    burst: slo.CountSeries,
    policy: slo.AlertPolicy,
    parts: dict[str, slo.CountSeries],
) -> slo.Report:
    incidents = [
        ("rollout", 0, at(1)),
        ("failover", at(1.5), np.datetime64("1970-01-01T00:02")),
        ("later", at(30), at(31)),
    ]
    return checkout.report(burst, policy=policy, parts=parts, incidents=incidents)


def test_a_report_tells_what_its_parts_tell(
    report: slo.Report, checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy
) -> None:
    assert (report.slo, report.at, report.policy) == (checkout, at(2), policy)
    assert report.budget == checkout.budget(burst)
    assert (report.budget.bad, report.budget.allowed, report.budget.consumed) == (30, 3, 10)
    # Three minutes of an hour.
    assert report.coverage == 0.05
    assert report.timeline == policy.evaluate(checkout, burst)
    assert report.alerts == report.timeline.alerts and len(report.alerts) == 1
    assert report.history == checkout.history(burst)
    assert report.quiet == []


def test_burn_rates_come_with_the_lowest_limit_of_their_window(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    rules = [slo.BurnRule("2m", "1m", 10), slo.BurnRule("3m", "1m", 4.5)]
    report = checkout.report(burst, policy=slo.AlertPolicy(rules))
    burns = [(rate.window, rate.burn, rate.limit) for rate in report.burn_rates]
    # No bad one of 100; 30 bad of 200; 30 bad of 300; one in a hundred is allowed.
    assert burns == [
        (timedelta(minutes=1), 0, 4.5),
        (timedelta(minutes=2), 15, 10),
        (timedelta(minutes=3), 10, 4.5),
        (timedelta(hours=1), 10, None),
    ]
    assert repr(report.burn_rates[1]) == "WindowBurn(2m: 15.00, limit 10)"
    assert report.burn_rates[1] == slo.WindowBurn("2m", slo.Counts(bad=30, total=200), 15.0, 10)


def test_a_report_writes_slo_generators_reports_of_its_windows(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    rules = [slo.BurnRule("3m", "1m", 4.5), slo.BurnRule("2m", "1m", 14.4)]
    report = checkout.report(burst, policy=slo.AlertPolicy(rules))
    found = report.to_slo_generator(name="checkout")
    assert found == slo.io.SloGenerator(0.99, name="checkout").reports(
        [(270, 30), (170, 30)], [("3m", "3m", 4.5), ("2m", "2m", 14.4)]
    )
    assert [one["alert"] for one in found] == [True, True]
    assert report.to_slo_generator(slo.AlertPolicy(rules[:1]), name="checkout") == found[:1]
    with pytest.raises(slo.InvalidParameterError, match="none of the report's"):
        report.to_slo_generator(slo.AlertPolicy.google_sre("30d"))


def test_the_window_is_open_at_its_begin_and_closed_at_its_end(checkout: slo.Slo) -> None:
    minutes = slo.CountSeries([0, 1, HOUR, HOUR + 1], bad=[1, 2, 4, 8], total=[100] * 4)
    assert [checkout.report(minutes, at=when).budget.bad for when in (0, HOUR - 1, HOUR, HOUR + 1)] == [
        1,
        3,
        6,
        12,
    ]


def test_the_intervals_are_wilsons(report: slo.Report, checkout: slo.Slo, burst: slo.CountSeries) -> None:
    # Wilson (1927) for 270 good of 300.
    for level, interval in [
        (0.95, report.sli_interval),
        (0.5, checkout.report(burst, level=0.5).sli_interval),
    ]:
        z, n, p = NormalDist().inv_cdf((1 + level) / 2), 300, 0.9
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        expected = ((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
        assert interval is not None and interval.level == level
        assert (interval.lower, interval.upper) == pytest.approx(expected, rel=1e-12)
    sli, consumed = report.sli_interval, report.consumed_interval
    assert sli is not None and consumed is not None
    bounds = ((1 - sli.upper) / 0.01, (1 - sli.lower) / 0.01)
    assert (consumed.lower, consumed.upper) == pytest.approx(bounds, rel=1e-12)


def test_a_report_of_an_instant_leaves_later_records_out(
    checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy
) -> None:
    first = checkout.report(burst, at=0, policy=policy)
    assert (first.at, first.budget.bad, first.alerts, len(first.history)) == (at(0), 0, [], 1)
    for instant in (MINUTE, at(1), np.datetime64("1970-01-01T00:01")):
        second = checkout.report(burst, at=instant, policy=policy)
        assert second == checkout.report(burst.between(-1, MINUTE), policy=policy)
        assert (second.budget.bad, second.alerts[0].end, len(second.timeline)) == (30, None, 1)
    after = checkout.report(burst, at=at(90), policy=policy)
    assert (after.budget.sli, after.sli_interval, after.consumed_interval) == (None, None, None)
    assert after.history.times[-1] == np.datetime64("1970-01-01T01:30")


def test_the_policy_is_googles_unless_another_is_given(
    report: slo.Report, checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy
) -> None:
    assert checkout.report(burst).policy == slo.AlertPolicy.google_sre("1h")
    assert checkout.report(burst, None, policy).policy == report.policy == policy
    assert checkout.report(burst, policy=slo.AlertPolicy([])).alerts == []


def test_the_history_is_taken_as_often_as_asked(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    assert len(checkout.report(burst, every="1m").history) == 3
    for every in ("2m", 120, timedelta(minutes=2)):
        assert checkout.report(burst, every=every).history == checkout.history(burst, every="2m")
    long = series([0] * 10_000, [1] * 10_000)
    assert len(checkout.report(long).history) <= 480


def test_shares_sum_to_one_and_to_the_budget(report: slo.Report) -> None:
    write, read = report.shares
    assert (write.name, write.counts, write.of_bad, write.consumed) == (
        "write",
        slo.Counts(bad=24, total=120),
        0.8,
        8,
    )
    assert (read.name, read.counts, read.of_bad, read.consumed) == (
        "read",
        slo.Counts(bad=6, total=180),
        0.2,
        2,
    )
    assert sum(share.of_bad for share in report.shares) == 1
    assert sum(share.counts.bad for share in report.shares) == report.budget.bad
    assert repr(write) == "Share(write: 24 bad, 80.0% of the errors)"
    assert write == slo.Share("write", slo.Counts(bad=24, total=120), 0.8, 8)


def test_shares_are_those_of_the_window_alone(checkout: slo.Slo, parts: dict[str, slo.CountSeries]) -> None:
    whole = slo.CountSeries.sum(parts.values())
    before = checkout.report(whole, at=0, parts=parts)
    assert [(share.name, share.of_bad) for share in before.shares] == [("read", 0), ("write", 0)]
    assert checkout.report(whole, parts={}).shares == checkout.report(whole).shares == []


def test_parts_that_do_not_add_up_are_refused(
    checkout: slo.Slo, burst: slo.CountSeries, parts: dict[str, slo.CountSeries]
) -> None:
    wrong = [
        {"read": parts["read"]},
        parts | {"more": series([0], [1])},
        {"none": slo.CountSeries([], bad=[], total=[])},
    ]
    for some in wrong:
        with pytest.raises(slo.InvalidParameterError) as caught:
            checkout.report(burst, parts=some)
        assert caught.value.name == "parts"
        assert caught.value.reason == "must add up to the 30 bad of 300 in the window"


def test_an_incident_is_held_against_the_alerts(report: slo.Report) -> None:
    rollout, failover, later = report.incidents
    # The alert fires from minute 1 to 2.
    assert rollout == ("rollout", at(0), at(1), slo.Detection(0, "1m"))
    assert failover == ("failover", at(1.5), at(2), slo.Detection(0, timedelta(seconds=-30)))
    assert later == ("later", at(30), at(31), slo.Detection(None, None))


def test_an_incident_may_take_no_time_but_not_less(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    ((name, begin, end, _),) = checkout.report(burst, incidents=[("blip", at(1), at(1))]).incidents
    assert (name, begin, end) == ("blip", at(1), at(1))
    with pytest.raises(slo.InvalidParameterError) as caught:
        checkout.report(burst, incidents=[("ok", 0, 1), ("back", at(2), at(1))])
    assert (caught.value.name, caught.value.value) == ("incidents", "back")
    assert "before it begins" in caught.value.reason


@pytest.mark.parametrize(("silent", "quiet"), [(1, []), (2, [(at(4), at(7))]), (10, [(at(4), at(15))])])
def test_a_stretch_of_three_resolutions_without_traffic_is_quiet(
    silent: int, quiet: list[tuple[datetime, datetime]], checkout: slo.Slo
) -> None:
    total = [10] * 5 + [0] * silent + [10] * 5
    # From the last record with traffic to the first one with it again.
    assert checkout.report(series([0] * len(total), total)).quiet == quiet


def test_a_series_without_traffic_is_quiet_from_end_to_end(checkout: slo.Slo) -> None:
    assert checkout.report(series([0] * 4, [0] * 4)).quiet == [(at(0), at(3))]


TEXT = """\
checkout: 99% over 1h, at 1970-01-01 00:02:00 UTC

  SLI      90.00%            86.08% to 92.91% (95% confidence)
  events      300            5.0% of the window covered
  allowed       3    100.0%  as much as 36s of complete outage
  spent        30  1,000.0%  709.5% to 1,391.7% (95% confidence)
  left        -27   -900.0%  objective missed

Burn rates
  1m   0.00  limit 10
  2m  15.00  limit 10
  1h  10.00

Alerts
  page  00:01:00  00:02:00  1m  burn up to 15.0  30 bad  1,000.0% of the budget

Burnt by
  write  24 bad of 120  80.0% of the errors  800.0% of the budget
  read    6 bad of 180  20.0% of the errors  200.0% of the budget

Known incidents
  rollout   00:00:00  for 1m   page after 1m
  failover  00:01:30  for 30s  page fired already, 30s early
  later     00:30:00  for 1m   no alert
"""


def test_the_text_tells_the_story(report: slo.Report) -> None:
    assert str(report) == TEXT
    assert repr(report).startswith("Report(checkout: 99% over 1h, at 1970-01-01T00:02:00Z, ")
    assert "\n" not in repr(report)


def test_a_notebook_shows_tables(report: slo.Report) -> None:
    html = report._repr_html_()
    for caption in ("Error budget: 99% over 1h", "Burn rates", "1 alert: 1 page, none firing", "Burnt by"):
        assert f"<caption>{caption}</caption>" in html
    assert "<td>write</td><td>24</td><td>120</td><td>80.0%</td>" in html
    assert html.count("<table>") == html.count("</table>") == 4


def strict(text: str) -> dict[str, object]:
    """What a JSON text holds; NaN and infinities are no JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    return json.loads(text, parse_constant=refuse)


def test_json_is_what_the_dict_says(report: slo.Report, checkout: slo.Slo) -> None:
    silent = checkout.report(series([0] * 3, [0] * 3))
    for one in (report, silent):
        assert strict(one.to_json()) == one.to_dict()
    assert silent.to_dict()["burn_history"][0] == [None] * 3
    assert silent.to_dict()["sli_interval"] is None
    told = report.to_dict()
    assert (told["at"], told["coverage"]) == ("1970-01-01T00:02:00Z", 0.05)
    assert (told["slo"], told["budget"]) == (report.slo.to_dict(), report.budget.to_dict())
    assert told["timeline"] == report.timeline.to_dict() and told["policy"] == report.policy.to_dict()
    assert [part["name"] for part in told["shares"]] == ["write", "read"]
    assert [incident["name"] for incident, _ in told["incidents"]] == ["rollout", "failover", "later"]


def outside(page: str) -> list[str]:
    """What a page would load or lead to beyond itself."""
    return re.findall(
        r"https?://|\b(?:src|href|srcset)\s*=\s*[\"'](?!#)|url\(|@import|<script|<link", page.replace(SVG, "")
    )


def test_a_page_is_whole_and_loads_nothing(report: slo.Report, checkout: slo.Slo, burst: slo.CountSeries) -> None:
    several = slo.page("All of them", [report, checkout.report(burst)])
    for page, title in [
        (report.to_html(), "checkout: 99% over 1h"),
        (report.to_html("Mine"), "Mine"),
        (several, "All of them"),
        (slo.page("None", []), "None"),
    ]:
        assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
        assert f"<title>{title}</title>" in page
        assert outside(page) == []
    assert report.to_html("Mine") == slo.page("Mine", [report])
    assert several.count("<article") == 2
    for text in ("1,000.0%", "page after 1m", "page fired already, 30s early", "24 bad of 120"):
        assert text in report.to_html()


def test_text_on_a_page_is_escaped(burst: slo.CountSeries) -> None:
    rule = slo.BurnRule("2m", "1m", 10, severity=HOSTILE)
    hostile = slo.Slo("99%", "1h", HOSTILE).report(
        burst, policy=slo.AlertPolicy([rule]), parts={HOSTILE: burst}, incidents=[(HOSTILE, 0, MINUTE)]
    )
    for page in (hostile.to_html(), hostile.to_html(HOSTILE), slo.page(HOSTILE, [hostile] * 2)):
        assert "<script" not in page and f"<title>{ESCAPED}" in page
    assert "<script" not in hostile._repr_html_() and ESCAPED in hostile._repr_html_()
    assert HOSTILE in str(hostile) and HOSTILE in hostile.to_dict()["shares"][0]["name"]


def test_a_plot_shows_the_history(report: slo.Report) -> None:
    figure, ax = pyplot.subplots()
    assert report.plot(ax) is ax
    assert ax.lines[0].get_ydata().tolist() == [0, 15, 10]
    figure.canvas.draw()
    assert report.plot().get_title() == "checkout: 99% over 1h"
    pyplot.close("all")


def same(thing: object) -> bool:
    """Whether a thing equals what becomes of it by pickling and by copying."""
    pickled = [pickle.loads(pickle.dumps(thing, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    return all(again == thing for again in [thing, *pickled, copy.copy(thing), copy.deepcopy(thing)])


def test_what_is_pickled_or_copied_is_equal(report: slo.Report, checkout: slo.Slo, burst: slo.CountSeries) -> None:
    others = [
        checkout.report(burst),
        checkout.report(burst, at=at(1)),
        checkout.report(burst, policy=report.policy),
        checkout.report(burst, level=0.5),
        checkout.report(burst, every="2m"),
        checkout.report(burst, parts={"all": burst}),
        checkout.report(burst, incidents=[("rollout", 0, at(1))]),
    ]
    for place, one in enumerate([report, *others]):
        assert same(one) and str(pickle.loads(pickle.dumps(one))) == str(one)
        assert [one == other for other in [report, *others]].index(True) == place
    assert all(same(thing) for thing in [*report.burn_rates, *report.shares])
    assert report != 1 and report != repr(report)


def test_a_report_on_silence_equals_its_copy(checkout: slo.Slo) -> None:
    assert same(checkout.report(series([0], [0])))


def test_a_report_does_not_change_with_the_dict_it_was_given(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    parts = {"all": burst}
    report = checkout.report(burst, parts=parts)
    parts.clear()
    assert same(report)


def test_results_are_frozen_unhashable_and_made_by_reporting(report: slo.Report) -> None:
    for thing in (report, report.burn_rates[0], report.shares[0]):
        with pytest.raises(TypeError, match="unhashable"):
            hash(thing)
        with pytest.raises(AttributeError):
            thing.name = "other"
    with pytest.raises(TypeError):
        slo.Report()


@pytest.mark.parametrize("points", [1, 2, 3])
@pytest.mark.parametrize("total", [0, 5])
def test_few_points_and_no_traffic_are_reported_too(points: int, total: int, checkout: slo.Slo) -> None:
    report = checkout.report(series([0] * points, [total] * points))
    assert (report.budget.bad, report.budget.consumed, report.alerts) == (0, 0, [])
    assert (report.budget.sli, report.sli_interval is None) == ((1, False) if total else (None, True))
    assert {rate.burn for rate in report.burn_rates} == ({0} if total else {None})
    assert ("no traffic in the window" in str(report)) == (total == 0)
    assert len(report.history) == points and report.coverage == points / 60
    strict(report.to_json())
    for page in (report.to_html(), report._repr_html_()):
        assert "NaN" not in page and "inf%" not in page.lower()
    report.plot()
    pyplot.close("all")


def test_an_empty_series_is_too_short(checkout: slo.Slo) -> None:
    with pytest.raises(slo.TooShortError) as caught:
        checkout.report(slo.CountSeries([], bad=[], total=[]))
    assert (caught.value.len, caught.value.needed) == (0, 1)


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"at": -1}, "at", "comes before the first record at 1970-01-01T00:00:00Z"),
    ({"level": 95}, "level", "for 95 percent write 0.95"),
    ({"level": 0}, "level", "strictly between 0 and 1"),
    ({"level": 1}, "level", "strictly between 0 and 1"),
    ({"level": float("nan")}, "level", "strictly between 0 and 1"),
    ({"every": 0}, "every", "must be longer than zero"),
    ({"every": "-1m"}, "every", "must be longer than zero"),
    ({"every": "often"}, "duration", "is not of the form"),
]


@pytest.mark.parametrize(("options", "name", "reason"), REFUSED, ids=[str(options) for options, *_ in REFUSED])
def test_what_is_out_of_range_is_refused_by_name(
    options: dict[str, object], name: str, reason: str, checkout: slo.Slo, burst: slo.CountSeries
) -> None:
    with pytest.raises(slo.InvalidParameterError) as caught:
        checkout.report(burst, **options)
    assert caught.value.name == name and reason in caught.value.reason


def test_more_instants_than_the_limit_are_refused(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    with pytest.raises(slo.LimitExceededError) as caught:
        checkout.report(burst, every="1ns")
    assert (caught.value.value, caught.value.limit) == (2 * MINUTE + 1, 10**8)


WRONG: dict[str, Callable[[slo.Slo, slo.CountSeries], object]] = {
    "no series": lambda objective, _: objective.report(None),
    "a list": lambda objective, _: objective.report([1]),
    "at a text": lambda objective, counts: objective.report(counts, at="now"),
    "at a float": lambda objective, counts: objective.report(counts, at=1.5),
    "a policy of rules": lambda objective, counts: objective.report(counts, policy=[]),
    "a level of text": lambda objective, counts: objective.report(counts, level="95%"),
    "a level of truth": lambda objective, counts: objective.report(counts, level=True),
    "parts in a list": lambda objective, counts: objective.report(counts, parts=[("a", counts)]),
    "parts of numbers": lambda objective, counts: objective.report(counts, parts={"a": 1}),
    "parts without names": lambda objective, counts: objective.report(counts, parts={1: counts}),
    "incidents of text": lambda objective, counts: objective.report(counts, incidents="abc"),
    "incidents without names": lambda objective, counts: objective.report(counts, incidents=[(1, 0, 1)]),
    "incidents at texts": lambda objective, counts: objective.report(counts, incidents=[("a", "b", "c")]),
    "a level by place": lambda objective, counts: objective.report(counts, None, None, 0.95),
    "a page of a report": lambda objective, counts: slo.page("a", objective.report(counts)),
    "a page of numbers": lambda _, __: slo.page("a", [1]),
    "a page without title": lambda _, __: slo.page(None, []),
    "a title of numbers": lambda objective, counts: objective.report(counts).to_html(1),
}


@pytest.mark.parametrize("call", WRONG.values(), ids=WRONG.keys())
def test_another_type_is_a_type_error(
    call: Callable[[slo.Slo, slo.CountSeries], object], checkout: slo.Slo, burst: slo.CountSeries
) -> None:
    with pytest.raises(TypeError):
        call(checkout, burst)


def test_the_timeline_reaches_as_far_as_the_report(checkout: slo.Slo, policy: slo.AlertPolicy) -> None:
    report = checkout.report(series([0, 30], [100, 100]), at=60 * MINUTE, policy=policy)
    ends = [alert.end for alert in report.alerts]
    assert len(ends) == 1 and ends[0] is not None
    assert report.timeline.alerts == report.alerts
    assert pickle.loads(pickle.dumps(report.timeline)).alerts == report.alerts


def test_a_report_tells_what_was_unusual_and_what_is_to_come(checkout: slo.Slo) -> None:
    bad, total = [0] * 40 + [50, 60, 0], [100] * 43
    report = checkout.report(series(bad, total))
    (anomaly,) = report.anomalies
    assert (anomaly.signal, anomaly.begin, anomaly.end, anomaly.intervals) == ("errors", at(39), at(41), 2)
    assert (anomaly.worst.value, anomaly.worst.side, anomaly.worst.flagged) == (0.6, "upper", True)
    assert anomaly.explain().startswith("The error ratio was unusually high for 2m from 1970-01-01 00:39:00 UTC on")
    assert repr(anomaly) == "Anomaly(error ratio at 1970-01-01T00:39:00Z, 2 intervals)"
    assert anomaly.explain() in report._repr_html_()
    again = slo.Anomaly("errors", at(39), at(41), 2, anomaly.worst)
    assert again == anomaly
    with pytest.raises(slo.InvalidParameterError, match="signal"):
        slo.Anomaly("latency", at(39), at(41), 2, anomaly.worst)

    # 110 of 4,300 are bad, 43 are allowed.
    assert report.exhaustion is not None and report.exhaustion.exhausted
    assert report.exhaustion == slo.forecast.exhaustion(checkout, series(bad, total))
    written = json.loads(report.to_json())
    assert written["anomalies"][0]["signal"] == "errors" and written["exhaustion"]["exhausted"] is True
