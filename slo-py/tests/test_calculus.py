"""When a policy tells of an incident, what is wrong with it, and who is told."""

import pickle
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import slo

MONTH = slo.Slo("99.9%", window="30d")


def at(minutes: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)


# Beyer et al. (2018), chapter 5: detection in seconds at 99.9 % over 30 days, L * threshold / errors.
DETECTION = [
    (1.0, [51.84, 129.6, 259.2, 259.2]),
    (0.15, [345.6, 864, 1728, 1728]),
    (0.0144, [3600, 9000, 18000, 18000]),
    (0.01, [None, 12960, 25920, 25920]),
    (0.006, [None, 21600, 43200, 43200]),
    (0.002, [None, None, None, 129600]),
    (0.001, [None, None, None, 259200]),
]


@pytest.mark.parametrize(("ratio", "seconds"), DETECTION)
def test_detection_times_are_the_workbooks(ratio: float, seconds: list[float | None]) -> None:
    for operator in (">=", ">"):
        policy = slo.AlertPolicy.google_sre("30d", operator)
        found = [rule.detection_time(MONTH, error_ratio=ratio) for rule in policy.rules]
        equal = [operator == ">" and abs(rule.factor * 0.001 - ratio) < 1e-12 for rule in policy.rules]
        expected = [
            None if never or s is None else timedelta(seconds=s) for s, never in zip(seconds, equal, strict=True)
        ]
        assert found == expected
        earliest = min((time for time in expected if time is not None), default=None)
        assert policy.detection_time(MONTH, error_ratio=ratio) == earliest


def test_every_part_of_an_incident_changes_the_answer() -> None:
    rule = slo.BurnRule("1h", "5m", 14.4, operator=">=")

    def found(**parts: object) -> timedelta | None:
        return rule.detection_time(MONTH, 1.0, **parts)  # type: ignore[arg-type]

    assert found() == timedelta(seconds=51.84)
    assert found(lasting="51s") is None
    assert found(every="1m") == timedelta(minutes=1)
    assert found(lag="10s") == timedelta(seconds=61.84)
    assert found(baseline=0.0144) == timedelta(0)
    assert found(traffic=[("-1h", 1), (0, 3)]) < timedelta(seconds=51.84)
    assert slo.BurnRule("1h", "5m", 14.4, hold="1m").detection_time(MONTH, 1) == timedelta(seconds=111.84)


def test_reset_cost_and_smallest_incident_are_exact() -> None:
    policy = slo.AlertPolicy.google_sre("30d", operator=">=")
    rule = policy.rules[0]
    assert rule.reset_time(MONTH, 0.15, lasting="1h") == timedelta(seconds=271.2)
    assert rule.reset_time(MONTH, 0.15) is None
    assert policy.reset_time(MONTH, 0.15, lasting="28m") == timedelta(minutes=28.8)
    assert rule.consumed_at_detection(MONTH, 0.15) == pytest.approx(0.02, rel=1e-14)
    assert policy.consumed_at_detection(MONTH, 0.01) == pytest.approx(0.05, rel=1e-14)
    assert policy.consumed_at_detection(MONTH, 0.0009) is None
    assert rule.smallest_incident(MONTH, 1) == timedelta(seconds=51.84)
    assert policy.smallest_incident(MONTH, 0.01) == timedelta(hours=3.6)


@pytest.mark.parametrize("method", ["detection_time", "reset_time", "consumed_at_detection", "smallest_incident"])
@pytest.mark.parametrize("of", [slo.AlertPolicy.google_sre("30d"), slo.BurnRule("1h", "5m", 14.4)])
def test_what_is_no_incident_is_refused(of: object, method: str) -> None:
    ask = getattr(of, method)
    for ratio in (-0.1, 1.1, 15, float("nan"), float("inf"), 2**64):
        with pytest.raises(slo.InvalidParameterError):
            ask(MONTH, ratio)
        with pytest.raises(slo.InvalidParameterError):
            ask(MONTH, 0.5, baseline=ratio)
    for wrong in ({"every": 0}, {"lag": -1}, {"traffic": [(0, -1.0)]}, {"traffic": [(0, np.nan)]}):
        with pytest.raises(slo.InvalidParameterError):
            ask(MONTH, 0.5, **wrong)
    with pytest.raises(slo.TooShortError):
        ask(MONTH, 0.5, traffic=[])
    with pytest.raises(slo.LimitExceededError):
        ask(MONTH, 0.5, traffic=[(second, 1.0) for second in range(1001)])
    for wrong_type in ("x", None, [1], True):
        with pytest.raises(TypeError):
            ask(MONTH, wrong_type)
        with pytest.raises((TypeError, slo.SloError)):
            ask(MONTH, 0.5, traffic=wrong_type or 1)


