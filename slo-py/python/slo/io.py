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
from slo._slo import LabelledCounts, LabelledSeries, Spec, read_prometheus
from slo.errors import ParseError

__all__ = ["LabelledCounts", "LabelledSeries", "Spec", "read_prometheus", "read_specs"]


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
