"""Every array-like is read alike, and what is none is refused by name."""

from array import array
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slo

NUMBERS = [3, 0, 2, 1]
TOTALS = np.full(4, 5.0)
TIMES = np.arange(4, dtype=np.int64) * 60_000_000_000


class Capsule:
    """An object that speaks Arrow's array interface and nothing else."""

    def __init__(self, values: list[float]) -> None:
        self._array = pa.array(values)

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        capsules: tuple[object, object] = self._array.__arrow_c_array__(requested_schema)
        return capsules


class Stream:
    """An object that speaks Arrow's stream interface and nothing else."""

    def __init__(self, values: list[float]) -> None:
        self._array = pa.chunked_array([values[:2], values[2:]])

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._array.__arrow_c_stream__(requested_schema)


class Duck:
    """An object that numpy knows how to ask."""

    def __init__(self, values: list[float]) -> None:
        self._values = values

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        return np.array(self._values, dtype=dtype)


def read_only(values: list[float]) -> np.ndarray:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def unaligned(values: list[float]) -> np.ndarray:
    raw = np.zeros(8 * len(values) + 1, np.uint8)
    view = raw[1:].view(np.float64)
    view[:] = values
    return view


COLUMNS: dict[str, Callable[[list[float]], object]] = {
    "list": list,
    "tuple": tuple,
    "range-like sequence": lambda v: array("d", v),
    "decimals": lambda v: [Decimal(x) for x in v],
    "fractions": lambda v: [Fraction(x) for x in v],
    **{
        f"numpy {dtype}": lambda v, dtype=dtype: np.array(v, dtype=dtype)
        for dtype in [
            "f8",
            "f4",
            "f2",
            ">f8",
            "i8",
            "i4",
            "i2",
            "i1",
            "u8",
            "u4",
            "u2",
            "u1",
            "O",
            "longdouble",
        ]
    },
    "numpy strided": lambda v: np.repeat(np.array(v, float), 2)[::2],
    "numpy reversed": lambda v: np.array(v[::-1], float)[::-1],
    "numpy column": lambda v: np.array([v, v], float).T[:, 0],
    "numpy read-only": read_only,
    "numpy unaligned": unaligned,
    "numpy masked": lambda v: np.ma.masked_array(v, mask=False),
    "pandas": lambda v: pd.Series(v),
    "pandas nullable": lambda v: pd.Series(v, dtype="Int64"),
    "pandas float32": lambda v: pd.Series(v, dtype="float32"),
    "pandas arrow": lambda v: pd.Series(v, dtype="int64[pyarrow]"),
    "pandas index": lambda v: pd.Index(v),
    "polars": lambda v: pl.Series(v),
    "polars float32": lambda v: pl.Series(v, dtype=pl.Float32),
    "pyarrow": lambda v: pa.array(v),
    "pyarrow chunked": lambda v: pa.chunked_array([v[:2], v[2:]]),
    "narwhals": lambda v: nw.from_native(pl.Series(v), series_only=True),
    "arrow array capsule": Capsule,
    "arrow stream capsule": Stream,
    "__array__": Duck,
}

MISSING: dict[str, Callable[[], object]] = {
    "list": lambda: [1, None, 2, 3],
    "nan": lambda: np.array([1, np.nan, 2, 3]),
    "masked": lambda: np.ma.masked_array([1, 1, 2, 3], mask=[0, 1, 0, 0]),
    "masked floats": lambda: np.ma.masked_array([1.0, 1.0, 2.0, 3.0], mask=[0, 1, 0, 0]),
    "pandas": lambda: pd.Series([1, None, 2, 3]),
    "pandas nullable": lambda: pd.Series([1, None, 2, 3], dtype="Int64"),
    "pandas arrow": lambda: pd.Series([1, None, 2, 3], dtype="int64[pyarrow]"),
    "polars": lambda: pl.Series([1, None, 2, 3]),
    "pyarrow": lambda: pa.array([1, None, 2, 3]),
    "pyarrow chunked": lambda: pa.chunked_array([[1, None], [2, 3]]),
    "capsule": lambda: Capsule([1, None, 2, 3]),
}


@pytest.mark.parametrize("make", COLUMNS.values(), ids=COLUMNS.keys())
def test_all_columns_are_read_alike(make: Callable[[list[float]], object]) -> None:
    series = slo.CountSeries(TIMES, bad=make(NUMBERS), total=TOTALS)
    assert series.bad.tolist() == NUMBERS
    assert series == slo.CountSeries.regular(0, "1m", bad=make(NUMBERS), total=TOTALS)


