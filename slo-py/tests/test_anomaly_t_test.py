"""Tests of means, and the detector that makes one of each value."""

import copy
import json
import math
import pickle
import threading
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats

import slo
from slo import anomaly

A = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
B = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 31.3]
SIDES = [("two-sided", "both"), ("greater", "upper"), ("less", "lower")]


def _scipy(kind: str, alternative: str) -> Any:
    if kind == "paired":
        return stats.ttest_rel(A, B, alternative=alternative)
    trim = 0.2 if kind == "yuen" else 0
    return stats.ttest_ind(A, B, equal_var=kind == "student", trim=trim, alternative=alternative)


@pytest.mark.parametrize("kind", ["welch", "student", "paired", "yuen"])
@pytest.mark.parametrize(("alternative", "side"), SIDES)
def test_every_form_is_scipys(kind: str, alternative: str, side: str) -> None:
    expected = _scipy(kind, alternative)
    result = anomaly.t_test(A, B, kind, alternative)  # type: ignore[arg-type]
    assert result.statistic == pytest.approx(expected.statistic, rel=1e-10)
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    assert result.degrees_of_freedom == pytest.approx(expected.df, rel=1e-10)
    assert result.side == side
    assert result.exact == (kind in ("student", "paired"))
    if kind != "yuen":
        interval = expected.confidence_interval(0.9)
        found = anomaly.t_test(A, B, kind, alternative, level=0.9).interval  # type: ignore[arg-type]
        assert found == pytest.approx((interval.low, interval.high), rel=1e-10)


@pytest.mark.parametrize(("alternative", "side"), SIDES)
def test_one_sample_is_scipys(alternative: str, side: str) -> None:
    expected = stats.ttest_1samp(A, 22.0, alternative=alternative)
    result = anomaly.t_test(A, mu=22.0, alternative=alternative)  # type: ignore[arg-type]
    assert result.statistic == pytest.approx(expected.statistic, rel=1e-10)
    assert result.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    assert (result.degrees_of_freedom, result.side, result.exact) == (14.0, side, True)


def test_every_option_changes_the_result() -> None:
    usual = anomaly.t_test(A, B)
    assert usual == anomaly.t_test(A, B, "welch", "two-sided", 0.0, 0.2, 0.95)
    assert anomaly.t_test(A, B, mu=1.0).statistic != usual.statistic
    assert anomaly.t_test(A, B, level=0.5).interval != usual.interval
    assert anomaly.t_test(A, B, "yuen", trim=0.1).statistic != anomaly.t_test(A, B, "yuen").statistic
    assert anomaly.t_test(A, B, "student").effect_size == pytest.approx(
        (np.mean(A) - np.mean(B)) / math.sqrt((np.var(A, ddof=1) + np.var(B, ddof=1)) / 2), rel=1e-12
    )


@pytest.mark.parametrize("shift", [0.0, 5.0, 40.0, 1000.0, 4000.0])
@pytest.mark.parametrize("kind", ["welch", "student"])
def test_p_values_down_to_1e_300_are_those_of_sixty_digits(kind: str, shift: float) -> None:
    first = [float(3 * i % 7) for i in range(60)]
    second = [5 * i % 11 / 2 + shift for i in range(40)]
    with mpmath.workdps(60):
        n, m = len(first), len(second)
        moments = [(mpmath.fsum(values) / len(values), values) for values in (first, second)]
        squares = [mpmath.fsum((value - mean) ** 2 for value in values) for mean, values in moments]
        e, f = squares[0] / (n * (n - 1)), squares[1] / (m * (m - 1))
        degrees = (e + f) ** 2 / (e**2 / (n - 1) + f**2 / (m - 1))
        error = mpmath.sqrt(e + f)
        if kind == "student":
            degrees = mpmath.mpf(n + m - 2)
            error = mpmath.sqrt((squares[0] + squares[1]) / degrees * (mpmath.mpf(1) / n + mpmath.mpf(1) / m))
        t = (moments[0][0] - moments[1][0]) / error
        p = mpmath.betainc(degrees / 2, mpmath.mpf(1) / 2, 0, degrees / (degrees + t * t), regularized=True)
        result = anomaly.t_test(first, second, kind)  # type: ignore[arg-type]
        assert abs(result.statistic / t - 1) < 1e-13
        assert abs(result.p_value / p - 1) < 1e-10
        rows = anomaly.t_tests([first], [second], kind)  # type: ignore[arg-type]
    assert (rows.statistic[0], rows.p_value[0]) == (result.statistic, result.p_value)
    assert shift < 4000 or result.p_value < 1e-280


