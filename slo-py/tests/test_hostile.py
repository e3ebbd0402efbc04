"""Whatever a function is given, it answers or refuses: with an exception of the package or a `TypeError`, at once."""

import pickle
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

import slo

ARRAYS: list[object] = [
    [],
    [1.0],
    [1.0, 2.0],
    [np.nan] * 5,
    [np.inf, 1, 2],
    [1e308, -1e308, 1e308],
    [5.0] * 7,
    [1e-320, 2e-320, 3e-320],
    list(range(50)),
    np.arange(20)[::-1],
    np.array([[1, 2], [3, 4]]),
    np.array([1 + 2j]),
    np.random.default_rng(0).normal(size=200) * 1e-300,
    np.random.default_rng(0).normal(size=200) + 1e15,
    "abc",
    None,
    [None, 1, 2],
    [10**400, 1],
    {"a": 1},
    object(),
]

SCALARS: list[object] = [
    *[0, 1, -1, 2, 10, 2**63, -(2**63), 10**30, 0.5, 1.0, 95, float("nan"), float("inf"), 1e-320, 1e308],
    *["1h", "", None, True, b"x", [1]],
]

Call = Callable[[object, object], object]

# Of an array and a number.
WITH_A_NUMBER: dict[str, Call] = {
    **{name: getattr(slo.stats, name) for name in ("acf", "pacf", "quantile", "rolling_mean", "rolling_moments")},
    **{
        name: getattr(slo.stats, f"rolling_{name}")
        for name in ("median", "mad", "min", "max", "rank", "skew", "zscore")
    },
    "rolling_quantile": lambda x, w: slo.stats.rolling_quantile(x, 2, w),
    "rolling_zscore": lambda x, w: slo.stats.rolling_zscore(x, 2, ddof=w),
    "SlidingWindow": lambda x, w: slo.stats.SlidingWindow(w).extend(x),
    "rolling_var": lambda x, w: slo.stats.rolling_var(x, 2, ddof=w),
    "rolling_std": lambda x, w: slo.stats.rolling_std(x, 2, min_count=w, missing="skip"),
    "ThreeSigma(k)": lambda x, w: slo.anomaly.ThreeSigma(k=w).detect(x),
    "ThreeSigma(alpha)": lambda x, w: slo.anomaly.ThreeSigma(alpha=w).detect(x),
    "ThreeSigma.rolling": lambda x, w: slo.anomaly.ThreeSigma().rolling(w).detect(x),
    "ThreeSigma.online": lambda x, w: slo.anomaly.ThreeSigma().online(window=w).observe_many(x),
    "Tukey(fence)": lambda x, w: slo.anomaly.Tukey(fence=w).detect(x),
    "Tukey(quantile)": lambda x, w: slo.anomaly.Tukey(quantile=w).detect(x),
    "Tukey.rolling": lambda x, w: slo.anomaly.Tukey().rolling(w).detect(x),
    "Ema(alpha)": lambda x, w: slo.forecast.Ema(alpha=w).smooth(x),
    "Ema(halflife)": lambda x, w: slo.forecast.Ema(halflife=w).smooth(x),
    "Ema(min_periods)": lambda x, w: slo.forecast.Ema(span=3, min_periods=w).variance(x),
    "SeasonalNaive": lambda x, w: slo.forecast.SeasonalNaive(w).fit(x).forecast(3),
    "forecast(horizon)": lambda x, w: slo.forecast.Drift().fit(x).forecast(w) if w != 10**7 else None,
    "forecast(level)": lambda x, w: slo.forecast.Mean().fit(x).forecast(3, level=w),
    "cross_correlation": lambda x, w: slo.correlate.cross_correlation(x, x, w),
    "pearson(level)": lambda x, w: slo.correlate.pearson(x, x, level=w),
}

# Instants that go with any array.
TIMES = {n: np.arange(n) for n in range(1, 201)}


def times(x: object) -> object:
    return TIMES.get(np.size(x), TIMES[1]) if isinstance(x, (list, np.ndarray)) else [0]  # type: ignore[arg-type]