def test_truth_values_count_as_one_and_zero() -> None:
    series = slo.CountSeries(TIMES, bad=np.array([True, False, True, False]), total=TOTALS)
    assert series.bad.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("make", MISSING.values(), ids=MISSING.keys())
def test_what_is_missing_is_refused_with_its_place(make: Callable[[], object]) -> None:
    with pytest.raises(slo.NonFiniteError) as caught:
        slo.CountSeries(TIMES, bad=make(), total=TOTALS)
    assert (caught.value.name, caught.value.index) == ("bad", 1)


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (["1", "2", "3", "4"], "<U1"),
        (np.array([1j] * 4), "complex128"),
        (np.array([object()] * 4), "object"),
        (np.array(["1", 2, 3, 4], dtype=object), "object"),
        (np.array([1] * 4, "datetime64[s]"), "datetime64"),
        (pl.Series(["a"] * 4), "object|StringDType|<U1"),
        (pd.Series(["a"] * 4), "object|str"),
        ({"a": 1}, "dict"),
        (object(), "object"),
    ],
)
def test_what_is_no_number_is_a_type_error_that_names_the_type(data: object, dtype: str) -> None:
    with pytest.raises(TypeError, match=f"bad must .*({dtype})"):
        slo.CountSeries(TIMES, bad=data, total=TOTALS)


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (np.zeros((2, 2)), r"\(2, 2\)"),
        ([[1, 2], [3, 4]], r"\(2, 2\)"),
        (np.float64(1.0), r"\(\)"),
        (5, r"\(\)"),
        (pd.DataFrame({"a": [1, 2]}), r"\(2, 1\)"),
        ([[1], [2, 3]], "list"),
    ],
)
def test_what_is_not_one_dimensional_is_refused_with_its_shape(data: object, shape: str) -> None:
    with pytest.raises(slo.InvalidParameterError, match=shape) as caught:
        slo.CountSeries(TIMES, bad=data, total=TOTALS)
    assert caught.value.name == "bad"


def test_contiguous_floats_are_not_copied() -> None:
    # A copy of 80 MB would show in what numpy has handed out.
    import tracemalloc

    total = np.ones(10_000_000)
    tracemalloc.start()
    slo.CountSeries.regular(0, "1s", bad=total, total=total)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


FRAMES: dict[str, Callable[[dict[str, object]], object]] = {
    "dict": dict,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
    "narwhals": lambda columns: nw.from_native(pl.DataFrame(columns)),
    "structured": lambda columns: np.rec.fromarrays(list(columns.values()), names=list(columns)),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES.keys())
def test_all_frames_are_read_alike(make: Callable[[dict[str, object]], object]) -> None:
    frame = make({"t": TIMES.view("datetime64[ns]"), "ok": np.array(NUMBERS), "all": TOTALS})
    series = slo.CountSeries.from_frame(frame, time="t", good="ok", total="all")
    assert series == slo.CountSeries(TIMES, good=NUMBERS, total=TOTALS)


@pytest.mark.parametrize("make", [FRAMES["dict"], pd.DataFrame, pl.DataFrame, pa.table])
def test_a_column_that_is_not_there_is_named(make: Callable[[dict[str, object]], object]) -> None:
    with pytest.raises(slo.InvalidParameterError, match="'absent'"):
        slo.CountSeries.from_frame(make({"t": TIMES}), time="t", bad="absent", total="t")


@pytest.mark.parametrize(
    "good",
    [
        [True, False, True],
        np.array([True, False, True]),
        pd.Series([True, False, True]),
        pd.Series([True, False, True], dtype="boolean"),
        pl.Series([True, False, True]),
        pa.array([True, False, True]),
    ],
    ids=lambda data: type(data).__module__,
)
def test_events_are_truth_values(good: object) -> None:
    series = slo.CountSeries.from_events([5, 5, 9], good)
    assert (series.bad.tolist(), series.total.tolist()) == ([1, 0], [2, 1])


@pytest.mark.parametrize("good", [[1, 0, 1], [True, None, False], ["a", "b", "c"]])
def test_events_that_are_no_truth_values_are_a_type_error(good: list[object]) -> None:
    with pytest.raises(TypeError, match="good must hold truth values"):
        slo.CountSeries.from_events([5, 5, 9], good)
