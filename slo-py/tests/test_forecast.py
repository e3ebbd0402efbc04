"""Smoothing, models and forecasts."""

import copy
import json
import math
import pickle
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot

import slo
from slo import forecast

VALUES = [1.0, 4.0, 2.0, 8.0, 5.0, 7.0]
METHODS = [
    forecast.Naive(),
    forecast.SeasonalNaive(period=2),
    forecast.Drift(),
    forecast.Mean(),
    forecast.Ema(alpha=0.3),
]
THINGS: list[Any] = [
    *METHODS,
    forecast.Ema(halflife="90s", adjust=False, missing="pandas", ignore_na=True, min_periods=3),
    *(method.fit(VALUES) for method in METHODS),
    forecast.Naive().fit(VALUES).report,
    forecast.Mean().fit(VALUES).forecast(3),
    forecast.Mean().fit(VALUES).forecast(3, level=[0.5, 0.9]),
]

number = st.floats(-100, 100).map(lambda x: round(x, 3))
gap = st.sampled_from([math.nan, math.inf, -math.inf])
series = st.lists(st.one_of(number, number, number, gap), max_size=60)
decays = st.one_of(
    st.floats(0.01, 1.0).map(lambda x: {"alpha": x}),
    st.floats(1.0, 60.0).map(lambda x: {"span": x}),
    st.floats(0.2, 40.0).map(lambda x: {"halflife": x}),
    st.floats(0.0, 40.0).map(lambda x: {"com": x}),
)


def close(actual: Any, expected: Any, scale: float) -> bool:
    return np.allclose(actual, expected, rtol=0.0, atol=1e-13 * scale, equal_nan=True)


@settings(max_examples=400)
@given(y=series, decay=decays, adjust=st.booleans(), ignore_na=st.booleans(), min_periods=st.integers(0, 4))
def test_the_mean_is_that_of_pandas(
    y: list[float], decay: dict[str, float], adjust: bool, ignore_na: bool, min_periods: int
) -> None:
    ours = forecast.Ema(**decay, adjust=adjust, ignore_na=ignore_na, min_periods=min_periods, missing="pandas")
    theirs = pd.Series(y, dtype=float).ewm(**decay, adjust=adjust, ignore_na=ignore_na, min_periods=min_periods)
    # With alpha 1/2 pandas mistakes places for instants: its mean over a gap contradicts its own variance there.
    assume(adjust or ignore_na or ours.alpha != 0.5)
    assert close(ours.smooth(y), theirs.mean(), 100.0)


@settings(max_examples=400)
@given(
    y=series,
    # pandas subtracts two sums that are nearly equal where nearly all weight is on one value.
    alpha=st.floats(0.01, 0.6),
    adjust=st.booleans(),
    ignore_na=st.booleans(),
    bias=st.booleans(),
)
def test_variance_and_deviation_are_those_of_pandas(
    y: list[float], alpha: float, adjust: bool, ignore_na: bool, bias: bool
) -> None:
    known = np.cumsum(np.isfinite(y))
    gaps = int(np.count_nonzero(~np.isfinite(y)))
    ours = forecast.Ema(alpha=alpha, adjust=adjust, ignore_na=ignore_na, missing="pandas")
    theirs = pd.Series(y, dtype=float).ewm(alpha=alpha, adjust=adjust, ignore_na=ignore_na)
    # The weight of all but the newest value, which pandas forms by subtraction, is what its error is divided by.
    lost = (1 - alpha) ** (2 * (gaps + 1)) * alpha if not bias else 1.0
    assume(lost > 1e-6)
    variance, expected = ours.variance(y, bias=bias), theirs.var(bias=bias)
    exists = known >= (1 if bias else 2)
    assert np.array_equal(np.isfinite(variance), exists)
    assert close(variance[exists], expected[exists], 1e4 / lost)
    assert np.array_equal(ours.deviation(y, bias=bias), np.sqrt(variance), equal_nan=True)


@settings(max_examples=200)
@given(y=series, ignore_na=st.booleans(), adjust=st.booleans(), data=st.data())
def test_weights_that_fade_by_time_are_those_of_pandas(
    y: list[float], ignore_na: bool, adjust: bool, data: st.DataObject
) -> None:
    steps = data.draw(st.lists(st.integers(0, 10**10), min_size=len(y), max_size=len(y)))
    times = np.cumsum(steps).astype("datetime64[ns]")
    ours = forecast.Ema(halflife="3s", adjust=adjust, ignore_na=ignore_na, missing="pandas")
    theirs = pd.Series(y, dtype=float).ewm(
        halflife=pd.Timedelta(seconds=3), times=times, ignore_na=ignore_na, adjust=adjust
    )
    if y:
        assert close(ours.smooth(y, times=times), theirs.mean(), 100.0)