WITH_A_NUMBER |= {
    "counter.increase": lambda x, w: slo.counter.increase(times(x), x, -1, w),
    "counter.rates": lambda x, w: slo.counter.rates(times(x), x, [5, 9], w, "none"),
    "counter.value_at": lambda x, w: slo.counter.value_at(times(x), x, w, w),
    "over_time.quantile": lambda x, w: slo.over_time.quantile(w, x),
    "over_time.smoothing": lambda x, w: slo.over_time.double_exponential_smoothing(x, w, w),
    "over_time.predict_linear": lambda x, w: slo.over_time.predict_linear(times(x), x, 0, w),
    "histogram.quantile": lambda x, w: slo.histogram.quantile(w, x, x),
    "histogram.fraction": lambda x, w: slo.histogram.fraction(w, 1, x, x),
    "Native": lambda x, w: slo.histogram.Native(0, positive=x, offset=w).quantile(w),
    "Native(-53)": lambda x, w: slo.histogram.Native(-53, bounds=x, positive=[1]).fraction(w, 1),
    "CountSeries.from_histogram": lambda x, w: slo.CountSeries.from_histogram([0, 1], x, [x, x], at=w),
}

# Of two arrays.
WITH_AN_ARRAY: dict[str, Call] = {
    "pearson": slo.correlate.pearson,
    "pearson(bartlett)": lambda x, y: slo.correlate.pearson(x, y, effective="bartlett"),
    "pearson(surrogate)": lambda x, y: slo.correlate.pearson(x, y, effective="surrogate"),
    "cosine": slo.correlate.cosine,
    "cross_correlation": lambda x, y: slo.correlate.cross_correlation(x, y, 1),
    "effective_sample_size": slo.stats.effective_sample_size,
    "quantiles": slo.stats.quantile,
    "attribute_burn": lambda x, y: slo.correlate.attribute_burn({"part": x}, {"part": y}),
    "rolling_quantiles": lambda x, q: slo.stats.rolling_quantile(x, 2, q),
    "median in time": lambda x, y: slo.stats.rolling_median(x, "1m", times=y),
    "rolling in time": lambda x, y: slo.stats.rolling_mean(x, "1m", times=y),
    "Ema in time": lambda x, y: slo.forecast.Ema(halflife="1m").smooth(x, times=y),
    "Online": lambda x, _: slo.stats.Online().extend(x),
    "hinges": lambda x, _: slo.stats.hinges(x),
    "restore": lambda x, _: slo.anomaly.restore(x),
}


def calls() -> Iterator[tuple[str, Call, list[object]]]:
    for functions, others in ((WITH_A_NUMBER, SCALARS), (WITH_AN_ARRAY, ARRAYS)):
        for name, function in functions.items():
            yield name, function, others


@pytest.mark.parametrize(("function", "others"), [(f, o) for _, f, o in calls()], ids=[name for name, *_ in calls()])
@pytest.mark.filterwarnings("ignore")
def test_it_answers_or_refuses(function: Call, others: list[object]) -> None:
    for array in ARRAYS:
        for other in others:
            begin = time.perf_counter()
            try:
                function(array, other)
            except slo.InternalError:
                raise
            except (slo.SloError, TypeError):
                pass
            assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("name", ["horizon", "lookback", "level", "at", "dispersion", "steps", "rates"])
def test_a_forecast_of_exhaustion_answers_or_refuses(name: str, checkout: slo.Slo, burst: slo.CountSeries) -> None:
    for value in SCALARS:
        try:
            slo.forecast.exhaustion(checkout, burst, **{name: value})
        except slo.InternalError:
            raise
        except (slo.SloError, TypeError):
            pass


