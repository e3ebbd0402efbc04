"""Whatever `slo.anomaly` and `slo.stats` are given, they answer or refuse: with an error of the package, at once."""

import inspect
import json
import re
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import slo

A, E = slo.anomaly, slo.anomaly.evaluate
NOISE = np.random.default_rng(0).normal(size=60)
GREATEST = float(np.finfo(np.float64).max)

READ_ONLY = NOISE.copy()
READ_ONLY.flags.writeable = False

SERIES: dict[str, object] = {
    **{f"{n} values": list(range(1, n + 1)) for n in range(8)},
    "constant": [5.0] * 60,
    "zeros": np.where(np.arange(60) % 2 == 0, 0.0, -0.0),
    "constant but one": [5.0] * 59 + [6.0],
    "constant but the last place": [1.0] * 30 + [1.0 + 2**-52] + [1.0] * 29,
    "all nan": [np.nan] * 60,
    "some nan": np.where(np.arange(60) % 7 == 3, np.nan, NOISE),
    "infinity": np.where(np.arange(60) == 50, np.inf, NOISE),
    "minus infinity": np.where(np.arange(60) == 0, -np.inf, NOISE),
    "alternating": np.where(np.arange(60) % 2 == 0, 1e308, -1e308),
    "greatest, alternating": np.where(np.arange(60) % 2 == 0, GREATEST, -GREATEST),
    "greatest": [GREATEST] * 60,
    "greatest among others": np.where(np.arange(60) == 30, GREATEST, NOISE),
    "every power": 10.0 ** np.linspace(-308, 308, 60),
    "subnormal": np.arange(60) * 5e-324,
    "tiny": NOISE * 1e-300,
    "far from zero": NOISE + 1e300,
    "integers": np.arange(60) % 7,
    "unsigned": np.full(60, 2**64 - 1, dtype=np.uint64),
    "truth values": np.arange(60) % 7 == 0,
    "big-endian": NOISE.astype(">f8"),
    "half precision": NOISE.astype(np.float16),
    "objects": np.array(list(NOISE), dtype=object),
    "read-only": READ_ONLY,
    "strided": NOISE[::-3],
    "table": NOISE.reshape(20, 3),
    "empty table": np.zeros((0, 3)),
    "table without columns": np.zeros((3, 0)),
    "cube": NOISE.reshape(5, 4, 3),
    "scalar": np.array(3.0),
    "complex": np.array([1 + 2j] * 9),
    "times": np.arange(9).astype("M8[s]"),
    "text": "abc",
    "nothing": None,
    "nothing among others": [None, 1],
    "dict": {"a": 1},
    "set": {1, 2},
    "object": object(),
    "ragged": [[1], [2, 3]],
    "beyond floats": [10**400, 1],
}

SETTINGS: list[object] = [
    *[0, 1, -1, 2, 3, 10, 2**31, 2**40, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30],
    *[0.5, -0.0, 1.0, 1 - 2**-53, 1e-320, 1e-300, 1e300, -1e300, np.nan, np.inf, -np.inf],
    *["1h", "", "both", None, True, b"x", [1], (), (1,), (1, 2), (0.0, 5e-324), (-1e308, 1e308), (np.nan, 1.0)],
    *[("at", np.nan), ("mads", -1), ("top", 0), ("top", 2**64), ("top", 1.5), [2**63 - 1, 2], [2, 3, 5]],
    *[np.int8(3), np.uint64(2**64 - 1), np.longdouble("1e4000"), np.array([2]), object(), {}, 1 + 2j],
]

ROLLING = A.ThreeSigma().rolling(8)

