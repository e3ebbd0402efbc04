"""Theta models, ensembles and the test for a season."""

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slo
from slo import forecast

LINE = [5.0 + 2.0 * t for t in range(30)]
WAVES = [30 + 0.8 * t + 10 * (t % 4) + t * 31 % 7 for t in range(40)]
VARIANTS: list[Any] = ["standard", "classic", "optimised", "dynamic-standard", "dynamic-optimised"]
METHODS: list[Any] = [
    *(forecast.Theta(4, variant) for variant in VARIANTS),
    forecast.Theta(4, composition="additive"),
    forecast.Adjusted(4, forecast.Naive()),
    forecast.Adjusted(4, forecast.Drift(), "additive"),
    forecast.Ensemble([forecast.Naive(), forecast.Drift()], combine=[1, 3]),
    forecast.Ensemble.default(period=[4, 12]),
]


def test_a_line_goes_on_by_half_its_slope_or_by_all_of_it() -> None:
    half = forecast.Theta().fit(LINE).forecast(3).mean
    assert np.allclose(np.diff(half), 1.0, atol=1e-9)
    whole = forecast.Theta(variant="optimised").fit(LINE).forecast(3).mean
    assert np.allclose(whole, [65.0, 67.0, 69.0], atol=1e-6)


def test_each_setting_changes_the_forecast() -> None:
    means = [tuple(method.fit(WAVES).forecast(5).mean) for method in METHODS]
    assert len(set(means)) == len(means)


def test_settings_are_attributes() -> None:
    theta = forecast.Theta(4, "classic", "additive")
    assert (theta.period, theta.variant, theta.composition) == (4, "classic", "additive")
    adjusted = forecast.Adjusted(4, theta)
    assert (adjusted.period, adjusted.method, adjusted.composition) == (4, theta, "multiplicative")
    given = forecast.Ensemble([theta, adjusted], combine=[1, 3])
    assert (given.members, given.period, given.combine) == ([theta, adjusted], None, [1.0, 3.0])
    chosen = forecast.Ensemble.default([4, 12])
    assert (chosen.members, chosen.period, chosen.combine) == (None, [4, 12], "median")
    assert forecast.Ensemble.default(4, combine="mean").combine == "mean"
    assert forecast.Ensemble([theta], combine=None) == forecast.Ensemble([theta])


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_what_is_shown_is_one_line_that_makes_it_again(method: Any) -> None:
    names = {name: getattr(forecast, name) for name in forecast.__all__}
    assert "\n" not in repr(method)
    assert eval(repr(method), names) == method


def test_the_report_says_how_the_search_went() -> None:
    model = forecast.Theta(4, "dynamic-optimised").fit(WAVES)
    assert model.report.converged and model.report.iterations > 0
    assert set(model.params) == {"alpha", "theta", "level"}
    assert 0.1 <= model.params["alpha"] <= 0.99


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_everything_is_copied_pickled_and_written(method: Any) -> None:
    assert pickle.loads(pickle.dumps(method)) == method
    assert copy.deepcopy(method) == method
    assert json.loads(method.to_json()) == method.to_dict()
    model = method.fit(WAVES)
    assert pickle.loads(pickle.dumps(model)) == model
    assert slo.forecast.Model.from_json(model.to_json()) == model


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_what_was_expected_moves_no_forecast(method: Any) -> None:
    model = method.fit(WAVES)
    before = model.forecast(5).mean
    if "Ensemble" in repr(method):
        return
    model.update(before[0])
    assert np.allclose(model.forecast(4).mean, before[1:], rtol=0, atol=1e-10)


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_hostile_series_are_answered_or_refused(method: Any) -> None:
    for values in [
        [],
        [1.0],
        [0.0] * 40,
        [math.nan] * 9,
        [1.0, math.inf, 2.0, 3.0],
        [1e308, -1e308] * 20,
        [-1.0, 1.0] * 20,
    ]:
        try:
            ahead = method.fit(values).forecast(3)
        except slo.SloError:
            continue
        assert np.isfinite(ahead.mean).all() and np.isfinite(ahead.upper).all()
    for wrong in ["text", None, object(), {"a": 1}]:
        with pytest.raises((TypeError, slo.SloError)):
            method.fit(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: forecast.Theta(-1),
        lambda: forecast.Theta(0).fit(WAVES),
        lambda: forecast.Theta(variant="best"),  # type: ignore[arg-type]
        lambda: forecast.Theta(composition="both"),  # type: ignore[arg-type]
        lambda: forecast.Adjusted(0, forecast.Naive()),
        lambda: forecast.Ensemble([]).fit(WAVES),
        lambda: forecast.Ensemble([forecast.Naive()], combine="best"),  # type: ignore[arg-type]
        lambda: forecast.Ensemble([forecast.Naive()], combine=[-1]).fit(WAVES),
        lambda: forecast.Ensemble.default(0).fit(WAVES),
        lambda: forecast.Ensemble.default([4, -1]),
        lambda: forecast.seasonality(WAVES, 1),
    ],
)
def test_settings_that_mean_nothing_are_refused(make: Any) -> None:
    with pytest.raises(slo.InvalidParameterError):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: forecast.Theta("4"),  # type: ignore[arg-type]
        lambda: forecast.Theta(2.5),  # type: ignore[arg-type]
        lambda: forecast.Adjusted(4, "naive"),  # type: ignore[arg-type]
        lambda: forecast.Ensemble(forecast.Naive()),  # type: ignore[arg-type]
        lambda: forecast.Ensemble([1, 2]),  # type: ignore[list-item]
        lambda: forecast.Ensemble.default(None),  # type: ignore[arg-type]
    ],
)
def test_wrong_types_are_type_errors(make: Any) -> None:
    with pytest.raises(TypeError):
        make()


@settings(max_examples=60)
@given(y=st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=6, max_size=60), period=st.integers(2, 5))
def test_the_test_for_a_season_is_its_formula(y: list[float], period: int) -> None:
    found = forecast.seasonality(y, period)
    x = np.array(y) - np.mean(y)
    if float(x @ x) == 0.0:
        assert found.autocorrelation == 0.0 and not found.is_seasonal
        return
    r = np.array([x[: len(x) - k] @ x[k:] for k in range(period + 1)]) / (x @ x)
    critical = 1.6448536269514722 * math.sqrt((1 + 2 * float(r[1:period] @ r[1:period])) / len(x))
    assert math.isclose(found.critical, critical, rel_tol=1e-9)
    assert math.isclose(found.autocorrelation, r[period], rel_tol=1e-6, abs_tol=1e-9)


def test_an_ensemble_takes_one_period_or_several() -> None:
    assert forecast.Ensemble.default(4) == forecast.Ensemble.default([4]) == forecast.Ensemble.default(np.array([4]))
