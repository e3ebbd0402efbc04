"""How changes, rows and panels are shown: tables, data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.anomaly import ChangePoints, PanelDetection, RowDetection


def changes_html(changes: ChangePoints) -> str:
    """The segments as a table."""
    rows = [
        (part.begin, part.end, f"{part.mean:.6g}", f"{part.deviation:.4g}", f"{part.cost:.6g}")
        for part in changes.segments
    ]
    return _table(str(changes), ["begin", "end", "mean", "deviation", "cost"], rows)


def changes_frame(changes: ChangePoints) -> Any:
    """A frame with one row for each segment."""
    names = ("begin", "end", "mean", "deviation", "cost")
    return _frame({name: [getattr(part, name) for part in changes.segments] for name in names})


def plot_changes(changes: ChangePoints, ax: Axes | None) -> Axes:
    """The level of each segment, and a line at each change."""
    ax = _axes(ax)
    for part in changes.segments:
        ax.hlines(part.mean, part.begin, part.end, linewidth=2)
    for index in changes.indices:
        ax.axvline(float(index), color="tab:red", linewidth=1, linestyle="--")
    ax.set(title=str(changes), xlabel="index", ylabel="level")
    return ax


def rows_html(detection: RowDetection) -> str:
    """The rows that are flagged as a table."""
    rows = [(outlier.index, f"{outlier.score:.4g}", f"{detection.threshold:.4g}") for outlier in detection.outliers]
    return _table(str(detection), ["row", "score", "threshold"], rows)


def rows_frame(detection: RowDetection) -> Any:
    """A frame with one row for each row that is flagged."""
    return _frame({"index": detection.indices, "score": detection.scores[detection.indices]})


def _intervals(detection: PanelDetection) -> list[tuple[int, int, int]]:
    return [(outlier.series, begin, end) for outlier in detection.outliers for begin, end in outlier.intervals]


def panel_html(detection: PanelDetection) -> str:
    """The series that are flagged as a table with one row for each interval."""
    return _table(repr(detection), ["series", "begin", "end"], _intervals(detection))


def panel_frame(detection: PanelDetection) -> Any:
    """A frame with one row for each interval of each series that is flagged."""
    rows = _intervals(detection)
    return _frame({name: [row[place] for row in rows] for place, name in enumerate(("series", "begin", "end"))})