# Detectors, of which the first parameters are those that have no default.
DETECTORS: dict[str, list[dict[str, object]]] = {
    "Bands": [{"hour": 4}, {"hour": 4, "rules": "robust"}],
    "Bocpd": [{"prior": 10, "max_runs": 16}, {"prior": (0.0, 1.0), "missing": "skip"}],
    "Cusum": [{"reference": 10}, {"reference": (0.0, 1.0), "after": "continue"}, {"reference": 10, "missing": "skip"}],
    "Dbscan": [{}, {"epsilon": 1.0, "missing": "skip"}],
    "Differences": [{"detector": ROLLING}],
    "Dixon": [{}, {"ratio": "r10", "side": "upper"}],
    "Ewma": [{"reference": 10}, {"reference": 10, "missing": "skip", "limits": "steady"}],
    "Gate": [{"detector": ROLLING}, {"detector": ROLLING, "confirm": (2, 3), "hold": 3, "refractory": 2}],
    "GeneralizedEsd": [{}, {"max_outliers": 1, "missing": "skip"}],
    "Grubbs": [{}, {"missing": "skip", "side": "lower"}],
    "HalfSpaceTrees": [{"trees": 3, "height": 4, "window": 8}],
    "Hampel": [{"half": 3}, {"half": 2, "missing": "skip"}],
    "Histogram": [{}, {"edges": "equal-count"}],
    "IsolationForest": [{"trees": 3}, {"trees": 3, "sample": 2}],
    "Mad": [{}, {"missing": "skip", "degenerate": (0.0, 1e-3)}],
    "MatrixProfile": [{"window": 5}, {"window": 3, "missing": "skip", "point_score": "max"}],
    "MedianDistance": [{}, {"across": "panel", "missing": "skip"}],
    "NearestSubsequence": [{"window": 4}, {"window": 3, "neighbours": 2, "comparison": "shapes"}],
    "PageHinkley": [{"min_values": 2}, {"mean": 0.0, "missing": "skip"}],
    "Pelt": [{}, {"cost": "normal"}, {"cost": "poisson"}, {"penalty": 0.0, "min_size": 1}],
    "Polynomial": [{"window": 3, "degree": 1}, {"missing": "skip"}],
    "RelativeEntropy": [{"window": 6, "probation": 12, "references": 4}, {"window": 6, "probation": None}],
    "Restart": [{"detector": A.Mad(missing="skip").rolling(8), "after": 2}],
    "RollingMatrixProfile": [{"window": 4, "history": 20}],
    "RollingPolynomial": [{"window": 12, "degree": 1}],
    "Seasonal": [
        {"detector": A.ThreeSigma(), "period": 4},
        {"detector": A.Tukey(), "period": 4, "by": "medians"},
        {"detector": ROLLING, "period": [4, 12], "by": "past-medians"},
    ],
    "SeasonalEsd": [{"period": 4}, {"period": 4, "degenerate": "no-alarm"}],
    "SpectralResidual": [{}, {"missing": "skip"}],
    "SubPca": [{"window": 5}, {"window": 5, "projection": "axes"}, {"window": 5, "projection": ("residual", 0.9)}],
    "TTest": [{"reference": 8, "test": 4}, {"reference": 8, "test": 4, "variances": "equal", "missing": "skip"}],
    "ThreeSigma": [{}, *({"scale": scale, "missing": "skip"} for scale in ("mad", "iqr", "double-mad", "population"))],
    "Tukey": [{}, {"quantile": "hinges", "missing": "skip"}],
    "WindowChange": [{"window": 4}, {"window": 4, "cost": "normal"}, {"window": 4, "cost": "poisson"}],
}

# What is made by others alone.
RESULTS = [
    *["Baseline", "ChangePoints", "Detection", "Discord", "EsdResult", "HalfSpaceTreesModel", "HistogramModel"],
    *["IsolationForestModel", "MeanTests", "Online", "PanelDetection", "Profile", "Rolling", "RowDetection"],
    *["RollingSpectralResidual", "RowOutlier", "RowVerdict", "RunLengths", "Segment", "SeriesOutlier", "TestResult"],
    *["Verdict"],
]
RESULTS_OF_EVALUATE = ["Areas", "Flagged", "NabScore", "PrecisionRecall", "Report", "Scored", "Setting"]

Call = Callable[..., object]


def corpus(x: object) -> list[slo.anomaly.evaluate.Labelled]:
    return [E.Labelled(str(i), x, [(3, 5)]) for i in range(3)]  # type: ignore[arg-type]


# Functions of a series, whose other parameters have hostile values one by one.
FUNCTIONS: dict[str, tuple[Call, dict[str, object]]] = {
    "adjusted_p_values": (A.adjusted_p_values, {}),
    "change_point_test": (A.change_point_test, {}),
    "chi_squared_outlier_test": (A.chi_squared_outlier_test, {}),
    "cochran_test": (lambda x, alpha=0.05: A.cochran_test([x, x, x], alpha), {}),
    "dixon_test": (A.dixon_test, {}),
    "esd_test": (A.esd_test, {}),
    "grubbs_test": (A.grubbs_test, {}),
    "restore": (A.restore, {}),
    "t_test": (A.t_test, {}),
    "t_tests": (lambda x: A.t_tests([x, x], [x, x]), {}),
    "tietjen_moore_test": (A.tietjen_moore_test, {"outliers": 1, "draws": 100}),
    "variance_test": (A.variance_test, {"variance": 1.0}),
    "DixonDistribution": (lambda x: A.DixonDistribution("r10", 5).sf(x), {}),
}

