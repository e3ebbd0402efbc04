"""Outlier tests of a thousand normal values, five of them moved: Grubbs' for one outlier, Rosner's for twenty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import scikit_posthocs

from comparison.engine import Engine, Item, engine
from slo import anomaly

Floats = npt.NDArray[np.float64]

POINTS = 1000
MOST = 20
MOVED = {97: 8.0, 211: -9.0, 503: 10.0, 700: -11.0, 905: 12.0}


def outliers() -> Iterator[Item]:
    """Compare what is found; the places of the outliers are their own digest."""
    values = _sample()
    found = (float(max(MOVED)),)
    yield Item(
        "grubbs", str(POINTS), [_slo_grubbs(values), _peer_grubbs(values)], lambda places: places.tolist(), found
    )
    all_found = tuple(float(place) for place in sorted(MOVED))
    yield Item("esd_20", str(POINTS), [_slo_esd(values), _peer_esd(values)], lambda places: places.tolist(), all_found)


def _slo_grubbs(values: Floats) -> Engine:
    return engine(
        "slo",
        "slo",
        "anomaly.grubbs_test; with its p-value",
        lambda: anomaly.grubbs_test(values),
        lambda found: np.array(found.suspects, dtype=np.float64),
    )


def _peer_grubbs(values: Floats) -> Engine:
    return engine(
        "scikit-posthocs",
        "scikit-posthocs",
        "outliers_grubbs; without a p-value",
        lambda: scikit_posthocs.outliers_grubbs(values),
        lambda left: _places(values, left),
    )


def _slo_esd(values: Floats) -> Engine:
    return engine(
        "slo",
        "slo",
        "anomaly.esd_test; with all p-values",
        lambda: anomaly.esd_test(values, MOST),
        lambda found: np.sort(found.outliers).astype(np.float64),
    )


def _peer_esd(values: Floats) -> Engine:
    return engine(
        "scikit-posthocs",
        "scikit-posthocs",
        "outliers_gesd; without p-values",
        lambda: scikit_posthocs.outliers_gesd(values, MOST),
        lambda left: _places(values, left),
    )


def _places(values: Floats, left: Floats) -> Floats:
    """Return the places of the values that are not among those left; all values differ."""
    return np.flatnonzero(~np.isin(values, left)).astype(np.float64)


def _sample() -> Floats:
    values = np.random.default_rng(21).normal(size=POINTS)
    for place, value in MOVED.items():
        values[place] = value
    return values
