"""Panels of forecasts: many series in one call, from arrays and from frames."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas
import polars
import pyarrow
import pytest

import slo
from slo import forecast

RAGGED = [[1.0, 2.0, 5.0], [7.0], [4.0, 4.0, 4.0, 4.0], [1.0, float("nan"), 2.0]]
COLUMN = [value for series in RAGGED for value in series]
OFFSETS = [0, 3, 4, 8, 11]
METHODS = [
    forecast.Naive(),
    forecast.Drift(),
    forecast.Mean(),
    forecast.SeasonalNaive(2),
    forecast.Ema(alpha=0.5),
]


def alone(method: Any, series: list[float], level: Any) -> Any:
    return method.fit(series).forecast(3, level)


@pytest.mark.parametrize("level", [0.9, [0.8, 0.95], []], ids=repr)
@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_a_panel_is_its_series_one_by_one(method: Any, level: Any) -> None:
    fits = forecast.fit_panel(method, RAGGED)
    assert len(fits) == 4
    for panel in (fits.forecast(3, level), forecast.forecast_panel(method, RAGGED, horizon=3, level=level)):
        assert len(panel) == 4
        assert panel.level == level
        assert {place: type(failure) for place, failure in panel.failures.items()} == {
            1: slo.TooShortError,
            3: slo.NonFiniteError,
        }
        for place in (0, 2):
            one = alone(method, RAGGED[place], level)
            assert fits[place] == method.fit(RAGGED[place])
            for name in ("mean", "standard_error", "lower", "upper"):
                np.testing.assert_array_equal(getattr(panel, name)[place], getattr(one, name))
                assert np.isnan(getattr(panel, name)[1]).all()
                assert not getattr(panel, name).flags.writeable


@pytest.mark.parametrize(
    ("values", "offsets"),
    [
        (COLUMN, OFFSETS),
        (np.array(COLUMN), np.array(OFFSETS)),
        (pandas.Series(COLUMN), tuple(OFFSETS)),
        (polars.Series(COLUMN), np.array(OFFSETS, np.uint16)),
        ([np.array(series) for series in RAGGED], None),
        (tuple(polars.Series(series) for series in RAGGED), None),
    ],
)
def test_a_panel_is_the_same_in_any_form(values: Any, offsets: Any) -> None:
    expected = forecast.forecast_panel(forecast.Drift(), RAGGED, horizon=2)
    assert forecast.forecast_panel(forecast.Drift(), values, offsets, horizon=2) == expected


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int32])
def test_rows_of_an_array_are_series(dtype: Any) -> None:
    rows = np.arange(12).reshape(3, 4)
    panel = forecast.forecast_panel(forecast.Drift(), rows.astype(dtype), horizon=1)
    np.testing.assert_array_equal(panel.mean[:, 0], [4.0, 8.0, 12.0])
    strided = np.asfortranarray(rows)
    assert forecast.forecast_panel(forecast.Drift(), strided, horizon=1) == panel
    wide = pandas.DataFrame(rows)
    assert forecast.forecast_panel(forecast.Drift(), wide, horizon=1) == panel


def test_many_series_are_counted_over_all_batches() -> None:
    # More series than one batch holds, one of them broken in each of two batches.
    rows = np.arange(700.0 * 5).reshape(700, 5) % 97.0
    rows[3, 2] = rows[600, 0] = np.nan
    panel = forecast.forecast_panel(forecast.Naive(), rows, horizon=2)
    assert list(panel.failures) == [3, 600]
    assert (panel.failures[600].index, len(panel)) == (0, 700)
    fits = forecast.fit_panel(forecast.Naive(), rows)
    assert list(fits.failures) == [3, 600]
    assert fits.forecast(2) == panel
    good = [place for place in range(700) if place not in (3, 600)]
    np.testing.assert_array_equal(panel.mean[good, 1], rows[good, -1])


def test_a_model_is_taken_by_its_place_and_a_failure_is_raised() -> None:
    fits = forecast.fit_panel(forecast.Naive(), RAGGED)
    assert fits[-2] == fits[2]
    with pytest.raises(slo.TooShortError):
        fits[1]
    for place in (4, -5, 10**30):
        with pytest.raises(IndexError):
            fits[place]
    with pytest.raises(TypeError):
        fits["a"]  # type: ignore[index]
    # A model is the caller's own.
    fits[0].update(9.0)
    assert fits[0].observations == 3


def test_there_may_be_no_series() -> None:
    none: list[Any] = [[], np.empty((0, 5))]
    for values in none:
        panel = forecast.forecast_panel(forecast.Naive(), values, horizon=2)
        assert panel.mean.shape == (0, 2)
        assert len(forecast.fit_panel(forecast.Naive(), values)) == 0
    assert len(forecast.forecast_panel(forecast.Naive(), [], [0], horizon=2)) == 0


# Two series in turns, one of them not in the order of time.
ROWS: dict[str, list[Any]] = {
    "host": ["b", "a", "b", "a", "b", "a"],
    "ds": [
        datetime(2026, 1, 2),
        datetime(2026, 1, 1),
        datetime(2026, 1, 1),
        datetime(2026, 1, 2),
        datetime(2026, 1, 3),
        datetime(2026, 1, 3),
    ],
    "y": [2.0, 10.0, 1.0, 20.0, 5.0, 30.0],
}
NAMES: dict[str, Any] = {"id": "host", "time": "ds", "value": "y"}


@pytest.mark.parametrize(
    "make", [pandas.DataFrame, polars.DataFrame, pyarrow.table, lambda rows: polars.DataFrame(rows).lazy()]
)
def test_a_long_frame_comes_back_as_one(make: Any) -> None:
    panel = forecast.forecast_panel(forecast.Drift(), make(ROWS), horizon=2, **NAMES)
    assert panel.ids.tolist() == ["b", "a"]
    np.testing.assert_array_equal(panel.mean, [[7.0, 9.0], [40.0, 50.0]])
    frame = panel.to_frame()
    assert type(frame).__module__.partition(".")[0] == type(make(ROWS)).__module__.partition(".")[0]
    columns = {name: list(np.asarray(frame[name])) for name in ("host", "step", "mean")}
    assert columns == {"host": ["b", "b", "a", "a"], "step": [1, 2, 1, 2], "mean": [7.0, 9.0, 40.0, 50.0]}
    ahead = np.asarray(frame["ds"]).astype("datetime64[D]").astype(str).tolist()
    assert ahead == ["2026-01-04", "2026-01-05"] * 2
    fits = forecast.fit_panel(forecast.Drift(), make(ROWS), **NAMES)
    assert fits.ids.tolist() == ["b", "a"]
    assert fits.forecast(2) == panel


def test_time_orders_a_series_and_without_it_rows_do() -> None:
    frame = pandas.DataFrame(ROWS)
    by_rows = forecast.forecast_panel(forecast.Naive(), frame, horizon=1, id="host", value="y")
    assert list(by_rows.to_frame().columns)[:2] == ["host", "step"]
    np.testing.assert_array_equal(by_rows.mean[:, 0], [5.0, 30.0])
    reversed_ = frame.iloc[::-1]
    by_time = forecast.forecast_panel(forecast.Naive(), reversed_, horizon=1, **NAMES)
    np.testing.assert_array_equal(by_time.mean[:, 0], [30.0, 5.0])


def test_instants_go_on_in_their_zone_and_only_at_one_distance() -> None:
    frame = pandas.DataFrame(ROWS)
    zoned = frame.assign(ds=frame["ds"].dt.tz_localize("Europe/Prague"))
    ahead = forecast.forecast_panel(forecast.Naive(), zoned, horizon=1, **NAMES).to_frame()["ds"]
    assert str(ahead[0]) == "2026-01-04 00:00:00+01:00"
    uneven = frame.assign(ds=[2, 1, 1, 2, 4, 3])
    told = forecast.forecast_panel(forecast.Naive(), uneven, horizon=1, gaps="ignore", **NAMES)
    assert "ds" not in told.to_frame()
    whole = frame.assign(ds=[4, 2, 2, 4, 6, 6])
    numbers = forecast.forecast_panel(forecast.Naive(), whole, horizon=2, **NAMES).to_frame()["ds"]
    assert numbers.tolist() == [8, 10, 8, 10]


def test_a_missing_place_is_refused_with_its_series_unless_it_is_said_to_be_none() -> None:
    days = pandas.date_range("2026-01-01", periods=9, freq="D")
    frame = pandas.DataFrame({"host": ["a"] * 9 + ["b"] * 9, "ds": [*days, *days], "y": range(18)})
    naive = forecast.Naive()
    for place, named in [(4, "a"), (9 + 1, "b"), (9 + 7, "b")]:
        broken = frame.drop(index=place).sample(frac=1, random_state=1)
        missing = frame["ds"][place]
        calls: list[Any] = [forecast.fit_panel, partial(forecast.forecast_panel, horizon=1)]
        for call in calls:
            with pytest.raises(slo.InvalidParameterError) as caught:
                call(naive, broken, **NAMES)
            told = str(caught.value)
            assert caught.value.name == "ds"
            assert f"series {named}" in told
            assert str((missing - pandas.Timedelta("1D")).date()) in told
            assert str((missing + pandas.Timedelta("1D")).date()) in told
            assert len(call(naive, broken, gaps="ignore", **NAMES)) == 2
    # Ends are no gaps, nor is another distance in another series.
    assert len(forecast.fit_panel(naive, frame.drop(index=[0, 17]), **NAMES)) == 2
    hourly: Any = frame.assign(ds=[*days, *pandas.date_range("2026-01-01", periods=9, freq="h")])
    assert len(forecast.fit_panel(naive, hourly, **NAMES)) == 2
    bad: dict[str, Any] = {"gaps": "fill"}
    with pytest.raises(slo.InvalidParameterError):
        forecast.fit_panel(naive, frame, **NAMES, **bad)


@pytest.mark.parametrize(("distance", "fits"), [(2, True), (3, True), (4, False)])
def test_a_gap_is_more_than_one_and_a_half_distances(distance: int, fits: bool) -> None:
    # Beside 2: at one and a half, one below and one above. Series of one value have no distances.
    times = [7, 0, 2, 4, 4 + distance, 9]
    frame: dict[str, Any] = {"host": ["x", *["a"] * 4, "z"], "ds": times, "y": [1.0] * 6}
    if fits:
        assert len(forecast.fit_panel(forecast.Naive(), frame, **NAMES)) == 3
    else:
        with pytest.raises(slo.InvalidParameterError, match="ds = 4: the next of series a is 8"):
            forecast.fit_panel(forecast.Naive(), frame, **NAMES)


@pytest.mark.parametrize("freq", ["MS", "QS", "YS"])
def test_months_of_unequal_length_are_no_gaps(freq: str) -> None:
    when = pandas.date_range("2023-01-01", periods=8, freq=freq)
    frame = pandas.DataFrame({"host": "a", "ds": when, "y": range(8)})
    assert len(forecast.fit_panel(forecast.Naive(), frame, **NAMES)) == 1
    with pytest.raises(slo.InvalidParameterError):
        forecast.fit_panel(forecast.Naive(), frame.drop(index=3), **NAMES)


def test_series_without_names_are_told_by_their_places() -> None:
    panel = forecast.forecast_panel(forecast.Naive(), RAGGED, horizon=2, level=[0.5, 0.9])
    assert panel.ids is None
    frame = panel.to_frame()
    assert list(frame.columns)[:2] == ["series", "step"]
    assert list(frame.columns)[4:] == ["lower_0.5", "upper_0.5", "lower_0.9", "upper_0.9"]
    assert frame["series"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    np.testing.assert_array_equal(frame["upper_0.9"].to_numpy().reshape(4, 2), panel.upper[:, 1])


def test_panels_pickle_compare_and_are_written() -> None:
    frame = pandas.DataFrame(ROWS)
    fits = [forecast.fit_panel(forecast.Drift(), RAGGED), forecast.fit_panel(forecast.Drift(), frame, **NAMES)]
    for fit in fits:
        again = pickle.loads(pickle.dumps(fit))
        assert again == fit
        assert repr(again) == repr(fit)
        panel, there = fit.forecast(2), again.forecast(2)
        assert panel == there
        assert [type(failure) for failure in there.failures.values()] == [
            type(failure) for failure in panel.failures.values()
        ]
        assert pickle.loads(pickle.dumps(panel)) == panel
        assert pickle.loads(pickle.dumps(panel)).to_frame().equals(panel.to_frame())
        assert json.loads(panel.to_json()) == panel.to_dict()
        assert panel != fit.forecast(3)
        assert panel != fit.forecast(2, level=0.8)
        assert panel != fit.forecast(2, level=[0.95])
    assert fits[0] != fits[1]
    assert fits[0].forecast(1).to_dict()["mean"][1] == [None]
    assert repr(fits[0]) == "PanelFit(series=4, failures=2)"


@pytest.mark.parametrize(
    ("values", "offsets", "kind"),
    [
        (COLUMN, [], slo.InvalidParameterError),
        (COLUMN, [0], slo.InvalidParameterError),
        (COLUMN, [0, 10], slo.InvalidParameterError),
        (COLUMN, [0, 12], slo.InvalidParameterError),
        (COLUMN, [1, 11], slo.InvalidParameterError),
        (COLUMN, [0, 5, 4, 11], slo.InvalidParameterError),
        (COLUMN, [0, -1, 11], slo.InvalidParameterError),
        (COLUMN, np.array([0, -1, 11]), slo.InvalidParameterError),
        (COLUMN, [0, 10**30], slo.InvalidParameterError),
        (COLUMN, [0, 0.5, 11], TypeError),
        (COLUMN, [0, True, 11], TypeError),
        (COLUMN, 11, TypeError),
        (COLUMN, None, slo.InvalidParameterError),
        (np.array(COLUMN), None, slo.InvalidParameterError),
        ("text", None, TypeError),
        (None, None, TypeError),
        (7.0, None, slo.InvalidParameterError),
        ([["a", "b"]], None, TypeError),
        (np.zeros((2, 2, 2)), None, slo.InvalidParameterError),
    ],
)
def test_what_is_no_panel_is_refused(values: Any, offsets: Any, kind: type[Exception]) -> None:
    for call in (forecast.fit_panel, lambda *given: forecast.forecast_panel(*given, horizon=1)):
        with pytest.raises(kind):
            call(forecast.Naive(), values, offsets)


def test_what_is_no_frame_is_refused() -> None:
    frame = pandas.DataFrame(ROWS)
    for wrong in (
        {"id": "host"},
        {"value": "y"},
        {"time": "ds"},
        {"id": "host", "value": "y", "offsets": [0, 6]},
        {"id": 3, "value": "y"},
    ):
        with pytest.raises(TypeError):
            forecast.fit_panel(forecast.Naive(), frame, **wrong)
    for wrong in ({"id": "nothing", "value": "y"}, {"id": "host", "value": "nothing"}):
        with pytest.raises(slo.InvalidParameterError, match="nothing"):
            forecast.fit_panel(forecast.Naive(), frame, **wrong)
    twice = frame.assign(ds=frame["ds"].iloc[0])
    gone = frame.assign(ds=[pandas.NaT, *frame["ds"][1:]])
    nameless = frame.assign(host=[None, *frame["host"][1:]])
    for broken in (twice, gone, nameless):
        with pytest.raises(slo.InvalidParameterError):
            forecast.fit_panel(forecast.Naive(), broken, **NAMES)
    with pytest.raises(TypeError):
        forecast.fit_panel(forecast.Naive(), frame.assign(ds="soon"), **NAMES)
    uneven = {"host": ["a", "a"], "y": [1.0], "ds": [1, 2]}
    with pytest.raises(slo.InvalidParameterError):
        forecast.fit_panel(forecast.Naive(), uneven, **NAMES)


def test_what_no_series_could_be_asked_is_refused() -> None:
    fits = forecast.fit_panel(forecast.Naive(), RAGGED)
    refused: list[tuple[Any, Any, type[Exception]]] = [
        (0, 0.95, slo.InvalidParameterError),
        (-1, 0.95, slo.InvalidParameterError),
        (10**9, 0.95, slo.LimitExceededError),
        (10**30, 0.95, slo.LimitExceededError),
        (1, 95, slo.InvalidParameterError),
        (1, [0.8, float("nan")], slo.InvalidParameterError),
        (1, "high", TypeError),
        (1.5, 0.95, TypeError),
    ]
    for horizon, level, kind in refused:
        with pytest.raises(kind):
            fits.forecast(horizon, level)
        with pytest.raises(kind):
            forecast.forecast_panel(forecast.Naive(), RAGGED, horizon=horizon, level=level)
    for spec in (None, "naive", forecast.Naive, forecast.Stl(4), 7):
        with pytest.raises(TypeError):
            forecast.fit_panel(spec, RAGGED)
