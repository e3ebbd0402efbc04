"""Measures, residual tests, backtests and calibrated intervals, against statsmodels' definitions and numpy's sums."""

import copy
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot

import slo
from slo import forecast

RANDOM = np.random.default_rng(5)
NOISE = RANDOM.standard_normal(200)
VALUES = [float((7 * t * t) % 23) for t in range(60)]
FORECAST = forecast.Naive().fit(VALUES).forecast(4, level=[0.5, 0.9])
THINGS: list[Any] = [
    forecast.accuracy([1, 2], [2, 4], train=[1, 3, 1]),
    forecast.accuracy([1, 2, 3, 4], FORECAST, train=VALUES),
    forecast.interval_accuracy([1, 7], [1, 1], [5, 5], 0.5),
    forecast.ljung_box(NOISE, 10),
    forecast.jarque_bera(NOISE),
    forecast.diebold_mariano(NOISE[:90], NOISE[90:180], horizon=2),
    forecast.residual_diagnostics(forecast.Naive().fit(NOISE)),
    forecast.backtest(forecast.Drift(), VALUES, horizon=3),
    forecast.backtest(forecast.SeasonalNaive(3), VALUES[:7], horizon=2, folds=2, level=[0.5, 0.9]),
    forecast.backtest(forecast.SeasonalNaive(3), VALUES[:7], horizon=2, folds=2).folds[0],
    forecast.Conformal(forecast.Naive(), 4),
    forecast.Conformal(forecast.Naive(), 4).fit(VALUES),
    forecast.AdaptiveConformal(),
]


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_everything_pickles_copies_and_is_written(thing: Any) -> None:
    for again in (pickle.loads(pickle.dumps(thing)), copy.copy(thing), copy.deepcopy(thing)):
        assert again == thing
        assert repr(again) == repr(thing)
    assert thing != 1
    with pytest.raises(AttributeError):
        thing.something = 1
    assert json.loads(thing.to_json()) == thing.to_dict()
    assert "\n" not in repr(thing)


number = st.floats(-100, 100).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(number, number), min_size=1, max_size=30))
def test_errors_are_those_of_numpy(pairs: list[tuple[float, float]]) -> None:
    actual, points = np.array(pairs).T
    found = forecast.accuracy(actual, points)
    error = actual - points
    assert found.count == len(pairs)
    assert np.isclose(found.mae, np.abs(error).mean(), rtol=1e-12, atol=0)
    assert np.isclose(found.rmse, np.sqrt((error**2).mean()), rtol=1e-12, atol=0)
    assert (found.mape is None) == bool((actual == 0).any())
    assert (found.mase, found.crps, found.coverage, found.intervals) == (None, None, None, [])


def test_a_forecast_is_measured_with_its_intervals() -> None:
    one = forecast.Naive().fit([2, 5, 1]).forecast(2)
    found = forecast.accuracy([3, 20], one, train=[2, 5, 1])
    assert (found.mae, found.mase, found.coverage) == (10.5, 3.0, 0.5)
    assert found.crps is not None
    assert 0 < found.crps < 10.5
    many = forecast.accuracy([1, 2, 3, 4], FORECAST, train=VALUES)
    assert isinstance(many.coverage, list)
    assert len(many.coverage) == len(many.intervals) == 2
    assert [interval.level for interval in many.intervals] == [0.5, 0.9]
    assert forecast.accuracy([2, 0], [2, 3], train=[1, 3, 1, 9], period=2).mase == 1.5 / 3


def test_tests_are_those_of_their_definitions() -> None:
    # As statsmodels' acorr_ljungbox and jarque_bera define them.
    n, r = len(NOISE), forecast.acf(NOISE, 10)[1:]
    expected = n * (n + 2) * float((r**2 / (n - np.arange(1, 11))).sum())
    assert math.isclose(forecast.ljung_box(NOISE, 10).statistic, expected, rel_tol=1e-12)
    assert forecast.ljung_box(NOISE, 10, 3).degrees_of_freedom == 7
    assert np.array_equal(forecast.pacf(NOISE), slo.stats.pacf(NOISE))
    d = NOISE - NOISE.mean()
    assert math.isclose(forecast.jarque_bera(NOISE).kurtosis, (d**4).mean() / (d**2).mean() ** 2, rel_tol=1e-12)
    e1, e2 = NOISE[:90], NOISE[90:180]
    plain = forecast.diebold_mariano(e1, e2)
    loss = e1**2 - e2**2
    assert math.isclose(plain.statistic, loss.mean() / loss.std() * math.sqrt(89), rel_tol=1e-12)
    for other in (
        forecast.diebold_mariano(e1, e2, horizon=2),
        forecast.diebold_mariano(e1, e2, power=1),
        forecast.diebold_mariano(e1, e2, alternative="less"),
    ):
        assert other.p_value != plain.p_value
    three = [forecast.diebold_mariano(e1, e2, 3, variance=kernel) for kernel in ("rectangular", "bartlett")]
    assert three[0].statistic != three[1].statistic


