"""Panels of series in any form, as one column with offsets, and what is said of them as frames and dicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from slo import _arrays
from slo.errors import InvalidParameterError

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from slo.forecast import PanelForecast

    # What a place without a row means.
    _Gaps: TypeAlias = Literal["error", "ignore"]

# What stands in the place of a missing instant.
_MISSING = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, eq=False, repr=False)
class Keys:
    """What names the series of a frame, and when they go on."""

    library: str
    """The library that the frame was of."""
    id: str
    """The column of names."""
    ids: NDArray[Any]
    """The name of each series, in the order in which they first come."""
    time: str | None
    """The column of instants; None unless all series have them at one distance."""
    last: NDArray[np.int64]
    """The last instant of each series."""
    step: int
    """Their distance."""
    kind: str
    """What instants were: ``"int"``, or a time zone, or ``""`` for none."""

    def __repr__(self) -> str:
        """Tells all that makes two of them differ."""
        return f"Keys({self.library}, {self.id}, {self.ids.tolist()}, {self.time}, {self.last.tolist()}, {self.step})"


def series(
    data: Any, offsets: Any, id: str | None, time: str | None, value: str | None, gaps: _Gaps
) -> tuple[NDArray[np.float64], Any, Keys | None]:
    """One column of values, where each series begins in it, and what names them."""
    if id is not None:
        if offsets is not None or value is None:
            raise TypeError("a frame's series are told by id= and value=, without offsets")
        return _long(data, id, time, value, gaps)
    if time is not None or value is not None:
        raise TypeError("time= and value= are columns of a frame, whose series id= names")
    if offsets is not None:
        return _arrays.values("values", data), offsets, None
    if isinstance(data, (list, tuple)):
        parts = [_arrays.values(f"values[{place}]", part) for place, part in enumerate(data)]
        column = np.concatenate(parts) if parts else np.empty(0)
        return column, _offsets([len(part) for part in parts]), None
    if isinstance(data, (str, bytes)):
        raise TypeError(f"values must be an array, not {type(data).__name__}")
    rows = _arrays.matrix("values", data)
    return rows.reshape(-1), np.arange(len(rows) + 1, dtype=np.int64) * rows.shape[1], None


def _offsets(lengths: Any) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def _long(
    frame: Any, id: str, time: str | None, value: str, gaps: _Gaps
) -> tuple[NDArray[np.float64], NDArray[np.int64], Keys]:
    """A frame with a row for each value of each series."""
    names, times, given = _arrays.columns(frame, id, time, value)
    values = _arrays.values(value, given)
    labels = _arrays._column(id, names)
    _same_length(id, len(labels), value, len(values))
    codes, ids = _codes(id, labels)
    instants, kind = (None, "") if time is None else _times(time, times)
    if instants is None:
        order = None if _rises(codes) else np.argsort(codes, kind="stable")
    else:
        _same_length(str(time), len(instants), value, len(values))
        order = np.lexsort((instants, codes))
    if order is not None:
        values, codes = values[order], codes[order]
    offsets = _offsets(np.bincount(codes, minlength=len(ids)))
    step, last = 0, np.empty(0, np.int64)
    if instants is not None and len(values):
        ordered = instants[order]
        distances = np.diff(ordered)[codes[1:] == codes[:-1]]
        if (distances == 0).any():
            _refuse(str(time), "an instant", "comes twice in a series")
        if gaps == "error":
            _check_gaps(str(time), ordered, offsets, ids, kind)
        step = int(distances[0]) if len(distances) and (distances == distances[0]).all() else 0
        last = ordered[offsets[1:] - 1]
    library = type(frame).__module__.partition(".")[0]
    return values, offsets, Keys(library, id, ids, time if step else None, last, step, kind)


def _check_gaps(
    name: str, ordered: NDArray[np.int64], offsets: NDArray[np.int64], ids: NDArray[Any], kind: str
) -> None:
    """Refuses two instants of a series more than one and a half times as far apart as its nearest two."""
    lengths = np.diff(offsets) - 1
    distances = np.delete(np.diff(ordered), offsets[1:-1] - 1)
    if (distances == distances[:1]).all():
        return
    several = lengths > 0
    begins = (np.cumsum(lengths) - lengths)[several]
    nearest = np.repeat(np.minimum.reduceat(distances, begins), lengths[several])
    # A place that is missing doubles a distance; months of 28 and 31 days differ by a ninth.
    wide = np.flatnonzero(distances - nearest > nearest // 2)
    if len(wide):
        series = np.repeat(np.arange(len(ids)), lengths)[wide[0]]
        here = wide[0] + series
        instants = ordered[here : here + 2]
        before, after = instants if kind == "int" else instants.astype("datetime64[ns]")
        reason = f"the next of series {ids[series]} is {after}: fill the gap, or say gaps='ignore'"
        _refuse(name, before, reason)


def _codes(name: str, labels: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The number of each label in the order in which they first come, and the labels in that order."""
    begins = np.ones(len(labels), np.bool_)
    begins[1:] = labels[1:] != labels[:-1]
    heads = labels[begins].tolist()
    numbers: dict[object, int] = {}
    for head in heads:
        if head is None or head != head or type(head).__name__ in ("NAType", "NaTType"):
            _refuse(name, head, "a series needs a name")
        numbers.setdefault(head, len(numbers))
    of_heads = np.fromiter((numbers[head] for head in heads), np.int64, len(heads))
    _, first = np.unique(of_heads, return_index=True)
    return np.repeat(of_heads, np.diff(np.append(np.flatnonzero(begins), len(labels)))), labels[begins][first]


