"""How recommended targets are shown: a table, a data frame and a plot. Imported when something is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slo._present import _axes, _frame, _table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from slo import TargetRecommendation


def recommendation_html(found: TargetRecommendation) -> str:
    """The candidates as a table with one row for each."""
    rows = [
        (
            str(candidate.objective),
            f"{candidate.breach_probability:.2%}",
            f"{candidate.monte_carlo.lower:.2%} to {candidate.monte_carlo.upper:.2%}",
            "yes" if candidate.acceptable else "no",
        )
        for candidate in found.candidates
    ]
    head = f"target: {found.target if found.target is not None else 'none'} over {found.window}"
    return _table(head, ["candidate", "broken in", "as drawn", "acceptable"], rows, len(rows))


def recommendation_frame(found: TargetRecommendation) -> Any:
    """A frame with one row for each candidate."""
    candidates = found.candidates
    return _frame(
        {
            "target": [str(candidate.objective) for candidate in candidates],
            "breach_probability": [candidate.breach_probability for candidate in candidates],
            "lower": [candidate.monte_carlo.lower for candidate in candidates],
            "upper": [candidate.monte_carlo.upper for candidate in candidates],
            "acceptable": [candidate.acceptable for candidate in candidates],
        }
    )


def plot_recommendation(found: TargetRecommendation, ax: Axes | None) -> Axes:
    """The breach probability of each candidate beside the limit."""
    ax = _axes(ax)
    candidates = found.candidates
    places = range(len(candidates))
    heights = [candidate.breach_probability for candidate in candidates]
    colours = ["tab:green" if candidate.acceptable else "tab:red" for candidate in candidates]
    ax.bar(places, heights, color=colours)
    intervals = [candidate.monte_carlo for candidate in candidates]
    for place, interval in zip(places, intervals, strict=True):
        ax.vlines(place, interval.lower, interval.upper, color="black")
    ax.axhline(found.limit, linestyle="--", color="black", label=f"limit {found.limit:.15g}")
    ax.set_xticks(list(places), [str(candidate.objective) for candidate in candidates])
    ax.set(title=f"breaches over {found.window}", xlabel="target", ylabel="probability", ylim=(0, 1))
    ax.legend()
    return ax