def test_uncertainty_answers_or_refuses(checkout: slo.Slo, burst: slo.CountSeries) -> None:
    budget = checkout.budget(burst)
    calls: list[Call] = [
        lambda x, y: budget.interval(x, design_effect=y),  # type: ignore[arg-type]
        lambda x, y: budget.interval(0.9, x, y),  # type: ignore[arg-type]
        lambda x, y: slo.SequentialTest(checkout, x, y),  # type: ignore[arg-type]
        lambda x, y: slo.SequentialTest(checkout, 0.1, 2, design_effect=x, restart=y),  # type: ignore[arg-type]
        lambda x, y: slo.SequentialTest(checkout, 0.1, 2).observe(x, y),  # type: ignore[arg-type]
        lambda x, y: slo.recommend_target(burst, "5m", block="1m", samples=9, limit=x, seed=y),  # type: ignore[arg-type]
        lambda x, y: slo.recommend_target(burst, x, block=y, samples=2),  # type: ignore[arg-type]
        lambda x, y: slo.recommend_target(burst, "5m", samples=9, candidates=[x], dependencies=[y]),  # type: ignore[list-item]
        lambda x, _: burst.design_effect(x),  # type: ignore[arg-type]
    ]
    for call in calls:
        for x in SCALARS:
            for y in SCALARS:
                begin = time.perf_counter()
                try:
                    call(x, y)
                except slo.InternalError:
                    raise
                except (slo.SloError, TypeError):
                    pass
                assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: slo.stats.rolling_mean([1, 2], -1), "window"),
        (lambda: slo.stats.acf([1, 2, 3], -(10**30)), "max_lag"),
        (lambda: slo.anomaly.ThreeSigma().rolling(-1), "window"),
        (lambda: slo.correlate.cross_correlation([1, 2], [2, 1], max_lag=-1), "max_lag"),
        (lambda: slo.forecast.SeasonalNaive(-4), "period"),
        (lambda: slo.forecast.Naive().fit([1, 2]).forecast(-1), "horizon"),
        (lambda: slo.CountSeries([0, 1], bad=[0, 10**400], total=[1, 1]), "bad"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_name(call: Callable[[], object], name: str) -> None:
    with pytest.raises(slo.InvalidParameterError) as caught:
        call()
    assert caught.value.name == name


RULE = slo.BurnRule("1h", "5m", 2)

# Where a number of things is given, or a tuple.
RECORDS: dict[str, Callable[[object], object]] = {
    "Anomaly": lambda x: slo.Anomaly("traffic", 0, 1, x, slo.anomaly.Tukey().online(4).observe(1.0)),  # type: ignore[arg-type]
    "CandidateTarget": lambda x: slo.CandidateTarget("99%", x, 10, True),  # type: ignore[arg-type] # noqa: FBT003
    "CandidateTarget(samples)": lambda x: slo.CandidateTarget("99%", 0, x, True),  # type: ignore[arg-type] # noqa: FBT003
    "Detection": lambda x: slo.Detection(x, None),  # type: ignore[arg-type]
    "Outcome": lambda x: slo.Outcome(0, 1, x, None, None, 0.0),  # type: ignore[arg-type]
    "Slices": lambda x: slo.Slices(x, x, x),  # type: ignore[arg-type]
    "Native.from_buckets(code)": lambda x: slo.histogram.Native.from_buckets([(x, 0.0, 1.0, 1.0)]),  # type: ignore[list-item]
    "Native.from_buckets(end)": lambda x: slo.histogram.Native.from_buckets([(0, 0.0, x, 1.0)]),  # type: ignore[list-item]
    "Native.from_buckets": lambda x: slo.histogram.Native.from_buckets([x]),  # type: ignore[list-item]
    "AlertPolicy.from_shares": lambda x: slo.AlertPolicy.from_shares("30d", [x]),  # type: ignore[list-item]
    "BurnRule(demoted)": lambda x: slo.BurnRule("1h", "5m", 2, demoted=x),  # type: ignore[arg-type]
    "detection_time(traffic)": lambda x: RULE.detection_time(slo.Slo("99%", "30d"), 1, traffic=[x]),  # type: ignore[list-item]
    "SloGenerator.reports": lambda x: slo.io.SloGenerator(0.9).reports([(9, 1)], [x]),  # type: ignore[list-item]
    "attribute_burn": lambda x: slo.correlate.attribute_burn(x, {"a": (1, 2)}),  # type: ignore[arg-type]
    "attribute_burn(part)": lambda x: slo.correlate.attribute_burn({"a": x}, {"a": (1, 2)}),  # type: ignore[dict-item]
    "shares": lambda x: slo.correlate.shares(slo.Slo("99%", "1h").budget(bad=1, total=2), x),  # type: ignore[arg-type]
    "Window": lambda x: slo.Window(x),  # type: ignore[arg-type]
    "plot": lambda x: slo.Slo("99%", "1h").history(slo.CountSeries([0], bad=[0], total=[1])).plot(x),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("function", RECORDS.values(), ids=RECORDS)
def test_what_is_no_number_or_no_tuple_is_refused(function: Callable[[object], object]) -> None:
    for value in [*SCALARS, (), (1,), {}, np.int8(-128), np.longdouble("1e4000"), np.uint64(2**64 - 1)]:
        if value is None and function is RECORDS["plot"]:
            continue
        try:
            function(value)
        except slo.InternalError:
            raise
        except (slo.SloError, TypeError):
            pass


GREATEST = float(np.finfo(np.float64).max)


@pytest.mark.parametrize("target", ["99.9%", "0.999999999999", 1e-18, "0.999999999999999999", 1 - 2**-53])
@pytest.mark.parametrize("window", ["1ns", "30d", "15250w", slo.Window.calendar("month")])
def test_no_figure_of_a_budget_is_nan(target: str | float, window: str | slo.Window) -> None:
    counts = [0.0, 5e-324, 1.0, 2.0**53, 2.0**53 + 2, 1e308, GREATEST]
    for bad, total in [(bad, total) for total in counts for bad in counts if bad <= total]:
        budget = slo.Budget(target, window, slo.Counts(bad=bad, total=total))
        figures = [budget.allowed, budget.consumed, budget.remaining, budget.burn_rate, budget.sli]
        assert all(figure is None or figure == figure for figure in figures), (bad, total, figures)
        assert (budget.burn_rate is None) == (budget.sli is None) == (total == 0.0)
        if bad == total > 0.0:
            assert budget.exhausted
            assert budget.consumed >= 1.0
        for burn in [0.0, 5e-324, 1e308, np.inf]:
            left = budget.time_to_exhaustion(burn)
            assert left is None or left >= type(left)(0)
        assert pickle.loads(pickle.dumps(budget)) == budget


def test_a_budget_of_the_greatest_counts_is_as_of_any_other() -> None:
    budget = slo.Budget("99.9999999999%", "30d", slo.Counts(bad=1e308, total=1e308))
    assert (budget.burn_rate, budget.consumed) == (1e12, 1e12)
    assert (budget.allowed, budget.remaining) == (1e296, -9.99999999999e307)
    series = slo.CountSeries([0, 1], bad=[1e308, 0], total=[1e308, 0])
    over = slo.SloVersions(slo.Slo("99.9%", "30d")).budget(series)
    assert (over.allowed, over.burn_rate, over.exhausted) == (1e305, 1000.0, True)


def test_a_part_of_a_series_is_pickled_as_it_is() -> None:
    series = slo.CountSeries.regular(0, "1m", bad=[0, 1, 0], total=[9, 9, 9])
    minute = 60_000_000_000
    for begin, end in [(-1, 0), (0, minute), (minute, minute), (-1, 2 * minute)]:
        part = series.between(begin, end)
        assert pickle.loads(pickle.dumps(part)) == part


def test_a_burn_rate_over_a_nanosecond_is_pickled_as_it_is() -> None:
    burn = slo.WindowBurn("1ns", slo.Counts(bad=1, total=2), 1.0, None)
    assert pickle.loads(pickle.dumps(burn)) == burn


def test_a_percentage_of_any_length_is_an_exact_decimal() -> None:
    for percentage in [0.10000000149011612, 1e-15, 99.99999999999999]:
        objective = slo.Objective.percent(percentage)
        assert objective.target == Decimal(repr(percentage)) / 100
        assert objective.budget == 1 - objective.target


def test_evaluations_as_rare_as_time_is_long_are_no_defect() -> None:
    rule, objective = slo.BurnRule("1h", "5m", 0.5), slo.Slo("99.9%", "1h")
    assert rule.detection_time(objective, 0.75, baseline=0.5, every="100000d", lag="15250w") == timedelta(0)


def test_a_horizon_of_a_nanosecond_has_one_step() -> None:
    series = slo.CountSeries.regular(0, "1m", bad=[0, 1, 0], total=[9, 9, 9])
    ahead = slo.forecast.exhaustion(slo.Slo("50%", "1ns"), series)
    assert len(ahead.times) == len(ahead.probability) == len(ahead.consumed) == 1
