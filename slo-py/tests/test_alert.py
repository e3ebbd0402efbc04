"""Rules, policies and timelines."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import slo

MINUTE = 60_000_000_000


def at(minutes: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)


def test_a_rule_tells_its_parts() -> None:
    rule = slo.BurnRule("1h", 300, 14.4)
    assert (rule.long, rule.short, rule.factor) == (timedelta(hours=1), timedelta(minutes=5), 14.4)
    assert (rule.severity, rule.operator, rule.budget_share) == ("page", ">", None)
    assert repr(rule) == "BurnRule(long=1h, short=5m, factor=14.4, severity='page')"
    other = slo.BurnRule("1h", "5m", 14.4, severity="ticket", operator=">=")
    assert (other.severity, other.operator) == ("ticket", ">=")
    assert other != rule


@pytest.mark.parametrize(
    "parts",
    [
        (0, "5m", 1),
        ("1h", "-5m", 1),
        ("1h", 2**64, 1),
        ("1h", "5m", 0),
        ("1h", "5m", -1),
        ("1h", "5m", np.nan),
    ],
)
def test_a_rule_needs_positive_parts(parts: tuple[float, float, float]) -> None:
    with pytest.raises(slo.InvalidParameterError):
        slo.BurnRule(*parts)


def test_an_unknown_operator_is_refused_with_the_choices() -> None:
    for wrong in (
        lambda: slo.BurnRule("1h", "5m", 1, operator="<"),
        lambda: slo.AlertPolicy.google_sre("30d", operator="<"),
        lambda: slo.AlertPolicy.from_shares("30d", [], operator="<"),
    ):
        with pytest.raises(slo.InvalidParameterError, match='one of ">", ">="'):
            wrong()


def test_the_workbooks_policy_has_the_workbooks_factors() -> None:
    # Beyer et al. (2018), The Site Reliability Workbook, chapter 5, table 5-8.
    policy = slo.AlertPolicy.google_sre("30d")
    assert [rule.factor for rule in policy.rules] == [14.4, 6.0, 3.0, 1.0]
    assert [rule.budget_share for rule in policy.rules] == [0.02, 0.05, 0.1, 0.1]
    assert [rule.severity for rule in policy.rules] == ["page", "page", "ticket", "ticket"]
    assert policy.windows[0] == timedelta(minutes=5) and policy.windows[-1] == timedelta(days=3)
    assert len(policy) == 4
    assert {rule.operator for rule in slo.AlertPolicy.google_sre("30d", ">=").rules} == {">="}


def test_shares_are_texts_or_numbers() -> None:
    shares = [("2%", "1h", "5m", "page"), (0.02, 3600, timedelta(minutes=5), "page")]
    first, second = slo.AlertPolicy.from_shares(slo.Window("30d"), shares).rules
    assert first == second == slo.AlertPolicy.google_sre("30d").rules[0]
    for share in (0, -1, "x", float("nan")):
        with pytest.raises(slo.InvalidParameterError):
            slo.AlertPolicy.from_shares("30d", [(share, "1h", "5m", "page")])


@pytest.mark.parametrize("target", ["99.9%", 0.999, slo.Objective.percent(99.9)])
def test_a_burn_of_exactly_the_factor_fires_only_under_at_least(target: str | float) -> None:
    series = slo.CountSeries.regular(0, "1m", bad=[144], total=[10_000])
    objective = slo.Slo(target, "30d")
    for operator, fires in ((">", False), (">=", True)):
        policy = slo.AlertPolicy([slo.BurnRule("1m", "1m", 14.4, operator=operator)])
        assert policy.firing(objective, series).tolist() == [[fires]]
        assert len(policy.evaluate(objective, series)) == fires


def test_firing_has_one_row_for_each_rule(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    rules = [slo.BurnRule("2m", "1m", 10), slo.BurnRule("2m", "2m", 10)]
    firing = slo.AlertPolicy(rules).firing(checkout, burst)
    assert firing.dtype == np.bool_
    assert firing.tolist() == [[False, True, False], [False, True, True]]
    assert slo.AlertPolicy([]).firing(checkout, burst).shape == (0, 3)


def test_an_alert_tells_what_happened(checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy) -> None:
    timeline = policy.evaluate(checkout, burst)
    (alert,) = timeline.alerts
    assert (alert.begin, alert.end, alert.until) == (at(1), at(2), at(2))
    assert (alert.burn, alert.bad, alert.cost) == (15.0, 30.0, 10.0)
    assert (alert.severity, alert.rule, alert.duration) == ("page", policy.rules[0], timedelta(minutes=1))
    assert alert.is_firing(at(1)) and not alert.is_firing(at(2))
    assert alert.explain().startswith("page from 1970-01-01T00:01:00Z for 1m: burn up to 15.0")
    assert timeline.firing(at(1.5)) == [alert]
    assert timeline.firing(at(2)) == []
    assert len(timeline) == 1
    assert timeline.to_dict()["alerts"] == [alert.to_dict()]


def test_an_alert_that_still_fires_has_no_end(checkout: slo.Slo, policy: slo.AlertPolicy) -> None:
    series = slo.CountSeries.regular(0, "1m", bad=[0, 30], total=[100, 100])
    timeline = policy.evaluate(checkout, series)
    assert (timeline.alerts[0].end, timeline.alerts[0].until) == (None, at(1))
    assert repr(timeline) == "AlertTimeline(1 alert: 1 page, 1 firing)"
    assert timeline.by_severity()[0].end is None


def test_alerts_of_one_severity_are_one_episode(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    rules = [
        slo.BurnRule("2m", "1m", 10),
        slo.BurnRule("2m", "2m", 10),
        slo.BurnRule("1m", "1m", 20, "ticket"),
    ]
    episodes = slo.AlertPolicy(rules).evaluate(checkout, burst).by_severity()
    assert [(episode.severity, len(episode.rules)) for episode in episodes] == [("page", 2), ("ticket", 1)]
    assert (episodes[0].begin, episodes[0].burn, episodes[0].bad) == (at(1), 15.0, 30.0)


def test_a_grid_of_evaluation_sees_only_its_instants(
    checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy
) -> None:
    assert policy.evaluate(checkout, burst, every="30s").alerts[0].begin == at(1)
    assert len(policy.evaluate(checkout, burst, every="2m")) == 0
    with pytest.raises(slo.InvalidParameterError, match="every"):
        policy.evaluate(checkout, burst, every=0)


def test_incidents_are_detected_by_the_first_alert(
    checkout: slo.Slo, burst: slo.CountSeries, policy: slo.AlertPolicy
) -> None:
    timeline = policy.evaluate(checkout, burst)
    early, late, never = timeline.detections([(at(1.5), at(2)), (0, MINUTE), (at(30), at(31))])
    assert (early.alert, early.delay) == (0, timedelta(seconds=-30))
    assert (late.alert, late.delay) == (0, timedelta(minutes=1))
    assert (never.alert, never.delay) == (None, None)
    assert repr(never) == "Detection(unnoticed)"


def test_without_traffic_nothing_fires(checkout: slo.Slo, policy: slo.AlertPolicy) -> None:
    quiet = slo.CountSeries.regular(0, "1m", bad=[0, 0], total=[0, 0])
    assert not policy.firing(checkout, quiet).any()
    assert np.isnan(slo.burn_rates(quiet, "99%", ["1m"])).all()
    assert repr(policy.evaluate(checkout, quiet)) == "AlertTimeline(no alerts)"
