"""Instants of every library and unit are the same instants."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo

UTC = timezone.utc
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
TIMES = [NOON + timedelta(minutes=minute) for minute in (0, 1, 3)]
NANOS = [1_774_785_600_000_000_000 + minute * 60_000_000_000 for minute in (0, 1, 3)]
PRAGUE = ZoneInfo("Europe/Prague")
NAIVE = [time.replace(tzinfo=None) for time in TIMES]

COLUMNS: dict[str, Callable[[], object]] = {
    "datetimes": lambda: TIMES,
    "tuple": lambda: tuple(TIMES),
    "datetimes of a zone": lambda: [time.astimezone(PRAGUE) for time in TIMES],
    "nanoseconds": lambda: NANOS,
    "int64": lambda: np.array(NANOS),
    "uint64": lambda: np.array(NANOS, np.uint64),
    "object": lambda: np.array(TIMES, object),
    "pandas timestamps": lambda: [pd.Timestamp(time) for time in TIMES],
    "datetime64 list": lambda: [np.datetime64(time, "m") for time in NAIVE],
    **{f"datetime64[{unit}]": lambda unit=unit: np.array(NAIVE, f"datetime64[{unit}]") for unit in ["m", "s", "us"]},
    "datetime64[15s]": lambda: np.array(NAIVE, "datetime64[15s]"),
    "strided": lambda: np.repeat(np.array(NAIVE, "datetime64[ns]"), 2)[::2],
    **{f"pandas {unit}": lambda unit=unit: pd.DatetimeIndex(NAIVE).as_unit(unit) for unit in ["s", "ms", "us", "ns"]},
    **{
        f"pandas {unit} zone": lambda unit=unit: pd.Series(pd.DatetimeIndex(TIMES).tz_convert(PRAGUE).as_unit(unit))
        for unit in ["s", "ms", "us", "ns"]
    },
    "pandas arrow": lambda: pd.Series(TIMES, dtype="timestamp[us, tz=UTC][pyarrow]"),
    **{f"polars {unit}": lambda unit=unit: pl.Series(NAIVE, dtype=pl.Datetime(unit)) for unit in ["ms", "us", "ns"]},
    "polars zone": lambda: pl.Series(TIMES, dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone("Europe/Prague"),
    **{f"pyarrow {unit}": lambda unit=unit: pa.array(NAIVE, pa.timestamp(unit)) for unit in ["s", "ms", "us", "ns"]},
    "pyarrow zone": lambda: pa.chunked_array([pa.array(TIMES, pa.timestamp("us", "Europe/Prague"))]),
}


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS.keys())
def test_all_columns_of_instants_are_read_alike(make: Callable[[], object]) -> None:
    series = slo.CountSeries(make(), bad=[0, 0, 0], total=[1, 1, 1])
    assert series.times.dtype == "datetime64[ns]"
    assert series.times.view(np.int64).tolist() == NANOS


@pytest.mark.parametrize(
    "instant",
    [NOON, NOON.astimezone(PRAGUE), NANOS[0], np.int64(NANOS[0]), pd.Timestamp(NOON), pd.Timestamp(NAIVE[0])]
    + [np.datetime64("2026-03-29T12", unit) for unit in ["h", "m", "s", "ms", "us", "ns"]],
)
def test_all_single_instants_are_read_alike(instant: datetime | int) -> None:
    assert slo.Window("1h").period_until(instant) == (NOON - timedelta(hours=1), NOON)


def test_years_and_months_and_days_are_instants_too() -> None:
    january = datetime(2026, 1, 1, tzinfo=UTC)
    for instant in (np.datetime64("2026"), np.datetime64("2026-01"), np.datetime64("2026-01-01")):
        assert slo.Window("1h").period_until(instant)[1] == january
    assert len(slo.CountSeries(np.array(["2026-01", "2026-02"], "datetime64[M]"), bad=[0, 0], total=[1, 1])) == 2


def test_kinds_of_datetimes_and_durations_are_what_they_inherit_from() -> None:
    class Moment(datetime):
        """As pendulum's."""

    class Delta(timedelta):
        """As pendulum's."""

    hour = slo.Window(Delta(hours=1))
    assert hour.period_until(Moment(2026, 3, 29, 12, tzinfo=UTC)) == (NOON - timedelta(hours=1), NOON)


