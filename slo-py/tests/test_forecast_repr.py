"""What a method or a result shows of itself."""

import pickle
from typing import Any

import numpy as np
import pytest

import slo
from slo import forecast
from slo.forecast import (
    Adjusted,
    AutoEts,
    BoxCoxForecaster,
    Classical,
    Conformal,
    Croston,
    Drift,
    Ema,
    Ensemble,
    Ets,
    HoltWinters,
    Mean,
    Mstl,
    MstlForecaster,
    Naive,
    SeasonalNaive,
    Stl,
    StlForecaster,
    Theta,
)

METHODS = [
    Adjusted(4, Ets("AAN", alpha=0.25), composition="additive"),
    AutoEts(),
    AutoEts(12, criterion="bic", factor_trends="included", bounds="both", missing="skip"),
    BoxCoxForecaster(Drift(), 0.5, centre="bias-adjusted"),
    BoxCoxForecaster(Drift(), "guerrero", period=12),
    BoxCoxForecaster(Drift(), "log_likelihood"),
    Classical(4, composition="multiplicative"),
    Conformal(Naive(), 3),
    Conformal(Theta(), 3, origins=30, symmetry="signed", scaling="standard-error", refit="every"),
    Conformal(HoltWinters(alpha=0.5), 3, refit=7),
    Croston(variant="tsb", alpha=0.1, beta=0.2),
    Drift(),
    Ema(alpha=1e-9),
    Ema(span=20, adjust=False),
    Ema(com=2, missing="pandas"),
    Ema(halflife=3, missing="pandas", ignore_na=True, min_periods=4),
    Ema(halflife="90s"),
    Ensemble([Naive(), Mean()], combine=[1.0, 2.0]),
    Ensemble.default([4, 12], combine="mean"),
    Ets("AAN"),
    Ets("AAN", period=7),
    Ets("MAdM", period=12, bounds="admissible", alpha=0.5, beta=0.25, gamma=0.125, phi=0.9, missing="skip"),
    Ets("MMN", intervals="simulated", paths=100, seed=2**63),
    Ets("ANN", intervals="analytic"),
    HoltWinters(),
    HoltWinters(24, "multiplicative", "multiplicative", damped=True, convention="ets", phi=0.9),
    HoltWinters(2, "none", "additive", convention="r", initial="simple", alpha=0.5, gamma=0.25),
    HoltWinters(2, initial=(8, -0.5, [1.0, -1.0]), beta=0.25, intervals="bootstrap", seed=7),
    Mean(),
    Mstl([4, 12], robust=True, passes=3),
    MstlForecaster([4, 12], inner=SeasonalNaive(7)),
    Naive(),
    SeasonalNaive(7),
    Stl(12, 7, preset="statsmodels", robust=True, trend=21, inner=3, missing="skip"),
    StlForecaster(Stl(4, "periodic"), inner=Mean()),
    Theta(period=4, variant="optimised", composition="additive"),
]


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_a_method_is_shown_as_the_call_that_makes_it(method: Any) -> None:
    shown = repr(method)
    assert "\n" not in shown
    assert eval(shown, vars(forecast)) == method  # noqa: S307
    assert repr(pickle.loads(pickle.dumps(method))) == shown


def test_what_is_as_usual_is_left_out() -> None:
    assert repr(Ets("AAN")) == "Ets('AAN')"
    assert repr(Ets("MAM", period=12, phi=0.5)) == "Ets('MAM', period=12, phi=0.5)"
    assert repr(AutoEts()) == "AutoEts()"
    assert repr(Ema(span=20)) == "Ema(span=20.0)"
    assert repr(Conformal(Drift(), 24)) == "Conformal(Drift(), horizon=24)"


def test_results_show_six_digits_of_a_number() -> None:
    """As a whole ``repr`` of a tiny p-value has three hundred zeros."""
    line = np.arange(300.0)
    shown = [
        forecast.ljung_box(line, 5),
        forecast.diebold_mariano(np.sin(line), np.sin(line) + 9.0),
        forecast.jarque_bera(line**3),
        forecast.accuracy([1e-20, 2e-20], [2e-20, 2e-20]),
        Naive().fit([1e-30, 2e-30, 1.5e-30]).forecast(2),
        Ets("ANN").fit([1e-30, 2e-30, 1.5e-30, 3e-30]),
        forecast.backtest(Naive(), line / 3.0, 2),
        forecast.interval_accuracy([1.0, 2.0], [0.1 / 3.0, 0.0], [2.0, 3.0]),
        slo.correlate.cross_correlation(line, line + np.cos(line), max_lag=3).best,
    ]
    for result in shown:
        text = repr(result)
        for number in (word.strip("(),") for part in text.split("=")[1:] for word in part.split(" ")[:1]):
            digits = number.split("e")[0].replace(".", "").strip("-0")
            assert len(digits) <= 6 or number.startswith("'"), text
    assert repr(shown[0]).startswith("LjungBox(statistic=1435.26, p_value=3.1543e-308, lags=5")
    assert repr(shown[4]) == "Forecast(horizon=2, mean=1.5e-30..1.5e-30, level=0.95)"