def _times(name: str, column: Any) -> tuple[NDArray[np.int64], str]:
    """Instants as whole numbers, and what they were."""
    found = _arrays.instants(name, column)
    if isinstance(found, list):
        nanos = [_arrays.instant_nanos(np.datetime64(item) if hasattr(item, "isoformat") else item) for item in found]
        if any(nano is None for nano in nanos):
            raise TypeError(f"{name} must hold instants")
        found = np.array(nanos, np.int64)
    if (found == _MISSING).any():
        _refuse(name, "NaT", "a value needs its instant")
    dtype = getattr(column, "dtype", getattr(column, "type", None))
    zone = getattr(dtype, "tz", None) or getattr(dtype, "time_zone", None)
    whole = _arrays._array(column).dtype.kind in "iu"
    return found, "int" if whole else str(zone or "")


def _rises(codes: NDArray[np.int64]) -> bool:
    return bool((codes[1:] >= codes[:-1]).all())


def _same_length(left: str, left_len: int, right: str, right_len: int) -> None:
    if left_len != right_len:
        _refuse(left, f"{left_len} rows", f"must have as many as {right}, {right_len}")


def frame(panel: PanelForecast, keys: Keys | None) -> Any:
    """A frame with one row for each step of each series."""
    count, horizon = panel.mean.shape
    steps = np.tile(np.arange(1, horizon + 1), count)
    if keys is None:
        columns: dict[str, Any] = {"series": np.repeat(np.arange(count), horizon)}
    else:
        columns = {keys.id: np.repeat(keys.ids, horizon)}
        if keys.time is not None:
            ahead = np.repeat(keys.last, horizon) + steps * keys.step
            columns[keys.time] = ahead if keys.kind == "int" else ahead.astype("datetime64[ns]")
    columns["step"] = steps
    columns |= _numbers(panel)
    return _made("" if keys is None else keys.library, columns, keys)


def _numbers(panel: PanelForecast) -> dict[str, Any]:
    """Mean, standard error and the ends of intervals; several are told apart by their levels."""
    columns: dict[str, Any] = {"mean": panel.mean.reshape(-1), "standard_error": panel.standard_error.reshape(-1)}
    if isinstance(panel.level, float):
        return columns | {"lower": panel.lower.reshape(-1), "upper": panel.upper.reshape(-1)}
    for place, level in enumerate(panel.level):
        columns[f"lower_{level:.15g}"] = panel.lower[:, place].reshape(-1)
        columns[f"upper_{level:.15g}"] = panel.upper[:, place].reshape(-1)
    return columns


def _made(library: str, columns: dict[str, Any], keys: Keys | None) -> Any:
    zone = keys.kind if keys is not None and keys.time is not None and keys.kind != "int" else ""
    if library == "polars":
        import polars

        made = polars.DataFrame(columns)
        if zone:
            there = polars.col(str(keys and keys.time)).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
            made = made.with_columns(there)
        return made
    if library == "pyarrow":
        import pyarrow

        if zone and keys is not None and keys.time is not None:
            columns[keys.time] = pyarrow.array(columns[keys.time]).cast(pyarrow.timestamp("ns", tz=zone))
        return pyarrow.table(columns)
    if library == "pandas":
        import pandas

        made = pandas.DataFrame(columns)
        if zone and keys is not None and keys.time is not None:
            made[keys.time] = made[keys.time].dt.tz_localize("UTC").dt.tz_convert(zone)
        return made
    from slo._present import _frame

    return _frame(columns)


def as_dict(panel: PanelForecast) -> dict[str, Any]:
    """The forecasts as lists; what does not exist is None."""

    def listed(numbers: NDArray[np.float64]) -> Any:
        objects = numbers.astype(object)
        objects[np.isnan(numbers)] = None
        return objects.tolist()

    ids = panel.ids
    return {
        "ids": None if ids is None else ids.tolist(),
        "level": panel.level,
        "mean": listed(panel.mean),
        "standard_error": listed(panel.standard_error),
        "lower": listed(panel.lower),
        "upper": listed(panel.upper),
        "failures": {str(place): str(failure) for place, failure in panel.failures.items()},
    }


def _refuse(name: str, value: object, reason: str) -> None:
    raise InvalidParameterError(f"{name} = {value}: {reason}", name=name, value=str(value), reason=reason)
