"""What tests of a sample return."""

import copy
import json
import pickle

import pytest

import slo
from slo.anomaly import TestResult

WHOLE = {
    "statistic": 2.5,
    "p_value": 0.012,
    "exactness": "exact",
    "side": "both",
    "critical": 2.1,
    "suspects": [7, 2],
    "interval": [1.0, "inf"],
    "degrees_of_freedom": 9.5,
    "effect_size": -0.5,
}


def result(**changed: object) -> TestResult:
    restored = TestResult._restore(json.dumps(WHOLE | changed))  # type: ignore[attr-defined]
    assert isinstance(restored, TestResult)
    return restored


def test_it_shows_all_it_says() -> None:
    whole = result()
    assert (whole.statistic, whole.p_value, whole.critical, whole.effect_size) == (2.5, 0.012, 2.1, -0.5)
    assert (whole.exact, whole.exactness, whole.side) == (True, "exact", "both")
    assert (whole.index, whole.suspects) == (7, (7, 2))
    assert (whole.interval, whole.degrees_of_freedom) == ((1.0, float("inf")), 9.5)
    assert whole.to_dict() == WHOLE
    assert repr(whole) == f"TestResult({whole})"
    assert str(whole) == (
        "statistic 2.5, p = 0.012 (exact, both sides), 9.5 degrees of freedom, critical value 2.1, "
        "interval 1 to inf, effect -0.5, suspects 7 and 2"
    )
    shown = whole._repr_html_()  # type: ignore[attr-defined]
    assert "<th>p-value</th><td>0.012</td>" in shown and "<td>7, 2</td>" in shown and "<td>1 to inf</td>" in shown


def test_what_a_test_does_not_know_is_none() -> None:
    nothing = {"critical": None, "interval": None, "degrees_of_freedom": None, "effect_size": None, "suspects": []}
    bare = result(**nothing, exactness="upper_bound", side="lower")
    assert (bare.critical, bare.interval, bare.degrees_of_freedom, bare.effect_size) == (None, None, None, None)
    assert (bare.index, bare.suspects, bare.exact, bare.exactness) == (None, (), False, "upper_bound")
    assert str(bare) == "statistic 2.5, p = 0.012 (at most, one side)"
    shown = bare._repr_html_()  # type: ignore[attr-defined]
    assert "at most 0.012" in shown and "suspects" not in shown
    assert "0.012 (approximate)" in result(exactness="approximate")._repr_html_()  # type: ignore[attr-defined]


def test_it_pickles_copies_and_compares() -> None:
    whole = result()
    for again in (pickle.loads(pickle.dumps(whole)), copy.deepcopy(whole)):
        assert again == whole
    assert result(p_value=0.013) != whole


@pytest.mark.parametrize("changed", [{"p_value": 2}, {"statistic": None}, {"interval": [2, 1]}, {"side": "left"}])
def test_what_no_test_returns_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(slo.SloError):
        result(**changed)
