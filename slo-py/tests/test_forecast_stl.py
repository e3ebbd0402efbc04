"""Decompositions with gaps and several seasons, and forecasts of what seasons leave."""

import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot

import slo
from slo.forecast import Drift, Mean, Model, Mstl, MstlForecaster, Naive, SeasonalNaive, Stl, StlForecaster


def seasons(n: int = 140) -> np.ndarray[Any, np.dtype[np.float64]]:
    t = np.arange(n)
    return t % 4 * 2.0 + t % 14 + 0.1 * (t * t % 7)


def test_a_gap_has_no_weight_and_no_remainder() -> None:
    values = seasons()
    values[[0, 57]] = math.nan
    for parts in (Stl(4, missing="skip").decompose(values), Mstl([4, 14], missing="skip").decompose(values)):
        assert np.flatnonzero(np.isnan(parts.remainder)).tolist() == [0, 57]
        assert np.flatnonzero(parts.weights == 0).tolist() == [0, 57]
        assert np.isfinite(parts.trend).all()
        assert np.isfinite(parts.seasonal).all()
        assert pickle.loads(pickle.dumps(parts)) == parts
        assert json.loads(parts.to_json())["remainder"][0] is None
    for method in (Stl(4), Mstl([4, 14])):
        with pytest.raises(slo.errors.NonFiniteError) as error:
            method.decompose(values)
        assert error.value.index == 0
    values[20:40] = math.nan
    with pytest.raises(slo.errors.DegenerateError, match="could be fitted to at values"):
        Stl(4, missing="skip").decompose(values)
    full = seasons()
    assert Stl(4, missing="skip").decompose(full) == Stl(4).decompose(full)
    assert (Stl(4).missing, Stl(4, missing="skip").missing) == ("error", "skip")
    assert repr(Stl(4, missing="skip")).endswith(", missing='skip')")


def test_every_option_of_several_seasons_changes_the_result() -> None:
    values = [float(t * t % 23) for t in range(60)]
    usual = Mstl([4, 14])
    options: list[dict[str, Any]] = [
        dict(seasonal=[9, "periodic"]),
        dict(passes=3),
        dict(preset="statsmodels"),
        dict(robust=True),
    ]
    for option in options:
        changed = Mstl([4, 14], **option)
        assert not np.array_equal(changed.decompose(values).trend, usual.decompose(values).trend), option
        ((name, value),) = option.items()
        assert getattr(changed, name) == value
        assert f"{name}={value!r}" in repr(changed)
        assert pickle.loads(pickle.dumps(changed)) == changed != usual
    assert repr(usual) == "Mstl([4, 14])"
    assert Mstl([4, 14], "periodic") == Mstl([4, 14], ["periodic", "periodic"])
    assert (usual.periods, usual.seasonal, usual.passes) == ([4, 14], None, None)
    assert (usual.preset, usual.robust, usual.missing) == ("r", False, "error")


def test_several_seasons_are_shown_in_every_form() -> None:
    values = seasons()
    parts = Mstl([14, 4]).decompose(values)
    assert (len(parts), parts.periods, parts.seasonal.shape) == (140, [4, 14], (2, 140))
    np.testing.assert_allclose(parts.trend + parts.seasonal.sum(axis=0) + parts.remainder, values, rtol=0, atol=1e-12)
    assert repr(parts) == "MultipleDecomposition(140 values, periods=[4, 14])"
    assert set(parts.strength) == {"trend", "seasonal"}
    assert min(parts.strength["seasonal"]) > 0.9
    assert list(parts.to_frame().columns) == ["trend", "seasonal_4", "seasonal_14", "remainder", "weights"]
    assert "seasonal_14" in parts._repr_html_()
    assert len(parts.plot()) == 5
    pyplot.close("all")
    assert pickle.loads(pickle.dumps(parts)) == parts
    assert parts.to_dict()["periods"] == [4, 14]
    for array in (parts.trend, parts.seasonal, parts.remainder, parts.weights):
        assert not array.flags.writeable


