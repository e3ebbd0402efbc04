"""Computations let other threads run, and may run in many at once."""

import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np

import slo

POINTS = 2_000_000
CHECKOUT = slo.Slo("99.9%", window="30d")
POLICY = slo.AlertPolicy.google_sre("30d")


def test_other_threads_go_on_while_an_array_is_computed() -> None:
    series = slo.CountSeries.regular(0, "1s", bad=np.zeros(POINTS), total=np.full(POINTS, 100.0))
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.wait(0.001):
            ticks.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        begin = time.perf_counter()
        slo.burn_rates(series, "99.9%", windows=["1m", "5m", "30m", "1h", "6h", "1d"] * 2)
        end = time.perf_counter()
    finally:
        stop.set()
        ticker.join()
    # Under the interpreter's lock nothing else runs between the call's begin and its end.
    quarter = (end - begin) / 4
    assert any(begin + quarter < instant < end - quarter for instant in ticks)


def test_many_threads_agree() -> None:
    generator = np.random.default_rng(7)
    total = generator.integers(1, 200, 50_000).astype(float)
    bad = np.minimum(generator.poisson(0.5, 50_000), total).astype(float)

    def alerts(_: int) -> slo.AlertTimeline:
        series = slo.CountSeries.regular(0, "1m", bad=bad, total=total)
        assert series.bad is series.bad
        return POLICY.evaluate(CHECKOUT, series)

    with ThreadPoolExecutor(8) as pool:
        first, *others = pool.map(alerts, range(32))
    assert len(first) > 0
    assert all(other == first for other in others)


def test_series_travel_to_other_processes() -> None:
    series = slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(CHECKOUT.budget, [series, series])) == [CHECKOUT.budget(series)] * 2
