"""Autocorrelations and effective sample sizes, against numpy's own sums."""

import numpy as np
import pytest
from numpy.typing import NDArray

import slo


def autoregressive(phi: float, n: int, seed: int) -> NDArray[np.float64]:
    x = np.random.default_rng(seed).standard_normal(n + 400)
    for t in range(1, len(x)):
        x[t] += phi * x[t - 1]
    return x[400:]


def test_autocorrelations_are_products_over_squares() -> None:
    x = autoregressive(0.7, 500, 1)
    d = x - x.mean()
    expected = [1.0, *(d[lag:] @ d[:-lag] / (d @ d) for lag in range(1, 41))]
    np.testing.assert_allclose(slo.stats.acf(x, max_lag=40), expected, atol=1e-14)


def test_partial_ones_are_the_last_coefficients_of_the_normal_equations() -> None:
    x = autoregressive(0.7, 500, 2)
    r = slo.stats.acf(x, 12)
    lags = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    expected = [1.0, *(np.linalg.solve(r[lags[:k, :k]], r[1 : k + 1])[-1] for k in range(1, 13))]
    np.testing.assert_allclose(slo.stats.pacf(x, 12), expected, atol=1e-13)


def test_the_customary_lag_is_ten_logarithms() -> None:
    for n, lag in ((5, 4), (10, 9), (11, 10), (1000, 30)):
        assert len(slo.stats.acf(range(n))) == lag + 1
        assert len(slo.stats.pacf(range(n))) == lag + 1


def test_autocorrelation_costs_values() -> None:
    slow, other = autoregressive(0.9, 2000, 3), autoregressive(0.9, 2000, 4)
    # n (1 - 0.9) / (1 + 0.9) for the mean, n (1 - 0.81) / (1 + 0.81) for the correlation.
    assert slo.stats.effective_sample_size(slow) == pytest.approx(2000 / 19, rel=0.4)
    assert slo.stats.effective_sample_size(slow, other) == pytest.approx(2000 * 0.19 / 1.81, rel=0.4)
    assert slo.stats.effective_sample_size(slow, other) == slo.stats.effective_sample_size(other, slow)
    independent = autoregressive(0.0, 200, 5)
    assert slo.stats.effective_sample_size(independent) == pytest.approx(200)


def test_bad_input_is_refused() -> None:
    with pytest.raises(slo.DegenerateError):
        slo.stats.acf([1, 1, 1])
    with pytest.raises(slo.TooShortError):
        slo.stats.pacf([1])
    for lag in (3, -1):
        with pytest.raises(slo.InvalidParameterError) as refusal:
            slo.stats.acf([1, 2, 3], max_lag=lag)
        assert refusal.value.name == "max_lag"
    with pytest.raises(slo.NonFiniteError):
        slo.stats.effective_sample_size([1, 2, float("nan")])
    with pytest.raises(slo.LengthMismatchError):
        slo.stats.effective_sample_size([1, 2, 3], [1, 2])
    with pytest.raises(slo.DegenerateError, match="y"):
        slo.stats.effective_sample_size([1, 2, 3], [1, 1, 1])