EVALUATE: dict[str, tuple[Call, dict[str, object]]] = {
    **{
        name: (getattr(E, name), {"labels": [(3, 5)]})
        for name in ("affiliation", "auc_pr", "auc_roc", "events", "nab", "point_adjusted_f1", "point_f1")
    },
    **{
        name: (getattr(E, name), {"labels": [(3, 5)], "window": 2})
        for name in ("range_auc", "vus", "vus_pr", "vus_roc")
    },
    "nab_corpus": (lambda x, **options: E.nab_corpus([(x, [(3, 5)])], **options), {"threshold": 1.0}),
    "Labelled": (lambda x, labels=(), name="a": E.Labelled(name, x, labels), {"labels": [], "name": "a"}),
    "Candidate": (lambda x, count=0: E.Candidate("a", [x]).held(count), {"count": 0}),
    "cross_validate": (
        lambda x, **options: E.cross_validate(corpus(x), [E.Candidate("a", [x] * 3)], **options),
        {"folds": 2, "repeats": 2, "vus_window": 2, "seed": 0, "profile": "standard", "tried": 0},
    ),
    "run": (
        lambda x, detector, **options: E.run(detector, corpus(x), **options),
        {"folds": 2, "repeats": 2, "vus_window": 2, "detector": A.Tukey(), "hold": 0, "ranking": "size"},
    ),
    "read_nab": (E.read_nab, {}),
}

STATS: dict[str, tuple[Call, dict[str, object]]] = {
    "medcouple": (slo.stats.medcouple, {}),
    **{name: (getattr(slo.stats, name), {"window": 3}) for name in slo.stats.__all__ if name.startswith("rolling_")},
    "rolling_quantile": (slo.stats.rolling_quantile, {"window": 3, "q": 0.5}),
    "quantile": (slo.stats.quantile, {"q": 0.5}),
    **{name: (getattr(slo.stats, name), {}) for name in ("acf", "effective_sample_size", "hinges", "pacf")},
    "Online": (lambda x: slo.stats.Online().extend(x), {}),
    "SlidingWindow": (lambda x, window=3: slo.stats.SlidingWindow(window).extend(x), {"window": 3}),
}


def test_every_public_name_is_in_a_table() -> None:
    assert sorted([*DETECTORS, *RESULTS, *FUNCTIONS, "evaluate"]) == sorted(A.__all__)
    assert sorted([*EVALUATE, *RESULTS_OF_EVALUATE]) == sorted(E.__all__)
    assert sorted([*STATS, "RollingMoments"]) == sorted(slo.stats.__all__)


def answered(call: Call, *given: object, **options: object) -> object:
    """What is answered, or nothing where it is refused."""
    begin = time.perf_counter()
    try:
        answer = call(*given, **options)
    except slo.InternalError:
        raise
    except (slo.SloError, TypeError):
        answer = None
    assert time.perf_counter() - begin < 5, (given, options)
    if answer is not None:
        assert repr(answer)
        for name in ("to_dict", "to_json"):
            if hasattr(answer, name):
                getattr(answer, name)()
    return answer


def whole(call: Call, given: object) -> object:
    """As `answered`; a file that does not exist is another matter."""
    try:
        return answered(call, given)
    except OSError:
        return None


def used(detector: object, series: object) -> None:
    """Asks a detector of whatever kind all that it can be asked about a series."""
    for name in ("detect", "fit", "profile", "run_lengths"):
        if hasattr(detector, name):
            found = answered(getattr(detector, name), series)
            if isinstance(found, A.Detection):
                assert found.threshold == found.threshold
                assert len(found.scores) == np.size(series)  # type: ignore[arg-type]
                assert all(outlier.flagged and outlier.score == outlier.score for outlier in found.outliers)
            if isinstance(found, (A.IsolationForestModel, A.HistogramModel)):
                scores = found.score(series)
                assert np.isfinite(scores).all()
            if isinstance(found, A.ChangePoints):
                assert found.cost == found.cost
    if isinstance(detector, A.HalfSpaceTrees):
        columns = series.shape[1] if isinstance(series, np.ndarray) and series.ndim == 2 else 1
        model = answered(detector.online, columns)
        if model is not None:
            answered(model.observe_many, series)
            answered(model.observe, series)
            answered(model.score, series)
            assert A.HalfSpaceTreesModel.restore(model.snapshot()).snapshot() == model.snapshot()
        return
    online = answered(detector.online) if hasattr(detector, "online") else None
    if isinstance(online, A.Online):
        streamed(online, series)
    if hasattr(detector, "rolling"):
        for window in (2, 8):
            rolling = answered(detector.rolling, window)
            if rolling is not None:
                used(rolling, series)


