"""Fit the same models with other tools: how long it takes, and how good what comes out is. Writes RESULTS.md.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt    # and the wheel `slo`
    .venv/bin/python run.py

A fit that is fast and stops short is no better than one that is slow, so each time stands beside the objective reached:
a sum of squared errors one step ahead, recomputed from the fitted values of each tool, or a likelihood on one scale.
Times are processor time of one thread, of engines in turn (A B C, A B C, ...), the median of the rounds.
"""

from __future__ import annotations

import json
import os
import statistics
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

# One thread: others, waiting for work, would be counted.
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from statsforecast import models as sf  # noqa: E402
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing  # noqa: E402
from statsmodels.tsa.seasonal import MSTL, STL  # noqa: E402

from slo import forecast  # noqa: E402

FOLDER = Path(__file__).parent
FIXTURES = FOLDER.parent.parent / "fixtures" / "slo-forecast"
ROUNDS = 5

Floats = NDArray[np.float64]
MASK = (1 << 64) - 1


def uniform(seed: int, count: int) -> Floats:
    """Draw the first numbers in [0, 1) of SplitMix64."""
    step = np.arange(1, count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + step * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53)


def seasonal(place: int, n: int = 400, m: int = 24) -> Floats:
    """Make a series with a level, a trend, a season of two harmonics and noise of deviation 2."""
    a, b, c, d = uniform(10_000 + place, 4)
    noise = uniform(20_000 + place, 12 * n).reshape(n, 12).sum(axis=1) - 6
    t = np.arange(n)
    wave = np.sin(2 * np.pi * (t / m + d)) + 0.4 * np.sin(4 * np.pi * (t / m + a))
    return np.asarray(50 + 100 * a + 0.1 * (b - 0.3) * t + (5 + 20 * c) * wave + 2 * noise)


def positive(place: int) -> Floats:
    """Make a series of positive values whose season grows with its level."""
    return 20 * np.exp(seasonal(place) / 100)


def known(name: str) -> Floats:
    """Read a classic series."""
    return np.array(json.loads((FIXTURES / "ets_likelihood" / f"{name}.json").read_text())["input"], float)


@dataclass(frozen=True)
class Engine:
    """One tool: what it fits, and what the fit is worth."""

    name: str
    fit: Callable[[Floats], Any]
    objective: Callable[[Any, Floats], float]
    rounds: int = ROUNDS


@dataclass(frozen=True)
class Item:
    """A task for several tools, ours first."""

    name: str
    objective: str
    series: list[Floats]
    engines: list[Engine]


def squares(fitted: Iterable[float], y: Floats) -> float:
    """Add up the squared errors one step ahead; a first place without a fitted value does not count."""
    errors = y - np.asarray(fitted, float)
    return float(np.nansum(errors * errors))


def ours(name: str, method: Any) -> Engine:
    """Make an engine of a method of this library that is worth its sum of squares."""
    return Engine(f"slo {name}", method.fit, lambda model, y: squares(model.fitted, y))


def theirs(name: str, make: Callable[[], Any], rounds: int = ROUNDS) -> Engine:
    """Make an engine of one of statsforecast's models that is worth its sum of squares."""
    title = f"statsforecast {version('statsforecast')} {name}"
    return Engine(title, lambda y: make().fit(y), lambda fit, y: squares(fit.model_["fitted"], y), rounds)


def statsmodels(name: str, fit: Callable[[Floats], Any]) -> Engine:
    """Make an engine of one of statsmodels' models, which takes long: one round."""
    return Engine(f"statsmodels {version('statsmodels')} {name}", fit, lambda fit, y: squares(fit.fittedvalues, y), 1)


def winters(season: str) -> Callable[[Floats], Any]:
    """Fit statsmodels' Holt-Winters with estimated first states."""
    return lambda y: ExponentialSmoothing(
        y, trend="add", seasonal=season, seasonal_periods=24, initialization_method="estimated"
    ).fit()


def aicc(model: Any, _: Floats) -> float:
    """Read what the chosen model costs."""
    return float(model.aicc)


def automatic(name: str, series: list[Floats], period: int) -> Item:
    """Compare automatic choices of an exponential smoothing model."""
    chosen = forecast.AutoEts(period=period)
    peer = f"statsforecast {version('statsforecast')} AutoETS"
    return Item(
        name,
        "AICc",
        series,
        [
            Engine("slo AutoEts", chosen.fit, aicc),
            Engine(peer, lambda y: sf.AutoETS(season_length=period).fit(y), lambda fit, _: fit.model_["aicc"]),
        ],
    )


def fixed(spec: str, series: list[Floats], period: int, name: str) -> Item:
    """Time one specification alone; peers' likelihoods stand in the table below."""
    method = forecast.Ets(spec, period=period)
    return Item(name, "log-likelihood", series, [Engine(f"slo Ets({spec})", method.fit, lambda m, _: m.log_likelihood)])


