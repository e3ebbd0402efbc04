"""Croston's method and its family."""

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slo
from slo import forecast

RARE = [float(1 + t * 31 % 7) if t * 7919 % 11 < 3 else 0.0 for t in range(90)]
VARIANTS: list[Any] = ["classic", "sba", "sbj", "tsb", "adida", "imapa"]
METHODS: list[Any] = [
    *(forecast.Croston(variant) for variant in VARIANTS),
    *(forecast.Croston(variant, alpha="optimised", beta="optimised") for variant in VARIANTS),
    forecast.Croston(alpha=0.3),
    forecast.Croston(beta=0.4),
]


def test_the_mean_of_a_regular_demand() -> None:
    assert forecast.Croston().fit([0, 0, 6] * 5).forecast(2).mean.tolist() == [2.0, 2.0]
    # Demands 4 and 8 at intervals 2 and 4, with weights of a half: 6 over 3.
    values = [0, 4, 0, 0, 0, 8]
    means = {variant: forecast.Croston(variant, 0.5, 0.5).fit(values).forecast(1).mean[0] for variant in VARIANTS}
    assert np.allclose(
        list(means.values()),
        [2.0, 1.5, 4 / 3, 6 * 17 / 32, 2.0, (4.125 + 2.5 + 2) / 3],
        rtol=1e-14,
    )


def test_each_setting_changes_the_forecast() -> None:
    means = [float(method.fit(RARE).forecast(1).mean[0]) for method in METHODS]
    assert len(set(means)) == len(means)


def test_settings_are_attributes() -> None:
    method = forecast.Croston("tsb", alpha="optimised", beta=0.25)
    assert (method.variant, method.alpha, method.beta) == ("tsb", "optimised", 0.25)
    assert forecast.Croston(alpha=None, beta=0.1) == forecast.Croston()
    model = method.fit(RARE)
    assert set(model.params) == {"alpha", "beta", "size", "probability"}
    assert 0.1 <= model.params["alpha"] <= 0.3
    assert forecast.Croston("adida").fit(RARE).params == {"block": 4.0}


def test_no_demand_goes_on_and_is_reported() -> None:
    for method in METHODS:
        model = method.fit([0.0] * 9)
        assert model.forecast(3).mean.tolist() == [0.0] * 3
        assert model.report.warnings == ["there is no demand: all values are 0"]


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_everything_is_copied_pickled_and_written(method: Any) -> None:
    assert pickle.loads(pickle.dumps(method)) == method
    assert copy.deepcopy(method) == method
    assert json.loads(method.to_json()) == method.to_dict()
    assert eval(repr(method), {"Croston": forecast.Croston}) == method
    model = method.fit(RARE)
    assert pickle.loads(pickle.dumps(model)) == model
    model.update(3.0)
    assert slo.forecast.Model.from_json(model.to_json()) == model


def test_it_is_a_part_of_other_methods() -> None:
    both = forecast.Ensemble([forecast.Croston(), forecast.Croston("tsb")], combine="mean")
    assert both.members == [forecast.Croston(), forecast.Croston("tsb")]
    one, other = (member.fit(RARE).forecast(1).mean[0] for member in both.members)
    assert both.fit(RARE).forecast(1).mean[0] == pytest.approx((one + other) / 2, rel=1e-14)


@pytest.mark.parametrize("method", METHODS, ids=repr)
def test_hostile_series_are_answered_or_refused(method: Any) -> None:
    for values in [[], [1.0], [math.nan] * 9, [1.0, math.inf, 2.0], [1e308, 0.0] * 20, [-1.0, 1.0] * 20, [0.0] * 3]:
        try:
            ahead = method.fit(values).forecast(3)
        except slo.SloError:
            continue
        assert np.isfinite(ahead.mean).all() and np.isfinite(ahead.upper).all()
    for wrong in ["text", None, object(), {"a": 1}]:
        with pytest.raises((TypeError, slo.SloError)):
            method.fit(wrong)


@pytest.mark.parametrize(
    "make",
    [
        lambda: forecast.Croston("best"),  # type: ignore[arg-type]
        lambda: forecast.Croston(alpha="best"),  # type: ignore[arg-type]
        lambda: forecast.Croston(alpha=1.5).fit(RARE),
        lambda: forecast.Croston(beta=-0.1).fit(RARE),
        lambda: forecast.Croston(alpha=math.nan).fit(RARE),
        lambda: forecast.Croston().fit([1, -1]),
    ],
)
def test_what_means_nothing_is_refused(make: Any) -> None:
    with pytest.raises(slo.InvalidParameterError):
        make()


def test_other_types_are_refused() -> None:
    for wrong in [object(), [0.1], True]:
        with pytest.raises(TypeError):
            forecast.Croston(alpha=wrong)  # type: ignore[arg-type]
    with pytest.raises(slo.LimitExceededError):
        forecast.Croston("adida").fit([0.0] * 1000 + [1.0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.just(0.0), st.floats(0.5, 20.0)), min_size=2, max_size=40), st.sampled_from(VARIANTS))
def test_a_forecast_lies_between_nothing_and_the_largest_demand(values: list[float], variant: Any) -> None:
    mean = forecast.Croston(variant).fit(values).forecast(1).mean[0]
    assert 0 <= mean <= max(values) * (1 + 1e-12)
