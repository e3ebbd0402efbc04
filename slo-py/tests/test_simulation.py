"""Histories that never were."""

import json
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import slo


def test_a_simulation_gives_counts_and_incidents() -> None:
    run = slo.Simulation("28d", incidents=3.0).run(1)
    assert (len(run.series), run.series.resolution) == (28 * 1440, timedelta(minutes=1))
    assert len(run.incidents) == len(run.severities) > 0
    for (begin, end), severity in zip(run.incidents, run.severities, strict=True):
        during = run.series.between(begin, end).counts
        assert abs(during.bad / during.total - severity) < 0.05
    assert not run.severities.flags.writeable
    assert repr(run) == f"Simulated(40320 buckets, {len(run.incidents)} incidents, seed=1)"
    replay = slo.AlertPolicy.google_sre("28d").replay(slo.Slo("99.9%", "28d"), run.series, run.incidents)
    assert replay.recall is not None and replay.recall > 0.5


def test_counts_are_those_of_scipy() -> None:
    # The same numbers as in the core's test, from SplitMix64 in Python and scipy's quantiles.
    run = slo.Simulation("8m", incidents=0, error_ratio=0.01).run(42)
    assert run.series.total.tolist() == [622, 632, 634, 627, 622, 590, 580, 627]
    assert run.series.bad.tolist() == [3, 4, 3, 7, 4, 7, 6, 5]


def test_every_option_changes_the_result() -> None:
    base = slo.Simulation("7d", incidents=5.0)
    options: list[dict[str, object]] = [
        {"step": "2m"},
        {"begin": datetime(2026, 1, 1, tzinfo=timezone.utc)},
        {"traffic": 20.0},
        {"daily": 0.5},
        {"weekend": 0.5},
        {"error_ratio": 0.001},
        {"overdispersion": 0.1},
        {"incidents": 1.0},
        {"durations": ("1h", "1h")},
        {"severities": (0.5, 0.5)},
    ]
    for option in options:
        other = slo.Simulation("7d", **{"incidents": 5.0, **option})  # type: ignore[arg-type]
        assert other != base and other.run(0) != base.run(0), option
        (name,) = option
        assert other.to_dict()[name] != base.to_dict()[name]


def test_the_defaults_are_the_cores() -> None:
    given = slo.Simulation(
        "1d",
        step="1m",
        begin=0,
        traffic=10,
        daily=0,
        weekend=1,
        error_ratio=0.0001,
        overdispersion=0,
        incidents=1,
        durations=("5m", "2h"),
        severities=(0.01, 1),
    )
    assert given == slo.Simulation("1d")
    assert json.loads(given.to_json()) == given.to_dict()
    assert repr(given) == (
        "Simulation(1d, step=1m, begin=1970-01-01T00:00:00Z, traffic=10.0, daily=0.0, weekend=1.0, error_ratio=0.0001, "
        "overdispersion=0.0, incidents=1.0, durations=(5m, 2h), severities=(0.01, 1.0))"
    )


def test_a_seed_is_a_whole_number_of_64_bits() -> None:
    hour = slo.Simulation("1h")
    assert hour.run(2**64 - 1).seed == 2**64 - 1
    for seed in (-1, 2**64, 10**30):
        with pytest.raises(slo.InvalidParameterError, match="seed"):
            hour.run(seed)
    for wrong in (1.5, "1", None, True, float("nan")):
        with pytest.raises(TypeError):
            hour.run(wrong)  # type: ignore[arg-type]


NUMBERS = ["traffic", "daily", "weekend", "error_ratio", "overdispersion", "incidents"]


@pytest.mark.parametrize("name", [*NUMBERS, "length", "step", "begin", "durations", "severities"])
def test_whatever_it_is_given_it_answers_or_refuses(name: str) -> None:
    numbers = [
        -1.0,
        float("nan"),
        float("inf"),
        -float("inf"),
        1e308,
        1e-320,
        2**63,
        10**30,
        "x",
        b"",
        True,
        [1],
        object(),
    ]
    for value in numbers + [(number, number) for number in numbers]:
        options = {"length": "2m", name: value}
        try:
            slo.Simulation(**options).run(0)  # type: ignore[arg-type]
        except slo.InternalError:
            raise
        except (slo.SloError, TypeError):
            pass
    if name in NUMBERS:
        with pytest.raises(slo.InvalidParameterError, match=name):
            slo.Simulation("2m", **{name: float("nan")}).run(0)  # type: ignore[arg-type]


def test_too_many_buckets_are_refused() -> None:
    with pytest.raises(slo.LimitExceededError):
        slo.Simulation("1d", step=timedelta(microseconds=1)).run(0)
    with pytest.raises(slo.OutOfRangeError):
        slo.Simulation("1d", begin=2**63 - 1).run(0)
    assert np.isfinite(slo.Simulation("1m", incidents=1e300).run(0).severities).all()
