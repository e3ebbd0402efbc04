"""Panels: many objectives in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import slo

POLICY = slo.AlertPolicy.google_sre("30d")
OFFSETS = [0, 400, 400, 1_000]


def columns() -> tuple[np.ndarray[Any, np.dtype[np.float64]], np.ndarray[Any, np.dtype[np.float64]]]:
    """Make good and total counts with a burst of errors in the first and in the last series."""
    total = np.full(1_000, 100.0)
    good = total.copy()
    good[100:160] = 60.0
    good[900:990] = 10.0
    return good, total


@pytest.mark.parametrize("offsets", [OFFSETS, tuple(OFFSETS), np.array(OFFSETS), np.array(OFFSETS, dtype=np.uint16)])
def test_a_panel_equals_its_series_one_by_one(offsets: Any) -> None:
    good, total = columns()
    objectives = [slo.Slo(target, window="30d") for target in ("99.9%", "99%", "90%")]
    fires = slo.evaluate_panel(offsets, objectives, POLICY, first=0, step="1m", good=good, total=total)
    assert fires.shape == (4, 1_000)
    assert fires.any(axis=1).all()
    for objective, begin, end in zip(objectives, OFFSETS, OFFSETS[1:], strict=False):
        alone = slo.CountSeries.regular(0, "1m", good=good[begin:end], total=total[begin:end])
        np.testing.assert_array_equal(fires[:, begin:end], POLICY.firing(objective, alone))


def test_one_objective_serves_all_series() -> None:
    good, total = columns()
    objective = slo.Slo("99.9%", window="30d")
    call = {"policy": POLICY, "first": 0, "step": "1m", "bad": total - good, "total": total}
    np.testing.assert_array_equal(
        slo.evaluate_panel(OFFSETS, objective, **call), slo.evaluate_panel(OFFSETS, [objective] * 3, **call)
    )


@pytest.mark.parametrize(
    ("offsets", "kind"),
    [
        ([], slo.InvalidParameterError),
        ([0], slo.InvalidParameterError),
        ([0, 999], slo.InvalidParameterError),
        ([0, 1_001], slo.InvalidParameterError),
        ([0, 500, 400, 1_000], slo.InvalidParameterError),
        ([0, -1, 1_000], slo.InvalidParameterError),
        ([0, 10**30], slo.InvalidParameterError),
        ([0, 0.5, 1_000], TypeError),
        ([0, True, 1_000], TypeError),
        (None, TypeError),
    ],
)
def test_offsets_that_do_not_cut_the_columns_are_refused(offsets: Any, kind: type[Exception]) -> None:
    good, total = columns()
    with pytest.raises(kind):
        slo.evaluate_panel(offsets, slo.Slo("99%", window="30d"), POLICY, first=0, step="1m", good=good, total=total)


def test_what_is_refused_is_named_by_its_place_in_the_columns() -> None:
    good, total = columns()
    good[700] = np.nan
    with pytest.raises(slo.NonFiniteError) as caught:
        slo.evaluate_panel(OFFSETS, slo.Slo("99%", window="30d"), POLICY, first=0, step="1m", good=good, total=total)
    assert caught.value.index == 700


@pytest.mark.parametrize("objectives", [[], [slo.Slo("99%", window="30d")] * 2, [slo.Slo("99%", window="30d")] * 4])
def test_another_number_of_objectives_is_refused(objectives: list[slo.Slo]) -> None:
    good, total = columns()
    with pytest.raises(slo.LengthMismatchError):
        slo.evaluate_panel(OFFSETS, objectives, POLICY, first=0, step="1m", good=good, total=total)
    with pytest.raises(TypeError):
        slo.evaluate_panel(OFFSETS, ["99%"] * 3, POLICY, first=0, step="1m", good=good, total=total)
