"""Arrays, instants and durations of any library's making, as what the compiled half reads without a copy."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np

from slo.errors import InvalidParameterError, OutOfRangeError, UnsupportedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = np.ndarray[Any, Any]

# Nanoseconds in each of numpy's units of fixed length.
_NANOS = {
    "W": 604_800_000_000_000,
    "D": 86_400_000_000_000,
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "ns": 1,
}

# What numpy holds in the place of a missing instant.
_MISSING = int(np.iinfo(np.int64).min)


def values(name: str, data: Any) -> NDArray[np.float64]:
    """A column of real numbers as contiguous float64; missing ones become NaN."""
    array = _column(name, data)
    if array.dtype.kind == "O":
        array = _numbers(name, array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    return np.require(array, np.float64, ["C", "A"])


def words(codes: NDArray[np.uint8], of: list[str]) -> NDArray[np.str_]:
    """A read-only array of the words that the codes name."""
    named = np.array(of)[codes]
    named.flags.writeable = False
    return named


def flags(name: str, data: Any) -> NDArray[np.bool_]:
    """A column of truth values as contiguous bool."""
    array = _column(name, data)
    if array.size == 0:
        array = array.astype(np.bool_)
    if array.dtype.kind == "O" and all(isinstance(item, (bool, np.bool_)) for item in array):
        array = array.astype(np.bool_)
    if array.dtype.kind != "b":
        raise TypeError(f"{name} must hold truth values, not {array.dtype}")
    return np.require(array, np.bool_, ["C", "A"])


def labels(name: str, data: Any) -> NDArray[np.bool_] | NDArray[np.int64]:
    """A truth value for each place, as they are or as 0 and 1; or windows, shape (windows, 2)."""
    try:
        array = _array(data)
    except (ValueError, OverflowError) as refusal:
        _refuse(name, type(data).__name__, f"must be windows (begin, end) or one label for each value ({refusal})")
    if array.size == 0 and array.ndim in (1, 2):
        return np.empty((0, 2), np.int64)
    if array.ndim == 1 and array.dtype.kind == "b":
        return flags(name, array)
    if array.ndim == 1 and array.dtype.kind in "iuf":
        if not np.isin(array, (0, 1)).all():
            _refuse(name, "array", "must be windows (begin, end), or truth values or 0 and 1 for each value")
        return np.require(array == 1, np.bool_, ["C", "A"])
    if array.ndim == 2 and array.shape[1] == 2 and array.dtype.kind in "iu":
        if array.dtype == np.uint64 and int(array.max()) > np.iinfo(np.int64).max:
            raise OutOfRangeError(f"{name} is out of range", what=name)
        return np.require(array, np.int64, ["C", "A"])
    raise TypeError(f"{name} must be windows (begin, end), or truth values or 0 and 1 for each value")


def matrix(name: str, data: Any) -> NDArray[np.float64]:
    """Rows of real numbers as contiguous float64; missing ones become NaN."""
    try:
        array = _array(data)
    except (ValueError, OverflowError) as refusal:
        _refuse(name, type(data).__name__, f"must be two-dimensional ({refusal})")
    if array.ndim == 0 and array.dtype.kind == "O":
        raise TypeError(f"{name} must be an array, not {type(data).__name__}")
    if array.ndim != 2:
        _refuse(name, f"array of shape {array.shape}", "must be two-dimensional")
    rows: NDArray[np.float64] = values(name, array.reshape(-1)).reshape(array.shape)
    return rows


def instants(name: str, data: Any) -> NDArray[np.int64] | list[object]:
    """A column of instants as nanoseconds since the Unix epoch; single objects as a list of them."""
    array = _column(name, data)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.dtype.kind == "O":
        return list(array)
    if array.dtype.kind == "M":
        return _nanoseconds(name, array)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold instants, not {array.dtype}")
    if array.dtype == np.uint64 and int(array.max()) > np.iinfo(np.int64).max:
        raise OutOfRangeError(f"{name} is out of range", what=name)
    return np.require(array, np.int64, ["C", "A"])


def instant_nanos(value: Any) -> int | None:
    """One instant as nanoseconds since the Unix epoch; None if it is none."""
    if hasattr(value, "to_datetime64"):
        value = value.to_datetime64()
    if isinstance(value, np.datetime64):
        return _exact("timestamp", value)
    if isinstance(value, np.integer):
        return int(value)
    return None


def duration_nanos(value: Any) -> int | None:
    """One duration in nanoseconds, from numpy or pandas; None if it is none."""
    if hasattr(value, "to_timedelta64"):
        value = value.to_timedelta64()
    if isinstance(value, np.timedelta64):
        if np.isnat(value):
            _refuse("duration", value, "is no length of time")
        return _exact("duration", value)
    if isinstance(value, np.integer):
        return int(value) * _NANOS["s"]
    if isinstance(value, np.floating):
        seconds = float(value)
        if not np.isfinite(seconds):
            _refuse("duration", value, "must be finite")
        return round(Decimal(seconds) * _NANOS["s"])
    return None


def columns(frame: Any, *names: str | None) -> tuple[Any, ...]:
    """The columns of a frame of any library, or of a mapping; None where no name is given."""
    if importlib.util.find_spec("narwhals") is not None:
        import narwhals

        wrapped = narwhals.from_native(frame, pass_through=True)
        if isinstance(wrapped, narwhals.LazyFrame):
            frame = wrapped.select(*{name for name in names if name is not None}).collect().to_native()
    return tuple(None if name is None else _named(frame, name) for name in names)


def _named(frame: Any, name: str) -> Any:
    try:
        return frame[name]
    except (KeyError, IndexError, ValueError):
        pass
    except Exception as refusal:
        # polars has an exception class of its own for this.
        if type(refusal).__name__ != "ColumnNotFoundError":
            raise
    _refuse("column", repr(name), "is no column of the frame")


def _column(name: str, data: Any) -> Array:
    """Any array-like as a one-dimensional array of whatever type its values have."""
    try:
        array = _array(data)
    except (ValueError, OverflowError) as refusal:
        _refuse(name, type(data).__name__, f"must be one-dimensional ({refusal})")
    if array.ndim == 0 and array.dtype.kind == "O":
        raise TypeError(f"{name} must be an array, not {type(data).__name__}")
    if array.ndim != 1:
        _refuse(name, f"array of shape {array.shape}", "must be one-dimensional")
    return array


def _array(data: Any) -> Array:
    # A masked array comes from a module of numpy's that is slow to load, and is loaded if there is one.
    if "numpy.ma" in sys.modules and isinstance(data, np.ma.MaskedArray):
        return _unmasked(data)
    if isinstance(data, (np.ndarray, list, tuple)):
        return np.asarray(data)
    dtype = getattr(data, "dtype", None)
    if getattr(dtype, "pyarrow_dtype", None) is not None:
        # pandas over Arrow: its own way to numpy loses units and makes objects of missing values.
        import pyarrow

        return _array(pyarrow.array(data))
    if dtype is not None and getattr(dtype, "tz", None) is not None:
        # pandas with a time zone: numpy has none, its instants are in UTC.
        return np.asarray(data.to_numpy(dtype=f"datetime64[{dtype.unit}]"))
    if type(data).__module__.partition(".")[0] == "pyarrow":
        return np.asarray(data.to_numpy(zero_copy_only=False) if hasattr(data, "type") else data)
    if hasattr(data, "to_numpy"):
        return np.asarray(data.to_numpy())
    if hasattr(data, "__array__"):
        return np.asarray(data)
    if hasattr(data, "__arrow_c_array__") or hasattr(data, "__arrow_c_stream__"):
        return _array(_arrow(data))
    return np.asarray(list(data) if isinstance(data, Sequence) and not isinstance(data, str) else data)


def _unmasked(data: np.ma.MaskedArray[Any, Any]) -> Array:
    """The array with NaN or NaT where it is masked."""
    missing: Any = np.datetime64("NaT", "s") if data.dtype.kind == "M" else np.nan
    array: Array = np.array(data.data, np.float64 if data.dtype.kind in "biuf" else data.dtype)
    array[np.ma.getmaskarray(data)] = missing
    return array


def _arrow(data: Any) -> Any:
    """An object that speaks Arrow, in the hands of a library that does too."""
    if importlib.util.find_spec("pyarrow") is not None:
        import pyarrow

        make: Callable[[Any], Any] = pyarrow.array if hasattr(data, "__arrow_c_array__") else pyarrow.chunked_array
        return make(data)
    if importlib.util.find_spec("polars") is not None:
        import polars

        return polars.Series(data)
    what, reason = f"an Arrow array of {type(data).__name__}", "install pyarrow or polars to read it"
    raise UnsupportedError(f"{what} is not supported: {reason}", what=what, reason=reason)


def _numbers(name: str, array: Array) -> Array:
    """Objects as floats: numbers of any kind, and NaN for what is missing."""
    floats = np.empty(array.shape, np.float64)
    for index, item in enumerate(array):
        if item is None or type(item).__name__ == "NAType":
            floats[index] = np.nan
        elif isinstance(item, (Real, Decimal, np.bool_)):
            try:
                floats[index] = item
            except OverflowError as refusal:
                value, reason = f"a number of type {type(item).__name__}", "must fit a float"
                raise InvalidParameterError(
                    f"{name}[{index}] = {value}: {reason}", name=name, value=value, reason=reason, index=index
                ) from refusal
        else:
            raise TypeError(f"{name} must hold real numbers, not {array.dtype} with {type(item).__name__}")
    return floats


def _nanoseconds(name: str, array: Array) -> NDArray[np.int64]:
    """Instants of any unit in nanoseconds; numpy's own cast may wrap around where they do not fit."""
    given = _fixed(array)
    scale = _scale(name, given)
    counts = given.astype(np.int64)
    missing = np.isnat(given)
    lost = (np.abs(counts) > np.iinfo(np.int64).max // scale) & ~missing
    if lost.any():
        index = int(lost.argmax())
        reason = "must lie between the years 1677 and 2262"
        raise InvalidParameterError(
            f"{name}[{index}] = {array[index]}: {reason}",
            name=name,
            value=str(array[index]),
            reason=reason,
            index=index,
        )
    return np.where(missing, _MISSING, counts * scale)


def _exact(name: str, value: Any) -> int:
    """A single instant or duration in nanoseconds, in integers that cannot overflow."""
    given = _fixed(np.array(value))
    return _MISSING if np.isnat(given) else int(given.astype(np.int64)) * _scale(name, given)


def _fixed(array: Array) -> Array:
    """The same instants, but in days where their unit is a year or a month."""
    unit = np.datetime_data(array.dtype)[0]
    return array.astype("datetime64[D]") if array.dtype.kind == "M" and unit in "YM" else array


def _scale(name: str, array: Array) -> int:
    """The nanoseconds in the array's unit."""
    unit, count = np.datetime_data(array.dtype)
    if unit not in _NANOS:
        _refuse(name, array, "needs a unit of fixed length, of nanoseconds at least")
    return count * _NANOS[unit]


def _refuse(name: str, value: object, reason: str) -> NoReturn:
    raise InvalidParameterError(f"{name} = {value}: {reason}", name=name, value=str(value), reason=reason)
