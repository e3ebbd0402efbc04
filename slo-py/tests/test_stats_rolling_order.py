"""Order statistics and shapes of moving windows, held against numpy on each window and against pandas."""

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import slo
from slo.stats import (
    SlidingWindow,
    rolling_mad,
    rolling_max,
    rolling_median,
    rolling_min,
    rolling_quantile,
    rolling_rank,
    rolling_skew,
    rolling_zscore,
)

SECOND = 10**9
ALL: list[Callable[..., NDArray[np.float64]]] = [
    rolling_median,
    rolling_mad,
    rolling_min,
    rolling_max,
    rolling_rank,
    rolling_skew,
    rolling_zscore,
]


def kinds(count: int) -> dict[str, NDArray[np.float64]]:
    noise = np.random.default_rng(11).normal(size=count)
    return {
        "independent": noise,
        "walk": noise.cumsum(),
        "tied": noise.round(),
        "seasonal": 10 * np.sin(np.arange(count) / 20) + noise,
        "two modes": noise + 100 * (np.arange(count) % 2),
        "offset": 1e9 + noise / 100,
    }


@pytest.mark.parametrize("window", [1, 2, 5, 60, 1441])
@pytest.mark.parametrize("kind", list(kinds(1)))
def test_order_statistics_are_those_of_each_window(kind: str, window: int) -> None:
    x = kinds(3_000)[kind]
    view = np.lib.stride_tricks.sliding_window_view(x, window)
    median = np.median(view, axis=1)
    quartiles = rolling_quantile(x, window, [0.25, 0.5, 0.75])
    assert quartiles.shape == (3, 3_000)
    # numpy's mean of two and ours are rounded alike; its interpolation loses digits of the difference of two values.
    assert rolling_median(x, window)[window - 1 :].tolist() == median.tolist() == quartiles[1, window - 1 :].tolist()
    expected = np.quantile(view, [0.25, 0.5, 0.75], axis=1)
    np.testing.assert_allclose(quartiles[:, window - 1 :], expected, rtol=0, atol=1e-15 * float(abs(x).max()))
    mad = np.median(np.abs(view - median[:, None]), axis=1)
    assert rolling_mad(x, window)[window - 1 :].tolist() == mad.tolist()
    assert rolling_min(x, window)[window - 1 :].tolist() == view.min(axis=1).tolist()
    assert rolling_max(x, window)[window - 1 :].tolist() == view.max(axis=1).tolist()
    below, equal = (view < view[:, -1:]).sum(axis=1), (view == view[:, -1:]).sum(axis=1)
    assert rolling_rank(x, window)[window - 1 :].tolist() == (below + (equal + 1) / 2).tolist()


