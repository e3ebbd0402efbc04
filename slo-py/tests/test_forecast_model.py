"""What every fitted model says of itself, whatever its method."""

import math
from typing import Any

import numpy as np
import pytest

import slo
from slo import forecast

VALUES = [3.0, 5.5, 4.0, 6.0, 5.0, 7.0, 6.5, 8.0, 7.0, 9.0, 8.0, 10.5]


@pytest.mark.parametrize("spec", ["ANN", "AAdN", "MAM", "MMdA"])
def test_a_model_of_exponential_smoothing_says_which_of_the_thirty_it_is(spec: str) -> None:
    model = forecast.Ets(spec, period=2).fit(VALUES)
    assert model.spec == spec
    assert repr(model).startswith(f"Model('Ets', spec='{spec}', observations=12, alpha=")


def test_the_models_that_were_compared_can_be_told_apart() -> None:
    method = forecast.AutoEts(period=2)
    specs = [model.spec for model in method.compare(VALUES)]
    assert len(set(specs)) == len(specs) > 10
    assert method.fit(VALUES).spec == specs[0]


def test_a_model_of_another_kind_is_none_of_the_thirty_and_has_no_members() -> None:
    model = forecast.Drift().fit(VALUES)
    assert (model.spec, model.members) == (None, None)


def test_an_ensemble_shows_its_members_and_all_their_parameters() -> None:
    members: list[Any] = [forecast.Ets("ANN"), forecast.Drift(), forecast.Ets("AAN")]
    model = forecast.Ensemble(members).fit(VALUES)
    assert model.members == [member.fit(VALUES) for member in members]
    assert list(model.params) == ["alpha", "level", "drift", "alpha_2", "beta", "level_2", "trend"]
    assert model.params["alpha_2"] == members[2].fit(VALUES).params["alpha"]
    assert "alpha_2=" in repr(model)


def test_a_steady_trend_with_a_season_goes_on_in_the_default_ensemble() -> None:
    t = np.arange(288.0)
    truth = 1000.0 + 50.0 * t + 200.0 * np.sin(t * math.tau / 24.0)
    values = truth[:240] + np.random.default_rng(0).normal(scale=20.0, size=240)
    model = forecast.Ensemble.default(24).fit(values)
    assert model.members is not None
    assert [member.spec for member in model.members] == ["AAA"]
    # The errors that went in have a mean size of 16.
    assert np.abs(model.forecast(48).mean - truth[240:]).mean() < 16.0


@pytest.mark.parametrize("level", ["0.95", None, True, [[0.8]], {"a": 1}, [0.8, "0.9"]])
def test_a_level_that_is_no_number_says_what_it_must_be(level: Any) -> None:
    with pytest.raises(TypeError, match="^must be a number or a list of numbers, not "):
        forecast.Naive().fit(VALUES).forecast(1, level)


def test_a_level_that_no_float_holds_says_so() -> None:
    with pytest.raises(slo.InvalidParameterError, match="must fit a float"):
        forecast.Naive().fit(VALUES).forecast(1, 10**400)


METHODS = [
    forecast.Naive(),
    forecast.Ets("ANN"),
    forecast.AutoEts(),
    forecast.HoltWinters(),
    forecast.Theta(),
    forecast.Croston(),
    forecast.Ensemble.default(2),
    forecast.StlForecaster(2),
]


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_what_a_mask_hides_is_missing_and_not_its_value(method: Any) -> None:
    masked = np.ma.masked_array(VALUES, mask=np.arange(12) == 4)
    with pytest.raises(slo.NonFiniteError) as caught:
        method.fit(masked)
    assert (caught.value.name, caught.value.index) == ("values", 4)


def test_numbers_of_very_many_digits_are_told_with_an_exponent() -> None:
    with pytest.raises(slo.InvalidParameterError, match=r"^values = -1.7e308: "):
        forecast.Ets("MNN").fit([-1.7e308] * 9)


@pytest.mark.parametrize(
    "method",
    [
        forecast.Ets("AAdA", period=4),
        forecast.Ets("MAM", period=4),
        forecast.HoltWinters(4),
        forecast.HoltWinters(4, seasonal="multiplicative"),
    ],
    ids=repr,
)
def test_states_make_the_first_fitted_value_and_the_next_one(method: Any) -> None:
    y = [30.0, 44, 27, 43, 35, 50, 29, 47, 39, 57, 32, 50, 41, 60, 36, 55, 45, 63]
    model = method.fit(y)
    damping = model.params.get("phi", 1.0)
    is_factor = "M" in (model.spec or "")[1:] or "multiplicative" in repr(method)
    for states, expected in [(model.initial, model.fitted[0]), (model.states, model.forecast(1).mean[0])]:
        assert set(states) == {"level", "trend", "season"}
        assert len(states["season"]) == 4
        line, season = states["level"] + damping * states["trend"], states["season"][0]
        # The recursion itself: level, trend and season of the next place, added or multiplied.
        found = line * season if is_factor else line + season
        assert found == pytest.approx(expected, rel=1e-12)
    before = model.initial
    model.update(39.0)
    assert model.initial == before
    assert model.states != before


def test_models_without_states_have_none() -> None:
    methods: list[Any] = [forecast.Naive(), forecast.Theta(), forecast.Ensemble([forecast.Naive()])]
    for method in methods:
        model = method.fit([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])
        assert model.initial is None
        assert model.states is None
    simple = forecast.HoltWinters(trend="none").fit([1.0, 3.0, 2.0, 5.0])
    assert simple.initial is not None
    assert (simple.initial["trend"], simple.initial["season"]) == (None, [])


def test_a_holt_winters_model_has_a_likelihood_by_the_least_squares() -> None:
    y = [3.0, 5, 4, 6, 7, 5, 8, 6, 9, 7, 9, 8]
    model = forecast.HoltWinters().fit(y)
    squares = float((model.residuals**2).sum())
    assert model.log_likelihood == pytest.approx(-6 * np.log(squares), rel=1e-12)
    # Alpha, beta, level, trend and the variance.
    assert model.aic == pytest.approx(12 * np.log(squares) + 2 * 5, rel=1e-12)
    assert forecast.HoltWinters(initial="heuristic").fit(y).aic is None
