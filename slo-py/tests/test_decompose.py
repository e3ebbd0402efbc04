"""Decompositions, and detectors behind a seasonal adjustment."""

import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot

import slo
from slo import anomaly
from slo.forecast import Decomposition, Stl

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures/slo-core/stl").glob("*.json"))


def sawtooth(n: int = 96) -> list[float]:
    return [float(t % 8) + 0.1 * (t * t % 7) for t in range(n)]


def keywords(parameters: dict[str, Any]) -> dict[str, Any]:
    parts = ("seasonal", "trend", "low_pass")
    options = {"seasonal": "periodic"} | {
        key: value for key, value in parameters.items() if key not in {"degrees", "jumps"}
    }
    for part, degree, jump in zip(
        parts, parameters.get("degrees", [None] * 3), parameters.get("jumps", [None] * 3), strict=True
    ):
        options |= {f"{part}_degree": degree, f"{part}_jump": jump}
    return options


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_parts_are_those_of_the_reference(path: Path) -> None:
    case = json.loads(path.read_text())
    values = case["input"]["values"]
    parts = Stl(**keywords(case["parameters"])).decompose(values)
    room = case["tolerance"] * max(map(abs, values))
    np.testing.assert_allclose(parts.trend, case["expected"]["trend"], rtol=0, atol=room)
    np.testing.assert_allclose(parts.seasonal, case["expected"]["seasonal"], rtol=0, atol=room)
    np.testing.assert_allclose(parts.weights, case["expected"]["weights"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(parts.trend + parts.seasonal + parts.remainder, values, rtol=1e-12)


def test_every_option_changes_the_result() -> None:
    values = [float(t * t % 23) for t in range(40)]
    usual = Stl(4).decompose(values)
    options: list[dict[str, Any]] = [
        dict(seasonal=9),
        dict(seasonal="periodic"),
        dict(preset="statsmodels"),
        dict(robust=True),
        dict(trend=21),
        dict(low_pass=9),
        dict(seasonal_degree=1),
        dict(trend_degree=0),
        dict(low_pass_degree=0),
        dict(seasonal_jump=3),
        dict(trend_jump=5),
        dict(low_pass_jump=5),
        dict(inner=3),
        dict(outer=1),
    ]
    for option in options:
        changed = Stl(4, **option)
        assert not np.array_equal(changed.decompose(values).trend, usual.trend), option
        ((name, value),) = option.items()
        assert f"{name}={value!r}" in repr(changed)
        assert pickle.loads(pickle.dumps(changed)) == changed != Stl(4)
    assert repr(Stl(4)) == "Stl(period=4, seasonal=7, preset='r')"
    assert (Stl(4).period, Stl(4).seasonal, Stl(4).preset, Stl(4).robust) == (4, 7, "r", False)


def test_a_decomposition_is_shown_in_every_form() -> None:
    parts = Stl(8, "periodic").decompose(sawtooth())
    assert len(parts) == 96
    assert repr(parts).startswith("Decomposition(96 values, strength of the trend 0.")
    rest, season = np.var(parts.remainder), np.var(parts.seasonal + parts.remainder)
    assert parts.strength["seasonal"] == pytest.approx(1 - rest / season, rel=1e-12)
    assert parts.strength["trend"] == pytest.approx(max(0, 1 - rest / np.var(parts.trend + parts.remainder)), rel=1e-9)
    assert list(parts.to_frame().columns) == ["trend", "seasonal", "remainder", "weights"]
    assert parts.to_dict()["trend"] == parts.trend.tolist()
    assert json.loads(parts.to_json()) == parts.to_dict()
    assert pickle.loads(pickle.dumps(parts)) == parts
    assert "<table" in parts._repr_html_()  # type: ignore[attr-defined]
    assert not parts.trend.flags.writeable
    axes = parts.plot()
    assert [one.get_ylabel() for one in axes] == ["values", "trend", "seasonal", "remainder"]
    assert parts.plot(axes) is axes
    pyplot.close("all")


def test_a_written_decomposition_is_checked() -> None:
    parts = Stl(2).decompose([3, 1, 4, 2])
    text = parts.to_json().replace('"weights":[', '"weights":[1.0,')
    with pytest.raises(slo.SloError):
        Decomposition._restore(text)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: Stl(1), slo.errors.InvalidParameterError),
        (lambda: Stl(-1), slo.errors.InvalidParameterError),
        (lambda: Stl(4, 8), slo.errors.InvalidParameterError),
        (lambda: Stl(4, "yearly"), slo.errors.InvalidParameterError),
        (lambda: Stl(4, preset="julia"), slo.errors.InvalidParameterError),
        (lambda: Stl(4, trend_degree=2), slo.errors.InvalidParameterError),
        (lambda: Stl(4, inner=10**9), slo.errors.LimitExceededError),
        (lambda: Stl(4).decompose([1.0] * 7), slo.errors.TooShortError),
        (lambda: Stl(4).decompose([]), slo.errors.TooShortError),
        (lambda: Stl(4).decompose([1.0] * 7 + [math.nan]), slo.errors.NonFiniteError),
        (lambda: Stl(4).decompose([1.0] * 7 + [math.inf]), slo.errors.NonFiniteError),
        (lambda: Stl(10**18).decompose([1.0] * 7), slo.errors.TooShortError),
        (lambda: anomaly.SeasonalEsd(1), slo.errors.InvalidParameterError),
        (lambda: anomaly.SeasonalEsd(4, alpha=5), slo.errors.InvalidParameterError),
        (lambda: anomaly.SeasonalEsd(4, max_share=0.5), slo.errors.InvalidParameterError),
        (lambda: anomaly.SeasonalEsd(4, degenerate=(1.0, 0.0)), slo.errors.UnsupportedError),
        (lambda: anomaly.SeasonalEsd(4).detect([1.0] * 7), slo.errors.TooShortError),
        (lambda: anomaly.SeasonalEsd(4).detect([1.0] * 8), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), []), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), [8, 8]), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), [8, -1]), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8, by="mean"), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8, cycles=0), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8, min_cycles=4), slo.errors.InvalidParameterError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 10**18), slo.errors.LimitExceededError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8, by="past-medians"), slo.errors.UnsupportedError),
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8).online(), slo.errors.UnsupportedError),
        (
            lambda: anomaly.Seasonal(anomaly.Seasonal(anomaly.Tukey(), 8), 8),
            slo.errors.InvalidParameterError,
        ),
        (lambda: anomaly.Seasonal(3, 8), TypeError),  # type: ignore[arg-type]
        (lambda: anomaly.Seasonal(anomaly.Tukey(), 8.5), TypeError),  # type: ignore[arg-type]
        (lambda: anomaly.Seasonal(anomaly.Tukey(), "ab"), TypeError),  # type: ignore[arg-type]
        (lambda: Stl("a"), TypeError),  # type: ignore[arg-type]
        (lambda: Stl(4, 7.5), TypeError),  # type: ignore[arg-type]
        (lambda: Stl(4).decompose("abc"), slo.errors.InvalidParameterError),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_done_is_refused(make: Callable[[], object], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        make()


def test_a_seasonal_esd_finds_what_is_unusual_for_its_phase() -> None:
    values = sawtooth()
    values[40], values[70] = 5.0, -60.0
    found = anomaly.SeasonalEsd(8).detect(values)
    assert found.indices.tolist() == [40, 70]
    assert found.outliers[0].baseline.center == pytest.approx(0.3, abs=0.4)
    assert anomaly.SeasonalEsd(8, side="upper").detect(values).indices.tolist() == [40]
    assert anomaly.SeasonalEsd(8, max_share=0.02).detect(values).indices.tolist() == [70]
    assert anomaly.SeasonalEsd(8, alpha=1e-12).detect(sawtooth()).indices.tolist() == []
    # twitter/AnomalyDetection #67: one spike on a constant.
    steady = [10.0] * 96
    steady[50] = 1000.0
    assert anomaly.SeasonalEsd(24).detect(steady).indices.tolist() == [50]
    assert anomaly.SeasonalEsd(24, degenerate="no-alarm").detect(steady).indices.tolist() == []
    rule = anomaly.SeasonalEsd(8, side="lower", degenerate="no-alarm")
    assert repr(rule) == ("SeasonalEsd(period=8, alpha=0.05, max_share=0.1, side='lower', degenerate='no-alarm')")
    assert (rule.period, rule.alpha, rule.max_share, rule.side, rule.degenerate) == (8, 0.05, 0.1, "lower", "no-alarm")
    assert pickle.loads(pickle.dumps(rule)) == rule


def test_any_detector_judges_what_a_season_leaves() -> None:
    values = sawtooth()
    values[40] = 5.0
    rolling = anomaly.ThreeSigma().rolling(48)
    assert anomaly.ThreeSigma().detect(values).indices.tolist() == []
    assert anomaly.Seasonal(anomaly.ThreeSigma(), 8).detect(values).indices.tolist() == [40]
    assert anomaly.Seasonal(anomaly.ThreeSigma(), [8, 24], by="medians").detect(values).indices.tolist() == [40]
    causal = anomaly.Seasonal(rolling, [8], by="past-medians")
    found = causal.detect(values)
    assert found.indices.tolist() == [40]
    assert found.outliers[0].value == 5.0
    online = causal.online()
    scores = [*online.observe_many(values[:30]).scores]
    scores += [*anomaly.restore(online.snapshot()).observe_many(values[30:]).scores]
    np.testing.assert_array_equal(scores, found.scores)
    first = int(np.flatnonzero(np.isfinite(found.scores))[0])
    early = anomaly.Seasonal(rolling, 8, by="past-medians", cycles=5, min_cycles=1)
    assert first == 26 != int(np.flatnonzero(np.isfinite(early.detect(values).scores))[0])
    assert repr(early) == "Seasonal(ThreeSigma, period=[8], by='past-medians', cycles=5, min_cycles=1)"
    assert (early.periods, early.by, early.cycles, early.min_cycles) == ([8], "past-medians", 5, 1)
    assert pickle.loads(pickle.dumps(early)) == early != causal
    assert causal.to_dict()["detector"] == json.loads(causal.to_json())["detector"]