def streamed(online: slo.anomaly.Online, series: object) -> None:
    answered(online.observe_many, series)
    for value in (1.0, -1e308, 1e308, 0.0, 5e-324, np.nan):
        foreseen = answered(online.score, value)
        assert answered(online.observe, value) == foreseen
    assert A.restore(online.snapshot()).snapshot() == online.snapshot()


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.filterwarnings("ignore")
def test_a_detector_answers_or_refuses_whatever_the_series(name: str) -> None:
    for options in DETECTORS[name]:
        detector = getattr(A, name)(**options)
        for series in SERIES.values():
            used(detector, series)


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_answers_or_refuses_whatever_its_parameters(name: str) -> None:
    detector = getattr(A, name)
    for parameter in inspect.signature(detector).parameters:
        for value in SETTINGS:
            made = answered(detector, **{**DETECTORS[name][0], parameter: value})
            if made is None:
                continue
            for series in ("7 values", "constant", "alternating", "read-only", "table"):
                used(made, SERIES[series])
            if isinstance(made, (A.Cusum, A.PageHinkley)):
                answered(made.arl)


def tables() -> Iterator[tuple[str, Call, dict[str, object]]]:
    for table in (FUNCTIONS, EVALUATE, STATS):
        for name, (function, options) in table.items():
            yield name, function, options


@pytest.mark.parametrize(("function", "options"), [x[1:] for x in tables()], ids=[name for name, *_ in tables()])
@pytest.mark.filterwarnings("ignore")
def test_a_function_answers_or_refuses(function: Call, options: dict[str, object]) -> None:
    for series in SERIES.values():
        whole(lambda x: function(x, **options), series)
    others = [name for name in inspect.signature(function).parameters if name != "options"][1:]
    for parameter in {*others, *options}:
        for value in SETTINGS:
            answered(lambda x, **given: function(x, **given), NOISE, **{**options, parameter: value})


@pytest.mark.parametrize("name", [*RESULTS, *RESULTS_OF_EVALUATE])
def test_a_result_is_made_by_what_finds_it_alone(name: str) -> None:
    made = getattr(A, name, None) or getattr(E, name)
    for given in ((), (1,), ([1.0],)):
        answered(made, *given)


METHODS: dict[str, Call] = {
    "Tukey.false_alarms": lambda x: A.Tukey().false_alarms(x),
    "Tukey.calibrated(alpha)": lambda x: A.Tukey().calibrated(x, 10, "sample"),
    "Tukey.calibrated(n)": lambda x: A.Tukey().calibrated(0.01, x),
    "Ewma.for_arl": lambda x: A.Ewma.for_arl(x, limits="steady"),
    "Ewma.arl": lambda x: A.Ewma().arl(x),
    "Ewma.arl(smoothing)": lambda x: A.Ewma(x, 0.1).arl(),
    "Cusum.for_arl": lambda x: A.Cusum.for_arl(x),
    "Cusum.for_arl(k)": lambda x: A.Cusum.for_arl(370.0, k=x),
    "Cusum.for_arl(head_start)": lambda x: A.Cusum.for_arl(370.0, head_start=x),
    "Cusum.steady_arl": lambda x: A.Cusum().steady_arl(x),
    "PageHinkley.for_arl": lambda x: A.PageHinkley.for_arl(x, 0.0, 1.0),
    "PageHinkley.for_arl(mean)": lambda x: A.PageHinkley.for_arl(370.0, x, 1.0),
    "PageHinkley.for_arl(deviation)": lambda x: A.PageHinkley.for_arl(370.0, 0.0, x),
    "HalfSpaceTrees.online": lambda x: A.HalfSpaceTrees(3, 4, 10).online(x),
    "Profile.discords": lambda x: A.MatrixProfile(5).profile(NOISE).discords(x),
    "MatrixProfile.rolling": lambda x: A.MatrixProfile(5).rolling(x).detect(NOISE),
    "Polynomial.rolling": lambda x: A.Polynomial().rolling(x).detect(NOISE),
    **{
        f"{kind.__name__}.rolling": lambda x, kind=kind: kind().rolling(x).detect(NOISE)
        for kind in (A.Dixon, A.GeneralizedEsd, A.Grubbs, A.Mad, A.ThreeSigma, A.Tukey)
    },
    "rolling(min_baseline)": lambda x: A.Tukey().rolling(8, min_baseline=x).detect(NOISE),
    "rolling(learning)": lambda x: A.Tukey().rolling(8, learning=x).detect(NOISE),
    "online": lambda x: A.Tukey().online(x).observe_many(NOISE),
    "Online.observe": lambda x: A.Tukey().online(4).observe(x),
    "Online.score": lambda x: A.Tukey().online(4).score(x),
    "DixonDistribution(n)": lambda x: A.DixonDistribution("r10", x).critical_value(),
    "DixonDistribution(ratio)": lambda x: A.DixonDistribution(x, 9).sf(0.5),
    "DixonDistribution.p_value": lambda x: A.DixonDistribution("r22", 30).p_value(x),
    "DixonDistribution.upper_quantile": lambda x: A.DixonDistribution("r22", 30).upper_quantile(x),
    "DixonDistribution.critical_value": lambda x: A.DixonDistribution("r11", 9).critical_value(x),
    "Stl": lambda x: slo.forecast.Stl(x).decompose(NOISE),
    "SlidingWindow.quantile": lambda x: slo.stats.SlidingWindow(5).quantile(x),
}


