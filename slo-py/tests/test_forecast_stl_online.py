"""Decompositions of series that go on, held against those of the whole."""

import copy
import json
import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo
from slo.forecast import Decomposition, Stl, StlOnline, StlUpdate


def series(n: int, period: int = 12, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    random = np.random.default_rng(seed)
    t = np.arange(n)
    walk, noise = np.cumsum(0.2 * random.normal(size=n)), random.normal(size=n)
    return np.asarray(20 + walk + 5 * np.sin(2 * np.pi * t / period) + noise, dtype=np.float64)


def assert_are(found: Decomposition, whole: Decomposition, start: int, size: float) -> None:
    for part in ("trend", "seasonal", "remainder", "weights"):
        values = getattr(found, part)
        np.testing.assert_allclose(values, getattr(whole, part)[start : start + len(values)], rtol=0, atol=1e-10 * size)


@pytest.mark.parametrize("preset", ["r", "statsmodels"])
def test_what_goes_on_is_the_decomposition_of_the_whole(preset: Any) -> None:
    stl = Stl(12, preset=preset)
    values = series(900)
    size = float(np.abs(values).max())
    online = stl.online(values[:780])
    assert (online.decomposition, online.observations) == (stl, 780)
    assert 780 - online.reach - 12 < online.settled <= 780 - online.reach
    settled = online.settled
    for n, value in enumerate(values[780:800], start=781):
        update = online.update(value)
        whole = stl.decompose(values[:n])
        assert update.newest.trend == pytest.approx(whole.trend[-1], abs=1e-10 * size)
        assert update.newest.seasonal == pytest.approx(whole.seasonal[-1], abs=1e-10 * size)
        assert update.newest.remainder == pytest.approx(whole.remainder[-1], abs=1e-10 * size)
        assert_are(update.settled, whole, settled, size)
        settled += len(update.settled)
        assert (online.settled, online.observations) == (settled, n)
        assert_are(online.tail(), whole, settled, size)
        assert len(online.tail()) == n - settled
    update = online.update_all(values[800:])
    assert_are(update.settled, stl.decompose(values), settled, size)
    assert online.settled == settled + len(update.settled)


@given(
    st.integers(2, 9),
    st.integers(1, 4),
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(0, 999),
    st.lists(st.integers(0, 200), max_size=9),
)
def test_over_gaps_it_is_that_of_the_whole_or_refused_as_it_is(
    period: int, seasonal: int, trend: int, inner: int, seed: int, gaps: list[int]
) -> None:
    stl = Stl(period, 2 * seasonal + 1, trend=2 * trend + 1, inner=inner, missing="skip")
    values = series(201, period, seed)
    values[gaps] = math.nan
    try:
        online = stl.online(values[:190])
        for value in values[190:]:
            update = online.update(value)
    except slo.errors.DegenerateError:
        with pytest.raises(slo.errors.DegenerateError):
            stl.decompose(values)
        return
    whole = stl.decompose(values)
    assert update.newest.trend == pytest.approx(whole.trend[-1], abs=1e-8)
    assert math.isnan(update.newest.remainder) == math.isnan(values[-1])
    assert_are(online.tail(), whole, online.settled, float(np.nanmax(np.abs(values))))


def test_a_state_goes_on_in_the_same_bits() -> None:
    values = series(600)
    values[590] = math.nan
    online = Stl(12, missing="skip").online(values)
    again = [
        pickle.loads(pickle.dumps(online)),
        copy.deepcopy(online),
        StlOnline.from_json(online.to_json()),
        StlOnline.from_json(json.dumps(online.to_dict())),
    ]
    assert all(other == online for other in again)
    update = online.update(3.5)
    assert all(other != online and other.update(3.5) == update and other == online for other in again)
    assert online.to_dict()["version"] == 1
    with pytest.raises(TypeError):
        hash(online)
    # What is kept does not grow.
    kept = len(online.to_dict()["state"]["kept"])
    assert 2 * online.reach <= kept < 2 * online.reach + 24
    online.update_all(series(5000))
    assert len(online.to_dict()["state"]["kept"]) < 2 * online.reach + 24


def test_what_an_update_says_is_written_and_read() -> None:
    online = Stl(2, missing="skip").online([1.0, 3.0] * 20)
    for value in (1.0, math.nan):
        update = online.update(value)
        assert pickle.loads(pickle.dumps(update)) == update
        assert pickle.loads(pickle.dumps(update.newest)) == update.newest
        assert update.to_dict() == json.loads(update.to_json())
        assert update.to_dict()["newest"] == update.newest.to_dict() == json.loads(update.newest.to_json())
        assert set(update.newest.to_dict()) == {"trend", "seasonal", "remainder"}
        assert repr(update) == f"StlUpdate({update.newest!r}, settled={len(update.settled)})"
    assert update.newest.to_dict()["remainder"] is None
    assert repr(update.newest).startswith("StlPoint(trend=")
    assert repr(online) == f"StlOnline({online.decomposition!r}, observations=42, settled={online.settled})"


def test_what_is_refused_changes_nothing() -> None:
    values = series(300)
    online = Stl(12).online(values)
    before = pickle.loads(pickle.dumps(online))
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises(slo.errors.NonFiniteError) as error:
            online.update(bad)
        assert error.value.index == 300
        with pytest.raises(slo.errors.NonFiniteError) as error:
            online.update_all([1.0, bad])
        assert error.value.index == 301
    with pytest.raises(slo.errors.TooShortError):
        online.update_all([])
    for wrong in ("1", None, True, [1.0], 1j):
        with pytest.raises(TypeError):
            online.update(wrong)  # type: ignore[arg-type]
    with pytest.raises(slo.errors.InvalidParameterError):
        online.update(10**400)
    for unreadable in (7, "abc", None, [[1.0, 2.0], [3.0, 4.0]]):
        with pytest.raises((TypeError, slo.errors.SloError)):
            online.update_all(unreadable)  # type: ignore[arg-type]
    assert online == before
    huge = Stl(2).online([1.5e308, -1.5e308] * 20)
    with pytest.raises(slo.errors.OutOfRangeError):
        huge.update(-1.5e308)
    assert huge.observations == 40


def test_what_no_end_can_say_is_refused() -> None:
    values = series(300)
    for stl in (Stl(12, "periodic"), Stl(12, robust=True), Stl(12, outer=1)):
        with pytest.raises(slo.errors.UnsupportedError):
            stl.online(values)
    with pytest.raises(slo.errors.LimitExceededError):
        Stl(12, trend=2**40 + 1).online(values)
    with pytest.raises(slo.errors.TooShortError):
        Stl(12).online(values[:23])
    assert Stl(12).online(values[:24]).observations == 24
    with pytest.raises(slo.errors.NonFiniteError):
        Stl(12).online([math.nan] * 48)
    with pytest.raises(slo.errors.DegenerateError):
        Stl(12, missing="skip").online([math.nan] * 48)


@pytest.mark.parametrize("change", [dict(version=2), dict(state={}), dict(version=None), dict(state=None)])
def test_a_damaged_state_is_refused(change: dict[str, Any]) -> None:
    state = Stl(2).online([1.0, 3.0] * 20).to_dict()
    with pytest.raises(slo.errors.StateError):
        StlOnline.from_json(json.dumps(state | change))
    state["state"]["kept"] = state["state"]["kept"][1:]
    for text in (json.dumps(state), "", "{", "[]", "7"):
        with pytest.raises(slo.errors.StateError):
            StlOnline.from_json(text)


def test_threads_may_share_one() -> None:
    online = Stl(4).online(series(200, 4))

    def learn(value: float) -> StlUpdate:
        return online.update(value)

    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(learn, series(80, 4, 2)))) == 80
    assert online.observations == 280


def test_they_are_made_by_a_decomposition_alone() -> None:
    for kind in (StlOnline, StlUpdate, slo.forecast.StlPoint):
        with pytest.raises(TypeError):
            kind()
