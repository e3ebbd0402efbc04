from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, SupportsIndex, TypeAlias, final, overload

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from typing_extensions import Self

from slo._slo import _Column

__all__ = [
    "Online",
    "RollingMoments",
    "SlidingWindow",
    "acf",
    "effective_sample_size",
    "hinges",
    "medcouple",
    "pacf",
    "quantile",
    "rolling_mad",
    "rolling_max",
    "rolling_mean",
    "rolling_median",
    "rolling_min",
    "rolling_moments",
    "rolling_quantile",
    "rolling_rank",
    "rolling_skew",
    "rolling_std",
    "rolling_var",
    "rolling_zscore",
]

_Missing: TypeAlias = Literal["error", "skip"]
_RollingWindow: TypeAlias = SupportsIndex | str | timedelta | np.timedelta64

@final
class Online:
    def __new__(cls) -> Self: ...
    def observe(self, value: float) -> None: ...
    def extend(self, values: _Column) -> None: ...
    def merge(self, other: Online) -> None: ...
    @property
    def count(self) -> int: ...
    @property
    def mean(self) -> float | None: ...
    @property
    def min(self) -> float | None: ...
    @property
    def max(self) -> float | None: ...
    def variance(self, ddof: int = 1) -> float | None: ...
    def deviation(self, ddof: int = 1) -> float | None: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...
    @classmethod
    def from_json(cls, text: str) -> Online: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class RollingMoments:
    @property
    def mean(self) -> NDArray[np.float64]: ...
    @property
    def std(self) -> NDArray[np.float64]: ...
    def to_dict(self) -> dict[str, list[float | None]]: ...
    def to_json(self) -> str: ...
    def to_frame(self) -> Any: ...
    def plot(self, ax: Axes | None = None) -> Axes: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class SlidingWindow:
    def __new__(cls, window: int, missing: _Missing = "error") -> Self: ...
    def observe(self, value: float) -> None: ...
    def extend(self, values: _Column) -> None: ...
    def quantile(self, q: float, type: int = 7) -> float | None: ...
    @property
    def median(self) -> float | None: ...
    @property
    def mad(self) -> float | None: ...
    @property
    def min(self) -> float | None: ...
    @property
    def max(self) -> float | None: ...
    @property
    def rank(self) -> float | None: ...
    @property
    def mean(self) -> float | None: ...
    def var(self, ddof: int = 1) -> float | None: ...
    def std(self, ddof: int = 1) -> float | None: ...
    @property
    def window(self) -> int: ...
    @property
    def count(self) -> int: ...
    def to_dict(self) -> dict[str, Any]: ...
    def to_json(self) -> str: ...
    @classmethod
    def from_json(cls, text: str) -> SlidingWindow: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

def rolling_mean(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_var(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
    ddof: int = 1,
) -> NDArray[np.float64]: ...
def rolling_std(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
    ddof: int = 1,
) -> NDArray[np.float64]: ...
def rolling_moments(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
    ddof: int = 1,
) -> RollingMoments: ...
def rolling_median(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_mad(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_min(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_max(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_rank(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_skew(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
def rolling_zscore(
    x: _Column,
    window: _RollingWindow,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
    ddof: int = 1,
) -> NDArray[np.float64]: ...
def rolling_quantile(
    x: _Column,
    window: _RollingWindow,
    q: float | Sequence[float] | NDArray[Any],
    type: int = 7,
    times: _Column | Sequence[datetime] | None = None,
    missing: _Missing = "error",
    min_count: int | None = None,
) -> NDArray[np.float64]: ...
@overload
def quantile(x: _Column, q: float, type: int = 7, missing: _Missing = "error") -> float: ...
@overload
def quantile(
    x: _Column, q: Sequence[float] | NDArray[Any], type: int = 7, missing: _Missing = "error"
) -> NDArray[np.float64]: ...
def hinges(x: _Column) -> tuple[float, float]: ...
def medcouple(x: _Column) -> float: ...
def acf(x: _Column, max_lag: int | None = None) -> NDArray[np.float64]: ...
def pacf(x: _Column, max_lag: int | None = None) -> NDArray[np.float64]: ...
def effective_sample_size(x: _Column, y: _Column | None = None) -> float: ...
