"""Monitors: counts as they come in."""

import copy
import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

import slo

SECOND = 1_000_000_000
CHECKOUT = slo.Slo("99%", window="1h")
POLICY = slo.AlertPolicy([slo.BurnRule("5m", "90s", 10), slo.BurnRule("30m", "3m", 2, "ticket", ">=")])


# What no typed program would pass.
WRONG: Any = "99%"


def monitor(**options: Any) -> slo.BudgetMonitor:
    return slo.BudgetMonitor(CHECKOUT, policy=POLICY, resolution="1m", **options)


def stream(records: int = 3_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(11)
    times = np.cumsum(generator.integers(1, 20 * SECOND, records))
    total = generator.integers(0, 100, records).astype(float)
    bad = np.minimum(generator.poisson(np.where(np.arange(records) % 500 < 60, 20, 0.2)), total).astype(float)
    return times, bad, total


def test_a_monitor_equals_evaluate_on_the_resampled_series() -> None:
    # SEMANTICS 16.
    times, bad, total = stream()
    m = monitor()
    ended = m.record_many(times, bad=bad, total=total).ended
    series = slo.CountSeries(times, bad=bad, total=total).resample("1m")
    assert m.budget() == CHECKOUT.budget(series)
    last = series.times[-1]
    rates = slo.burn_rates(series, "99%", ["90s", "3m", "5m", "30m"])[:, -1]
    assert [m.burn_rates()[timedelta(seconds=s)] for s in (90, 180, 300, 1800)] == rates.tolist()
    ended += m.advance(last).ended
    alerts = sorted(ended + m.firing(), key=lambda alert: (alert.begin, alert.rule.severity))
    expected = sorted(POLICY.evaluate(CHECKOUT, series).alerts, key=lambda a: (a.begin, a.rule.severity))
    assert len(expected) > 5
    assert alerts == expected


def test_single_records_equal_columns() -> None:
    times, bad, total = stream(300)
    one, many = monitor(), monitor()
    for t, b, n in zip(times.tolist(), bad, total, strict=True):
        one.record(t, bad=b, total=n)
    many.record_many(times, bad=bad, total=total)
    assert one == many
    good = monitor()
    for t, b, n in zip(times.tolist(), bad, total, strict=True):
        good.record(t, n - b, n)
    assert good == one
    halves = monitor()
    halves.record_many(times[:150], good=(total - bad)[:150], bad=bad[:150])
    halves.record_many(times[150:], good=(total - bad)[150:], total=total[150:])
    assert halves == one


def test_time_that_passes_ends_an_alert_at_the_next_change() -> None:
    m = monitor()
    assert m.next_change() is None
    m.record(60 * SECOND, bad=30, total=100)
    assert m.decided is None
    began = m.advance(60 * SECOND)
    assert [alert.severity for alert in began.began] == ["page", "ticket"]
    assert m.decided == datetime(1970, 1, 1, 0, 1, tzinfo=timezone.utc)
    change = m.next_change()
    assert change == datetime(1970, 1, 1, 0, 2, 30, tzinfo=timezone.utc)
    assert not copy.copy(m).advance(change - timedelta(microseconds=1))
    assert [alert.end for alert in m.advance(change).ended] == [change]


def test_the_next_change_is_rounded_up_so_that_to_advance_to_it_changes_an_alert() -> None:
    rule = slo.BurnRule("1m", np.timedelta64(1_500_000_001, "ns"), 10)
    m = slo.BudgetMonitor(CHECKOUT, slo.AlertPolicy([rule]), "1s")
    m.record(SECOND, bad=30, total=100)
    m.advance(SECOND)
    change = m.next_change()
    assert change == datetime(1970, 1, 1, 0, 0, 2, 500_001, tzinfo=timezone.utc)
    assert m.advance(change).ended


@pytest.mark.parametrize(("late", "bad"), [("accept", 3.0), ("reject", 1.0)])
def test_late_records_are_counted_or_refused(late: str, bad: float) -> None:
    m = monitor(late=late)
    m.record(61 * SECOND, bad=1, total=10)
    if late == "accept":
        m.record(60 * SECOND, bad=2, total=10)
    else:
        with pytest.raises(slo.UnorderedError) as caught:
            m.record(60 * SECOND, bad=2, total=10)
        assert caught.value.value == caught.value.previous == datetime(1970, 1, 1, 0, 1, tzinfo=timezone.utc)
        assert caught.value.index is None
    assert m.budget().bad == bad
    with pytest.raises(slo.UnorderedError):
        m.record(-4_000 * SECOND, bad=0, total=0)


@pytest.mark.parametrize(("duplicate", "bad"), [("add", 3.0), ("replace", 2.0), ("reject", 1.0)])
def test_second_records_are_added_refused_or_stand_instead(duplicate: str, bad: float) -> None:
    m = monitor(duplicate=duplicate)
    m.record(SECOND, bad=1, total=10)
    if duplicate == "reject":
        with pytest.raises(slo.InvalidParameterError):
            m.record(2 * SECOND, bad=2, total=10)
    else:
        m.record(2 * SECOND, bad=2, total=10)
    assert m.budget().bad == bad


def test_what_cannot_be_recorded_changes_nothing() -> None:
    m = monitor()
    m.record(SECOND, bad=1, total=10)
    before = copy.deepcopy(m)
    calls: list[tuple[type[Exception], Callable[[], object]]] = [
        (slo.InvalidCountError, lambda: m.record(SECOND, bad=11, total=10)),
        (slo.InvalidCountError, lambda: m.record(SECOND, bad=-1, total=10)),
        (slo.NonFiniteError, lambda: m.record(SECOND, bad=float("nan"), total=10)),
        (slo.OutOfRangeError, lambda: m.record(2**63 - 1, bad=0, total=1)),
        (slo.OutOfRangeError, lambda: m.record(SECOND, bad=0, total=1e301)),
        (slo.OutOfRangeError, lambda: m.advance(2**63 - 1)),
        (TypeError, lambda: m.record(SECOND, 1)),
        (TypeError, lambda: m.record(SECOND, 1, 2, bad=1)),
        (TypeError, lambda: m.record(WRONG, 1, 2)),
        (slo.LengthMismatchError, lambda: m.record_many([SECOND], bad=[1, 2], total=[2, 2])),
        (slo.InvalidCountError, lambda: m.record_many([SECOND, SECOND], bad=[1, 3], total=[2, 2])),
        (slo.UnorderedError, lambda: m.record_many([SECOND, -(10**13)], bad=[1, 1], total=[2, 2])),
        (slo.InvalidParameterError, lambda: m.merge(slo.BudgetMonitor(CHECKOUT, POLICY, "2m"))),
        (slo.InvalidParameterError, lambda: m.merge(slo.BudgetMonitor(slo.Slo("98%", "1h"), POLICY, "1m"))),
        (TypeError, lambda: m.merge(WRONG)),
    ]
    for error, call in calls:
        with pytest.raises(error):
            call()
        assert m == before


def test_what_is_no_monitor_is_refused() -> None:
    calls: list[tuple[type[Exception], Callable[[], object]]] = [
        (slo.InvalidParameterError, lambda: monitor(late="never")),
        (slo.InvalidParameterError, lambda: monitor(duplicate="never")),
        (slo.InvalidParameterError, lambda: slo.BudgetMonitor(CHECKOUT, POLICY, 0)),
        (slo.LimitExceededError, lambda: slo.BudgetMonitor(CHECKOUT, POLICY, np.timedelta64(1, "ns"))),
        (TypeError, lambda: slo.BudgetMonitor(WRONG, POLICY, "1m")),
        (slo.StateError, lambda: slo.BudgetMonitor.restore("")),
        (slo.StateError, lambda: slo.BudgetMonitor.restore("{}")),
        (TypeError, lambda: slo.BudgetMonitor.restore(WRONG.encode())),
    ]
    for error, call in calls:
        with pytest.raises(error):
            call()


def test_a_snapshot_goes_on_where_it_was() -> None:
    times, bad, total = stream(400)
    m = monitor(late="reject", duplicate="add")
    m.record_many(times[:300], bad=bad[:300], total=total[:300])
    for resumed in (slo.BudgetMonitor.restore(m.snapshot()), pickle.loads(pickle.dumps(m)), copy.deepcopy(m)):
        assert resumed == m
        assert repr(resumed) == repr(m)
        rest = monitor(late="reject")
        rest.record_many(times[:300], bad=bad[:300], total=total[:300])
        arguments = {"bad": bad[300:], "total": total[300:]}
        assert resumed.record_many(times[300:], **arguments) == rest.record_many(times[300:], **arguments)
        assert resumed == rest


def test_a_damaged_snapshot_is_refused() -> None:
    m = monitor()
    m.record_many(*stream(300)[:1], bad=np.zeros(300), total=np.ones(300))
    state = json.loads(m.snapshot())
    damages: list[dict[str, object]] = [
        {"version": 2},
        {"clock": None},
        {"buckets": []},
        {"bad": [1.0] * len(state["bad"])},
        {"total": state["total"][::-1]},
        {"rules": []},
        {"more": 1},
    ]
    for damage in damages:
        with pytest.raises(slo.StateError):
            slo.BudgetMonitor.restore(json.dumps(state | damage))


def test_threads_that_share_a_monitor_or_merge_their_own_lose_nothing() -> None:
    times, bad, total = stream(4_000)
    whole = monitor()
    whole.record_many(times, bad=bad, total=total)
    shards = [monitor() for _ in range(8)]
    shared = slo.BudgetMonitor(slo.Slo("99%", window="2d"), POLICY, "1m")

    def record(shard: int) -> None:
        places = slice(shard, None, 8)
        shards[shard].record_many(times[places], bad=bad[places], total=total[places])
        for t, b, n in zip(times[places].tolist(), bad[places], total[places], strict=True):
            shared.record(t, bad=b, total=n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(8)))
    merged = monitor()
    for shard in shards:
        merged.merge(shard)
    assert merged.budget() == whole.budget()
    assert [alert.rule for alert in merged.firing()] == [alert.rule for alert in whole.firing()]
    assert shared.budget().total == total.sum()
    before = merged.budget().total
    merged.merge(merged)
    assert merged.budget().total == 2 * before


def test_changes_show_themselves() -> None:
    m = monitor()
    m.record(60 * SECOND, bad=30, total=100)
    changes = m.advance(3_600 * SECOND)
    assert repr(changes) == "Changes(2 began, 2 ended)"
    assert changes
    assert changes == pickle.loads(pickle.dumps(changes))
    assert changes != slo.Changes([], [])
    assert [alert["begin"] for alert in changes.to_dict()["began"]] == ["1970-01-01T00:01:00Z"] * 2
    assert json.loads(changes.to_json()) == changes.to_dict()
    assert (
        repr(m)
        == "BudgetMonitor(99% over 1h in 1m, decided until 1970-01-01T01:00:00Z: 3000.0% of the budget, 0 firing)"
    )
    assert m.series().counts.total == 100
    assert (m.slo, m.policy, m.resolution) == (CHECKOUT, POLICY, timedelta(minutes=1))