def test_policies_are_those_of_their_sources() -> None:
    assert [rule.factor for rule in slo.AlertPolicy.sloth("28d").rules] == [13.44, 5.6, 2.8, 14 / 15]
    assert [rule.factor for rule in slo.AlertPolicy.sloth("30d").rules] == [14.4, 6, 3, 1]
    with pytest.raises(slo.UnsupportedError, match="28d, 30d and 7d"):
        slo.AlertPolicy.sloth("29d")
    pyrra = slo.AlertPolicy.pyrra("28d", operator=">=")
    assert [rule.budget_share for rule in pyrra.rules] == [1 / 48, 1 / 16, 1 / 14, 1 / 7]
    assert [rule.hold for rule in pyrra.rules] == [timedelta(minutes=m) for m in (2, 15, 60, 180)]
    assert {rule.operator for rule in pyrra.rules} == {">="}
    with pytest.raises(slo.InvalidParameterError, match="rounds to no minute"):
        slo.AlertPolicy.pyrra("1d")
    exporter = slo.AlertPolicy.slo_exporter()
    assert [rule.demoted for rule in exporter.rules] == [(5, "warning"), (10, "warning"), None, None]
    assert {rule.traffic for rule in exporter.rules} == {"long_window"}
    assert slo.AlertPolicy.google_sre("30d").scaled("30d", "7d").rules[3].long == timedelta(hours=16, minutes=48)


def test_a_rule_tells_what_else_it_asks_for() -> None:
    rule = slo.BurnRule("1h", "5m", 2, traffic="each_window", min_events=100, demoted=(5, "ticket"))
    assert (rule.traffic, rule.min_events, rule.demoted) == ("each_window", 100, (5, "ticket"))
    assert repr(rule).endswith("traffic='each_window', min_events=100, demoted=(5, 'ticket'))")
    assert pickle.loads(pickle.dumps(rule)) == rule
    plain = slo.BurnRule("1h", "5m", 2)
    assert (plain.traffic, plain.min_events, plain.demoted) == ("none", 0, None)
    assert plain != rule
    for wrong in ({"traffic": "both"}, {"min_events": -1}, {"min_events": np.nan}, {"demoted": (-1, "x")}):
        with pytest.raises(slo.InvalidParameterError):
            slo.BurnRule("1h", "5m", 2, **wrong)


def test_few_events_and_unusual_traffic_are_honoured() -> None:
    objective = slo.Slo("90%", window="10m")
    counts = slo.CountSeries.regular(0, "1m", bad=[0] * 9 + [9], total=[100] * 9 + [10])

    def fires(**extras: object) -> bool:
        rule = slo.BurnRule("1m", "1m", 5, **extras)  # type: ignore[arg-type]
        return bool(slo.AlertPolicy([rule]).firing(objective, counts)[0, -1])

    assert fires() and fires(min_events=10) and not fires(min_events=10.5)
    assert not fires(traffic="long_window") and not fires(traffic="each_window")
    rule = slo.BurnRule("1m", "1m", 5, demoted=(9, "ticket"))
    assert [a.severity for a in slo.AlertPolicy([rule]).evaluate(objective, counts).alerts] == ["ticket"]
    rule = slo.BurnRule("1m", "1m", 5, demoted=(8, "ticket"))
    assert [a.severity for a in slo.AlertPolicy([rule]).evaluate(objective, counts).alerts] == ["page"]


def test_findings_name_what_is_wrong() -> None:
    findings = slo.AlertPolicy.google_sre("30d").lint(slo.Slo("50%", window="30d"))
    assert [(finding.kind, finding.rule) for finding in findings] == [
        ("unreachable_factor", 0),
        ("unreachable_factor", 1),
        ("unreachable_factor", 2),
        ("unlikely_target", None),
    ]
    (hole,) = slo.AlertPolicy([slo.BurnRule("1h", "5m", 14.4)]).lint(MONTH)
    assert (hole.kind, hole.cost) == ("silent_hole", 14.4)
    assert hole.to_dict()["kind"] == "silent_hole"
    assert repr(hole).startswith("Finding(silent_hole: an incident of 1.440% errors over 30d")
    silent = slo.AlertPolicy.google_sre("30d").largest_silent_incident(MONTH)
    assert (silent.error_ratio, silent.duration, silent.cost) == (0.001, timedelta(days=30), 1)
    for thing in (hole, silent):
        assert pickle.loads(pickle.dumps(thing)) == thing


