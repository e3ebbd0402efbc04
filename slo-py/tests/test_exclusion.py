"""Exclusions, adjustments, and targets that change."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from dateutil import tz as zones  # type: ignore[import-untyped]
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

import slo

UTC = timezone.utc
SECOND = 1_000_000_000


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


COUNTS = slo.CountSeries.regular(at(1), "1s", bad=[1] * 6, total=[10] * 6)


def test_a_count_at_the_begin_stays_and_one_at_the_end_goes() -> None:
    # SEMANTICS 5 and 7.
    s = slo.Slo("90%", "1h").exclude(at(2), at(4))
    assert s.budget(COUNTS).total == 40
    assert s.history(COUNTS).total.tolist() == [10, 20, 20, 20, 30, 40]
    assert s.excluded(at(0), at(9)) == [(at(2), at(4))]
    (exclusion,) = s.exclusions
    assert (exclusion.begin, exclusion.end, exclusion.reason) == (at(2), at(4), "maintenance")
    assert slo.Slo("90%", "1h").exclusions == []
    assert repr(s) == "Slo('90%', window='1h', 1 exclusion)"


def test_alerts_do_not_see_what_is_excluded() -> None:
    burst = slo.CountSeries.regular(at(60), "1m", bad=[0, 0, 50, 50, 0], total=[100] * 5)
    policy = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10.0)])
    s = slo.Slo("99%", "1h")
    assert len(policy.evaluate(s, burst).alerts) == 1
    assert len(policy.evaluate(s.exclude(at(120), at(240)), burst).alerts) == 0


def test_coverage_expects_nothing_of_excluded_time() -> None:
    s = slo.Slo("90%", "10s")
    assert s.coverage(COUNTS, at(10)) == 0.6
    assert s.exclude(at(6), at(10)).coverage(COUNTS, at(10)) == 1.0


def test_an_exclusion_comes_again_on_the_clocks_of_its_zone() -> None:
    begin = datetime(2026, 3, 22, 1, tzinfo=UTC)
    nights = slo.Exclusion(begin, begin + timedelta(hours=1), "FREQ=WEEKLY", tz="Europe/Prague")
    spans = nights.occurrences(begin, begin + timedelta(days=20))
    assert [(span[0].day, span[0].hour) for span in spans] == [(22, 1), (29, 1), (5, 0)]
    assert (nights.rrule, nights.tz) == ("FREQ=WEEKLY", "Europe/Prague")
    assert repr(nights) == (
        "Exclusion(2026-03-22T01:00:00Z to 2026-03-22T02:00:00Z, rrule='FREQ=WEEKLY', tz='Europe/Prague', "
        "reason='maintenance')"
    )


RULES = st.builds(
    "FREQ={};INTERVAL={}{}{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";COUNT=7", ";UNTIL=20230101T000000Z"]),
    st.sampled_from(["", ";BYDAY=MO", ";BYDAY=SA,SU", ";BYDAY=WE,TU"]),
)


@given(RULES, st.integers(0, 2_000), st.integers(0, 1_500))
def test_occurrences_are_those_of_dateutil(rule: str, first: int, days: int) -> None:
    start = datetime(2020, 1, 1, 4, tzinfo=zones.UTC) + timedelta(days=first)
    begin, end = start + timedelta(days=days), start + timedelta(days=days + 400)
    spans = slo.Exclusion(start, start + timedelta(microseconds=1), rule).occurrences(begin, end)
    expected = rrulestr(rule, dtstart=start).between(begin, end, inc=True)
    assert [span[0] for span in spans] == [found for found in expected if found < end]


def test_straddled_records_are_named() -> None:
    s = slo.Slo("90%", "1h").exclude(at(2), int(3.5 * SECOND), reason="upgrade")
    (record,) = s.straddling(COUNTS)
    assert (record.at, record.begin, record.reason) == (at(4), at(2), "upgrade")
    assert record.to_dict()["at"] == "1970-01-01T00:00:04Z"


def test_adjustments_change_the_record_that_counted_their_instant() -> None:
    s = slo.Slo("90%", "1h").adjust(at=int(1.5 * SECOND), good=1, bad=-1, reason="retried")
    budget = s.budget(COUNTS)
    assert (budget.good, budget.bad) == (55, 5)
    (adjustment,) = s.adjustments
    assert (adjustment.at.second, adjustment.good, adjustment.bad, adjustment.reason) == (1, 1, -1, "retried")
    with pytest.raises(slo.InvalidParameterError, match="takes more than the 1 bad events counted until"):
        s.adjust(at=at(2), bad=-1).budget(COUNTS)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.exclude(5, 5), slo.InvalidParameterError),
        (lambda s: s.exclude(5, 4), slo.InvalidParameterError),
        (lambda s: s.exclude("noon", 5), TypeError),
        (lambda s: s.exclude(-(2**63) + 1, 2**63 - 1), slo.OutOfRangeError),
        (lambda s: s.exclude(0, 5, "sometimes"), slo.InvalidParameterError),
        (lambda s: s.exclude(0, 5, "FREQ=DAILY;BYHOUR=5"), slo.UnsupportedError),
        (lambda s: s.exclude(0, 5, "FREQ=MINUTELY"), slo.UnsupportedError),
        (lambda s: s.exclude(0, 5, 5), TypeError),
        (lambda s: s.exclude(0, 5, reason=5), TypeError),
        (lambda s: s.exclude(0, 5, tz="Atlantis"), slo.UnknownTimeZoneError),
        (lambda s: s.adjust(at=0, good=float("nan")), slo.NonFiniteError),
        (lambda s: s.adjust(at=0, bad=float("inf")), slo.NonFiniteError),
        (lambda s: s.adjust(at=0, bad="many"), TypeError),
        (lambda s: s.adjust(good=1), TypeError),
        (lambda s: s.coverage(None), TypeError),
        (lambda s: slo.SloVersions(s).revised(5, "99%").revised(5, "98%"), slo.UnorderedError),
        (lambda s: slo.SloVersions(s).burn_rate(COUNTS, 0), slo.InvalidParameterError),
        (lambda _: slo.SloVersions("99%"), TypeError),
    ],
)
def test_what_cannot_be_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call(slo.Slo("99%", "1h"))


def test_each_count_is_held_against_the_target_in_force() -> None:
    versions = slo.SloVersions(slo.Slo("90%", "1h")).revised(at(3), "95%")
    budget = versions.budget(COUNTS)
    # 10 % of 30 and 5 % of 30.
    assert (budget.allowed, budget.bad, budget.total, budget.remaining) == (4.5, 6, 60, -1.5)
    assert budget.consumed == budget.burn_rate == 6 / 4.5
    assert (budget.exhausted, budget.met) == (True, False)
    assert [counts.total for _, counts in budget.parts] == [30, 30]
    assert versions.in_force(at(3)).objective == slo.Objective("90%")
    assert versions.in_force(at(4)).objective == slo.Objective("95%")
    assert versions.revisions == [(at(3), slo.Objective("95%"))]
    assert versions.burn_rate(COUNTS, "1s") == 2.0
    assert repr(versions) == "SloVersions(90% over 1h, 95% from 1970-01-01T00:00:03Z)"
    assert repr(budget) == "VersionedBudget(6 of 4.5 allowed bad events under 90%, then 95%)"


def test_an_empty_series_has_no_budget_and_no_coverage() -> None:
    nothing = slo.CountSeries([], bad=[], total=[])
    s = slo.Slo("99%", "1h").exclude(0, 5).adjust(at=0)
    assert (s.budget(nothing).total, s.coverage(nothing), s.straddling(nothing)) == (0, 0, [])
    assert slo.SloVersions(s).budget(nothing).consumed == 0