@given(y=st.lists(number, max_size=80), decay=decays, adjust=st.booleans())
def test_a_stream_is_the_batch_bit_for_bit(y: list[float], decay: dict[str, float], adjust: bool) -> None:
    ema = forecast.Ema(**decay, adjust=adjust)
    state = ema.online()
    means = [state.observe(x) for x in y]
    assert means == ema.smooth(y).tolist()
    assert state.count == len(y)
    again = forecast.EmaState.from_json(state.to_json())
    assert again == state == pickle.loads(pickle.dumps(state))
    assert again.observe(3.5) == state.observe(3.5)
    assert again.variance() == state.variance()
    assert again.deviation(bias=True) == state.deviation(bias=True)


def test_exactly_one_decay_is_given() -> None:
    for given_ in ({}, {"alpha": 0.5, "span": 3}, {"halflife": 1, "com": 1}):
        with pytest.raises(TypeError, match="exactly one of alpha=, span=, halflife= and com="):
            forecast.Ema(**given_)
    with pytest.raises(slo.InvalidParameterError, match="span = 0.5"):
        forecast.Ema(span=0.5)
    with pytest.raises(slo.InvalidParameterError, match="missing"):
        forecast.Ema(alpha=0.5, missing="skip")
    with pytest.raises(TypeError):
        forecast.Ema(alpha=True)
    with pytest.raises(TypeError):
        forecast.Ema(0.5)


def test_a_halflife_is_a_number_of_places_or_a_length_of_time() -> None:
    assert forecast.Ema(halflife=2) == forecast.Ema(halflife=np.float32(2)) == forecast.Ema(halflife=np.int64(2))
    assert forecast.Ema(halflife="2m") == forecast.Ema(halflife=np.timedelta64(2, "m"))
    assert forecast.Ema(halflife="2m") == forecast.Ema(halflife=pd.Timedelta(minutes=2))
    with pytest.raises(slo.InvalidParameterError, match="needs the instants"):
        forecast.Ema(halflife="2m").smooth([1.0])
    with pytest.raises(slo.InvalidParameterError, match="takes no instants"):
        forecast.Ema(halflife=2).smooth([1.0], times=[0])


def test_gaps_are_refused_with_their_place_unless_admitted() -> None:
    with pytest.raises(slo.NonFiniteError) as refused:
        forecast.Ema(alpha=0.5).smooth([1.0, math.nan])
    assert (refused.value.name, refused.value.index) == ("values", 1)
    state = forecast.Ema(alpha=0.5).online()
    assert state.observe(1) == 1.0
    with pytest.raises(slo.NonFiniteError) as refused:
        state.observe(math.inf)
    assert refused.value.index == 1
    assert state.mean == 1.0


@pytest.mark.parametrize("setting", ["adjust", "ignore_na", "missing", "min_periods"])
def test_each_setting_changes_the_result(setting: str) -> None:
    other = {"adjust": False, "ignore_na": True, "missing": "pandas", "min_periods": 3}[setting]
    y = [3.0, math.nan, 1.0, 4.0]
    base: dict[str, Any] = {"alpha": 0.3, "missing": "pandas"}
    if setting == "missing":
        with pytest.raises(slo.NonFiniteError):
            forecast.Ema(alpha=0.3).smooth(y)
    else:
        results = [forecast.Ema(**base, **more).smooth(y) for more in ({}, {setting: other})]
        assert not np.array_equal(*results, equal_nan=True)


def test_any_column_is_smoothed() -> None:
    expected = forecast.Ema(alpha=0.3).smooth(VALUES)
    for y in (tuple(VALUES), np.array(VALUES, np.float32), pd.Series(VALUES), np.array(VALUES * 2)[:6][::-1][::-1]):
        assert np.array_equal(forecast.Ema(alpha=0.3).smooth(y), expected)
    assert forecast.Ema(alpha=0.3).smooth([]).shape == (0,)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
def test_an_updated_model_is_one_fitted_to_the_longer_series(method: Any) -> None:
    one, many, whole = method.fit(VALUES[:4]), method.fit(VALUES[:4]), method.fit(VALUES)
    one.update(VALUES[4])
    one.update(VALUES[5])
    many.update(VALUES[4:])
    for model in (one, many):
        assert model.forecast(5) == whole.forecast(5)
        assert model.observations == 6
    before = many.forecast(5)
    with pytest.raises(slo.NonFiniteError):
        many.update([1.0, math.nan])
    assert many.forecast(5) == before


@pytest.mark.parametrize("method", METHODS, ids=lambda method: type(method).__name__)
def test_fitted_values_stand_beside_the_series(method: Any) -> None:
    model = method.fit(VALUES)
    assert model.fitted.shape == model.residuals.shape == (6,)
    known = np.isfinite(model.fitted)
    assert np.allclose((model.fitted + model.residuals)[known], np.array(VALUES)[known])
    assert not model.fitted.flags.writeable
    assert model.name == type(method).__name__
    assert model.report.converged
    assert (model.report.iterations, model.report.at_bounds, model.report.warnings) == (0, [], [])


