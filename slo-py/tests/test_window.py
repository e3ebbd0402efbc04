"""Windows: rolling, and periods of the calendar."""

import json
import os
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo

UTC = timezone.utc


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_every_unit_has_its_period() -> None:
    at = utc(2026, 5, 13, 10)
    expected = {
        "day": (utc(2026, 5, 13), utc(2026, 5, 14)),
        "week": (utc(2026, 5, 11), utc(2026, 5, 18)),
        "month": (utc(2026, 5, 1), utc(2026, 6, 1)),
        "quarter": (utc(2026, 4, 1), utc(2026, 7, 1)),
        "year": (utc(2026, 1, 1), utc(2027, 1, 1)),
    }
    for unit, period in expected.items():
        assert slo.Window.calendar(unit).period_until(at) == period, unit  # type: ignore[arg-type]


def test_a_boundary_belongs_to_the_period_that_ends_there() -> None:
    # SEMANTICS 5.
    days = slo.Window.calendar("day")
    assert days.period_until(utc(2026, 3, 1)) == (utc(2026, 2, 28), utc(2026, 3, 1))
    assert days.period(utc(2026, 3, 1)) == (utc(2026, 3, 1), utc(2026, 3, 2))


def test_days_have_23_or_25_hours_where_clocks_change() -> None:
    days = slo.Window.calendar("day", tz="Europe/Prague")
    hours = [days.length_at(utc(2026, month, day, 12)).total_seconds() / 3600 for month, day in [(3, 29), (10, 25)]]
    assert hours == [23, 25]
    assert slo.Window.calendar("day", tz=ZoneInfo("Europe/Prague")) == days
    assert slo.Window.calendar("day", tz=UTC) == slo.Window.calendar("day")


def test_month_ends_are_clamped_or_overflow() -> None:
    def end(month_end: Any) -> datetime:
        return slo.Window.calendar("month", start="2026-01-31", month_end=month_end).period_until(utc(2026, 2, 10))[1]

    assert (end("clamp"), end("overflow")) == (utc(2026, 2, 28), utc(2026, 3, 3))


def test_starts_are_read_in_every_form() -> None:
    windows = [
        slo.Window.calendar("month", start=start)
        for start in ("2022-01-31", "2022-01-31 00:00:00", date(2022, 1, 31), datetime(2022, 1, 31))  # noqa: DTZ001
    ]
    assert len(set(windows)) == 1
    assert windows[0].start == datetime(2022, 1, 31)  # noqa: DTZ001


def test_a_window_says_what_it_is() -> None:
    month = slo.Window.calendar("month", 2, "2022-01-31 12:00:00", "Europe/Prague", "overflow")
    assert (month.unit, month.count, month.tz, month.month_end) == ("month", 2, "Europe/Prague", "overflow")
    assert month.length == timedelta(seconds=2 * 2_629_746)
    assert repr(month) == (
        "Window.calendar('month', count=2, start='2022-01-31 12:00:00', tz='Europe/Prague', month_end='overflow')"
    )
    assert eval(repr(month), {"Window": slo.Window}) == month
    rolling = slo.Window("30d")
    assert (rolling.unit, rolling.count, rolling.start, rolling.tz, rolling.month_end) == (None,) * 5
    assert rolling.length_at(utc(2026, 1, 1)) == timedelta(days=30)
    assert str(slo.Window.calendar("week", 2)) == "2 calendar weeks in UTC"


def test_an_objective_is_held_over_a_period() -> None:
    month = slo.Window.calendar("month")
    s = slo.Slo("99%", window=month)
    assert s.window == month
    assert repr(s) == "Slo('99%', window=Window.calendar('month', count=1, tz='UTC'))"
    hourly = slo.CountSeries.regular(utc(2026, 2, 28, 23), "1h", bad=[5, 1, 2, 3], total=[100] * 4)
    # The count at midnight is February's; at one o'clock March has had one hour.
    assert [s.budget(hourly, at=utc(2026, 3, 1, hour)).bad for hour in (0, 1, 2)] == [6, 2, 5]
    assert s.budget(hourly, at=utc(2026, 3, 1, 1)).total == 100
    assert json.loads(s.to_json())["window"]["unit"] == "month"
    assert s.report(hourly).budget.bad == 5
    assert len(slo.AlertPolicy.google_sre(month).rules) == 4


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"unit": "lunation"}, slo.InvalidParameterError),
        ({"unit": "day", "count": 0}, slo.InvalidParameterError),
        ({"unit": "day", "count": -1}, slo.InvalidParameterError),
        ({"unit": "day", "count": 10**30}, slo.InvalidParameterError),
        ({"unit": "day", "count": 1.5}, TypeError),
        ({"unit": "day", "count": True}, TypeError),
        ({"unit": 5}, TypeError),
        ({"unit": "day", "start": "yesterday"}, slo.InvalidParameterError),
        ({"unit": "day", "start": datetime(9000, 1, 1)}, slo.InvalidParameterError),  # noqa: DTZ001
        ({"unit": "day", "start": utc(2026, 1, 1)}, slo.InvalidParameterError),
        ({"unit": "day", "start": 5}, TypeError),
        ({"unit": "day", "tz": "Moon/Tycho"}, slo.UnknownTimeZoneError),
        ({"unit": "day", "tz": ""}, slo.UnknownTimeZoneError),
        ({"unit": "day", "tz": timezone(timedelta(hours=1))}, slo.UnknownTimeZoneError),
        ({"unit": "day", "tz": 1}, TypeError),
        ({"unit": "month", "month_end": "drift"}, slo.InvalidParameterError),
    ],
)
def test_what_is_no_calendar_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.Window.calendar(**arguments)


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(slo.UnknownTimeZoneError) as caught:
        slo.Window.calendar("day", tz="Moon/Tycho")
    assert caught.value.name == "Moon/Tycho"


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["Europe/Prague", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_midnights_are_those_of_zoneinfo(at: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    begin, end = slo.Window.calendar("day", tz=name).period(at)
    assert begin <= at < end
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    # Where there is no midnight, zoneinfo takes the offset from before the gap with fold=0, too.
    if midnight.astimezone(UTC) <= at:
        assert begin == midnight.astimezone(UTC)


def test_periods_have_the_boundaries_that_nobl9_gives_them() -> None:
    folder = os.environ.get("SLO_CASES")
    if not folder:
        pytest.skip("SLO_CASES is unset")
    for case in json.loads((Path(folder) / "calendar/time_window_cases.json").read_text()):
        if case["kind"] == "rolling":
            continue
        window = slo.Window.calendar(
            case["unit"], case["count"], case["start_time"], case["time_zone"], month_end="overflow"
        )
        at, begin, end = (
            datetime.fromisoformat(case[name].replace("Z", "+00:00"))
            for name in ("timestamp", "expected_begin", "expected_end")
        )
        # Their periods are [begin, end).
        assert window.period(at) == (begin, end), case["name"]
