"""How good is a detector, and would chance have done as well?

Every result carries what its measure gives to detectors that know nothing: ``random``, the mean of ten that score at
random, and ``last_point``, of one that finds nothing but the last value unusual.

Examples:
    >>> import slo
    >>> slo.anomaly.evaluate.vus_pr([0, 0, 1, 9, 1, 0, 0, 2, 0, 0], [(3, 5)], window=4).value > 0.5
    True
"""

from __future__ import annotations

import os

from slo._slo import _evaluate
from slo.errors import InvalidParameterError, ParseError

# `typing` would take longer to import than the package does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Literal, Protocol, TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from slo._evaluate import (
        Areas,
        Candidate,
        Flagged,
        Labelled,
        NabScore,
        PrecisionRecall,
        Report,
        Scored,
        Setting,
        affiliation,
        auc_pr,
        auc_roc,
        cross_validate,
        events,
        nab,
        nab_corpus,
        point_adjusted_f1,
        point_f1,
        range_auc,
        vus,
        vus_pr,
        vus_roc,
    )
    from slo.anomaly import Detection

    class _Detects(Protocol):
        """A detector of any kind."""

        def detect(self, values: NDArray[np.float64], /) -> Detection:
            """Judges each value of a series."""

    _Ranking: TypeAlias = Literal["size", "upper", "lower", "flags"]
    _Judge: TypeAlias = _Detects | Callable[[Labelled], Any]
else:
    Areas = _evaluate.Areas
    Candidate = _evaluate.Candidate
    Flagged = _evaluate.Flagged
    Labelled = _evaluate.Labelled
    NabScore = _evaluate.NabScore
    PrecisionRecall = _evaluate.PrecisionRecall
    Report = _evaluate.Report
    Scored = _evaluate.Scored
    Setting = _evaluate.Setting
    affiliation = _evaluate.affiliation
    auc_pr = _evaluate.auc_pr
    auc_roc = _evaluate.auc_roc
    cross_validate = _evaluate.cross_validate
    events = _evaluate.events
    nab = _evaluate.nab
    nab_corpus = _evaluate.nab_corpus
    point_adjusted_f1 = _evaluate.point_adjusted_f1
    point_f1 = _evaluate.point_f1
    range_auc = _evaluate.range_auc
    vus = _evaluate.vus
    vus_pr = _evaluate.vus_pr
    vus_roc = _evaluate.vus_roc

__all__ = [
    "Areas",
    "Candidate",
    "Flagged",
    "Labelled",
    "NabScore",
    "PrecisionRecall",
    "Report",
    "Scored",
    "Setting",
    "affiliation",
    "auc_pr",
    "auc_roc",
    "cross_validate",
    "events",
    "nab",
    "nab_corpus",
    "point_adjusted_f1",
    "point_f1",
    "range_auc",
    "read_nab",
    "run",
    "vus",
    "vus_pr",
    "vus_roc",
]


def read_nab(path: str | os.PathLike[str]) -> list[Labelled]:
    """Read a folder of labelled series laid out as the Numenta anomaly benchmark.

    The folder holds ``combined_windows.json``, or ``labels/combined_windows.json``: an object with a list of windows
    ``[begin, end]`` for each file, both ends inclusive; and ``data/`` with those files: a header, then rows
    ``timestamp,value``.

    Args:
        path: the folder.

    Returns:
        The series in order of their names; a window runs from the first row of its begin to the first of its end.

    Raises:
        ParseError: where a file is not such text, or a window's end is no row of its file.
        OSError: where a file is missing or cannot be read.
    """
    import json

    folder = os.fspath(path)
    labels = os.path.join(folder, "combined_windows.json")
    if not os.path.exists(labels):
        labels = os.path.join(folder, "labels", "combined_windows.json")
    try:
        with open(labels, encoding="utf-8") as file:
            windows: dict[str, list[tuple[str, str]]] = json.load(file)
        return [_read_series(folder, name, spans) for name, spans in sorted(windows.items())]
    except (json.JSONDecodeError, UnicodeDecodeError) as refusal:
        raise _unreadable(labels, str(refusal), getattr(refusal, "lineno", 1)) from refusal
    except (AttributeError, KeyError, TypeError) as refusal:
        raise _unreadable(labels, "must hold a list of windows for each file") from refusal