def test_shapes_are_those_of_pandas() -> None:
    x = kinds(2_000)["independent"]
    rolling = pd.Series(x).rolling(60)
    # pandas updates running sums, which costs it digits.
    np.testing.assert_allclose(rolling_skew(x, 60), rolling.skew(), rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(rolling_zscore(x, 60), (x - rolling.mean()) / rolling.std(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(rolling_rank(x, 60), rolling.rank(), rtol=0, atol=0)
    assert np.isnan([rolling_skew([2, 2, 2], 3)[2], pd.Series([2.0, 2.0, 2.0]).rolling(3).skew()[2]]).all()


def test_windows_of_time_hold_what_came_after_their_beginning() -> None:
    generator = np.random.default_rng(3)
    times = np.cumsum(generator.integers(1, 40, 2_000)) * SECOND
    x = generator.normal(size=2_000).round(1)
    x[5::17] = np.nan
    index = pd.to_datetime(times)
    rolling = pd.Series(x, index=index).rolling("5min")
    for ours, theirs in [
        (rolling_median, rolling.median()),
        (rolling_min, rolling.min()),
        (rolling_max, rolling.max()),
    ]:
        assert np.array_equal(ours(x, "5m", times, missing="skip"), theirs, equal_nan=True)
    ranks = np.where(np.isnan(x), np.nan, rolling.rank())
    assert np.array_equal(rolling_rank(x, "5m", times, missing="skip"), ranks, equal_nan=True)
    mad = [
        np.nanmedian(np.abs(w - np.nanmedian(w))) for w in (rolling_values(x, times, place) for place in range(2_000))
    ]
    assert np.array_equal(rolling_mad(x, "5m", times, missing="skip"), mad)


def rolling_values(x: NDArray[np.float64], times: NDArray[np.int64], place: int) -> NDArray[np.float64]:
    return x[: place + 1][times[: place + 1] > times[place] - 300 * SECOND]


@pytest.mark.parametrize("function", ALL)
def test_missing_values_are_refused_or_left_out(function: Callable[..., NDArray[np.float64]]) -> None:
    x = np.random.default_rng(4).normal(size=60)
    x[20], x[40] = np.nan, np.inf
    with pytest.raises(slo.NonFiniteError) as refusal:
        function(x, 10)
    assert refusal.value.index == 20
    found = function(x, 10, missing="skip", min_count=9)
    newest = {20} if function in (rolling_rank, rolling_zscore) else set()
    assert set(np.flatnonzero(np.isnan(found))) == {*range(8), *range(40, 50)} | newest
    # Without a number too many are missing where one is.
    assert set(np.flatnonzero(np.isnan(function(x, 10, missing="skip")))) == {*range(9), *range(20, 30), *range(40, 50)}
    assert np.isnan(function(x[:5], 6)).all()
    assert function([], 6).shape == (0,)


@pytest.mark.parametrize("function", [rolling_skew, rolling_zscore])
@pytest.mark.parametrize("spike", [1e12, 1e17, -1e300])
def test_a_spike_that_has_left_leaves_no_trace(function: Callable[..., NDArray[np.float64]], spike: float) -> None:
    x = kinds(500)["offset"]
    calm = function(x, 60)
    x[200] = spike
    elsewhere = np.r_[0:200, 260:500]
    np.testing.assert_allclose(function(x, 60)[elsewhere], calm[elsewhere], rtol=1e-12, atol=1e-12)


def test_each_option_changes_the_result() -> None:
    x = [1.0, 2.0, 4.0, 7.0, 11.0, 16.0, 22.0, 29.0, 37.0, 46.0]
    assert rolling_quantile(x, 10, 0.25)[-1] == 4.75
    assert rolling_quantile(x, 10, 0.25, type=6)[-1] == 3.5
    assert rolling_quantile(x, 10, (0, 1))[:, -1].tolist() == [1, 46]
    assert rolling_quantile(x, 10, []).shape == (0, 10)
    assert rolling_zscore([1, 3], 2)[1] == pytest.approx(0.5**0.5)
    assert rolling_zscore([1, 3], 2, ddof=0)[1] == 1
    assert rolling_median(x, 10, min_count=3)[2] == 2


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"window": 0, "q": 0.5}, slo.InvalidParameterError),
        ({"window": 3, "q": 1.5}, slo.InvalidParameterError),
        ({"window": 3, "q": [0.5, float("nan")]}, slo.InvalidParameterError),
        ({"window": 3, "q": 0.5, "type": 10}, slo.InvalidParameterError),
        ({"window": 3, "q": 0.5, "min_count": 4}, slo.InvalidParameterError),
        ({"window": 3, "q": 0.5, "missing": "drop"}, slo.InvalidParameterError),
        ({"window": "1h", "q": 0.5}, slo.InvalidParameterError),
        ({"window": "1h", "q": 0.5, "times": [1]}, slo.LengthMismatchError),
        ({"window": "1h", "q": [0.5], "times": [1, 1]}, slo.UnorderedError),
        ({"window": 3, "q": "half"}, TypeError),
        ({"window": 3.0, "q": 0.5}, TypeError),
        ({"window": 3, "q": None}, TypeError),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        rolling_quantile([1.0, 2.0], **arguments)


@given(
    st.lists(st.one_of(st.floats(-1e300, 1e300), st.just(float("nan")), st.integers(-3, 3).map(float)), max_size=60),
    st.integers(1, 12),
)
def test_a_stream_has_the_bits_of_the_batch(values: list[float], window: int) -> None:
    last = SlidingWindow(window, missing="skip")
    batch = [f(values, window, missing="skip", min_count=1) for f in ALL[:5]]
    for place, value in enumerate(values):
        last.observe(value)
        found = [last.median, last.mad, last.min, last.max, last.rank]
        assert [None if np.isnan(column[place]) else column[place] for column in batch] == found
        again = SlidingWindow.from_json(last.to_json())
        assert again == last == pickle.loads(pickle.dumps(last)) == copy.deepcopy(last)


def test_a_stream_tells_its_story() -> None:
    last = SlidingWindow(3)
    assert (repr(last), last.median, last.quantile(0.5), last.std()) == (
        "SlidingWindow(0 of 3 places)",
        None,
        None,
        None,
    )
    last.extend([900, 12, 16, 14])
    assert repr(last) == "SlidingWindow(3 of 3 places, median=14.0, mad=2.0)"
    assert (len(last), last.window, last.count, last.mean, last.var()) == (3, 3, 3, 14, 4)
    assert (last.quantile(0.25), last.quantile(0.25, type=6)) == (13, 12)
    assert (last.std(ddof=0), last.var(ddof=3), last.rank) == (pytest.approx((8 / 3) ** 0.5), None, 2)
    assert last.to_dict() == json.loads(last.to_json())
    assert last != SlidingWindow(3)
    assert last != 1


def test_a_stream_refuses_what_makes_no_sense_and_stays_as_it_was() -> None:
    last = SlidingWindow(2)
    last.extend([1, 2])
    before = copy.deepcopy(last)
    with pytest.raises(slo.NonFiniteError) as refusal:
        last.extend([3, float("nan")])
    assert refusal.value.index == 1
    with pytest.raises(slo.NonFiniteError):
        last.observe(float("inf"))
    for wrong in ("1", None, True):
        with pytest.raises(TypeError):
            last.observe(wrong)  # type: ignore[arg-type]
    for q in (-0.1, 95, float("nan")):
        with pytest.raises(slo.InvalidParameterError):
            last.quantile(q)
    with pytest.raises(slo.InvalidParameterError):
        last.std(-1)
    with pytest.raises(slo.InvalidParameterError):
        SlidingWindow(0)
    with pytest.raises(slo.StateError):
        SlidingWindow.from_json(last.to_json().replace('"window":2', '"window":1'))
    assert last == before