def test_conditions_are_joined_and_evaluated() -> None:
    objective = slo.Slo("90%", window="10m")
    counts = slo.CountSeries.regular(0, "1m", bad=[0, 5, 15, 0, 0], total=[100] * 5)
    rise = slo.Condition.drop("1/3", within="1m")
    rule = slo.BudgetRule(rise, severity="ticket")
    (alert,) = rule.evaluate(objective, counts)
    assert (alert.severity, alert.begin, alert.end, alert.until) == ("ticket", at(2), at(3), at(3))
    queue = slo.Condition.metric("queue", ">=", 7, within="10m")
    metrics = {"queue": ([0, 3 * 60 * 10**9], [7, 6.5])}
    both = slo.BudgetRule(rise & queue).evaluate(objective, counts, metrics)
    either = slo.BudgetRule(rise | queue).evaluate(objective, counts, metrics)
    assert [(a.begin, a.end) for a in both] == [(at(2), at(3))]
    assert [(a.begin, a.end) for a in either] == [(at(0), at(3))]
    assert slo.BudgetRule(rise).evaluate(objective, counts, every="4m") == []
    assert rise & queue == slo.Condition.all_of([rise, queue])
    assert rise | queue == slo.Condition.any_of([rise, queue])
    for condition in (
        slo.Condition.remaining_below(0.5),
        slo.Condition.exhaustion_within("1h", over="5m"),
        slo.Condition.error_ratio_above("3%", "5m"),
        slo.Condition.burn(slo.BurnRule("1h", "5m", 2)),
    ):
        thing = slo.BudgetRule(condition & queue)
        assert pickle.loads(pickle.dumps(thing)) == thing
        assert pickle.loads(pickle.dumps(thing.condition)) == condition & queue
        assert len(thing.evaluate(objective, counts, metrics)) <= 2
    assert pickle.loads(pickle.dumps(alert)) == alert


def test_conditions_that_make_no_sense_are_refused() -> None:
    for wrong in (
        lambda: slo.Condition.remaining_below(1.5),
        lambda: slo.Condition.drop(0, "1h"),
        lambda: slo.Condition.drop("5%", 0),
        lambda: slo.Condition.exhaustion_within(0, "1h"),
        lambda: slo.Condition.error_ratio_above(1, "1h"),
        lambda: slo.Condition.metric("x", "==", 1, "1m"),
        lambda: slo.Condition.metric("x", ">", float("nan"), "1m"),
        lambda: slo.Condition.burn(slo.BurnRule("1h", "5m", 2, hold="1m")),
    ):
        with pytest.raises(slo.InvalidParameterError):
            wrong()
    with pytest.raises(slo.TooShortError):
        slo.Condition.all_of([])
    deep = slo.Condition.remaining_below(0.5)
    with pytest.raises(slo.LimitExceededError):
        for _ in range(17):
            deep = slo.Condition.any_of([deep])
    objective, counts = slo.Slo("90%", window="10m"), slo.CountSeries.regular(0, "1m", bad=[0], total=[1])
    rule = slo.BudgetRule(slo.Condition.metric("queue", ">", 1, "1m"))
    with pytest.raises(slo.InvalidParameterError, match="queue"):
        rule.evaluate(objective, counts)
    with pytest.raises(slo.NonFiniteError):
        rule.evaluate(objective, counts, {"queue": ([0], [np.nan])})
    with pytest.raises(slo.UnorderedError):
        rule.evaluate(objective, counts, {"queue": ([1, 0], [1, 2])})
    with pytest.raises(TypeError):
        rule.evaluate(objective, counts, {"queue": 1})  # type: ignore[dict-item]
    with pytest.raises(slo.InvalidParameterError):
        rule.evaluate(objective, counts, {"queue": ([0], [1])}, every=0)


def test_routing_is_a_table() -> None:
    routing = slo.Routing({"page": ["on-call", "chat"], "info": []}, otherwise=["chat"])
    assert routing.channels("page") == ["on-call", "chat"]
    assert (routing.channels("info"), routing.channels("ticket")) == ([], ["chat"])
    assert (routing.routes, routing.otherwise) == ({"page": ["on-call", "chat"], "info": []}, ["chat"])
    assert repr(routing) == "Routing(info: ; page: on-call, chat; otherwise: chat)"
    assert pickle.loads(pickle.dumps(routing)) == routing
    assert hash(routing) == hash(pickle.loads(pickle.dumps(routing)))
    assert slo.Routing().channels("page") == []
    with pytest.raises(TypeError):
        slo.Routing({"page": [1]})  # type: ignore[list-item]
