"""One exception class for each kind of error, with its details."""

import copy
import pickle
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

import slo

Call = Callable[[], object]

CASES: list[tuple[type[slo.SloError], dict[str, object], Call]] = [
    (
        slo.InvalidParameterError,
        {"name": "until", "value": "0s", "reason": "must be longer than zero"},
        lambda: slo.Slo("99%", "1h").budget(bad=0, total=1).affordable_burn(0),
    ),
    (
        slo.TooShortError,
        {"name": "total", "len": 1, "needed": 2},
        lambda: slo.CountSeries.from_counters([0], bad=[1], total=[1]),
    ),
    (
        slo.NonFiniteError,
        {"name": "bad", "index": 1, "value": float("inf")},
        lambda: slo.CountSeries([0, 1], bad=[0, float("inf")], total=[1, 1]),
    ),
    (
        slo.InvalidCountError,
        {"name": "good", "index": 1, "value": 2.0, "total": 1.0},
        lambda: slo.CountSeries([0, 1], good=[0, 2], total=[1, 1]),
    ),
    (
        slo.InvalidCountError,
        {"name": "good", "index": 0, "value": -2.0, "total": None},
        lambda: slo.CountSeries([0, 1], good=[-2, 2], total=[1, 1]),
    ),
    (
        slo.LengthMismatchError,
        {"left": "good", "left_len": 1, "right": "total", "right_len": 2},
        lambda: slo.CountSeries([0, 1], good=[1], total=[1, 1]),
    ),
    (
        slo.UnorderedError,
        {
            "index": 1,
            "previous": datetime(1970, 1, 1, 0, 0, 2, tzinfo=timezone.utc),
            "value": datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc),
        },
        lambda: slo.CountSeries([2_000_000_000, 1_000_000_000], good=[1, 1], total=[1, 1]),
    ),
    (
        slo.OutOfRangeError,
        {"what": "the total count"},
        lambda: slo.Counts(bad=0, total=1.5e308).merge(slo.Counts(bad=0, total=1.5e308)),
    ),
    (
        slo.LimitExceededError,
        {"what": "instants of evaluation", "value": 1_000_000_001, "limit": 100_000_000},
        lambda: slo.Slo("99%", "1h").history(slo.CountSeries([0, 10**9], bad=[0, 0], total=[1, 1]), every="1ns"),
    ),
    (
        slo.UnsupportedError,
        {"what": 'resultType "string"', "reason": "only numbers make a series: matrix, vector or scalar"},
        lambda: slo.io.read_prometheus('{"status":"success","data":{"resultType":"string","result":[0,"x"]}}'),
    ),
    (
        slo.DegenerateError,
        {"name": "y", "reason": "does not vary, from 5 to 5"},
        lambda: slo.correlate.pearson([1, 2, 3], [5, 5, 5]),
    ),
    (
        slo.StateError,
        {"reason": "version 2 is not this one's 1"},
        lambda: slo.anomaly.restore('{"version": 2, "detector": {}}'),
    ),
    (
        slo.ParseError,
        {"line": 1, "column": 1},
        lambda: slo.BurnRule._restore("?"),
    ),
]


@pytest.mark.parametrize(("kind", "details", "call"), CASES, ids=lambda case: getattr(case, "__name__", ""))
def test_an_error_carries_its_details(kind: type[slo.SloError], details: dict[str, object], call: Call) -> None:
    with pytest.raises(kind) as caught:
        call()
    error = caught.value
    assert type(error) is kind
    for again in (error, pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(again) is kind
        assert str(again) == str(error)
        assert {name: getattr(again, name) for name in details} == details


def test_every_kind_is_an_slo_error_and_so_a_value_error() -> None:
    kinds = [getattr(slo, name) for name in slo.__all__ if name.endswith("Error")]
    assert len(kinds) == 15
    assert all(issubclass(kind, slo.SloError) and issubclass(kind, ValueError) for kind in kinds)


def test_a_defect_is_an_slo_error_and_a_runtime_error() -> None:
    assert slo.InternalError.__bases__ == (slo.SloError, RuntimeError)
    assert str(pickle.loads(pickle.dumps(slo.InternalError("a defect")))) == "a defect"
