"""Whatever a function is given, it answers or refuses: with an exception of the package or a `TypeError`, at once."""

import time
from collections.abc import Callable, Iterator

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
