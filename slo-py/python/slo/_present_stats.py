"""How statistics are shown: data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.stats import RollingMoments


def rolling_frame(moments: RollingMoments) -> Any:
    """A frame with one row for each place."""
    return _frame({"mean": moments.mean, "std": moments.std})


def plot_rolling(moments: RollingMoments, ax: Axes | None) -> Axes:
    """The means in a band of one deviation on either side."""
    ax = _axes(ax)
    mean, std = moments.mean, moments.std
    ax.plot(mean, label="mean")
    ax.fill_between(range(len(moments)), mean - std, mean + std, alpha=0.3, label="one deviation")
    ax.set(xlabel="place")
    ax.legend()
    return ax
