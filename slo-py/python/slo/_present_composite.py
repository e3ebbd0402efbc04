"""How composites are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import Composite, CompositeSlices


def members_frame(composite: Composite) -> Any:
    """A frame with one row for each member."""
    members = composite.members
    return _frame({"member": [m.name for m in members], "weight": [float(m.weight) for m in members]})


def slices_frame(slices: CompositeSlices) -> Any:
    """A frame with one row for each slice."""
    return _frame({"time": slices.times, "bad_share": slices.bad_shares})


def slices_html(slices: CompositeSlices) -> str:
    """What the members contributed, as a table."""
    parts = slices.contributions
    rows = [(part.name, f"{part.amount:g}", f"{part.share:.1%}") for part in parts]
    title = f"Slices of {slices.slice}: {slices.good} good, {slices.bad} bad, {slices.empty} undecided"
    return _table(title, ["member", "bad slices", "share"], rows, len(parts))


def plot_slices(slices: CompositeSlices, ax: Axes | None) -> Axes:
    """How bad each slice was, over time."""
    ax = _axes(ax)
    import numpy as np

    width = np.timedelta64(slices.slice)
    undecided = np.isnan(slices.bad_shares)
    begins = slices.times - width
    ax.bar(begins[~undecided], slices.bad_shares[~undecided], width, align="edge", color="tab:red", label="bad")
    ax.bar(begins[undecided], 1.0, width, align="edge", color="lightgrey", label="undecided")
    ax.set_ylabel("bad share")
    ax.legend()
    return ax