@pytest.mark.parametrize("kind", ["welch", "student", "yuen"])
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_rows_are_scipys(kind: str, alternative: str) -> None:
    random = np.random.default_rng(5)
    first, second = random.normal(size=(200, 30)), random.normal(0.3, 2, size=(200, 47))
    trim = 0.2 if kind == "yuen" else 0
    expected = stats.ttest_ind(first, second, axis=1, equal_var=kind == "student", trim=trim, alternative=alternative)
    found = anomaly.t_tests(first, second, kind, alternative)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found.degrees_of_freedom, expected.df, rtol=1e-10)
    assert (len(found), repr(found)) == (200, "MeanTests(200 tests)")
    assert anomaly.t_tests(first, second, kind, alternative, 1.0) != found  # type: ignore[arg-type]
    again = pickle.loads(pickle.dumps(found))
    assert again == found == copy.copy(found)
    assert json.loads(found.to_json()) == found.to_dict()
    for array in (found.statistic, found.p_value, found.degrees_of_freedom):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


def test_rows_in_any_order_of_memory_are_the_same() -> None:
    random = np.random.default_rng(6)
    first, second = random.normal(size=(20, 9)), random.normal(size=(20, 8))
    expected = anomaly.t_tests(first, second)
    for layout in (np.asfortranarray(first), first[:, ::-1][:, ::-1], first.astype(">f8"), first.tolist()):
        assert anomaly.t_tests(layout, second) == expected
    assert len(anomaly.t_tests(np.empty((0, 3)), np.empty((0, 4)))) == 0


def test_samples_without_spread_are_equal_or_not() -> None:
    same, apart = anomaly.t_test([5] * 4, [5] * 3), anomaly.t_test([5] * 4, [6] * 3)
    assert (same.statistic, same.p_value) == (0.0, 1.0)
    assert (apart.statistic, apart.p_value) == (-math.inf, 0.0)
    rows = anomaly.t_tests([[5, 5], [5, 5]], [[5, 5], [6, 6]])
    assert rows.p_value.tolist() == [1.0, 0.0]
    assert rows.to_dict()["statistics"] == [0.0, "-inf"]
    assert pickle.loads(pickle.dumps(rows)) == rows


def test_hostile_samples_are_answered_or_refused() -> None:
    for short in ([], [1.0]):
        for call in (
            lambda short=short: anomaly.t_test(short),
            lambda short=short: anomaly.t_test([1, 2, 3], short),
            lambda short=short: anomaly.t_tests([[1, 2, 3]], [short]),
        ):
            with pytest.raises(slo.errors.TooShortError):
                call()
    assert anomaly.t_test([1, 2]).degrees_of_freedom == 1.0
    for bad in (math.nan, math.inf, -math.inf):
        with pytest.raises(slo.errors.NonFiniteError) as refusal:
            anomaly.t_test([1, 2, 3], [1.0, bad, 2.0])
        assert refusal.value.index == 1
        with pytest.raises(slo.errors.NonFiniteError) as refusal:
            anomaly.t_tests([[1, 2], [3, 4]], [[1, 2, 3], [1, bad, 2]])
        assert refusal.value.index == 4
    huge = anomaly.t_test([1e308, -1e308, 1e308, -1e308], [0.0, 1.0, 2.0])
    assert huge.p_value == pytest.approx(1.0, rel=1e-12)
    with pytest.raises(slo.errors.OutOfRangeError):
        anomaly.t_test([1e308, 0.0], [-1e308, 0.0], "paired")
    with pytest.raises(slo.errors.LengthMismatchError):
        anomaly.t_test([1, 2, 3], [1, 2], "paired")
    with pytest.raises(slo.errors.LengthMismatchError):
        anomaly.t_tests(np.ones((2, 3)), np.ones((3, 3)))


def test_samples_of_any_kind_of_number_are_the_same() -> None:
    whole = [1, 4, 2, 8, 5]
    expected = anomaly.t_test(whole, [2.0, 3.0, 9.0])
    for kind in (np.int8, np.uint64, np.float32, ">f8", ">i4", object):
        assert anomaly.t_test(np.array(whole, dtype=kind), [2.0, 3.0, 9.0]) == expected
    assert anomaly.t_test(np.repeat(whole, 2)[::2], [2, 3, 9]) == expected
    truths = anomaly.t_test(np.array([True, False, True]), [2, 3, 9])
    assert truths == anomaly.t_test([1, 0, 1], [2, 3, 9])


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, B, "wilcoxon")),  # type: ignore[arg-type]
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, B, alternative="upper")),  # type: ignore[arg-type]
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, B, level=1.0)),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, B, mu=math.nan)),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, B, "yuen", trim=0.5)),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, kind="paired")),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_tests([A], [B], "paired")),  # type: ignore[arg-type]
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(np.ones((3, 3)))),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_tests(A, B)),
        (TypeError, lambda: anomaly.t_test(["a", "b"])),
        (TypeError, lambda: anomaly.t_test(np.array([1, 2j]))),
        (slo.errors.InvalidParameterError, lambda: anomaly.t_test(A, 3)),
        (TypeError, lambda: anomaly.t_test(A, object())),  # type: ignore[arg-type]
        (TypeError, lambda: anomaly.t_test(A, mu="0")),  # type: ignore[arg-type]
        (TypeError, lambda: anomaly.t_test(A, mu=True)),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(1, 2)),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(2, 1)),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(9, 9, -1)),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(9, 9, alpha=1.0)),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(9, 9, variances="trimmed")),  # type: ignore[arg-type]
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(49, 10, dependence="estimated")),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(50, 9, dependence="estimated")),
        (slo.errors.InvalidParameterError, lambda: anomaly.TTest(50, 10, dependence="estimated", missing="skip")),
        (TypeError, lambda: anomaly.TTest(9.5, 2)),  # type: ignore[arg-type]
        (TypeError, lambda: anomaly.TTest(9, 2, alpha="5%")),  # type: ignore[arg-type]
        (slo.errors.NonFiniteError, lambda: anomaly.TTest(9, 2).detect([1.0, math.nan])),
        (slo.errors.TooShortError, lambda: anomaly.TTest(9, 2).detect([])),
    ],
)
def test_what_makes_no_sense_is_refused(kind: type[Exception], refused: Callable[[], object]) -> None:
    with pytest.raises(kind):
        refused()


