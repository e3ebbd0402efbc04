"""Powers that make a spread even, and forecasts through them."""

import math
import pickle

import numpy as np
import pytest

import slo
from slo.errors import (
    DegenerateError,
    InvalidParameterError,
    NonFiniteError,
    OutOfRangeError,
    SloError,
    TooShortError,
)

BoxCox = slo.forecast.BoxCox
BoxCoxForecaster = slo.forecast.BoxCoxForecaster
SERIES = [2.0, 1.0, 8.0, 4.0, 60.0, 30.0, 50.0, 25.0, 9.0]


@pytest.mark.parametrize("power", [-1.0, -0.3, 0.0, 1e-12, 0.5, 1.0, 2.0])
def test_the_inverse_undoes_the_transform(power: float) -> None:
    """The formula, by numpy, and its inverse."""
    y = np.array([0.25, 1.0, 3.0, 40.0])
    w = BoxCox(power).transform(y)
    expected = np.log(y) if abs(power) < 1e-9 else (y**power - 1) / power
    np.testing.assert_allclose(w, expected, rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(BoxCox(power).inverse(w), y, rtol=1e-13)


def test_what_has_no_transform_is_refused() -> None:
    """With its place."""
    with pytest.raises(InvalidParameterError, match="place 1"):
        BoxCox(0).transform([1.0, 0.0])
    with pytest.raises(InvalidParameterError, match="place 0"):
        BoxCox(-1).inverse([1.0])
    with pytest.raises(NonFiniteError):
        BoxCox(1).transform([1.0, math.nan])
    with pytest.raises(OutOfRangeError):
        BoxCox(2).transform([1e200])
    with pytest.raises(InvalidParameterError):
        BoxCox(math.inf)


def test_the_power_is_that_of_the_criterion() -> None:
    """Each pair is spread by a third of its level; squares have roots on a line."""
    assert abs(slo.forecast.box_cox_lambda(SERIES[:-1], 2)) < 1e-6
    squares = [1, 4, 9, 16, 25, 36]
    assert slo.forecast.box_cox_lambda(squares, method="log_likelihood") == pytest.approx(0.5, abs=1e-6)
    assert slo.forecast.box_cox_lambda(squares) != slo.forecast.box_cox_lambda(squares, 3)


@pytest.mark.parametrize(
    ("y", "period", "method", "error"),
    [
        ([1, 2, 3], 1, "guerrero", TooShortError),
        ([1, 2], 1, "log_likelihood", TooShortError),
        ([1, 2, 3, 4], 0, "guerrero", InvalidParameterError),
        ([1, 2, 3, 4], -1, "guerrero", InvalidParameterError),
        ([1, 2, 3, 4], 1, "other", InvalidParameterError),
        ([1, -2, 3, 4], 1, "guerrero", InvalidParameterError),
        ([1, 0, 3, 4], 1, "log_likelihood", InvalidParameterError),
        ([1, math.nan, 3, 4], 1, "guerrero", NonFiniteError),
        ([7, 7, 7, 7], 1, "guerrero", DegenerateError),
        ([7, 7, 7, 7], 1, "log_likelihood", DegenerateError),
        ([], 1, "guerrero", TooShortError),
        ([1e308, 1e-308, 1e308, 5], 10**18, "guerrero", TooShortError),
        ("text", 1, "guerrero", InvalidParameterError),
        (None, 1, "guerrero", TypeError),
        ([1, 2, 3, 4], 1.5, "guerrero", TypeError),
        ([1, 2, 3, 4], 1, 3, TypeError),
    ],
)
def test_a_power_that_cannot_be_chosen_is_refused(y: object, period: int, method: str, error: type[Exception]) -> None:
    """Nothing but a typed error."""
    with pytest.raises(error):
        slo.forecast.box_cox_lambda(y, period, method)  # type: ignore[arg-type]


def test_forecasts_are_transformed_back() -> None:
    """Quantile by quantile, for any levels."""
    plain = slo.forecast.Naive().fit(np.log(SERIES)).forecast(3, [0.8, 0.95])
    model = BoxCoxForecaster(slo.forecast.Naive(), 0).fit(SERIES)
    back = model.forecast(3, [0.8, 0.95])
    np.testing.assert_allclose(back.lower, np.exp(plain.lower), rtol=1e-14)
    np.testing.assert_allclose(back.upper, np.exp(plain.upper), rtol=1e-14)
    levels = [0.05, 0.5, 0.9]
    quantiles = back.quantiles(levels)
    assert quantiles.shape == (3, 3)
    np.testing.assert_allclose(quantiles, np.exp(plain.quantiles(levels)), rtol=1e-14)
    np.testing.assert_array_equal(quantiles[1], back.mean)
    assert model.params == {"lambda": 0.0}
    assert model.name == "BoxCoxForecaster"
    np.testing.assert_allclose(model.fitted[1:], SERIES[:-1], rtol=1e-14)


def test_the_bias_adjusted_mean_is_the_published_one() -> None:
    """fpp3, section 5.6, for the logarithm: the median times 1 + variance / 2."""
    median = BoxCoxForecaster(slo.forecast.Naive(), 0).fit(SERIES)
    adjusted = BoxCoxForecaster(slo.forecast.Naive(), 0, centre="bias-adjusted").fit(SERIES)
    variance = (median.sigma**2) * np.arange(1, 4)
    np.testing.assert_allclose(adjusted.forecast(3).mean, median.forecast(3).mean * (1 + variance / 2), rtol=1e-14)
    np.testing.assert_array_equal(adjusted.forecast(3).upper, median.forecast(3).upper)


def test_a_chosen_power_is_that_of_the_function() -> None:
    """Both ways, and each period."""
    for how in ("guerrero", "log_likelihood"):
        for period in (2, 3):
            model = BoxCoxForecaster(slo.forecast.Drift(), how, period=period).fit(SERIES)  # type: ignore[arg-type]
            assert model.params["lambda"] == slo.forecast.box_cox_lambda(SERIES, period, how)  # type: ignore[arg-type]


def test_models_and_methods_are_kept() -> None:
    """Pickled, written, and updated."""
    inner = BoxCoxForecaster(slo.forecast.Drift(), 0.5)
    method = BoxCoxForecaster(inner, "guerrero", period=2, centre="bias-adjusted")
    for kept in (method, BoxCox(0.3), method.fit(SERIES), inner.fit(SERIES).forecast(2)):
        assert pickle.loads(pickle.dumps(kept)) == kept
    assert repr(BoxCox(0.3)) == "BoxCox(0.3)"
    assert method.method == inner
    assert method.to_dict()["centre"] == "bias_adjusted"
    model = inner.fit(SERIES)
    model.update(12.0)
    np.testing.assert_allclose(model.forecast(2).mean, inner.fit([*SERIES, 12.0]).forecast(2).mean, rtol=1e-12)
    assert model.forecast(3).paths(5, seed=1).shape == (5, 3)


def test_wrong_arguments_are_refused() -> None:
    """By type or by value."""
    for method in (None, 3, "Naive", slo.forecast.Naive):
        with pytest.raises(TypeError):
            BoxCoxForecaster(method, 0)
    with pytest.raises(TypeError):
        BoxCoxForecaster(slo.forecast.Naive(), None)  # type: ignore[arg-type]
    with pytest.raises(InvalidParameterError):
        BoxCoxForecaster(slo.forecast.Naive(), "other")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameterError):
        BoxCoxForecaster(slo.forecast.Naive(), 0, centre="mode")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameterError):
        BoxCoxForecaster(slo.forecast.Naive(), 0, period=-1)
    for y in ([], [1.0], [1.0, 0.0, 2.0], [1.0, math.inf, 2.0], [1.0, -5.0, 2.0]):
        with pytest.raises(SloError):
            BoxCoxForecaster(slo.forecast.Naive(), math.nan).fit(y)
        with pytest.raises(SloError):
            BoxCoxForecaster(slo.forecast.Naive(), 0).fit(y)
    with pytest.raises(OutOfRangeError):
        BoxCoxForecaster(slo.forecast.Naive(), -1).fit([1.0, 1e6, 1.0, 1e6]).forecast(1)


def test_quantiles_of_any_law() -> None:
    """One row for each probability."""
    for method in (slo.forecast.Naive(), slo.forecast.Mean(), BoxCoxForecaster(slo.forecast.Mean(), 0.5)):
        forecast = method.fit(SERIES).forecast(4)
        levels = [0.025, 0.5, 0.975]
        quantiles = forecast.quantiles(levels)
        assert quantiles.shape == (3, 4)
        np.testing.assert_array_equal(quantiles[0], forecast.lower)
        np.testing.assert_array_equal(quantiles[2], forecast.upper)
        assert (np.diff(quantiles, axis=0) > 0).all()
        assert forecast.quantiles(0.5).shape == (4,)
        assert forecast.quantiles([]).shape == (0, 4)
        for bad in (0.0, 1.0, -0.1, 1.1, math.nan, math.inf):
            with pytest.raises(InvalidParameterError):
                forecast.quantiles([0.5, bad])
