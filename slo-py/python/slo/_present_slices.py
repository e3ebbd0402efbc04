"""How slices of time are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _ROWS, _axes, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import SliceReport

_COLOURS = {"good": "tab:green", "bad": "tab:red", "empty": "lightgrey"}


def slices_frame(report: SliceReport) -> Any:
    """A frame with one row for each slice."""
    return _frame({"time": report.times, "state": report.states, "ratio": report.ratios})


def slices_html(report: SliceReport) -> str:
    """The report as a table with one row for each slice."""
    rows = [
        (time, state, "" if state == "empty" else f"{ratio:.4%}")
        for time, state, ratio in zip(
            report.times[:_ROWS], report.states[:_ROWS].tolist(), report.ratios[:_ROWS], strict=True
        )
    ]
    title = f"Slices of {report.slice}: {report.good} good, {report.bad} bad, {report.empty} empty"
    return _table(title, ["end", "state", "good events"], rows, len(report))


def plot_slices(report: SliceReport, ax: Axes | None) -> Axes:
    """The share of good events of each slice over time, coloured by what the slice was."""
    ax = _axes(ax)
    import numpy as np

    width = np.timedelta64(report.slice)
    begins = report.times - width
    for state, colour in _COLOURS.items():
        chosen = report.states == state
        heights = 1.0 if state == "empty" else report.ratios[chosen]
        ax.bar(begins[chosen], heights, width, align="edge", color=colour, label=state)
    ax.set_ylabel("share of good events")
    ax.legend()
    return ax
