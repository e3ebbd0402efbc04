"""Targets, windows and objectives."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo


@pytest.mark.parametrize("spelling", ["99.9%", "99.9 %", "0.999", 0.999, Decimal("0.999"), np.float64(0.999)])
def test_every_spelling_is_the_same_target(spelling: str | float) -> None:
    objective = slo.Objective(spelling)
    assert objective == slo.Objective.percent(99.9)
    assert hash(objective) == hash(slo.Objective.percent(99.9))
    assert (objective.target, objective.budget) == (Decimal("0.999"), Decimal("0.001"))
    assert str(objective) == "99.9%"


@pytest.mark.parametrize(
    "target", [0, 0.0, 1, 1.0, 99.9, 100, -0.5, "99.9", "", "%", "100%", "0%", "x", float("nan"), 10**400]
)
def test_a_target_outside_its_range_is_refused(target: str | float) -> None:
    with pytest.raises(slo.InvalidParameterError):
        slo.Objective(target)


def test_a_forgotten_percent_sign_is_pointed_out() -> None:
    with pytest.raises(slo.InvalidParameterError, match=r'write "99.9%" or percent\(99.9\)') as caught:
        slo.Objective(99.9)
    assert (caught.value.name, caught.value.value) == ("objective", "99.9")


@pytest.mark.parametrize("target", [True, None, [0.9], b"99.9%", 1j, np.True_])
def test_what_is_no_number_is_a_type_error(target: object) -> None:
    with pytest.raises(TypeError, match="target"):
        slo.Objective(target)


@given(st.decimals("0.000001", "0.999999", places=6))
def test_target_and_budget_are_exact(target: Decimal) -> None:
    objective = slo.Objective(target)
    assert objective.target == target
    assert objective.budget == 1 - target
    assert slo.Objective(str(objective)) == objective


@pytest.mark.parametrize(
    "length",
    ["30d", "4w2d", timedelta(days=30), np.timedelta64(30, "D"), 2_592_000, 2_592_000.0, np.int64(2_592_000)],
)
def test_every_spelling_is_the_same_window(length: str | float | timedelta) -> None:
    assert slo.Window(length) == slo.Window("30d")
    assert slo.Window(length).length == timedelta(days=30)


@pytest.mark.parametrize(
    "length",
    [0, -1, 2**63, 2**64, -(2**64), "", "30", "1m1h", "-30d", 1e300, float("nan"), float("inf"), timedelta(0)]
    + [np.timedelta64("NaT", "s"), np.timedelta64(1, "M"), timedelta.max],
)
def test_a_window_that_is_no_length_is_refused(length: str | float | timedelta) -> None:
    with pytest.raises(slo.InvalidParameterError):
        slo.Window(length)


@pytest.mark.parametrize("length", [True, None, ["30d"], 1j, np.True_])
def test_a_window_of_no_duration_is_a_type_error(length: object) -> None:
    with pytest.raises(TypeError, match="duration"):
        slo.Window(length)


def test_period_is_the_time_before_an_instant() -> None:
    at = datetime(2026, 1, 31, tzinfo=timezone.utc)
    assert slo.Window("30d").period_until(at) == (datetime(2026, 1, 1, tzinfo=timezone.utc), at)


def test_an_objective_tells_its_parts() -> None:
    checkout = slo.Slo("99.9%", window="30d", name="checkout")
    assert (checkout.name, checkout.objective, checkout.window) == (
        "checkout",
        slo.Objective("99.9%"),
        slo.Window("30d"),
    )
    assert str(checkout) == "checkout: 99.9% over 30d"
    assert checkout == slo.Slo(checkout.objective, checkout.window, "checkout")
    assert checkout != slo.Slo("99.9%", window="30d")
    expected = {"name": "checkout", "objective": "99.9%", "window": "30d", "method": "occurrences", "no_data": "skip"}
    assert checkout.to_dict() == expected


@pytest.mark.parametrize(("option", "choices"), [("method", '"occurrences"'), ("no_data", '"skip"')])
def test_an_unknown_choice_is_refused_with_the_choices(option: str, choices: str) -> None:
    with pytest.raises(slo.InvalidParameterError, match=choices):
        slo.Slo("99.9%", "30d", **{option: "else"})