def decomposed(name: str, n: int, period: int | tuple[int, int], *, robust: bool = False, rounds: int = 1) -> Item:
    """Compare decompositions fitted at every place: their remainders have one sum of sizes, to all digits."""
    random, at = np.random.default_rng(7), np.arange(n)
    waves = [10 * np.sin(2 * np.pi * at / p) for p in (period if isinstance(period, tuple) else (period,))]
    values = 100 + np.sum(waves, axis=0) + 0.001 * at + random.normal(size=n)
    if isinstance(period, tuple):
        method: Any = forecast.Mstl(period, preset="statsmodels")
        fit: Callable[[Floats], Any] = lambda y: MSTL(y, periods=period).fit()  # noqa: E731
    else:
        method = forecast.Stl(period, 7, preset="statsmodels", robust=robust)
        fit = lambda y: STL(y, period=period, seasonal=7, robust=robust).fit()  # noqa: E731
    peer = f"statsmodels {version('statsmodels')}"
    return Item(
        name,
        "sum of |remainder|",
        [values],
        [
            Engine(f"slo {type(method).__name__}", method.decompose, lambda p, _: float(np.abs(p.remainder).sum())),
            Engine(peer, fit, lambda p, _: float(np.abs(np.asarray(p.resid)).sum()), rounds),
        ],
    )


def items() -> list[Item]:
    """List all tasks."""
    season = [seasonal(place) for place in range(20)]
    shares = [positive(place) for place in range(20)]
    flat = [seasonal(place) for place in range(50)]
    air = [known("AirPassengers")]
    simple = forecast.HoltWinters(trend="none")
    additive = forecast.HoltWinters(24, seasonal="additive")
    multiplicative = forecast.HoltWinters(24, seasonal="multiplicative")
    estimated = {"initialization_method": "estimated"}
    return [
        Item(
            "simple smoothing, 50 series of 400",
            "mean sum of squares",
            flat,
            [
                ours("HoltWinters(trend='none')", simple),
                theirs("SimpleExponentialSmoothingOptimized", sf.SimpleExponentialSmoothingOptimized),
                statsmodels("SimpleExpSmoothing", lambda y: SimpleExpSmoothing(y, **estimated).fit()),
            ],
        ),
        Item(
            "Holt-Winters, additive, 20 series of 400, period 24",
            "mean sum of squares",
            season,
            [
                ours("HoltWinters", additive),
                theirs("HoltWinters", lambda: sf.HoltWinters(season_length=24, error_type="A"), 1),
                statsmodels("ExponentialSmoothing", winters("add")),
            ],
        ),
        Item(
            "Holt-Winters, multiplicative, 20 series of 400, period 24",
            "mean sum of squares",
            shares,
            [
                ours("HoltWinters", multiplicative),
                theirs("HoltWinters", lambda: sf.HoltWinters(season_length=24, error_type="M"), 1),
                statsmodels("ExponentialSmoothing", winters("mul")),
            ],
        ),
        automatic("automatic choice, AirPassengers", air, 12),
        automatic("automatic choice, 5 series of 400, period 24", season[:5], 24),
        fixed("MAM", air, 12, "one specification, AirPassengers"),
        fixed("MAdM", air, 12, "one specification, AirPassengers"),
        fixed("AAA", season, 24, "one specification, 20 series of 400, period 24"),
        fixed("MAM", shares, 24, "one specification, 20 series of 400, period 24"),
        decomposed("STL, every place, n = 10,000, period 24", 10_000, 24, rounds=ROUNDS),
        decomposed("STL, every place, robust, n = 10,000, period 24", 10_000, 24, robust=True),
        decomposed("STL, every place, n = 43,200, period 1440", 43_200, 1440),
        decomposed("MSTL, every place, n = 2,016, periods 24 and 168", 2_016, (24, 168), rounds=ROUNDS),
    ]


def measured(item: Item) -> list[tuple[str, float, float]]:
    """Time the engines in turn: name, milliseconds a fit and mean objective of each."""
    times: dict[str, list[float]] = {engine.name: [] for engine in item.engines}
    worth: dict[str, float] = {}
    for turn in range(ROUNDS + 1):
        for engine in item.engines:
            # The first turn warms up whoever compiles or imports late; who takes long is timed in it.
            if turn > max(engine.rounds, 1) or (turn > 0 and engine.rounds == 1):
                continue
            begin = time.process_time()
            fits = [engine.fit(y) for y in item.series]
            taken = (time.process_time() - begin) / len(item.series)
            if turn > 0 or engine.rounds == 1:
                times[engine.name].append(1e3 * taken)
            worth[engine.name] = statistics.fmean(
                engine.objective(fit, y) for fit, y in zip(fits, item.series, strict=True)
            )
    return [(name, statistics.median(taken), worth[name]) for name, taken in times.items()]


