"""Exponential smoothing by the model that the series chooses."""

import json
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slo
from slo import forecast

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SEASON = [1.2, 0.9, 0.7, 1.2]
# Without a type, for arguments that have none.
AUTO: Any = forecast.AutoEts
VALUES = [(20 + 0.4 * t) * SEASON[t % 4] * (1 + 0.04 * math.sin(7.3 * t * t)) for t in range(48)]


def test_the_flagship_series_is_fitted_better_than_by_any_peer() -> None:
    # AirPassengers: R's package forecast chooses MAdM with an AICc of 1394.7, statsforecast 2.1.1 MNM with 1458.1.
    case = json.loads((FIXTURES / "slo-forecast/ets_likelihood/AirPassengers.json").read_text())
    model = forecast.AutoEts(period=12).fit(case["input"])
    assert model.name == "Ets"
    assert model.aicc is not None and model.aicc <= 1390.9


def test_all_models_are_compared_the_best_first() -> None:
    method = forecast.AutoEts(4)
    models = method.compare(VALUES)
    assert len(models) == 15
    costs = [model.aicc for model in models]
    assert costs == sorted(costs, key=lambda cost: math.inf if cost is None else cost)
    assert method.fit(VALUES) == models[0]


@pytest.mark.parametrize(
    "other",
    [
        {"period": 5},
        {"criterion": "bic"},
        {"factor_trends": "included"},
        {"bounds": "admissible"},
    ],
)
def test_every_setting_changes_the_comparison(other: dict[str, Any]) -> None:
    def likelihoods(method: forecast.AutoEts) -> list[float | None]:
        return [model.log_likelihood for model in method.compare(VALUES)]

    settings: dict[str, Any] = {"period": 4}
    assert likelihoods(forecast.AutoEts(**(settings | other))) != likelihoods(forecast.AutoEts(**settings))


def test_missing_values_are_refused_unless_they_are_skipped() -> None:
    values = [*VALUES[:9], math.nan, *VALUES[10:]]
    with pytest.raises(slo.NonFiniteError):
        forecast.AutoEts(period=4).fit(values)
    assert np.isfinite(forecast.AutoEts(period=4, missing="skip").fit(values).forecast(4).mean).all()


def test_the_method_is_kept_and_shown() -> None:
    method = forecast.AutoEts(period=4, criterion="bic", factor_trends="included")
    assert pickle.loads(pickle.dumps(method)) == method
    assert method != forecast.AutoEts(period=4)
    assert repr(method) == "AutoEts(period=4, criterion='bic', factor_trends='included')"
    assert method.period == 4
    assert json.loads(method.to_json()) == method.to_dict()
    assert method.to_dict()["criterion"] == "bic"


def test_it_is_a_part_of_other_methods() -> None:
    ensemble = forecast.Ensemble([forecast.AutoEts(), forecast.Drift()])
    assert np.isfinite(ensemble.fit(VALUES).forecast(3).mean).all()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: AUTO(period=-1), slo.InvalidParameterError),
        (lambda: AUTO(period="4"), TypeError),
        (lambda: AUTO(criterion="r2"), slo.InvalidParameterError),
        (lambda: AUTO(criterion=None), TypeError),
        (lambda: AUTO(factor_trends="some"), slo.InvalidParameterError),
        (lambda: AUTO(bounds="none"), slo.InvalidParameterError),
        (lambda: AUTO(missing="drop"), slo.InvalidParameterError),
        (lambda: AUTO(period=0).fit(VALUES), slo.InvalidParameterError),
        (lambda: AUTO().fit([]), slo.TooShortError),
        (lambda: AUTO().fit([1, 2]), slo.TooShortError),
        (lambda: AUTO().compare([1, 2, math.inf, 3, 4]), slo.NonFiniteError),
        (lambda: AUTO(missing="skip").fit([math.nan] * 9), slo.TooShortError),
        (lambda: AUTO().fit("values"), slo.InvalidParameterError),
    ],
)
def test_what_is_no_choice_is_refused(make: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()
