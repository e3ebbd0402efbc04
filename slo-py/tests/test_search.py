"""Searches for policies."""

from datetime import datetime, timedelta, timezone

import pytest

import slo

MINUTE = 60_000_000_000


def at(minutes: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes)


# As in the core's documentation: minute 10 is bad by chance, minutes 30 to 39 in an incident.
BAD = [50 * (m == 10 or 30 <= m < 40) for m in range(60)]
SERIES = slo.CountSeries.regular(MINUTE, "1m", bad=BAD, total=[100] * 60)
SLO = slo.Slo("90%", window="1h")
INCIDENTS = [(at(30), at(40))]


def search(**options: object) -> list[slo.PolicyScore]:
    question = {"shares": ["10%"], "windows": ["2m", "24m"], "every": "1m", **options}
    return slo.AlertPolicy.search(SLO, SERIES, INCIDENTS, **question)  # type: ignore[arg-type]


def test_the_front_holds_what_nothing_outdoes() -> None:
    fast, precise = search()
    assert (fast.detection_time, fast.precision, fast.recall) == (timedelta(minutes=1), 0.5, 1.0)
    assert (precise.detection_time, precise.precision) == (timedelta(minutes=2), 1.0)
    assert (fast.alerts_per_week, precise.alerts_per_week) == (336.0, 168.0)
    replay = fast.policy.replay(SLO, SERIES, INCIDENTS, every="1m")
    assert (replay.precision, replay.alerts_per_week) == (fast.precision, fast.alerts_per_week)
    assert repr(precise) == (
        "PolicyScore(page: burn > 3 over 2m and 10s, precision=1.000, recall=1.000, detection_time=2m, "
        "alerts_per_week=168.000)"
    )
    assert fast.to_dict()["detection_time"] == "1m"
    assert precise.policy == slo.AlertPolicy.from_shares("1h", [(0.1, "2m", "10s", "page")])


@pytest.mark.parametrize(
    ("limit", "found"),
    [
        ({"max_detection_time": "2m"}, [1, 2]),
        ({"max_detection_time": 119}, [1]),
        ({"min_precision": 0.5}, [1, 2]),
        ({"min_precision": 0.51}, [2]),
        ({"max_alerts_per_week": 336}, [1, 2]),
        ({"max_alerts_per_week": 335}, [2]),
        ({"min_recall": 1}, [1, 2]),
        ({"rules": 1}, [1, 2]),
        ({"windows": ["2m"]}, [2]),
        ({"shares": []}, []),
        # A burn of 60, where 10 is the most there is.
        ({"shares": ["200%"], "windows": ["2m"], "min_recall": 0.1}, []),
    ],
)
def test_every_limit_changes_the_front(limit: dict[str, object], found: list[int]) -> None:
    assert [score.detection_time for score in search(**limit)] == [timedelta(minutes=count) for count in found]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": 0},
        {"rules": -1},
        {"min_precision": 95},
        {"min_recall": float("nan")},
        {"max_alerts_per_week": -1},
        {"shares": [0]},
        {"shares": ["x"]},
        {"windows": [0]},
        {"windows": [float("inf")]},
        {"every": 0},
    ],
)
def test_what_makes_no_search_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(slo.InvalidParameterError):
        search(**wrong)


def test_wrong_types_and_too_many_policies_are_refused() -> None:
    for wrong in ({"rules": 1.5}, {"rules": True}, {"shares": "2%"}, {"windows": None}, {"min_recall": "1"}):
        with pytest.raises(TypeError):
            search(**wrong)
    with pytest.raises(slo.LimitExceededError):
        search(windows=[f"{count}m" for count in range(1, 448)])
