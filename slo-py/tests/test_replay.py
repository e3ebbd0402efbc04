"""Replays of policies over known incidents, and rules that hold and fire on."""

import json
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import slo

MINUTE = 60_000_000_000


def at(minutes: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


# An hour of a hundred events a minute at 90 %; minutes 20 and 21 are bad, and so is minute 40.
HOUR = slo.CountSeries.regular(MINUTE, "1m", bad=[100 * (m in (20, 21, 40)) for m in range(60)], total=[100] * 60)
SLO = slo.Slo("90%", window="1h")
POLICY = slo.AlertPolicy([slo.BurnRule("1m", "1m", 5), slo.BurnRule("10m", "10m", 0.5, "ticket")])


def bounds(rule: slo.BurnRule, every: str | None = None) -> list[tuple[float, float]]:
    alerts = slo.AlertPolicy([rule]).evaluate(SLO, HOUR, every).alerts
    ends = [alert.end for alert in alerts]
    return [((a.begin - at(0)) / minutes(1), (e - at(0)) / minutes(1)) for a, e in zip(alerts, ends, strict=True) if e]


def test_a_rule_holds_and_fires_on_as_prometheus_has_it() -> None:
    # SEMANTICS 12: the condition holds from 21 to 23 and from 41 to 42.
    assert bounds(slo.BurnRule("1m", "1m", 5)) == [(21, 23), (41, 42)]
    assert bounds(slo.BurnRule("1m", "1m", 5, hold="1m")) == [(22, 23)]
    assert bounds(slo.BurnRule("1m", "1m", 5, hold="2m")) == []
    assert bounds(slo.BurnRule("1m", "1m", 5, keep_firing="17m")) == [(21, 40), (41, 59)]
    assert bounds(slo.BurnRule("1m", "1m", 5, keep_firing=17.5 * 60)) == [(21, 40.5), (41, 59.5)]
    assert bounds(slo.BurnRule("1m", "1m", 5, keep_firing="18m")) == [(21, 60)]
    assert bounds(slo.BurnRule("1m", "1m", 5, hold="30s", keep_firing="90s")) == [(21.5, 24.5), (41.5, 43.5)]
    assert bounds(slo.BurnRule("1m", "1m", 5, hold="30s", keep_firing="90s"), "1m") == [(22, 25)]


def test_a_rule_tells_its_times() -> None:
    rule = slo.BurnRule("1h", "5m", 14.4, hold="2m", keep_firing=300)
    assert (rule.hold, rule.keep_firing) == (minutes(2), minutes(5))
    assert repr(rule) == "BurnRule(long=1h, short=5m, factor=14.4, severity='page', hold=2m, keep_firing=5m)"
    assert str(rule) == "page: burn > 14.4 over 1h and 5m for 2m, firing on for 5m"
    assert rule != slo.BurnRule("1h", "5m", 14.4)
    assert slo.BurnRule("1h", "5m", 14.4).hold == slo.BurnRule("1h", "5m", 14.4).keep_firing == timedelta(0)
    assert rule.to_dict()["hold"] == "2m"


@pytest.mark.parametrize("name", ["hold", "keep_firing"])
def test_times_below_zero_are_refused_by_name(name: str) -> None:
    policy = slo.AlertPolicy([slo.BurnRule("1m", "1m", 5, **{name: -1})])
    for call in (lambda: policy.evaluate(SLO, HOUR), lambda: policy.replay(SLO, HOUR, [])):
        with pytest.raises(slo.InvalidParameterError, match=f"{name} = -1s"):
            call()


def test_a_replay_tells_what_became_of_each_incident() -> None:
    # The page fires from 21 to 23 and from 41 to 42; the ticket from 21 to 32 and from 41 to 51.
    incidents = [(at(20), at(22)), (at(22.5), at(30)), (at(50.5), at(52)), (at(1), at(2))]
    replay = POLICY.replay(SLO, HOUR, incidents)
    assert replay.detection_times == [minutes(1), timedelta(0), timedelta(0), None]
    assert [outcome.delay for outcome in replay.outcomes] == [minutes(1), minutes(-1.5), minutes(-9.5), None]
    assert [outcome.is_early for outcome in replay.outcomes] == [False, True, True, False]
    assert replay.reset_times == [minutes(1), minutes(-7), minutes(-1), None]
    assert [outcome.alert for outcome in replay.outcomes] == [0, 0, 3, None]
    assert (replay.precision, replay.recall) == (0.75, 0.75)
    # A hundred bad events until minute 21, when 21 minutes allow 210.
    np.testing.assert_array_equal(replay.budget_lost, [100 / 210, 0, 0, 0])
    assert not replay.budget_lost.flags.writeable
    (false,) = replay.false_alerts
    assert (false.severity, false.begin, false.end) == ("page", at(41), at(42))
    # Four in an hour.
    assert (replay.alerts_per_week, replay.observed) == (4 * 168, timedelta(hours=1))
    assert len(replay.alerts) == 4
    assert replay.timeline == POLICY.evaluate(SLO, HOUR)
    assert repr(replay) == "Replay(3 of 4 incidents detected, 1 of 4 alerts false)"
    assert [repr(outcome) for outcome in replay.outcomes[::3]] == [
        "Outcome(noticed after 1m, budget_lost=47.6%)",
        "Outcome(unnoticed, budget_lost=0.0%)",
    ]


def test_a_replay_without_alerts_or_incidents_knows_no_shares() -> None:
    silent = slo.AlertPolicy([]).replay(SLO, HOUR, [(0, 1)])
    assert (silent.precision, silent.recall, silent.alerts_per_week) == (None, 0.0, 0.0)
    assert POLICY.replay(SLO, HOUR, []).recall is None
    nothing = slo.CountSeries([], bad=[], total=[])
    assert POLICY.replay(SLO, nothing, [(0, 1)]).alerts_per_week is None


def test_a_replay_sees_what_its_evaluations_see() -> None:
    (outcome,) = POLICY.replay(SLO, HOUR, [(at(20), at(22))], every="5m").outcomes
    # The page is over by minute 25, the ticket is not.
    assert outcome.detection_time == minutes(5)


def test_incidents_are_pairs_in_order() -> None:
    with pytest.raises(slo.InvalidParameterError, match="must not end before it begins"):
        POLICY.replay(SLO, HOUR, [(at(2), at(1))])
    for wrong in ([1], [(1,)], [(1, 2, 3)], [(1, "x")], "ab", None, 3, [(None, None)]):
        with pytest.raises((slo.SloError, TypeError)) as refusal:
            POLICY.replay(SLO, HOUR, wrong)  # type: ignore[arg-type]
        assert not isinstance(refusal.value, slo.InternalError)
    with pytest.raises(slo.InvalidParameterError):
        POLICY.replay(SLO, HOUR, [(np.datetime64("NaT"), at(1))])  # type: ignore[list-item]
    ends = POLICY.replay(SLO, HOUR, [(-(2**63) + 1, 2**63 - 1)])
    assert (ends.recall, ends.precision) == (1.0, 1.0)


def test_a_replay_becomes_json_a_frame_a_table_and_a_picture() -> None:
    replay = POLICY.replay(SLO, HOUR, [(at(20), at(22)), (at(1), at(2))])
    assert json.loads(replay.to_json()) == replay.to_dict()
    assert replay.to_dict()["outcomes"][0] == replay.outcomes[0].to_dict()
    assert replay.outcomes[0].to_dict()["delay"] == "1m"
    frame = replay.to_frame()
    assert frame["severity"][0] == "page" and frame["severity"].isna().tolist() == [False, True]
    assert frame["detection_time"].tolist()[0] == minutes(1)
    assert frame["begin"].dt.tz is not None and frame["budget_lost"].tolist()[1] == 0
    html = replay._repr_html_()
    assert "unnoticed" in html and "0:01:00" in html
    ax = replay.plot()
    assert ax.get_title() == repr(replay)
    assert POLICY.replay(SLO, HOUR, []).to_frame().shape == (0, 7)


def test_detections_refuse_what_is_no_pair() -> None:
    timeline = POLICY.evaluate(SLO, HOUR)
    for wrong in ([(1,)], [(1, 2, 3)], [{1, 2}], [{"a": 1, "b": 2}], [1.5]):
        with pytest.raises(TypeError):
            timeline.detections(wrong)  # type: ignore[arg-type]
    # A row of an array is a pair too.
    pairs = np.array([["1970-01-01T00:20", "1970-01-01T00:22"]], "datetime64[m]")
    assert timeline.detections(list(pairs))[0].delay == minutes(1)
