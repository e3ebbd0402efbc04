"""Detectors that score windows of a series: matrix profile, polynomials, components, spectra."""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest

import slo
from slo import anomaly

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def wave(seed: int, n: int = 300) -> Floats:
    """A noisy wave."""
    wave: Floats = np.sin(np.arange(n) * 0.26) * 3 + np.random.default_rng(seed).normal(size=n)
    return wave


def naive(values: Floats, m: int) -> Floats:
    """Distances of the definition between all windows that are apart."""
    windows = np.lib.stride_tricks.sliding_window_view(values, m)
    shapes = (windows - windows.mean(1, keepdims=True)) / windows.std(1, keepdims=True)
    distances = np.sqrt(((shapes[:, None] - shapes[None]) ** 2).sum(2))
    apart = np.abs(np.subtract.outer(np.arange(len(windows)), np.arange(len(windows)))) > math.ceil(m / 4)
    return np.where(apart, distances, np.inf)


def test_a_profile_has_the_distances_of_the_definition() -> None:
    values, m = wave(1), 20
    profile = anomaly.MatrixProfile(window=m).profile(values)
    expected = naive(values, m)
    np.testing.assert_allclose(profile.distances, expected.min(1), atol=1e-9)
    np.testing.assert_array_equal(profile.indices, expected.argmin(1))
    left = np.where(np.tri(len(expected), k=-1, dtype=bool), expected, np.inf)
    known = np.isfinite(left.min(1))
    np.testing.assert_array_equal(profile.left_indices[known], left.argmin(1)[known])
    assert (profile.left_indices[~known] == -1).all()
    assert np.isnan(profile.left_distances[~known]).all()
    assert len(profile) == 281
    assert not profile.distances.flags.writeable


def test_discords_do_not_overlap() -> None:
    values = wave(2)
    values[200:206] += 8
    profile = anomaly.MatrixProfile(20).profile(values)
    first, second = profile.discords(2)
    assert abs(first.index - second.index) >= 20
    assert first.distance == profile.distances.max()
    assert repr(first).startswith(f"Discord(index={first.index}, ")
    assert profile.discords() == [first]


def test_the_rolling_profile_is_the_left_one() -> None:
    values = wave(3)
    found = anomaly.MatrixProfile(12).rolling(400, cut=("at", 3)).detect(values)
    expected = anomaly.MatrixProfile(12).profile(values).left_distances
    np.testing.assert_allclose(found.scores[11:], expected, atol=1e-9)
    online = anomaly.MatrixProfile(12).online(400, cut=("at", 3))
    assert [online.observe(value).score for value in values][100:] == found.scores[100:].tolist()
    resumed = anomaly.restore(online.snapshot())
    assert resumed.observe(0.5) == online.observe(0.5)


def test_the_rolling_polynomial_predicts_as_least_squares_do() -> None:
    values = wave(4, 60)
    found = anomaly.RollingPolynomial(15, degree=2).detect(values)
    t = np.arange(15.0)
    for place in range(15, 60):
        before = values[place - 15 : place]
        fitted = np.polynomial.Polynomial.fit(t, before, 2)
        design = np.vander(np.append(t, 15.0), 3)
        leverage = design[-1] @ np.linalg.inv(design[:-1].T @ design[:-1]) @ design[-1]
        deviation = math.sqrt(((before - fitted(t)) ** 2).sum() / 12 * (1 + leverage))
        assert found.scores[place] == pytest.approx((values[place] - fitted(15.0)) / deviation, rel=1e-8)


def test_a_planted_shape_is_found_by_all() -> None:
    values = wave(5, 1200)
    values[700:708] += 15
    detectors: list[Any] = [
        anomaly.MatrixProfile(24, cut=("top", 1)),
        anomaly.Polynomial(24, cut=("top", 1)),
        anomaly.SubPca(24, cut=("top", 1)),
        anomaly.SubPca(24, projection="axes", cut=("top", 1)),
        anomaly.SpectralResidual(cut=("top", 1)),
    ]
    for detector in detectors:
        assert 690 <= detector.detect(values).indices[0] <= 718, detector