def test_a_forecast_is_the_inner_one_and_the_last_season_again() -> None:
    # R's forecast.stl adds the last cycle to mean and bounds alike.
    values = seasons(50)
    parts = Stl(4, 11).decompose(values)
    inner = Drift().fit(values - parts.seasonal).forecast(9, level=[0.8, 0.95])
    model = StlForecaster(4).fit(values)
    forecast = model.forecast(9, level=[0.8, 0.95])
    season = np.resize(parts.seasonal[-4:], 9)
    np.testing.assert_allclose(forecast.mean, inner.mean + season, rtol=1e-13)
    np.testing.assert_allclose(forecast.lower, inner.lower + season, rtol=1e-13)
    np.testing.assert_allclose(forecast.upper, inner.upper + season, rtol=1e-13)
    components = model.components(9)
    np.testing.assert_array_equal(components["adjusted"], inner.mean)
    np.testing.assert_array_equal(components[4], season)
    np.testing.assert_allclose(model.fitted[1:] + model.residuals[1:], values[1:], rtol=1e-13)
    with pytest.raises(slo.errors.UnsupportedError):
        model.update(1.0)
    with pytest.raises(slo.errors.UnsupportedError):
        Naive().fit(values).components(3)


def test_both_forecasters_take_a_decomposition_and_any_method() -> None:
    values = seasons(90)
    one = StlForecaster(Stl(4, "periodic"), inner=Mean())
    several = MstlForecaster(Mstl([4, 14], passes=3), SeasonalNaive(7))
    assert repr(one) == "StlForecaster(Stl(period=4, seasonal='periodic', preset='r'), inner=Mean())"
    assert repr(several) == "MstlForecaster(Mstl([4, 14], passes=3), inner=SeasonalNaive(period=7))"
    assert (one.decomposition, one.inner) == (Stl(4, "periodic"), Mean())
    assert (several.decomposition, several.inner) == (Mstl([4, 14], passes=3), SeasonalNaive(7))
    assert (StlForecaster(4).decomposition, StlForecaster(4).inner) == (Stl(4, 11), Drift())
    assert MstlForecaster([4, 14]).decomposition == Mstl([4, 14])
    for method in (one, several, StlForecaster(4, StlForecaster(6))):
        again = pickle.loads(pickle.dumps(method))
        assert again == method != StlForecaster(4)
        model = method.fit(values)
        np.testing.assert_array_equal(again.fit(values).forecast(5).mean, model.forecast(5).mean)
        assert Model.from_json(model.to_json()) == model
        assert model.simulate(3, 10).shape == (10, 3)
    assert sorted(map(str, several.fit(values).components(3))) == ["14", "4", "adjusted"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Mstl([]),
        lambda: Mstl([4, 4]),
        lambda: Mstl([1]),
        lambda: Mstl([-4]),
        lambda: Mstl([4, 14], [7]),
        lambda: Mstl([4], [8]),
        lambda: Mstl([4], passes=0),
        lambda: Mstl([4], preset="python"),
        lambda: Mstl([4], missing="drop"),
        lambda: Stl(4, missing=""),
        lambda: Mstl(list(range(2, 40))),
        lambda: StlForecaster(1),
        lambda: StlForecaster(-1),
        lambda: MstlForecaster([]),
        lambda: StlForecaster(4).fit([1.0] * 7),
        lambda: StlForecaster(4).fit([]),
        lambda: StlForecaster(4).fit([1.0, math.nan] * 20),
        lambda: StlForecaster(4).fit([1.0, math.inf] * 20),
        lambda: MstlForecaster([4, 14]).fit([1e308, -1e308] * 40),
        lambda: StlForecaster(4).fit([1.0] * 40).components(0),
        lambda: StlForecaster(4).fit([1.0] * 40).components(10**9),
        lambda: StlForecaster(4).fit([1.0] * 40).forecast(10**9),
        lambda: StlForecaster(2**62),
    ],
)
def test_what_means_nothing_is_refused(make: Any) -> None:
    with pytest.raises(slo.SloError):
        made = make()
        made.fit([1.0] * 40)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Mstl(4),
        lambda: Mstl([4.5]),
        lambda: Mstl("24"),
        lambda: Mstl([4], [None]),
        lambda: Mstl([4], 7),
        lambda: StlForecaster("a day"),
        lambda: StlForecaster(Mstl([4])),
        lambda: MstlForecaster(4),
        lambda: StlForecaster(4, inner="drift"),
        lambda: StlForecaster(4, inner=Drift),
        lambda: StlForecaster(4).fit(None),
        lambda: StlForecaster(4).fit([1.0] * 40).components(1.5),
    ],
)
def test_wrong_types_are_type_errors(make: Any) -> None:
    with pytest.raises(TypeError):
        make()


def test_methods_within_each_other_have_a_limit() -> None:
    method = StlForecaster(4)
    for _ in range(7):
        method = StlForecaster(4, inner=method)
    with pytest.raises(slo.errors.LimitExceededError):
        StlForecaster(4, inner=method)
