"""How matrix profiles are shown: data frames and plots. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo.anomaly import Profile


def profile_frame(profile: Profile) -> Any:
    """A frame with one row for each window."""
    return _frame(
        {
            "distance": profile.distances,
            "index": profile.indices,
            "left_distance": profile.left_distances,
            "left_index": profile.left_indices,
            "right_distance": profile.right_distances,
            "right_index": profile.right_indices,
        }
    )


def plot_profile(profile: Profile, ax: Axes | None) -> Axes:
    """The distances, and the three windows that are farthest from their neighbours."""
    ax = _axes(ax)
    ax.plot(profile.distances, linewidth=1)
    discords = profile.discords(3)
    places, distances = [discord.index for discord in discords], [discord.distance for discord in discords]
    ax.plot(places, distances, "o", color="tab:red", label="farthest")
    ax.set(title=str(profile), xlabel="begin of the window", ylabel="distance")
    return ax