def test_pandas_nanoseconds_are_not_lost() -> None:
    series = slo.CountSeries([pd.Timestamp(1), pd.Timestamp(2, tz="UTC")], bad=[0, 0], total=[1, 1])
    assert series.times.view(np.int64).tolist() == [1, 2]
    assert str(slo.Window(pd.Timedelta(5, "ns"))) == "5ns"


def test_a_zone_with_daylight_saving_is_no_matter() -> None:
    begin = datetime(2026, 3, 29, 1, 30, tzinfo=PRAGUE)
    end = datetime(2026, 3, 29, 3, 30, tzinfo=PRAGUE)
    series = slo.CountSeries([begin, end], bad=[0, 0], total=[1, 1])
    assert series.resolution == timedelta(hours=1)


@pytest.mark.parametrize(
    "instant",
    [
        NAIVE[0],
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        2**63,
        -(2**64),
        np.datetime64("NaT", "s"),
        pd.NaT,
        np.datetime64("3000-01-01"),
        np.datetime64("0001-01-01T00:00:00"),
        np.datetime64(1, "ps"),
    ],
)
def test_what_names_no_instant_is_refused(instant: datetime | int) -> None:
    with pytest.raises(slo.InvalidParameterError):
        slo.Window("1h").period_until(instant)


@pytest.mark.parametrize("instant", [True, None, 1.5, "2026-03-29", [1], NOON.date(), np.float64(1)])
def test_what_is_no_instant_is_a_type_error(instant: object) -> None:
    with pytest.raises(TypeError, match="an instant"):
        slo.Window("1h").period_until(instant)


@pytest.mark.parametrize(
    "times",
    [
        [NOON, None, TIMES[2]],
        [pd.Timestamp(NOON), pd.NaT, pd.Timestamp(TIMES[2])],
        np.array([NAIVE[0], "NaT", NAIVE[2]], "datetime64[us]"),
        np.ma.masked_array(np.array(NAIVE, "datetime64[us]"), mask=[0, 1, 0]),
        pd.Series([NOON, None, TIMES[2]]),
        pl.Series([NOON, None, TIMES[2]]),
        pa.array([NOON, None, TIMES[2]]),
    ],
    ids=lambda times: type(times).__module__,
)
def test_a_missing_instant_is_refused_with_its_place(times: object) -> None:
    with pytest.raises(slo.NonFiniteError) as caught:
        slo.CountSeries(times, bad=[0, 0, 0], total=[1, 1, 1])
    assert (caught.value.name, caught.value.index) == ("times", 1)


@pytest.mark.parametrize(
    ("times", "index"),
    [
        ([NOON, NAIVE[1]], 1),
        ([NOON, 2**70], 1),
        (np.array(["2026", "3000"], "datetime64[s]"), 1),
        (pd.Series(np.array(["0001-01-01", "2026-01-01"], "datetime64[s]")), 0),
    ],
)
def test_an_instant_that_does_not_fit_is_refused_with_its_place(times: object, index: int) -> None:
    with pytest.raises(slo.InvalidParameterError) as caught:
        slo.CountSeries(times, bad=[0, 0], total=[1, 1])
    assert caught.value.index == index


@pytest.mark.parametrize("times", [[1.5, 2.5], ["a", "b"], [True, False], pd.Series([1.0, 2.0]), [NOON, "b"], {1, 2}])
def test_columns_that_hold_no_instants_are_a_type_error(times: object) -> None:
    with pytest.raises(TypeError, match="times"):
        slo.CountSeries(times, bad=[0, 0], total=[1, 1])


def test_unsigned_nanoseconds_that_do_not_fit_are_refused() -> None:
    with pytest.raises(slo.OutOfRangeError, match="times"):
        slo.CountSeries(np.array([1, 2**63], np.uint64), bad=[0, 0], total=[1, 1])


@given(st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()))
def test_an_instant_comes_back_as_it_went(instant: datetime) -> None:
    # In its own zone a time that a clock shows twice, or never, equals no other.
    assert slo.Window("1us").period_until(instant)[1] == instant.astimezone(UTC)


@given(st.timedeltas(timedelta(microseconds=1), timedelta(days=100_000)))
def test_a_duration_comes_back_as_it_went(duration: timedelta) -> None:
    assert slo.Window(duration).length == duration
    assert slo.Window(np.timedelta64(duration)).length == duration
    assert slo.Window(pd.Timedelta(duration)).length == duration
