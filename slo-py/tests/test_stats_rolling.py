"""Moments over moving windows and of streams, held against exact rational arithmetic."""

import copy
import json
import pickle
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from threading import Thread

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import slo
from slo.stats import Online, RollingMoments, rolling_mean, rolling_moments, rolling_std, rolling_var

SECOND = 10**9


def exact(values: Sequence[float] | NDArray[np.float64], ddof: int = 1) -> tuple[float, float]:
    """Mean and variance of the stored doubles in rational arithmetic, each rounded once."""
    numbers = [Fraction(float(x)) for x in values]
    mean = sum(numbers) / Fraction(len(numbers))
    squares = sum((x - mean) ** 2 for x in numbers)
    return float(mean), float(squares / (len(numbers) - ddof))


def metric(count: int, offset: float, amplitude: float) -> NDArray[np.float64]:
    rng = np.random.default_rng(7)
    return offset + amplitude * (np.sin(np.arange(count) / 200) + rng.normal(size=count) / 10)


@pytest.mark.parametrize("window", [2, 3, 60, 1440])
@pytest.mark.parametrize(("offset", "amplitude"), [(0, 10), (100, 10), (1e9, 10), (1e9, 1e-2)])
def test_variances_are_exact_to_1e_12_at_any_offset(offset: float, amplitude: float, window: int) -> None:
    x = metric(4_000, offset, amplitude)
    moments = rolling_moments(x, window)
    variance = rolling_var(x, window)
    for place in [window - 1, window, 1999, 2879, 2880, 3999]:
        mean, expected = exact(x[place + 1 - window : place + 1])
        assert variance[place] == pytest.approx(expected, rel=1e-12)
        assert moments.std[place] == pytest.approx(expected**0.5, rel=1e-12)
        assert abs(moments.mean[place] - mean) <= 1e-15 * window**0.5 * max(abs(mean), expected**0.5)


@pytest.mark.parametrize("spike", [1e12, 1e17, -1e300])
def test_a_spike_that_has_left_leaves_no_trace(spike: float) -> None:
    # pandas 3.1.1 and bottleneck 1.6.0 stay wrong for ever after a spike of 1e12.
    x = metric(500, 100, 10)
    calm = rolling_moments(x, 60)
    x[200] = spike
    found = rolling_moments(x, 60)
    elsewhere = np.r_[0:200, 260:500]
    assert np.array_equal(found.std[elsewhere], calm.std[elsewhere], equal_nan=True)
    assert np.array_equal(found.mean[elsewhere], calm.mean[elsewhere], equal_nan=True)


def test_an_infinity_spoils_its_windows_alone() -> None:
    x = metric(200, 1e9, 10)
    x[100] = np.inf
    x[50] = np.nan
    with pytest.raises(slo.NonFiniteError) as refusal:
        rolling_mean(x, 10)
    assert refusal.value.index == 50
    std = rolling_std(x, 10, missing="skip", min_count=9)
    assert np.flatnonzero(np.isnan(std)).tolist() == [*range(8), *range(100, 110)]
    assert std[110] == pytest.approx(exact(x[101:111])[1] ** 0.5, rel=1e-12)


def test_windows_of_time_hold_what_came_after_their_beginning() -> None:
    times = np.array([0, 30, 60, 61], "datetime64[s]")
    values = [1, 3, 8, 9]
    expected = [1, 2, 5.5, 20 / 3]
    windows: list[str | timedelta | np.timedelta64] = ["1m", timedelta(minutes=1), np.timedelta64(1, "m")]
    for window in windows:
        assert rolling_mean(values, window, times).tolist() == pytest.approx(expected)
    assert rolling_mean(values, "1m", [t * SECOND for t in (0, 30, 60, 61)]).tolist() == pytest.approx(expected)
    assert rolling_mean(values, "1m", times, min_count=2).tolist()[1:] == pytest.approx(expected[1:])
    pandas = pd.Series(values, index=pd.DatetimeIndex(times, tz="UTC"), dtype=float).rolling("1min")
    assert rolling_var(values, "1m", times) == pytest.approx(pandas.var().to_numpy(), nan_ok=True)