def test_many_threads_test_at_once() -> None:
    random = np.random.default_rng(7)
    first, second = random.normal(size=(20_000, 30)), random.normal(size=(20_000, 30))
    expected, found = anomaly.t_tests(first, second), []
    threads = [threading.Thread(target=lambda: found.append(anomaly.t_tests(first, second))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(tests == expected for tests in found)


def test_the_detector_tests_its_two_windows() -> None:
    random = np.random.default_rng(8)
    values = random.normal(size=300)
    values[200:] += 3
    detector = anomaly.TTest(reference=60, test=12, gap=5, alpha=1e-4)
    found = detector.detect(values)
    assert np.isnan(found.scores[: 60 + 5 + 11]).all()
    for place in (76, 150, 205, 299):
        newest, before = values[place - 11 : place + 1], values[place - 16 - 60 : place - 16]
        assert found.scores[place] == pytest.approx(stats.ttest_ind(newest, before, equal_var=False).statistic)
    assert 200 <= found.indices[0] < 212
    verdict = found.outliers[0]
    assert (verdict.side, verdict.reason, verdict.baseline.n) == ("upper", "beyond", 60)
    assert verdict.p_value is not None
    assert verdict.p_value < 1e-4
    student = anomaly.TTest(60, 12, 5, 1e-4, variances="equal").detect(values)
    expected = stats.ttest_ind(values[288:], values[223:283])
    assert student.scores[299] == pytest.approx(expected.statistic)
    assert student.outliers[0].exact


def test_the_detector_streams_and_is_written_down() -> None:
    values = np.random.default_rng(9).normal(size=200).cumsum()
    for detector in (
        anomaly.TTest(20, 5, 3, 0.01),
        anomaly.TTest(60, 12, alpha=0.01, dependence="estimated", variances="equal"),
    ):
        expected, online = detector.detect(values), detector.online()
        online.observe_many(values[:100])
        again = pickle.loads(pickle.dumps(online))
        rest = again.observe_many(values[100:])
        assert rest.scores.tobytes() == expected.scores[100:].tobytes()
        assert pickle.loads(pickle.dumps(detector)) == detector == copy.deepcopy(detector)
        assert json.loads(detector.to_json()) == detector.to_dict()


def test_a_swing_is_no_change_where_dependence_is_estimated() -> None:
    swing = np.sin(np.arange(240) / 20)
    assert len(anomaly.TTest(60, 20).detect(swing).indices) > 0
    careful = anomaly.TTest(60, 20, dependence="estimated")
    assert careful.detect(swing).indices.tolist() == []
    verdict = careful.online()
    verdict.observe_many(swing[:-1])
    last = verdict.observe(float(swing[-1]))
    assert (last.reason, last.threshold, last.p_value) == ("too_short_for_autocorrelation", math.inf, None)


def test_the_detector_shows_what_differs_from_its_defaults() -> None:
    assert repr(anomaly.TTest(288, 12)) == "TTest(reference=288, test=12, alpha=0.001)"
    full = anomaly.TTest(
        60,
        12,
        3,
        0.01,
        variances="equal",
        side="upper",
        degenerate=(0.5, 0.0),
        missing="skip",
    )
    assert repr(full) == (
        "TTest(reference=60, test=12, gap=3, alpha=0.01, variances='equal', side='upper', degenerate=(0.5, 0.0), "
        "missing='skip')"
    )
    assert eval(repr(full), {"TTest": anomaly.TTest}) == full
    attributes = (full.reference, full.test, full.gap, full.alpha, full.variances, full.dependence)
    assert attributes == (60, 12, 3, 0.01, "equal", "independent")
    assert (full.side, full.degenerate, full.missing) == ("upper", (0.5, 0.0), "skip")
    missing = full.detect([*([1.0, 2.0, 3.0] * 30), math.nan, 2.0])
    assert math.isnan(missing.scores[90])
    assert not math.isnan(missing.scores[91])
