"""Quantiles of a sample, against numpy's nine methods and by hand."""

from typing import Any

import hypothesis
import hypothesis.extra.numpy
import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import slo

METHODS = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
)
TEN = [1, 2, 4, 7, 11, 16, 22, 29, 37, 46]


@pytest.mark.parametrize(("type", "method"), list(enumerate(METHODS, start=1)))
def test_random_data_have_the_quantiles_of_numpy(type: int, method: Any) -> None:
    generator = np.random.default_rng(20_241_105)
    for n in (1, 2, 3, 7, 100, 1441):
        x = generator.lognormal(3.0, 1.5, n)
        q = generator.random(200)
        # The position is off by some units in the last place of n, times what lies between two values.
        tolerance = 4e-16 * n * float(np.diff(np.sort(x), append=x.max()).max()) + 4e-16 * float(x.max())
        difference = np.abs(slo.stats.quantile(x, q, type=type) - np.quantile(x, q, method=method))
        assert float(difference.max()) <= tolerance


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        (1, [1, 4, 11, 29, 37]),
        (2, [1.5, 4, 13.5, 29, 41.5]),
        (3, [1, 2, 11, 29, 37]),
        (4, [1, 3, 11, 25.5, 37]),
        (5, [1.5, 4, 13.5, 29, 41.5]),
        (6, [1.1, 3.5, 13.5, 31, 45.1]),
        (7, [1.9, 4.75, 13.5, 27.25, 37.9]),
        (8, [41 / 30, 23 / 6, 13.5, 89 / 3, 42.7]),
        (9, [1.4, 3.875, 13.5, 29.5, 42.4]),
    ],
)
def test_ten_values_have_the_quantiles_of_r(type: int, expected: list[float]) -> None:
    # R 4.2.2: quantile(x, c(.1, .25, .5, .75, .9), type = type).
    quantiles = slo.stats.quantile(TEN, [0.1, 0.25, 0.5, 0.75, 0.9], type=type)
    np.testing.assert_allclose(quantiles, expected, rtol=1e-15)


def test_a_whole_position_is_whole_where_floats_miss_it() -> None:
    x = np.arange(1.0, 101.0)
    percents = [k / 100 for k in range(1, 101)]
    assert slo.stats.quantile(x, percents, type=1).tolist() == x.tolist()
    # numpy 2.4.6 is one value off at ten of these, 0.07 among them.
    assert np.quantile(x, 0.07, method="inverted_cdf") == 8.0


def test_one_share_is_a_float_and_several_are_an_array() -> None:
    one = slo.stats.quantile(TEN, 0.5)
    assert type(one) is float
    assert one == 13.5
    several: NDArray[np.float64] = slo.stats.quantile(TEN, np.array([0.5]))
    assert several.tolist() == [13.5]
    assert slo.stats.quantile(TEN, []).shape == (0,)
    assert slo.stats.quantile(pd.Series(TEN), (0, 1)).tolist() == [1.0, 46.0]
    assert slo.stats.quantile(TEN, 1) == 46.0
    half: Any = np.float32(0.5)
    assert slo.stats.quantile(TEN, half) == 13.5


def test_missing_values_are_refused_or_left_out() -> None:
    with pytest.raises(slo.NonFiniteError) as refusal:
        slo.stats.quantile([1.0, float("nan")], 0.5)
    assert refusal.value.index == 1
    gap: Any = [3.0, None, 1.0]
    assert slo.stats.quantile(gap, 0.5, missing="skip") == 2.0
    assert np.isnan(slo.stats.quantile([3.0, float("inf")], 0.0, missing="skip"))
    with pytest.raises(slo.TooShortError):
        slo.stats.quantile([float("nan")], 0.5, missing="skip")


@pytest.mark.parametrize("q", [-0.1, 1.1, 95, float("nan"), [0.5, 2.0]])
def test_a_share_outside_its_range_is_refused(q: Any) -> None:
    with pytest.raises(slo.InvalidParameterError, match="between 0 and 1"):
        slo.stats.quantile(TEN, q)


def test_other_bad_input_is_refused() -> None:
    for type in (0, 10, -1, 300):
        with pytest.raises(slo.InvalidParameterError, match="1 to 9"):
            slo.stats.quantile(TEN, 0.5, type=type)
    drop: Any = "drop"
    with pytest.raises(slo.InvalidParameterError, match="missing"):
        slo.stats.quantile(TEN, 0.5, missing=drop)
    with pytest.raises(slo.TooShortError):
        slo.stats.quantile([], 0.5)


@pytest.mark.parametrize("q", ["half", True, None])
def test_what_is_no_number_is_no_share(q: Any) -> None:
    with pytest.raises(TypeError, match="must be a number"):
        slo.stats.quantile(TEN, q)


@hypothesis.given(
    x=hypothesis.extra.numpy.arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e308, 1e308)),
    q=st.floats(0, 1),
    type=st.integers(1, 9),
)
def test_a_quantile_lies_among_the_values(x: NDArray[np.float64], q: float, type: int) -> None:
    assert x.min() <= slo.stats.quantile(x, q, type=type) <= x.max()


def test_hinges_are_those_of_fivenum() -> None:
    # R 4.2.2: fivenum(x)[c(2, 4)].
    assert slo.stats.hinges(TEN) == (4.0, 29.0)
    assert slo.stats.hinges([*TEN, 100]) == (5.5, 33.0)
    assert slo.stats.hinges(np.array([7.0])) == (7.0, 7.0)
    with pytest.raises(slo.TooShortError):
        slo.stats.hinges([])