def _read_series(folder: str, name: str, windows: list[tuple[str, str]]) -> Labelled:
    import csv
    from datetime import datetime

    path = os.path.join(folder, "data", name)
    places: dict[datetime, int] = {}
    values: list[float] = []
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        for row in rows:
            try:
                time, value = row
                places.setdefault(datetime.fromisoformat(time), len(values))
                values.append(float(value))
            except ValueError as refusal:
                raise _unreadable(path, "must hold rows timestamp,value", rows.line_num) from refusal
    spans = []
    for window in windows:
        try:
            begin, end = window
            spans.append((places[datetime.fromisoformat(begin)], places[datetime.fromisoformat(end)] + 1))
        except (ValueError, KeyError, TypeError) as refusal:
            raise _unreadable(path, f"has no rows for the ends of {window!r}") from refusal
    return _evaluate.Labelled(name, values, spans)


def _unreadable(path: str, message: str, line: int = 1) -> ParseError:
    return ParseError(f"{path}, line {line}: {message}", line=line, column=1, message=message)


def run(
    detectors: _Judge | Mapping[str, _Judge],
    corpus: Iterable[Labelled],
    *,
    ranking: _Ranking = "size",
    hold: int = 0,
    **options: Any,
) -> Report:
    """Score detectors on labelled series: in sample, and with setting and threshold chosen on other series.

    Args:
        detectors: a detector, or one for each setting that is tried, by name; a function is called with each
            ``Labelled`` series and returns a score for each value, the greater, the more unusual.
        corpus: the series.
        ranking: how a detector's scores are ranked: by ``"size"``, as they are (``"upper"``), the least first
            (``"lower"``), or what it flags before the rest (``"flags"``); a function's are taken as they are.
        hold: an alarm counts only if its score exceeds all of so many before it.
        options: those of ``cross_validate``: ``folds``, ``repeats``, ``seed``, ``profile``, ``vus_window``, ``tried``.

    Returns:
        A ``Report``.

    Raises:
        SloError: as ``cross_validate``, and what the detectors refuse.

    Examples:
        >>> import slo
        >>> corpus = [slo.anomaly.evaluate.Labelled(f"{at}", [i == at for i in range(200)], [(at, at + 20)])
        ...     for at in (90, 120, 150)]
        >>> slo.anomaly.evaluate.run(slo.anomaly.Tukey(), corpus, ranking="flags", folds=3).mean
        100.0
    """
    series = list(corpus)
    named = detectors if hasattr(detectors, "items") else {_name(detectors): detectors}
    if ranking not in _RANKINGS:
        reason = f"must be one of {', '.join(map(repr, _RANKINGS))}"
        raise InvalidParameterError(
            f"ranking {ranking!r} is invalid: {reason}", name="ranking", value=repr(ranking), reason=reason
        )
    candidates = [
        _evaluate.Candidate(name, [_scores(judge, one, ranking) for one in series]).held(hold)
        for name, judge in named.items()
    ]
    report: Report = _evaluate.cross_validate(series, candidates, **options)
    return report


_RANKINGS = ("size", "upper", "lower", "flags")


def _name(judge: Any) -> str:
    return getattr(judge, "__name__", None) or repr(judge)


def _scores(judge: Any, series: Labelled, ranking: _Ranking) -> Any:
    import numpy as np

    if not hasattr(judge, "detect"):
        return judge(series)
    found = judge.detect(series.values)
    if ranking == "flags":
        flags = np.zeros(len(series))
        flags[found.indices] = 1.0
        return flags
    return {"size": np.abs, "upper": np.positive, "lower": np.negative}[ranking](found.scores)
