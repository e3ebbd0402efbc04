from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, SupportsIndex, TypeAlias, final

from typing_extensions import Self

from slo._slo import _Column, _Instant

__all__ = [
    "Native",
    "delta",
    "fraction",
    "idelta",
    "increase",
    "irate",
    "quantile",
    "quantile_repaired",
    "rate",
]

_Extrapolation: TypeAlias = Literal["prometheus", "prometheus2", "none"]
_Instants: TypeAlias = _Column | Sequence[datetime]
_Reset: TypeAlias = Literal["unknown", "reset", "not_reset", "gauge"]

def quantile(q: float, bounds: _Column, cumulative: _Column) -> float: ...
def quantile_repaired(
    q: float, bounds: _Column, cumulative: _Column
) -> tuple[float, tuple[float, float, float] | None]: ...
def fraction(lower: float, upper: float, bounds: _Column, cumulative: _Column) -> float: ...

@final
class Native:
    def __new__(
        cls,
        schema: SupportsIndex,
        *,
        bounds: _Column | None = None,
        positive: _Column | None = None,
        offset: SupportsIndex = 0,
        negative: _Column | None = None,
        negative_offset: SupportsIndex = 0,
        zero_threshold: float = 0.0,
        zero_count: float = 0.0,
        count: float | None = None,
        sum: float = 0.0,
        reset: _Reset = "unknown",
    ) -> Self: ...
    @classmethod
    def from_buckets(
        cls,
        buckets: Sequence[tuple[int, float, float, float]],
        *,
        count: float | None = None,
        sum: float = 0.0,
    ) -> Native: ...
    @classmethod
    def from_json(cls, text: str) -> Native: ...
    def quantile(self, q: float) -> float: ...
    def fraction(self, lower: float, upper: float) -> float: ...
    def add(self, other: Native) -> Native: ...
    def subtract(self, other: Native) -> Native: ...
    def scale(self, factor: float) -> Native: ...
    def to_schema(self, schema: SupportsIndex) -> Native: ...
    def detect_reset(self, previous: Native) -> bool: ...
    @property
    def schema(self) -> int: ...
    @property
    def bounds(self) -> list[float]: ...
    @property
    def count(self) -> float: ...
    @property
    def sum(self) -> float: ...
    @property
    def mean(self) -> float: ...
    @property
    def variance(self) -> float: ...
    @property
    def deviation(self) -> float: ...
    @property
    def zero_bucket(self) -> tuple[float, float]: ...
    @property
    def reset(self) -> _Reset: ...
    @property
    def buckets(self) -> list[tuple[float, float, float]]: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

def increase(
    times: _Instants,
    histograms: Sequence[Native],
    begin: _Instant,
    end: _Instant,
    extrapolate: _Extrapolation = "prometheus",
) -> Native | None: ...
def rate(
    times: _Instants,
    histograms: Sequence[Native],
    begin: _Instant,
    end: _Instant,
    extrapolate: _Extrapolation = "prometheus",
) -> Native | None: ...
def delta(
    times: _Instants,
    histograms: Sequence[Native],
    begin: _Instant,
    end: _Instant,
    extrapolate: _Extrapolation = "prometheus",
) -> Native | None: ...
def irate(times: _Instants, histograms: Sequence[Native], begin: _Instant, end: _Instant) -> Native | None: ...
def idelta(times: _Instants, histograms: Sequence[Native], begin: _Instant, end: _Instant) -> Native | None: ...