def panel() -> list[str]:
    """Time 10,000 series of 200 values in one call with fixed parameters."""
    values = np.stack([seasonal(place, 200, 12) for place in range(100)]).repeat(100, axis=0)
    methods = {
        "HoltWinters(trend='none', alpha=0.3)": forecast.HoltWinters(trend="none", alpha=0.3, initial="simple"),
        "HoltWinters(12, alpha=0.3, beta=0.05, gamma=0.1)": forecast.HoltWinters(
            12, seasonal="additive", alpha=0.3, beta=0.05, gamma=0.1, initial="simple"
        ),
    }
    lines = []
    for name, method in methods.items():
        taken = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            forecast.forecast_panel(method, values, horizon=24)
            taken.append(1e3 * (time.perf_counter() - begin))
        lines.append(f"| {name} | {min(taken):.0f} |")
    return lines


def streams() -> list[str]:
    """Time one more value of a long series, decomposed by STL with every place fitted."""
    n, more, period = 10_000, 200, 24
    y = seasonal(0, n + more, period)
    online = forecast.Stl(period, preset="statsmodels").online(y[:n])
    begin = time.process_time()
    newest = [online.update(value).newest for value in y[n:]]
    own = 1e3 * (time.process_time() - begin) / more
    begin = time.process_time()
    theirs = STL(y, period=period).fit()
    taken = 1e3 * (time.process_time() - begin)
    for found, expected in ((newest[-1].trend, theirs.trend[-1]), (newest[-1].seasonal, theirs.seasonal[-1])):
        if abs(found - expected) > 1e-10 * np.abs(y).max():
            message = f"the stream has {found}, statsmodels {expected}"
            raise ValueError(message)
    return [
        f"| slo StlOnline | {own:.3f} | |",
        f"| statsmodels {version('statsmodels')}, the whole again | {taken:.3f} | {taken / own:.0f}x |",
    ]


def likelihoods() -> list[str]:
    """Set our likelihoods beside what peers reached within the same bounds."""
    lines = []
    for path in sorted((FIXTURES / "ets_likelihood").glob("*.json")):
        case = json.loads(path.read_text())
        values, period = np.array(case["input"], float), case["parameters"]["period"]
        for spec, peers in case["expected"].items():
            model = forecast.Ets(spec, period=max(period, 1)).fit(values)
            best = [peers.get(name) for name in ("r", "statsmodels")]
            beyond = peers.get("beyond_bounds")
            shown = [f"{value:.3f}" if value is not None else "" for value in best]
            if beyond and not shown[1]:
                shown[1] = f"{beyond['log_likelihood']:.3f} (beyond)"
            known = [value for value in best if value is not None]
            gain = f"{model.log_likelihood - max(known):+.3f}" if known else ""
            lines.append(f"| {path.stem} {spec} | {' | '.join(shown)} | {model.log_likelihood:.3f} | {gain} |")
    return lines


def main() -> None:
    """Measure everything and write RESULTS.md."""
    rows = []
    for item in items():
        results = measured(item)
        own = results[0][1]
        for name, taken, worth in results:
            ratio = "" if name == results[0][0] else f"{taken / own:.1f}x"
            rows.append(f"| {item.name} | {name} | {taken:.3f} | {ratio} | {worth:.3f} ({item.objective}) |")
            print(rows[-1], flush=True)
    text = [
        "# Fits by peers",
        "",
        f"slo {version('slo')}, written by `benches/fits/run.py`.",
        "",
        "| task | engine | ms a fit | ratio to ours | objective |",
        "|---|---|---:|---:|---|",
        *rows,
        "",
        "Sums of squares are of the errors one step ahead. statsforecast's multiplicative Holt-Winters looks for the",
        "least relative errors instead; its AICc counts parameters as R does.",
        "",
        "## Panels",
        "",
        "10,000 series of 200 values with fixed parameters, 24 steps ahead, one call, wall time of all cores.",
        "",
        "| method | ms |",
        "|---|---:|",
        *panel(),
        "",
        "## Streams",
        "",
        "One more value after 10,000, period 24, STL with every place fitted: the newest value has the same parts.",
        "",
        "| engine | ms a value | ratio to ours |",
        "|---|---:|---:|",
        *streams(),
        "",
        "## Likelihoods",
        "",
        "Logarithms on the scale of R's package forecast, within the usual bounds, as forecast 8.20 and statsmodels",
        "0.15.0 reached them. Where statsmodels' figure is marked *beyond*, a gain of trend or season lies outside.",
        "",
        "| series and model | R | statsmodels | slo | gain on the best |",
        "|---|---:|---:|---:|---:|",
        *likelihoods(),
        "",
    ]
    (FOLDER / "RESULTS.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