@pytest.mark.parametrize("call", METHODS.values(), ids=METHODS)
def test_a_method_answers_or_refuses(call: Call) -> None:
    for value in [*SETTINGS, *SERIES.values()]:
        answer = answered(call, value)
        of_nothing = isinstance(value, float) and value != value
        assert not isinstance(answer, float) or answer == answer or of_nothing


def test_a_decomposition_answers_or_refuses() -> None:
    for series in SERIES.values():
        answered(slo.forecast.Stl(4).decompose, series)


NUMBER = re.compile(r"(?<=[:\[,])-?\d+(\.\d+)?(e-?\d+)?(?=[,\]}])")


@pytest.mark.parametrize("name", DETECTORS)
def test_a_snapshot_with_another_number_goes_on_or_is_refused(name: str) -> None:
    detector = getattr(A, name)(**DETECTORS[name][-1])
    if isinstance(detector, A.HalfSpaceTrees):
        model = detector.online(1)
        model.observe_many(NOISE[:20].reshape(20, 1))
        text, restore = model.snapshot(), A.HalfSpaceTreesModel.restore
    else:
        if not hasattr(detector, "online"):
            return
        online = answered(detector.online)
        if not isinstance(online, A.Online):
            return
        online.observe_many(np.abs(NOISE[:20]) + 1)
        text, restore = online.snapshot(), A.restore  # type: ignore[assignment]
    for number in NUMBER.finditer(text):
        for other in ("18446744073709551615", "9223372036854775807", "-1", "0", "1e308", "null", "1099511627776"):
            restored = answered(restore, text[: number.start()] + other + text[number.end() :])
            if restored is not None:
                for value in (1.0, 1e300, -1e300, 0.0):
                    answered(restored.observe, [value] if isinstance(detector, A.HalfSpaceTrees) else value)  # type: ignore[attr-defined]


def test_detectors_inside_one_another_are_limited() -> None:
    detector: slo.anomaly.Gate = A.Gate(ROLLING)
    for _ in range(7):
        detector = A.Gate(detector)
    assert A.Gate._restore(detector.to_json()) == detector  # type: ignore[attr-defined]
    with pytest.raises(slo.LimitExceededError):
        A.Gate(detector)
    with pytest.raises(slo.LimitExceededError):
        A.Gate._restore(json.dumps({**json.loads(detector.to_json()), "detector": {"gate": detector.to_dict()}}))  # type: ignore[attr-defined]


def test_counts_of_the_greatest_size_have_a_cost() -> None:
    for detector in (A.Pelt("poisson"), A.WindowChange(4, "poisson")):
        found = detector.detect([GREATEST] * 60)  # type: ignore[attr-defined]
        assert (len(found), np.isfinite(found.cost)) == (0, True)


def test_a_run_length_that_nobody_would_wait_for_is_refused() -> None:
    for smoothing in (3e-4, 1e-12, 1e-320):
        with pytest.raises(slo.LimitExceededError):
            A.Ewma(smoothing, 0.1).arl()
