"""Holt-Winters smoothing, as Python meets it."""

import pickle

import numpy as np
import pytest

import slo

SEASON = [6.0, -1.0, -8.0, 3.0]
VALUES = [50.0 + 0.5 * t + SEASON[t % 4] + (t * t % 7) / 7 for t in range(60)]


def test_a_line_with_a_season_goes_on() -> None:
    values = [50.0 + 0.5 * t + SEASON[t % 4] for t in range(40)]
    forecast = slo.forecast.HoltWinters(period=4).fit(values).forecast(4)
    np.testing.assert_allclose(forecast.mean, [50.0 + 0.5 * t + SEASON[t % 4] for t in range(40, 44)], rtol=1e-12)


def test_each_option_changes_the_forecast() -> None:
    options: list[dict[str, object]] = [
        {},
        {"trend": "none"},
        {"trend": "multiplicative"},
        {"seasonal": "multiplicative"},
        {"seasonal": "none"},
        {"damped": True},
        {"convention": "r"},
        {"convention": "ets"},
        {"initial": "heuristic"},
        {"initial": "simple"},
        {"initial": "legacy"},
        {"initial": (40.0, 1.0, [0.0, 0.0, 0.0, 0.0])},
        {"alpha": 0.5},
        {"beta": 0.01},
        {"gamma": 0.3},
        {"damped": True, "phi": 0.85},
    ]
    methods = [slo.forecast.HoltWinters(4, **chosen) for chosen in options]  # type: ignore[arg-type]
    means = [tuple(method.fit(VALUES).forecast(5).mean) for method in methods]
    assert len(set(means)) == len(options)


def test_params_have_the_names_of_the_method() -> None:
    model = slo.forecast.HoltWinters(period=4, damped=True).fit(VALUES)
    assert model.name == "HoltWinters"
    assert list(model.params) == ["alpha", "beta", "gamma", "phi"]
    assert list(slo.forecast.HoltWinters(trend="none").fit(VALUES).params) == ["alpha"]
    assert model.report.converged


def test_models_and_methods_survive_writing() -> None:
    method = slo.forecast.HoltWinters(period=4, seasonal="multiplicative", damped=True, alpha=0.3)
    assert pickle.loads(pickle.dumps(method)) == method
    model = method.fit(VALUES)
    again = slo.forecast.Model.from_json(model.to_json())
    assert again == model
    again.update(80.0)
    assert again.observations == 61
    assert method.to_dict()["period"] == 4


def test_a_method_shows_itself_as_it_is_made() -> None:
    method = slo.forecast.HoltWinters(24, "additive", "multiplicative", damped=True)
    shown = "HoltWinters(period=24, trend='additive', seasonal='multiplicative', damped=True, convention='statsmodels')"
    assert repr(method) == shown
    plain = "HoltWinters(trend='additive', seasonal='none', convention='statsmodels')"
    assert repr(slo.forecast.HoltWinters()) == plain


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"period": 0}, slo.InvalidParameterError),
        ({"period": 1}, slo.InvalidParameterError),
        ({"period": -3}, slo.InvalidParameterError),
        ({"period": 2.5}, TypeError),
        ({"trend": "linear"}, slo.InvalidParameterError),
        ({"trend": None}, TypeError),
        ({"trend": "none", "damped": True}, slo.InvalidParameterError),
        ({"seasonal": "additive"}, slo.InvalidParameterError),
        ({"convention": "x"}, slo.InvalidParameterError),
        ({"initial": "x"}, slo.InvalidParameterError),
        ({"initial": (1.0, 2.0)}, TypeError),
        ({"initial": 3}, TypeError),
        ({"alpha": 1.5}, slo.InvalidParameterError),
        ({"alpha": float("nan")}, slo.InvalidParameterError),
        ({"beta": -0.1}, slo.InvalidParameterError),
        ({"gamma": "much"}, TypeError),
        ({"phi": 0.0}, slo.InvalidParameterError),
    ],
)
def test_what_means_nothing_is_refused(arguments: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.forecast.HoltWinters(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ([], slo.TooShortError),
        ([1.0] * 7, slo.TooShortError),
        ([1.0] * 20 + [float("nan")], slo.NonFiniteError),
        ([1.0] * 20 + [float("inf")], slo.NonFiniteError),
        ([1.0] * 20 + [0.0], slo.InvalidParameterError),
        ([1.0] * 20 + [-1.0], slo.InvalidParameterError),
        ("text", slo.InvalidParameterError),
        (None, TypeError),
    ],
)
def test_series_without_a_model_are_refused(values: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        slo.forecast.HoltWinters(period=4, seasonal="multiplicative").fit(values)  # type: ignore[arg-type]


def test_the_place_of_a_value_that_is_not_positive_is_named() -> None:
    with pytest.raises(slo.InvalidParameterError, match="place 3"):
        slo.forecast.HoltWinters(period=2, seasonal="multiplicative").fit([1.0, 2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 2.0])


def test_what_r_does_not_know_is_unsupported() -> None:
    with pytest.raises(slo.UnsupportedError):
        slo.forecast.HoltWinters(convention="r", damped=True).fit(VALUES)
