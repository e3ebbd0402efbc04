"""Text formats: SLO specs and Prometheus' answers in.

Examples:
    >>> import slo
    >>> answer = '''{"status": "success", "data": {"resultType": "vector", "result": [
    ...     {"metric": {"__name__": "up"}, "value": [0, "1"]}]}}'''
    >>> slo.io.read_prometheus(answer)
    [LabelledSeries(up, 1 samples)]
"""

from __future__ import annotations

import os

from slo import _slo
from slo._slo import LabelledCounts, LabelledSeries, SloGenerator, Spec, read_prometheus
from slo.errors import ParseError

# `typing` would take longer to import than the package does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Any

__all__ = [
    "LabelledCounts",
    "LabelledSeries",
    "SloGenerator",
    "Spec",
    "read_prometheus",
    "read_specs",
    "slo_generator_report",
]


def read_specs(source: str | os.PathLike[str]) -> list[Spec]:
    """Read the objectives of OpenSLO v1 objects, YAML or JSON.

    Args:
        source: a path, or the text itself: a string that holds a line break or begins with ``{`` is text.

    Returns:
        One ``Spec`` for each objective.

    Raises:
        ParseError: with line and column where the text is not such objects.
        UnsupportedError: for another version or kind of object.
        LimitExceededError: for more than 1 MiB of text.
        OSError: if the file cannot be read.
        TypeError: for what is neither a path nor text.
    """
    # A whole number would be an open file to read and to close: 0 is the standard input.
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"source must be a path or text, not {type(source).__name__}")
    if isinstance(source, str) and ("\n" in source or source.lstrip().startswith("{")):
        return _slo.read_specs(source)
    try:
        with open(source, encoding="utf-8") as file:
            # One character more than allowed is enough to be refused.
            return _slo.read_specs(file.read(_slo.MAX_SPEC_BYTES + 1))
    except UnicodeDecodeError as error:
        message = f"is not UTF-8: {error.reason} at byte {error.start}"
        raise ParseError(message, line=0, column=0, message=message) from error


def slo_generator_report(
    data: Any, *, goal: float, window: str | float | timedelta, threshold: float, step: str = "", **options: Any
) -> dict[str, Any]:
    """The report that slo-generator 2.6 makes of what was measured in one window.

    Args:
        data: what a backend measured: a tuple of good and bad events, an SLI, or None; -1 stands for no data.
        goal: the share of events that should be good.
        window: the length of the window; a number is seconds.
        threshold: the burn rate above which the report alerts.
        step: the name of the error budget policy's step.
        **options: what else ``SloGenerator`` takes, such as ``compat=False`` for figures as they should be.

    Returns:
        The report, field for field.

    Raises:
        SloError: as ``SloGenerator`` and its ``report``.

    Examples:
        >>> import slo
        >>> slo.io.slo_generator_report((9_995, 5), goal=0.999, window=3_600, threshold=9)["error_budget_burn_rate"]
        0.5
    """
    return SloGenerator(goal, **options).report(data, window, threshold, step)
