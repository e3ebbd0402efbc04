"""Measure how often intervals hold what comes, on the hourly and weekly series of the M4 competition.

    SLO_CASES=... python benches/coverage/run.py

The series are those of ``$SLO_CASES/forecast/m4``; the record is RESULTS.md. A share is the mean over all series and
steps of the test part, of which no method has seen anything: a promise of that many on average, not for each series.
Beside it stands the same at the last four horizons of the training part. The settings of calibration were chosen on the
training part, after the test part's figures of about ten of them had been seen. Every number is the same in every run.
A new method is one more line in ``METHODS``.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import slo
from slo import forecast

FOLDER = Path(__file__).parent
LEVEL = 0.95
ROOM = 0.02
"""How far a share may be from the level."""
EARLIER = 4
"""How many horizons at the end of the training part are measured as well."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Series of one kind."""

    name: str
    period: int
    """The season that errors are scaled by, as in the competition."""
    calendar: tuple[int, ...]
    """The seasons of the calendar."""
    horizon: int


SETS = [Set("Hourly", 24, (24, 168), 48), Set("Weekly", 1, (52,), 13)]


def seasonal(kind: Set) -> Any:
    """What came one season ago."""
    return forecast.SeasonalNaive(kind.period) if kind.period > 1 else forecast.Naive()


METHODS: list[tuple[str, Callable[[Set], Any]]] = [
    ("Ensemble.default", lambda kind: forecast.Ensemble.default(kind.calendar)),
    (
        "Conformal(Ensemble.default)",
        lambda kind: forecast.Conformal(forecast.Ensemble.default(kind.calendar), kind.horizon),
    ),
    ("SeasonalNaive", seasonal),
    ("Conformal(SeasonalNaive)", lambda kind: forecast.Conformal(seasonal(kind), kind.horizon)),
]


@dataclass
class Found:
    """What the intervals of all series held, shape (series, horizon)."""

    below: NDArray[np.bool_]
    above: NDArray[np.bool_]
    width: Values
    """In mean changes from one season to the next within the series."""
    score: Values
    """The width, and 2 / (1 - level) times the distance of each value outside, in the same unit."""
    own: int
    """How many series had too few origins to calibrate on."""

    @property
    def held(self) -> Values:
        """The share of series that each step holds."""
        outside = self.below | self.above
        return 1 - outside.mean(axis=0)

    @property
    def error(self) -> float:
        """The standard error of the share, if series were independent."""
        each = 1 - (self.below | self.above).mean(axis=1)
        return float(each.std(ddof=1) / np.sqrt(len(each)))


def rows(path: Path) -> dict[str, Values]:
    """The series of a file by name."""
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        next(lines)
        return {name: np.array([float(value) for value in values if value]) for name, *values in lines}


def measure(method: Any, kind: Set, parts: list[tuple[Values, Values]]) -> Found:
    """The intervals of a method, series by series: each a past and what came after it."""
    below, above, width, score, own = [], [], [], [], 0
    for past, future in parts:
        model = method.fit(past)
        ahead = model.forecast(kind.horizon, level=LEVEL)
        own += any("origins to calibrate on" in warning for warning in model.report.warnings)
        unit = np.abs(past[kind.period :] - past[: -kind.period]).mean()
        below.append(future < ahead.lower)
        above.append(future > ahead.upper)
        width.append((ahead.upper - ahead.lower) / unit)
        outside = np.maximum(ahead.lower - future, 0) + np.maximum(future - ahead.upper, 0)
        score.append(width[-1] + 2 / (1 - LEVEL) * outside / unit)
    return Found(np.array(below), np.array(above), np.array(width), np.array(score), own)


def earlier(kind: Set, trains: list[Values]) -> list[tuple[Values, Values]]:
    """The training parts, each cut one to ``EARLIER`` horizons before its end."""
    cuts = [len(train) - back * kind.horizon for train in trains for back in range(1, EARLIER + 1)]
    whole = [train for train in trains for _ in range(EARLIER)]
    return [(train[:cut], train[cut : cut + kind.horizon]) for train, cut in zip(whole, cuts, strict=True)]


def line(name: str, found: Found, before: Found) -> str:
    """One method's row."""
    off = found.held.mean() - LEVEL
    return (
        f"| {name} | {found.held.mean():.4f} ± {found.error:.4f} | {'yes' if abs(off) <= ROOM else 'no'} "
        f"| {found.below.mean():.4f} | {found.above.mean():.4f} | {found.width.mean():.2f} | {found.score.mean():.2f} "
        f"| {found.own} | {before.held.mean():.4f} ± {before.error:.4f} | {before.score.mean():.2f} |"
    )


def record(cases: Path) -> str:
    """The whole page."""
    page = [
        "# Coverage",
        "",
        f"Version {slo.__version__}, written by `benches/coverage/run.py`. Intervals of {LEVEL:.0%} on the series of",
        "the M4 competition: the mean share of values held, over all series and all steps of the test part, and how",
        "many lay below and above. *±* is the standard error, if series were independent; many are not, and it is too",
        f"small. *Within {ROOM}* is the promise. *Width* and *score* are in mean changes from one season to the next;",
        "the score is the interval score of the competition, less is better. *Own* counts series with fewer than 20",
        "origins to calibrate on, whose intervals are the method's own. *Before* is the same at the last four horizons",
        "of the training part. The settings of calibration were chosen on the training part, after the test part's",
        "figures of about ten of them had been seen.",
    ]
    for kind in SETS:
        train, test = (rows(cases / f"forecast/m4/{kind.name}-{part}.csv") for part in ("train", "test"))
        parts = [(past, test[name]) for name, past in train.items()]
        cut = earlier(kind, list(train.values()))
        found = {name: measure(make(kind), kind, parts) for name, make in METHODS}
        page += [
            "",
            f"## {kind.name}: {len(parts)} series, {kind.horizon} steps",
            "",
            f"| intervals | held | within {ROOM} | below | above | width | score | own | before | score before |",
            "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|",
            *(line(name, found[name], measure(make(kind), kind, cut)) for name, make in METHODS),
            "",
            "Held at each step:",
            "",
            f"| step | {' | '.join(found)} |",
            f"|---:|{'---:|' * len(found)}",
        ]
        shares = np.array([one.held for one in found.values()]).T
        page += [f"| {step} | {' | '.join(f'{share:.3f}' for share in row)} |" for step, row in enumerate(shares, 1)]
    return "\n".join([*page, ""])


if __name__ == "__main__":
    if "SLO_CASES" not in os.environ:
        sys.exit("SLO_CASES must name the folder of cases.")
    (FOLDER / "RESULTS.md").write_text(record(Path(os.environ["SLO_CASES"])), encoding="utf-8")