def test_each_option_changes_the_result() -> None:
    x = [1.0, 3.0, np.nan, 7.0]
    assert rolling_mean(x, 2, missing="skip").tolist() == pytest.approx([np.nan, 2, np.nan, np.nan], nan_ok=True)
    assert rolling_mean(x, 2, missing="skip", min_count=1).tolist() == [1, 2, 3, 7]
    assert rolling_var(x[:2], 2).tolist()[1:] == [2]
    assert rolling_var(x[:2], 2, ddof=0).tolist()[1:] == [1]
    assert rolling_std(x[:2], 2, ddof=0).tolist()[1:] == [1]
    assert rolling_moments(x[:2], 2, ddof=0).std.tolist()[1:] == [1]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"window": 0}, slo.InvalidParameterError),
        ({"window": -1}, slo.InvalidParameterError),
        ({"window": "0s", "times": [0, 1]}, slo.InvalidParameterError),
        ({"window": "1h"}, slo.InvalidParameterError),
        ({"window": 2, "times": [0, 1]}, slo.InvalidParameterError),
        ({"window": 2, "min_count": 0}, slo.InvalidParameterError),
        ({"window": 2, "min_count": 3}, slo.InvalidParameterError),
        ({"window": 2, "min_count": -1}, slo.InvalidParameterError),
        ({"window": 2, "ddof": -1}, slo.InvalidParameterError),
        ({"window": 2, "missing": "drop"}, slo.InvalidParameterError),
        ({"window": "1h", "times": [1, 0]}, slo.UnorderedError),
        ({"window": "1h", "times": [1]}, slo.LengthMismatchError),
        ({"window": 2.0}, TypeError),
        ({"window": True}, TypeError),
        ({"window": None}, TypeError),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        rolling_var([1.0, 2.0], **arguments)  # type: ignore[arg-type]


def test_a_window_longer_than_the_data_has_no_value() -> None:
    assert np.isnan(rolling_mean([1, 2, 3], 4)).all()
    assert rolling_mean([1, 2, 3], 4, min_count=3).tolist()[2] == 2
    assert rolling_mean([], 4).shape == (0,)
    assert rolling_mean([1, 2, 3], np.int32(2))[1:].tolist() == [1.5, 2.5]


def test_the_result_tells_its_story() -> None:
    moments = rolling_moments([12, 14, 10, 30], 3)
    assert isinstance(moments, RollingMoments)
    assert len(moments) == 4
    assert repr(moments).startswith("RollingMoments(4 places, at the last mean=18.0, std=10.58300524")
    assert repr(rolling_moments([], 3)) == "RollingMoments(0 places)"
    assert moments.to_dict()["mean"] == [None, None, 12, 18] == json.loads(moments.to_json())["mean"]
    assert list(moments.to_frame().columns) == ["mean", "std"]
    assert moments.plot().get_xlabel() == "place"
    assert not moments.mean.flags.writeable
    assert not moments.std.flags.writeable


def test_results_compare_pickle_and_copy() -> None:
    moments = rolling_moments([12, 14, 10, 30], 3)
    assert pickle.loads(pickle.dumps(moments)) == moments == copy.deepcopy(moments)
    assert moments != rolling_moments([12, 14, 10, 31], 3)
    assert moments != rolling_moments([12, 14, 10], 3)
    assert moments != 1


def test_a_stream_is_exact_at_an_offset_of_1e9() -> None:
    x = metric(100_000, 1e9, 1e-2)
    parts = [Online() for _ in range(7)]
    for part, values in zip(parts, np.array_split(x, 7), strict=True):
        part.extend(values)
    whole = Online()
    for part in parts:
        whole.merge(part)
    mean, variance = exact(x)
    assert whole.count == 100_000
    assert whole.mean == pytest.approx(mean, rel=1e-15)
    assert whole.variance() == pytest.approx(variance, rel=1e-14)
    assert whole.deviation() == pytest.approx(variance**0.5, rel=1e-14)
    assert (whole.min, whole.max) == (x.min(), x.max())


def test_a_stream_refuses_what_is_not_finite_whole() -> None:
    stream = Online()
    stream.observe(1)
    with pytest.raises(slo.NonFiniteError):
        stream.observe(float("nan"))
    with pytest.raises(slo.NonFiniteError) as refusal:
        stream.extend([2, float("inf")])
    assert refusal.value.index == 1
    with pytest.raises(TypeError):
        stream.observe("1")  # type: ignore[arg-type]
    assert (stream.count, stream.mean, stream.variance()) == (1, 1, None)


def test_an_empty_stream_says_nothing() -> None:
    stream = Online()
    assert (stream.count, stream.mean, stream.min, stream.max, stream.deviation(0)) == (0, None, None, None, None)
    assert repr(stream) == "Online(count=0)"
    with pytest.raises(slo.InvalidParameterError):
        stream.variance(-1)


@given(st.lists(st.floats(-1e300, 1e300), max_size=20))
def test_a_stream_goes_on_where_it_was_written_down(values: list[float]) -> None:
    stream = Online()
    stream.extend(values)
    for again in [Online.from_json(stream.to_json()), pickle.loads(pickle.dumps(stream)), copy.deepcopy(stream)]:
        assert again == stream
        again.observe(1.0)
        assert again != stream
    assert Online.from_json(json.dumps(stream.to_dict())) == stream


def test_a_damaged_stream_is_refused() -> None:
    stream = Online()
    stream.extend([1, 3])
    for text in ["", "{}", stream.to_json().replace('"count":2', '"count":1')]:
        with pytest.raises(slo.StateError):
            Online.from_json(text)


def test_a_stream_may_be_shared_by_threads() -> None:
    stream = Online()

    def observe() -> None:
        for value in range(500):
            stream.observe(value)
            stream.extend([value, value])

    threads = [Thread(target=observe) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (stream.count, stream.mean) == (6_000, 249.5)