def test_residuals_are_explained() -> None:
    report = forecast.residual_diagnostics(forecast.Mean().fit([*NOISE, 40.0]))
    assert [place for place, _, _ in report.outliers] == [200]
    assert "1 outlier" in report.explain()
    line = forecast.residual_diagnostics(range(50), lags=4, fitted_parameters=1)
    assert line.ljung_box is not None
    assert (line.ljung_box.lags, line.ljung_box.degrees_of_freedom, line.is_clean) == (4, 3, False)
    assert forecast.residual_diagnostics(NOISE, period=12).ljung_box != forecast.residual_diagnostics(NOISE).ljung_box


def test_a_backtest_is_a_loop_of_fits() -> None:
    report = forecast.backtest(forecast.Drift(), VALUES, horizon=3, folds=4, step=2, gap=1)
    for k, fold in enumerate(report.folds):
        origin = 60 - 3 - 1 - (3 - k) * 2
        assert (fold.origin, fold.start, fold.refitted, fold.error) == (origin, 0, True, None)
        ahead = forecast.Drift().fit(VALUES[:origin]).forecast(4)
        assert fold.mean is not None
        assert fold.upper is not None
        assert fold.actual is not None
        assert np.array_equal(fold.mean, ahead.mean[1:])
        assert np.array_equal(fold.upper, ahead.upper[1:])
        assert np.array_equal(fold.actual, VALUES[origin + 1 : origin + 4])
        assert not fold.mean.flags.writeable
    frame = report.to_frame()
    assert list(frame.columns) == ["fold", "origin", "step", "place", "actual", "mean", "lower", "upper"]
    assert len(frame) == 12
    assert np.isclose((frame["actual"] - frame["mean"]).abs().mean(), report.accuracy.mae)
    assert [frame["step"].iloc[0], frame["place"].iloc[0]] == [2, 51]
    assert len(report.plot().lines) == 8
    pyplot.close("all")


def test_each_setting_of_a_backtest_changes_it() -> None:
    base = forecast.backtest(forecast.Mean(), VALUES, 3)
    settings: list[dict[str, Any]] = [
        {"folds": 3}, {"step": 1}, {"gap": 1}, {"window": 9}, {"refit": "never"}, {"refit": 2},
        {"level": 0.8}, {"level": [0.95]}, {"period": 5},
    ]  # fmt: skip
    for setting in settings:
        assert forecast.backtest(forecast.Mean(), VALUES, 3, **setting) != base
    assert forecast.backtest(forecast.Mean(), VALUES, 3, refit="every") == base


def test_a_fold_that_fails_says_why() -> None:
    report = forecast.backtest(forecast.SeasonalNaive(3), VALUES[:7], horizon=2, folds=2)
    failed, found = report.folds
    assert (failed.mean, failed.upper, failed.accuracy) == (None, None, None)
    assert failed.error is not None
    assert "at least 4 are needed" in failed.error
    assert found.error is None
    assert "failed=1" in repr(report)
    with pytest.raises(slo.TooShortError):
        forecast.backtest(forecast.SeasonalNaive(30), VALUES[:9], horizon=2, folds=2)


