"""Exponential smoothing by likelihood."""

import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slo
from slo import forecast

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SPECS = [error + trend + season for error in "AM" for trend in ("N", "A", "Ad", "M", "Md") for season in "NAM"]
SEASON = [1.2, 0.9, 0.7, 1.2]
VALUES = [(20 + 0.4 * t) * SEASON[t % 4] * (1 + 0.04 * math.sin(7.3 * t * t)) for t in range(48)]


@pytest.mark.parametrize("spec", SPECS)
def test_all_thirty_models_are_fitted_forecast_and_pickled(spec: str) -> None:
    method = forecast.Ets(spec, period=4)
    model = method.fit(VALUES)
    assert model.report.converged
    assert model.name == "Ets"
    ahead = model.forecast(6, level=[0.8, 0.95])
    assert np.isfinite(ahead.mean).all()
    assert (ahead.standard_error > 0).all()
    assert model.aic is not None and model.aicc is not None and model.aicc > model.aic
    assert pickle.loads(pickle.dumps(model)) == model
    assert pickle.loads(pickle.dumps(method)) == method
    assert forecast.Model.from_json(model.to_json()) == model


def test_the_likelihood_is_that_of_the_residuals() -> None:
    model = forecast.Ets("ANA", period=4).fit(VALUES)
    assert model.log_likelihood == pytest.approx(-24 * math.log((model.residuals**2).sum()), rel=1e-10)


def test_the_greatest_likelihood_is_not_below_that_of_statsmodels() -> None:
    # AirPassengers, ETS(M,A,M): statsmodels 0.15 finds -675.989 a little outside the bounds, R -682.404 within.
    case = json.loads((FIXTURES / "slo-forecast/ets_likelihood/AirPassengers.json").read_text())
    model = forecast.Ets("MAM", period=12).fit(case["input"])
    assert model.log_likelihood == pytest.approx(-675.9972, abs=1e-4)
    assert model.aicc is not None and model.aicc <= 1390.9


@pytest.mark.parametrize(
    "other",
    [
        {"alpha": 0.5},
        {"beta": 0.2},
        {"gamma": 0.01},
        {"phi": 0.85},
        {"bounds": "admissible"},
        {"period": 5},
    ],
)
def test_every_setting_changes_the_model(other: dict[str, Any]) -> None:
    base = forecast.Ets("AAdA", period=4).fit(VALUES)
    model = forecast.Ets("AAdA", **({"period": 4} | other)).fit(VALUES)
    assert model.params != base.params
    for name in base.params.keys() & other.keys():
        assert model.params[name] == other[name]


def test_missing_values_are_refused_or_passed_over() -> None:
    values = [*VALUES[:7], math.nan, *VALUES[8:]]
    with pytest.raises(slo.NonFiniteError):
        forecast.Ets("ANN").fit(values)
    model = forecast.Ets("ANN", missing="skip").fit(values)
    assert model.residuals[7] == 0
    assert model.observations == 48