def test_one_level_gives_rows_and_several_a_matrix() -> None:
    model = forecast.Naive().fit(VALUES)
    one, many = model.forecast(4, level=0.9), model.forecast(4, level=[0.5, 0.9])
    assert (one.lower.shape, one.level) == ((4,), 0.9)
    assert (many.lower.shape, many.level) == ((2, 4), [0.5, 0.9])
    assert np.array_equal(many.upper[1], one.upper)
    assert model.forecast(4, level=[0.9]).upper.shape == (1, 4)
    assert np.array_equal(one.quantiles(0.95), one.upper)
    assert one.quantiles([0.05]).shape == (1, 4)
    for refused in (0, 1, 95, math.nan):
        with pytest.raises(slo.InvalidParameterError):
            model.forecast(4, level=refused)
    with pytest.raises(slo.InvalidParameterError, match="horizon"):
        model.forecast(0)
    with pytest.raises(slo.LimitExceededError):
        model.forecast(10**9)


@pytest.mark.parametrize(
    ("fit", "needed"),
    [(method.fit, needed) for method, needed in zip(METHODS, [2, 3, 3, 2, 2], strict=True)],
)
def test_a_series_too_short_says_what_it_needs(fit: Callable[[list[float]], object], needed: int) -> None:
    with pytest.raises(slo.TooShortError) as refused:
        fit([1.0] * (needed - 1))
    assert (refused.value.len, refused.value.needed) == (needed - 1, needed)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_everything_pickles_and_copies(thing: Any) -> None:
    for again in (pickle.loads(pickle.dumps(thing)), copy.copy(thing), copy.deepcopy(thing)):
        assert again == thing
        assert repr(again) == repr(thing)
    assert thing != 1
    with pytest.raises(AttributeError):
        thing.something = 1
    if hasattr(thing, "to_json"):
        assert json.loads(thing.to_json()) == thing.to_dict()


def test_a_broken_state_is_refused() -> None:
    with pytest.raises(slo.StateError):
        forecast.Model.from_json("{}")
    text = forecast.Naive().fit(VALUES).to_json()
    with pytest.raises(slo.StateError, match="cannot be resumed"):
        forecast.Model.from_json(text.replace('"count":6', '"count":0'))
    with pytest.raises(slo.StateError):
        forecast.EmaState.from_json('{"ema":')


def test_forecasts_are_shown() -> None:
    one = forecast.Mean().fit(VALUES).forecast(30)
    many = forecast.Mean().fit(VALUES).forecast(3, level=[0.5, 0.9])
    for shown in (one, many):
        html = shown._repr_html_()
        assert html.startswith("<table><caption>")
        assert html.count("<tr>") == html.count("</tr>")
    assert "and 10 more" in one._repr_html_()
    assert list(one.to_frame().columns) == ["step", "mean", "standard_error", "lower", "upper"]
    assert list(many.to_frame().columns)[3:] == ["lower_0.5", "upper_0.5", "lower_0.9", "upper_0.9"]
    axes = many.plot()
    assert len(axes.collections) == 2
    pyplot.close("all")


@pytest.mark.parametrize("errors", ["normal", "bootstrap"])
def test_futures_have_a_row_each_and_follow_from_the_seed(errors: Literal["normal", "bootstrap"]) -> None:
    model = slo.forecast.Drift().fit([1, 2, 5, 4])
    futures = model.simulate(3, 50, seed=4, errors=errors)
    assert futures.shape == (50, 3) and not futures.flags.writeable
    assert (futures == model.simulate(3, 50, seed=4, errors=errors)).all()
    assert (futures == model.forecast(3).paths(50, seed=4, errors=errors)).all()
    assert (futures != model.simulate(3, 50, seed=5, errors=errors)).any()
    again = pickle.loads(pickle.dumps(model.forecast(3)))
    assert (again.paths(50, seed=4, errors=errors) == futures).all()


@pytest.mark.parametrize(
    ("horizon", "n", "error"),
    [
        (0, 1, slo.InvalidParameterError),
        (1, 0, slo.InvalidParameterError),
        (-1, 1, slo.InvalidParameterError),
        (2**64, 1, slo.LimitExceededError),
        (10_001, 10_000, slo.LimitExceededError),
    ],
)
def test_futures_without_a_size_are_refused(horizon: int, n: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.forecast.Naive().fit([1, 2]).simulate(horizon, n)


def test_seeds_and_errors_that_mean_nothing_are_refused() -> None:
    model = slo.forecast.Naive().fit([1, 2])
    for seed in (-1, 2**64):
        with pytest.raises(slo.InvalidParameterError):
            model.simulate(1, 1, seed=seed)
    with pytest.raises(TypeError):
        model.simulate(1, 1, seed=1.5)  # type: ignore[arg-type]
    with pytest.raises(slo.InvalidParameterError):
        model.simulate(1, 1, errors="cauchy")  # type: ignore[arg-type]


def test_closed_forms_have_no_likelihood() -> None:
    model = slo.forecast.Mean().fit([1, 2, 3])
    assert (model.log_likelihood, model.aic, model.aicc, model.bic) == (None, None, None, None)
