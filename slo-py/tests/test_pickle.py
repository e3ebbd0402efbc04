"""Everything pickles, copies and compares."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slo

BURST = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
CHECKOUT = slo.Slo("99%", window="1h", name='o\'clock "é"')
POLICY = slo.AlertPolicy([slo.BurnRule("2m", "1m", 10.0, "ticket", ">=")])
MINUTES = slo.Slo("99%", "1h", method="timeslices", slice="1m", slice_target="95%")
BUDGET = CHECKOUT.budget(BURST)
TIMELINE = POLICY.evaluate(CHECKOUT, BURST)

A, E = slo.anomaly, slo.anomaly.evaluate
LEVELS = [1.0, 2, 3, 2, 12, 2, 1, 3, 2, 2, 1, 3, 2, 2, 3]
ROWS = np.array([[1.0, 2], [2, 1], [1, 1], [2, 2], [9, 9]])
WAVES = np.sin(np.arange(40.0)) + (np.arange(40) == 20)
LABELLED = [E.Labelled(f"web/{i}", WAVES, [(18, 24)]) for i in range(3)]

# Everything of `slo.anomaly` that has a value; what detectors find stands behind them.
ANOMALIES = [
    A.Bands("robust", hour=4),
    A.Bocpd(100.0, (0.0, 1.0)),
    A.Cusum(0.25, 8.0, reference=(0.0, 1.0)),
    A.Dbscan(0.5),
    A.Differences(A.Ewma(reference=4)),
    A.Dixon(0.01, "r11"),
    A.DixonDistribution("r21", 9),
    A.Ewma(0.1, side="upper"),
    A.Gate(A.Tukey().rolling(5), confirm=(2, 3), hold=4),
    A.GeneralizedEsd(3, 0.01),
    A.Grubbs(side="lower"),
    A.HalfSpaceTrees(3, 4, 5, ranges=[(0.0, 1.0), (-1.0, 1.0)]),
    A.Hampel(3),
    A.Histogram(3, edges="equal-count", cut=("top", 2)),
    A.IsolationForest(3, seed=2**64 - 1),
    A.Mad(degenerate=(0.0, 0.5)),
    A.MatrixProfile(4, point_score="centred"),
    A.NearestSubsequence(4, 2),
    A.MedianDistance(2.0, across="panel"),
    A.PageHinkley(mean=1.5),
    A.Pelt("poisson", 4.5),
    A.Polynomial(3, degree=1),
    A.RelativeEntropy(probation=None),
    A.Restart(A.Mad(missing="skip").rolling(5), 2),
    A.SpectralResidual(cut=("at", 1.0)).rolling(20),
    A.TTest(8, 4),
    A.t_tests(WAVES.reshape(4, 10), WAVES.reshape(4, 10)[:, :5]),
    A.Tukey(2.5).rolling(5, learning="winsorised"),
    A.RollingMatrixProfile(4, 20, cut=("at", 0.5)),
    A.RollingPolynomial(12, alpha=0.01),
    A.Seasonal(A.Mad(), [4, 12], by="medians"),
    A.SeasonalEsd(4, degenerate="no-alarm"),
    A.SpectralResidual(5, 7),
    A.SubPca(4, projection=("residual", 0.75)),
    A.ThreeSigma(alpha=0.01, scale="double-mad"),
    A.Tukey(3.0, "hinges"),
    A.WindowChange(3, "normal"),
    A.Tukey().detect(LEVELS),
    A.Tukey().detect(LEVELS).outliers[0],
    A.Tukey().detect(LEVELS).outliers[0].baseline,
    A.Ewma(reference=4).detect(LEVELS),
    A.Pelt().detect([0.0] * 9 + [5.0] * 9),
    A.Pelt().detect([0.0] * 9 + [5.0] * 9).segments[0],
    A.Bocpd(prior=4).run_lengths(LEVELS),
    A.MatrixProfile(4).profile(WAVES),
    A.MatrixProfile(4).profile(WAVES).discords()[0],
    A.IsolationForest(3).detect(ROWS),
    A.IsolationForest(3, cut=("top", 1)).detect(ROWS).outliers[0],
    A.IsolationForest(3).fit(ROWS),
    A.Histogram().fit(ROWS),
    A.HalfSpaceTrees(3, 4, 5).online(2).observe([1.0, 2.0]),
    A.MedianDistance().detect(WAVES.reshape(4, 10)),
    *A.MedianDistance(1e-9).detect(WAVES.reshape(4, 10)).outliers,
    A.esd_test(LEVELS, 3),
    A.grubbs_test(LEVELS),
    A.change_point_test(LEVELS),
    E.vus(WAVES, [(18, 24)], 4),
    E.vus_pr(WAVES, [(18, 24)], 4),
    E.point_f1(WAVES, [(18, 24)]),
    E.point_f1(WAVES, [(18, 24)]).value,
    E.nab(WAVES, [(18, 24)]),
    LABELLED[0],
    E.Candidate("sine", [WAVES] * 3),
    E.cross_validate(LABELLED, [E.Candidate("sine", [WAVES] * 3)], folds=3, repeats=2, vus_window=4),
    E.cross_validate(LABELLED, [E.Candidate("sine", [WAVES] * 3)], folds=3, repeats=2, vus_window=4).best,
]

# What goes on has a snapshot instead.
STREAMS = {"Online", "HalfSpaceTreesModel"}

THINGS = [
    *ANOMALIES,
    slo.stats.Online(),
    slo.forecast.Stl(4),
    slo.forecast.Stl(4).decompose(WAVES),
    slo.Objective("99.95%"),
    slo.Window("28d"),
    slo.Window.calendar("month"),
    slo.Window.calendar("quarter", 2, "2022-01-31 12:00:00.5", "Europe/Prague", "overflow"),
    CHECKOUT,
    slo.Slo("99%", "1h"),
    slo.Slo("99%", slo.Window.calendar("week", tz="Asia/Kathmandu"), "api").exclude(0, 5).adjust(at=7, good=1.5),
    slo.Exclusion(0, 5, "FREQ=MONTHLY;BYDAY=-1SU", 'it\'s "patches"', tz="Europe/Prague"),
    slo.Adjustment(at=5, bad=-1, reason="load test"),
    *slo.Slo("99%", "1h").exclude(1, 90_000_000_000).straddling(BURST),
    slo.SloVersions(CHECKOUT).revised(5, "99.5%"),
    slo.SloVersions(CHECKOUT).revised(5, "99.5%").budget(BURST),
    BURST,
    slo.CountSeries([0, 5, 7], good=[0.5, 0.25, 1], total=[1, 1, 1.5], resolution="2s"),
    slo.CountSeries([], bad=[], total=[]),
    BURST.counts,
    BUDGET,
    BUDGET.interval(),
    slo.Member("a", CHECKOUT, BURST, weight="1/3"),
    slo.Composite.weighted([(2, ("a", CHECKOUT, BURST)), (1, ("b", slo.Composite.any_of({"c": 0.9, "d": "99.9%"})))]),
    slo.Composite.all_of({"a": 0.9}).availability,
    *slo.Composite.all_of({"a": 0.9, "b": 0.8}).contributions("99%"),
    slo.Composite.all_of([("a", MINUTES, BURST), ("b", MINUTES, BURST)]).slices(0, 120_000_000_000).contributions[0],
    slo.achievable_target("99.9%", ["99%"]),
    slo.dependency_budgets("99.9%", 3),
    slo.SequentialTest(CHECKOUT, 0.01, 10),
    slo.SequentialTest(CHECKOUT, 0.01, 10).observe(1, 7.5),
    slo.recommend_target(slo.CountSeries.regular(0, "1h", bad=[1] * 72, total=[9] * 72), "2d", samples=9),
    BUDGET.as_downtime(),
    CHECKOUT.history(BURST),
    POLICY,
    POLICY.rules[0],
    slo.AlertPolicy.google_sre("28d"),
    slo.AlertPolicy.google_sre("28d").rules[3],
    slo.AlertPolicy.slo_exporter(),
    *slo.AlertPolicy.sloth("28d").lint(slo.Slo("99.9%", "28d")),
    slo.AlertPolicy.pyrra("28d").largest_silent_incident(slo.Slo("99.9%", "28d")),
    slo.Condition.remaining_below("10%") | slo.Condition.metric("queue", ">", 1, "5m"),
    slo.BudgetRule(slo.Condition.remaining_below("10%")),
    *slo.BudgetRule(slo.Condition.remaining_below("10%")).evaluate(CHECKOUT, BURST),
    slo.Routing({"page": ["on-call"]}, otherwise=["chat"]),
    TIMELINE,
    POLICY.evaluate(CHECKOUT, BURST, every="30s"),
    TIMELINE.alerts[0],
    TIMELINE.by_severity()[0],
    *CHECKOUT.report(slo.CountSeries.regular(0, "1m", bad=[0] * 40 + [50], total=[100] * 41)).anomalies,
    CHECKOUT.report(BURST).exhaustion,
    slo.stats.rolling_moments([1, 2, 4], 2),
    slo.stats.SlidingWindow(3),
    slo.anomaly.ThreeSigma().detect([1, 2, 3, 2, 12]),
    slo.anomaly.ThreeSigma().detect([1, 2, 3, 2, 12]).outliers[0],
    slo.anomaly.Tukey().rolling(5),
    slo.forecast.Ema(span=3),
    slo.forecast.Mean().fit([1, 2, 3]).forecast(2),
    slo.correlate.pearson([1, 2, 3, 4], [1, 3, 2, 4]),
    slo.correlate.attribute_burn({"a": (1, 10)}, {"a": (2, 10)}),
    slo.BurnRule("2m", "1m", 10.0, hold="1m", keep_firing="1h"),
    POLICY.replay(CHECKOUT, BURST, [(0, 60_000_000_000), (10**15, 10**15 + 1)], every="30s"),
    *POLICY.replay(CHECKOUT, BURST, [(0, 60_000_000_000), (10**15, 10**15 + 1)]).outcomes,
    slo.AlertPolicy.search(CHECKOUT, BURST, [(0, 60_000_000_000)], ["10%"], ["2m"])[0],
    slo.Simulation("1h", traffic=0.1, durations=("1m", "2m")),
    slo.Simulation("1h", traffic=0.1).run(2**64 - 1),
    *TIMELINE.detections([(0, 60_000_000_000), (10**15, 10**15 + 1)]),
]


def test_every_class_that_has_a_value_is_among_the_things() -> None:
    for module, streams in ((A, STREAMS), (E, set()), (slo.stats, set())):
        classes = {name for name in module.__all__ if isinstance(getattr(module, name), type)}
        known = {type(thing).__name__ for thing in THINGS if getattr(module, type(thing).__name__, None) is type(thing)}
        assert classes - known == streams, module


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_what_is_pickled_or_copied_is_equal(thing: object) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(thing, protocol))
        assert type(again) is type(thing)
        assert again == thing
        assert repr(again) == repr(thing)
    assert copy.copy(thing) == thing
    assert copy.deepcopy(thing) == thing


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_nothing_equals_another_type(thing: object) -> None:
    assert thing != 1
    assert thing != repr(thing)
    assert thing is not None


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: type(thing).__name__)
def test_everything_is_frozen(thing: object) -> None:
    with pytest.raises(AttributeError):
        thing.name = "other"
    with pytest.raises(AttributeError):
        thing.something = 1


def test_values_are_hashable_and_results_are_not() -> None:
    specs = (slo.Objective, slo.Window, slo.Slo, slo.BurnRule, slo.AlertPolicy)
    hashable = (*specs, slo.Routing, slo.Exclusion, slo.Adjustment, slo.SloVersions)
    for thing in THINGS:
        if isinstance(thing, hashable):
            assert hash(thing) == hash(copy.deepcopy(thing))
        else:
            with pytest.raises(TypeError, match="unhashable"):
                hash(thing)


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)), min_size=2, max_size=20))
def test_a_series_of_integers_survives_exactly(counts: list[tuple[int, int]]) -> None:
    good, bad = zip(*counts, strict=True)
    series = slo.CountSeries.regular(0, "1m", good=good, bad=bad)
    again = pickle.loads(pickle.dumps(series))
    assert again == series
    assert np.array_equal(again.bad, bad)