DETECTORS: list[Any] = [
    anomaly.MatrixProfile(8, point_score="max", cut=("at", 2), missing="skip"),
    anomaly.RollingMatrixProfile(8, 60, cut=("at", 2)),
    anomaly.Polynomial(9, degree=2, point_score="centred", cut=("top", 4), missing="skip"),
    anomaly.RollingPolynomial(9, degree=1, alpha=0.01, side="upper", degenerate=(0.1, 0.0)),
    anomaly.SubPca(9, projection=("residual", 0.8), point_score="max", cut=("mads", 3), missing="skip"),
    anomaly.SpectralResidual(5, 11, cut=("mads", 4), missing="skip"),
]


@pytest.mark.parametrize("detector", DETECTORS, ids=repr)
def test_detectors_show_every_option_and_survive_pickling(detector: Any) -> None:
    assert eval(repr(detector), vars(anomaly)) == detector  # noqa: S307
    assert pickle.loads(pickle.dumps(detector)) == detector
    assert detector.to_dict()["window"] == detector.window
    assert detector.detect(wave(6)) == detector.detect(wave(6).tolist())


def test_defaults_are_the_documented_ones() -> None:
    assert repr(anomaly.MatrixProfile(8)) == "MatrixProfile(window=8)"
    assert anomaly.MatrixProfile(8).cut == ("mads", 5.0)
    assert anomaly.Polynomial() == anomaly.Polynomial(None, degree=4, point_score="mean", cut=("mads", 5.0))
    assert anomaly.SubPca() == anomaly.SubPca(None, projection=("mahalanobis", 0.001), cut=("mads", 5.0))
    assert anomaly.SpectralResidual() == anomaly.SpectralResidual(3, 21, cut=("at", 3.0))
    assert anomaly.RollingPolynomial(9) == anomaly.RollingPolynomial(9, degree=4, k=3.0, side="both")
    assert anomaly.Polynomial(degree=2).rolling(9) == anomaly.RollingPolynomial(9, degree=2)


def test_a_profile_shows_itself_and_survives_pickling() -> None:
    profile = anomaly.MatrixProfile(8).profile(wave(7))
    assert pickle.loads(pickle.dumps(profile)) == profile
    assert list(profile.to_frame().columns)[:2] == ["distance", "index"]
    assert repr(profile).startswith("Profile(293 windows of 8: greatest distance ")
    axes = pytest.importorskip("matplotlib.pyplot").subplots()[1]
    assert profile.plot(axes) is axes
    discord = profile.discords()[0]
    assert pickle.loads(pickle.dumps(discord)) == discord
    assert discord.to_dict() == {
        "index": discord.index,
        "distance": discord.distance,
        "neighbour": discord.neighbour,
    }


@pytest.mark.parametrize(
    "make",
    [
        lambda: anomaly.MatrixProfile(2),
        lambda: anomaly.MatrixProfile(-1),
        lambda: anomaly.MatrixProfile(8, cut=("mads", -1)),
        lambda: anomaly.MatrixProfile(8, cut=("share", 0.1)),  # type: ignore[arg-type]
        lambda: anomaly.MatrixProfile(8, point_score="min"),  # type: ignore[arg-type]
        lambda: anomaly.MatrixProfile(8).rolling(10),
        lambda: anomaly.RollingMatrixProfile(8, 50, cut=("top", 3)),
        lambda: anomaly.RollingMatrixProfile(8, 10**9),
        lambda: anomaly.Polynomial(degree=11),
        lambda: anomaly.Polynomial(0),
        lambda: anomaly.RollingPolynomial(6),
        lambda: anomaly.RollingPolynomial(9, k=2, alpha=0.1),
        lambda: anomaly.SubPca(513),
        lambda: anomaly.SubPca(projection=("residual", 1.5)),
        lambda: anomaly.SubPca(projection=("mahalanobis", math.nan)),
        lambda: anomaly.SpectralResidual(2),
        lambda: anomaly.MatrixProfile(8).profile([1.0] * 10),
        lambda: anomaly.MatrixProfile(8).profile([1.0] * 20 + [math.nan]),
        lambda: anomaly.SubPca().detect([]),
        lambda: anomaly.Polynomial().detect([math.inf]),
    ],
)
def test_what_makes_no_sense_is_refused(make: Any) -> None:
    with pytest.raises(slo.SloError):
        make()


@pytest.mark.parametrize("cut", [5, "mads", ("mads",), ("mads", "5"), ("top", 1.5)])
def test_a_cut_is_a_word_with_its_number(cut: Any) -> None:
    with pytest.raises((TypeError, slo.SloError)):
        anomaly.MatrixProfile(8, cut=cut)