def test_calibrated_intervals_come_from_past_errors() -> None:
    steps = [2 * t + t % 2 for t in range(60)]
    model = forecast.Conformal(forecast.Naive(), horizon=1).fit(steps)
    ahead = model.forecast(1, level=0.9)
    assert (ahead.lower[0], ahead.upper[0], model.name) == (116.0, 122.0, "Conformal")
    model.update(120)
    assert model.forecast(1, level=0.9).upper[0] == 123.0
    with pytest.raises(slo.InvalidParameterError, match="calibrated for 1 steps"):
        model.forecast(2)
    with pytest.raises(slo.TooShortError, match="scores of calibration"):
        model.forecast(1, level=0.999)
    assert forecast.Conformal(forecast.Naive(), 2).fit(VALUES[:10]).report.warnings
    base = forecast.Conformal(forecast.Naive(), 2).fit(VALUES).forecast(2, 0.8)
    settings: list[dict[str, Any]] = [{"origins": 20}, {"symmetry": "signed"}, {"scaling": "standard-error"}]
    for setting in settings:
        assert forecast.Conformal(forecast.Naive(), 2, **setting).fit(VALUES).forecast(2, 0.8) != base
    assert forecast.Conformal(forecast.Naive(), 2, refit="every") != forecast.Conformal(forecast.Naive(), 2)
    assert forecast.Conformal(forecast.Naive(), 2) == forecast.Conformal(forecast.Naive(), 2, origins=None)
    assert forecast.Conformal(forecast.Naive(), 2) != forecast.Conformal(forecast.Naive(), 2, origins=100)
    twice = forecast.Conformal(forecast.Conformal(forecast.Naive(), 2), 2)
    assert twice.fit(VALUES).name == "Conformal"


def test_a_stream_corrects_its_coverage() -> None:
    stream = forecast.AdaptiveConformal(0.9, gamma=0.05, window=100)
    # Noise that grows all the time: the plain interval would always be late.
    for t, e in enumerate(np.tile(NOISE, 10)):
        stream.observe(e * (1 + t / 100), 0.0)
    assert stream.coverage is not None
    assert abs(stream.coverage - 0.9) <= (0.9 + 0.05) / (0.05 * 2000)
    again = forecast.AdaptiveConformal.from_json(stream.to_json())
    assert again == stream == pickle.loads(pickle.dumps(stream))
    assert again.interval(0.0) == stream.interval(0.0)
    assert again.observed == 2000
    with pytest.raises(slo.StateError):
        forecast.AdaptiveConformal.from_json("{}")
    with pytest.raises(slo.StateError):
        forecast.AdaptiveConformal.from_json(stream.to_json().replace('"observed":2000', '"observed":1'))
    before = stream.to_json()
    for refused in (math.nan, math.inf):
        with pytest.raises(slo.NonFiniteError):
            stream.observe(refused, 0.0)
        with pytest.raises(slo.NonFiniteError):
            stream.interval(refused)
    assert stream.to_json() == before


junk = st.one_of(
    st.lists(st.one_of(st.floats(), st.none(), st.text(max_size=2)), max_size=30),
    st.lists(st.floats(-1e308, 1e308), max_size=30),
    st.lists(st.sampled_from([0.0, 1.0, -0.0, 5e-324, 1e308]), max_size=30),
    st.none(),
    st.integers(),
    st.text(max_size=3),
)
option = st.one_of(st.integers(-3, 40), st.sampled_from([2**70, -(2**70), 10**9, None, "x", 0.5, True, math.nan]))


@given(a=junk, b=junk, n=option, m=option, q=option)
def test_nothing_but_a_refusal_comes_of_what_means_nothing(a: Any, b: Any, n: Any, m: Any, q: Any) -> None:
    method = forecast.Naive()
    for attempt in (
        lambda: forecast.accuracy(a, b),
        lambda: forecast.accuracy(a, b, train=b, period=n),
        lambda: forecast.interval_accuracy(a, b, b, q),
        lambda: forecast.pinball_loss(a, b, q),
        lambda: forecast.crps_sample(q, a),
        lambda: forecast.ljung_box(a, n, m),
        lambda: forecast.jarque_bera(a),
        lambda: forecast.diebold_mariano(a, b, n, q),
        lambda: forecast.residual_diagnostics(a, lags=n, period=m),
        lambda: forecast.backtest(method, a, n, m),
        lambda: forecast.backtest(method, a, 1, 2, step=n, gap=m, window=n, refit=q, level=q),
        lambda: forecast.Conformal(method, n, origins=m).fit(a),
        lambda: forecast.Conformal(method, 1, refit=n, symmetry=q).fit(a).forecast(1, level=q),
        lambda: forecast.Conformal(a, 1),
        lambda: forecast.AdaptiveConformal(q, gamma=q, window=n).observe(q, 0),
    ):
        try:
            found = attempt()
        except (slo.SloError, TypeError) as refusal:
            assert not isinstance(refusal, slo.InternalError), refusal
        else:
            text = getattr(found, "to_json", str)()
            assert "NaN" not in text