def test_an_update_goes_on_without_another_fit() -> None:
    model = forecast.Ets("MAM", period=4).fit(VALUES)
    coefficients = model.params
    model.update(VALUES[:4])
    assert model.observations == 52
    assert model.params == coefficients


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: forecast.Ets("XYZ"), slo.InvalidParameterError),
        (lambda: forecast.Ets(3), TypeError),
        (lambda: forecast.Ets("ANN", period=-1), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN", period="4"), TypeError),
        (lambda: forecast.Ets("ANN", bounds="none"), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN", alpha="much"), TypeError),
        (lambda: forecast.Ets("ANN", alpha=2).fit(VALUES), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN", alpha=math.nan).fit(VALUES), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN", beta=0.1).fit(VALUES), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANA").fit(VALUES), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANA", period=10**6).fit(VALUES), slo.LimitExceededError),
        (lambda: forecast.Ets("ANA", period=10**30).fit(VALUES), slo.LimitExceededError),
        (lambda: forecast.Ets("ANN").fit([]), slo.TooShortError),
        (lambda: forecast.Ets("ANN").fit([1, 2, 3]), slo.TooShortError),
        (lambda: forecast.Ets("ANN").fit(None), TypeError),
        (lambda: forecast.Ets("MNN").fit([1, 2, 0, 3, 4, 5]), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN").fit([1, 2, math.inf, 3, 4, 5]), slo.NonFiniteError),
        (lambda: forecast.Ets("ANN").fit([1e308, -1e308, 1e308, -1e308, 0]), slo.OutOfRangeError),
        (lambda: forecast.Ets("ANN").fit(VALUES).forecast(0), slo.InvalidParameterError),
        (lambda: forecast.Ets("ANN").fit(VALUES).forecast(10**9), slo.LimitExceededError),
        (lambda: forecast.Ets("MMN").fit(VALUES).update([-1.0]), slo.InvalidParameterError),
    ],
)
def test_what_means_nothing_is_refused(make: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()


@settings(max_examples=60, deadline=None)
@given(
    spec=st.sampled_from(SPECS),
    values=st.lists(
        st.one_of(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.sampled_from([0.0, 1e300, math.nan, math.inf])),
        max_size=40,
    ),
)
def test_any_series_ends_in_a_model_or_an_error_of_its_kind(spec: str, values: list[float]) -> None:
    try:
        model = forecast.Ets(spec, period=3).fit(values)
        ahead = model.forecast(4)
    except slo.SloError:
        return
    assert np.isfinite(ahead.mean).all()
    assert np.isfinite(model.fitted).all()


def ahead(method: Any) -> forecast.Forecast:
    return method.fit(VALUES).forecast(5, level=0.9)


@pytest.mark.parametrize("make", [forecast.Ets, lambda spec, **options: holt_winters(spec, options)])
@pytest.mark.parametrize(("spec", "usual"), [("AAA", "normal"), ("AAM", "sample"), ("AMN", "sample")])
def test_intervals_are_analytic_where_those_are_exact(make: Any, spec: str, usual: str) -> None:
    # SEMANTICS 27. The level moves, so that no two futures are alike.
    def of(**options: Any) -> forecast.Forecast:
        return ahead(make(spec, period=4, alpha=0.3, **options))

    analytic, simulated = of(intervals="analytic"), of(intervals="simulated")
    assert (analytic.to_dict()["law"], simulated.to_dict()["law"]) == ("normal", "sample")
    assert of() == (analytic if usual == "normal" else simulated)
    assert simulated == of(intervals="simulated", paths=5000, seed=0)
    others = [
        of(intervals="simulated", paths=4999),
        of(intervals="simulated", seed=2**64 - 1),
        of(intervals="bootstrap"),
        of(intervals="bootstrap", seed=1),
        of(intervals="bootstrap", paths=10),
    ]
    uppers = [tuple(one.upper) for one in [analytic, simulated, *others]]
    assert len(set(uppers)) == len(uppers)


def holt_winters(spec: str, options: dict[str, Any]) -> forecast.HoltWinters:
    words: Any = {"N": "none", "A": "additive", "M": "multiplicative"}
    return forecast.HoltWinters(trend=words[spec[1]], seasonal=words[spec[2]], **options)


@pytest.mark.parametrize(
    "options",
    [
        {"intervals": "normal"},
        {"intervals": "Simulated"},
        {"intervals": ""},
        {"paths": 10},
        {"seed": 1},
        {"intervals": "analytic", "paths": 10},
        {"intervals": "analytic", "seed": 0},
        {"intervals": "simulated", "paths": -1},
        {"intervals": "simulated", "seed": -1},
        {"intervals": "simulated", "seed": 2**64},
    ],
)
def test_intervals_that_mean_nothing_are_refused(options: dict[str, Any]) -> None:
    for make in (lambda: forecast.Ets("ANN", **options), lambda: forecast.HoltWinters(**options)):
        with pytest.raises(slo.SloError):
            make()


@pytest.mark.parametrize("options", [{"intervals": 1}, {"intervals": "simulated", "paths": 1.5}, {"seed": "x"}])
def test_intervals_of_another_type_are_refused(options: dict[str, Any]) -> None:
    for make in (lambda: forecast.Ets("ANN", **options), lambda: forecast.HoltWinters(**options)):
        with pytest.raises(TypeError):
            make()


def test_no_paths_and_too_many_are_refused() -> None:
    many = slo.LimitExceededError
    for paths, refusal in ((0, slo.InvalidParameterError), (2**40, many), (2**70, many)):
        for method in (
            forecast.Ets("ANN", intervals="simulated", paths=paths),
            forecast.HoltWinters(intervals="bootstrap", paths=paths),
        ):
            assert pickle.loads(pickle.dumps(method)) == method
            with pytest.raises(refusal):
                method.fit(VALUES).forecast(2)
