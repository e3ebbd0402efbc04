"""The report of slo-generator."""

import json
import os
import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slo
from slo.io import SloGenerator, slo_generator_report

HOUR: dict[str, Any] = {"goal": 0.999, "window": 3_600, "threshold": 9}


def cases() -> dict[str, Any]:
    """The reports that slo-generator 2.6 gave, from outside."""
    folder = os.environ.get("SLO_CASES")
    if not folder:
        pytest.skip("SLO_CASES is unset")
    loaded: dict[str, Any] = json.loads((Path(folder) / "slo-generator/report_cases.json").read_text())
    return loaded


def test_reports_equal_those_that_slo_generator_gave() -> None:
    for name, case in cases().items():
        data = tuple(case["data"]) if isinstance(case["data"], list) else case["data"]
        report = slo_generator_report(
            data,
            goal=case["goal"],
            window=case["window"],
            threshold=case["threshold"],
            step="1 hour",
            name="t",
            description="d",
            backend="b",
            timestamp=1_700_000_000,
        )
        # As text: 0 is not 0.0, and the order of the fields counts.
        assert json.dumps(report) == json.dumps(case["report"]), name


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (None, "Backend returned None."),
        ("0.99", "Backend method returned an object of type str. It should instead return a tuple (good_count, "
         "bad_count) or a numeric SLI value (float / int)."),
        ([1, 2], "Backend method returned an object of type list. It should instead return a tuple (good_count, "
         "bad_count) or a numeric SLI value (float / int)."),
        ((1, 2, 3), "Backend method returned a tuple with 3 items.Expected 2 items."),
        ((1, "2"), "Backend method returned a tuple with some elements having a type different than float or int"),
        ((None, 2), "Backend method returned a tuple with some elements having a type different than float or int"),
        ((-1, -1), "Backend method returned a valid tuple (-1, -1) but the good and bad count is NO_DATA (-1)."),
        ((0, 0), "Not enough valid events (0) found. Minimum valid events: 1."),
        (-1, "Backend returned NO_DATA (-1)."),
        (1.2, "SLI is not between 0 and 1 (value = 1.2)"),
        (float("nan"), "SLI is not between 0 and 1 (value = nan)"),
        ((10, -5), "SLI is not between 0 and 1 (value = 2.0)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("compat", [True, False])
def test_what_is_invalid_is_said_in_the_report(data: Any, error: str, *, compat: bool) -> None:
    report = slo_generator_report(data, **HOUR, compat=compat, step="s", name="n")
    assert list(report) == ["metadata", "errors", "error_budget_policy_step_name", "valid"]
    assert (report["metadata"], report["valid"]) == ({"name": "n"}, False)
    if compat or data != (10, -5):
        assert report["errors"] == [error]


def test_nan_is_an_error_where_slo_generator_dies_and_else_an_invalid_report() -> None:
    # COMPARE.md D5.
    nan = float("nan")
    with pytest.raises(slo.NonFiniteError):
        slo_generator_report((nan, nan), **HOUR)
    assert slo_generator_report((nan, nan), **HOUR, compat=False)["errors"] == ["good[0] = NaN is not finite"]


def test_a_goal_of_one_and_above_is_refused_unless_compatible() -> None:
    # COMPARE.md D2 and D4.
    for goal in (1.0, 1.5):
        assert slo_generator_report((0, 100), goal=goal, window=3_600, threshold=9)["consequence_message"] == "OK"
        with pytest.raises(slo.InvalidParameterError, match="objective"):
            slo_generator_report((0, 100), goal=goal, window=3_600, threshold=9, compat=False)


def test_a_budget_reports_itself() -> None:
    budget = slo.Slo("99.9%", window="1h").budget(good=99_096, bad=904)
    assert budget.to_slo_generator(threshold=9.0, compat=True) == slo_generator_report((99_096, 904), **HOUR)
    exact = budget.to_slo_generator(9.0, "1 hour", compat=False, name="checkout")
    assert (exact["error_budget_burn_rate"], exact["alert"]) == (9.04, True)
    assert (exact["name"], exact["error_budget_policy_step_name"]) == ("checkout", "1 hour")
    assert not budget.to_slo_generator(threshold=9.0)["alert"]
    assert budget.to_slo_generator(threshold=9.04, compat=False)["alert"] is False
    assert slo.Slo("99.9%", "1h").budget(bad=0, total=0).to_slo_generator()["valid"] is False
    with pytest.raises(TypeError):
        budget.to_slo_generator(colour="red")


def test_every_option_changes_the_report() -> None:
    def differ(**options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return slo_generator_report((995, 5), **HOUR), slo_generator_report((995, 5), **HOUR, **options)

    for option, field, value in [
        ("name", "name", "checkout"),
        ("description", "description", "orders are taken"),
        ("backend", "backend", "prometheus"),
        ("policy", "error_budget_policy", "strict"),
        ("exporters", "exporters", ["bigquery"]),
        ("metadata", "metadata", {"name": "x", "labels": {"team": "shop"}}),
        ("timestamp", "timestamp", 1_700_000_000),
        ("step", "error_budget_policy_step_name", "1 hour"),
    ]:
        before, after = differ(**{option: value})
        assert before[field] != after[field] == value
    assert differ(timestamp=1_700_000_000, utc_offset=timedelta(hours=1))[1]["timestamp_human"].endswith(
        "23:13:20+01:00"
    )
    assert differ(min_valid_events=2_000)[1]["valid"] is False
    missed = slo_generator_report((995, 5), **HOUR)["consequence_message"]
    assert missed == "Missed for this measurement window, but not enough to alert"
    assert slo_generator_report((9, 1), **HOUR, message_alert="now")["consequence_message"] == "now"
    assert slo_generator_report((9, 0), **HOUR, message_ok="fine")["consequence_message"] == "fine"
    # COMPARE.md D6 and D7: valid - good.
    assert slo_generator_report((-1, 15), **HOUR, counts="good-valid")["bad_events_count"] == 16
    assert slo_generator_report((-1, 15), **HOUR, counts="good-valid", compat=False)["bad_events_count"] == 15
    extrapolated = (100_009.1, 100_000)
    assert slo_generator_report(extrapolated, **HOUR, counts="good-valid")["errors"] == [
        "SLI is not between 0 and 1 (value = 1.000091)"
    ]
    refused = slo_generator_report(extrapolated, **HOUR, counts="good-valid", compat=False)
    assert "exceeds total" in refused["errors"][0]
    clamped = slo_generator_report(extrapolated, **HOUR, counts="good-valid", compat=False, clamp="to-total")
    assert (clamped["sli_measurement"], clamped["bad_events_count"]) == (1.0, 0)


def test_several_windows_are_reported_at_once() -> None:
    steps: list[Any] = [
        ("1 hour", "1h", 9),
        ("12 hours", "12h", 3),
        ("7 days", "7d", 1.5),
        ("28 days", timedelta(days=28), 1),
    ]
    data = [(9_900, 100), (119_900, 100), 0.995, None]
    maker = SloGenerator(0.999, name="checkout")
    reports = maker.reports(data, steps)
    single = [maker.report(measured, window, threshold, name) for measured, (name, window, threshold) in
              zip(data, steps, strict=True)]  # fmt: skip
    assert reports == single
    assert [report.get("alert") for report in reports] == [True, False, True, None]
    with pytest.raises(slo.LengthMismatchError):
        maker.reports(data[:3], steps)


def test_reports_share_nothing_that_can_be_changed() -> None:
    metadata = {"name": "x"}
    maker = SloGenerator(0.999, metadata=metadata, exporters=["a"])
    first = maker.report((9, 1), "1h", 9)
    first["metadata"]["name"] = first["exporters"][0] = "changed"
    first["errors"].append("changed")
    metadata["name"] = "changed"
    second = maker.report((9, 1), "1h", 9)
    assert (second["metadata"], second["exporters"], second["errors"]) == ({"name": "x"}, ["a"], [])


@pytest.mark.parametrize(
    "data", [(np.float64(99.5), 1), (True, 0), 10**30, (10**30, 1), (2**63, 2**62), np.float64(0.5)]
)
def test_numbers_of_any_make_are_reported_or_refused(data: Any) -> None:
    report = slo_generator_report(data, **HOUR)
    assert isinstance(report["valid"], bool)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"goal": "x"}, TypeError),
        ({"window": "soon"}, slo.InvalidParameterError),
        ({"threshold": None}, TypeError),
        ({"timestamp": float("nan")}, slo.InvalidParameterError),
        ({"timestamp": 1e300}, slo.InvalidParameterError),
        ({"utc_offset": "1d"}, slo.InvalidParameterError),
        ({"counts": "else"}, slo.InvalidParameterError),
        ({"clamp": "else"}, slo.InvalidParameterError),
        ({"exporters": 1}, TypeError),
        ({"metadata": []}, TypeError),
        ({"compat": False, "threshold": -1}, slo.InvalidParameterError),
        ({"compat": False, "threshold": float("nan")}, slo.InvalidParameterError),
        ({"compat": False, "window": 0}, slo.InvalidParameterError),
        ({"compat": False, "goal": float("nan")}, slo.InvalidParameterError),
    ],
)
def test_options_that_are_none_are_refused(given: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        slo_generator_report((9, 1), **{**HOUR, **given})


def test_a_maker_of_reports_pickles() -> None:
    maker = SloGenerator(0.999, name="x", compat=False, utc_offset="1h", timestamp=1.5, exporters=["a"])
    again = pickle.loads(pickle.dumps(maker))
    assert again == maker and repr(again) == repr(maker) == "SloGenerator(0.999, name='x', compat=False)"
    assert again.report((9, 1), "1h", 9) == maker.report((9, 1), "1h", 9)
    assert maker != SloGenerator(0.999)
