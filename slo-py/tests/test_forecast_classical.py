"""The classical decomposition and the dominant period."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot
from statsmodels.tsa.seasonal import seasonal_decompose  # type: ignore[import-untyped]

import slo
from slo import forecast

WAVES = 10.0 + np.arange(40) / 4 + np.tile([0.0, 3.0, -1.0, -2.0], 10) + np.sin(np.arange(40.0) ** 2)


@pytest.mark.parametrize("composition", ["additive", "multiplicative"])
@pytest.mark.parametrize("period", [2, 3, 4, 5, 12, 20])
def test_parts_are_those_of_statsmodels(period: int, composition: Any) -> None:
    parts = forecast.Classical(period, composition).decompose(WAVES)
    expected = seasonal_decompose(WAVES, model=composition, period=period)
    np.testing.assert_allclose(parts.trend, expected.trend, rtol=1e-12)
    np.testing.assert_allclose(parts.seasonal, expected.seasonal, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(parts.remainder, expected.resid, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(parts.figure, parts.seasonal[:period])


def test_the_composition_changes_the_result() -> None:
    assert forecast.Classical(4).composition == "additive"
    assert forecast.Classical(4).decompose(WAVES) != forecast.Classical(4, "multiplicative").decompose(WAVES)


def test_decompositions_pickle_and_are_shown() -> None:
    method = forecast.Classical(4, "multiplicative")
    parts = method.decompose(WAVES)
    for thing in (method, parts):
        for again in (pickle.loads(pickle.dumps(thing)), copy.copy(thing), copy.deepcopy(thing)):
            assert again == thing
            assert repr(again) == repr(thing)
        with pytest.raises(AttributeError):
            thing.something = 1  # type: ignore[union-attr]
    for part in (parts.trend, parts.figure, parts.seasonal, parts.remainder):
        assert not part.flags.writeable
    assert json.loads(parts.to_json()) == parts.to_dict()
    assert parts.to_dict()["trend"][0] is None
    assert list(parts.to_frame().columns) == ["trend", "seasonal", "remainder"]
    assert [axes.get_ylabel() for axes in parts.plot()] == ["trend", "seasonal", "remainder"]
    pyplot.close("all")
    assert (len(parts), repr(parts)) == (40, "ClassicalDecomposition(40 values, period=4)")


@pytest.mark.parametrize(
    ("period", "values", "kind"),
    [
        (0, WAVES, slo.InvalidParameterError),
        (1, WAVES, slo.InvalidParameterError),
        (-1, WAVES, slo.InvalidParameterError),
        (21, WAVES, slo.TooShortError),
        (10**30, WAVES, slo.TooShortError),
        (4, [], slo.TooShortError),
        (4, [1.0] * 7 + [float("inf")], slo.NonFiniteError),
        (4, "text", slo.InvalidParameterError),
        (4.5, WAVES, TypeError),
    ],
)
def test_what_has_no_decomposition_is_refused(period: Any, values: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        forecast.Classical(period).decompose(values)


def test_a_product_needs_averages_and_a_known_word() -> None:
    with pytest.raises(slo.DegenerateError):
        forecast.Classical(2, "multiplicative").decompose([1.0, -1.0] * 4)
    with pytest.raises(slo.InvalidParameterError, match="additive"):
        forecast.Classical(2, "sum")  # type: ignore[arg-type]


def test_the_dominant_period_is_found_whatever_the_trend() -> None:
    wave = np.tile(np.sin(np.arange(24) * np.pi / 12), 20)
    for slope in (0.0, 0.5, -3.0):
        assert forecast.dominant_period(wave + slope * np.arange(480)) == 24
    for none in ([], [1.0], [7.0] * 50, np.arange(50)):
        assert forecast.dominant_period(none) is None
    with pytest.raises(slo.NonFiniteError):
        forecast.dominant_period([1.0, float("nan")])
    with pytest.raises((slo.SloError, TypeError)):
        forecast.dominant_period("text")
