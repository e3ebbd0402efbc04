"""The demonstration on the recording says what integers say.

The oracle is written out here: the files are read with ``json``, every instant is an integer of milliseconds
and every count an integer, ratios are fractions; nothing of the package takes part.
"""

import importlib.util
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import slo

EXAMPLES = Path(__file__).parents[2] / "examples"
RECORDING = EXAMPLES / "recording"
HOUR = 3_600_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

# The restart ends when the server is ready; its counters are scraped, and seen to have fallen, soon after.
SETTLED = 30_000

# What the server answered after its last scrape before the restart is in the load's tally and in no counter:
# at most one interval of five seconds, at the load's peak of 24 * 1.6 requests a second.
LOST = 5 * 40


@dataclass(frozen=True)
class Events:
    """Good and bad events as integers."""

    good: int
    bad: int

    @property
    def total(self) -> int:
        """All events."""
        return self.good + self.bad


def millis(seconds: Fraction | int) -> int:
    """Seconds of a file, which have three decimals, as an integer."""
    exact = Fraction(seconds) * 1000
    assert exact.denominator == 1
    return exact.numerator


def read(name: str) -> dict:
    """A file of the recording; its decimals are fractions."""
    return json.loads((RECORDING / name).read_text(encoding="utf-8"), parse_float=Fraction)


@cache
def counters(name: str) -> list[tuple[dict[str, str], list[tuple[int, int]]]]:
    """The counters of an answer: their labels, and their samples as milliseconds and count."""
    result = read(name)["data"]["result"]
    return [(one["metric"], [(millis(at), int(value)) for at, value in one["values"]]) for one in result]


def increases(samples: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What a counter adds at each sample but the first; one that reads less than before began again at 0."""
    pairs = zip(samples, samples[1:], strict=False)
    return [(at, now - before if now >= before else now) for (_, before), (at, now) in pairs]


@dataclass(frozen=True)
class Oracle:
    """What one objective of ``prometheus-api.yaml`` asks for, by hand."""

    file: str
    budget: Fraction
    kind: str

    def is_total(self, labels: dict[str, str]) -> bool:
        """Whether a counter is one of all events."""
        return labels["le"] == "+Inf" if self.kind == "slow" else True

    def sign(self, labels: dict[str, str]) -> int:
        """By what an increase of a counter changes the bad events."""
        if self.kind == "slow":
            return {"+Inf": 1, "0.1": -1}.get(labels["le"], 0)
        return int(not (len(labels["code"]) == 3 and labels["code"][0] == "2"))

    def at(self) -> int:
        """The last instant at which anything was counted."""
        return max(at for _, samples in counters(self.file) for at, _ in increases(samples))

    def events(self) -> dict[str, Events]:
        """The events of the last hour, (at - 1h, at], by handler."""
        end = self.at()
        total: dict[str, int] = {}
        bad: dict[str, int] = {}
        for labels, samples in counters(self.file):
            handler = labels["handler"]
            grown = sum(more for at, more in increases(samples) if end - HOUR < at <= end)
            total[handler] = total.get(handler, 0) + grown * self.is_total(labels)
            bad[handler] = bad.get(handler, 0) + grown * self.sign(labels)
        return {handler: Events(total[handler] - bad[handler], bad[handler]) for handler in total}


ORACLES = {
    "api-availability": Oracle("requests.json", Fraction(5, 1000), "errors"),
    "api-latency": Oracle("latency.json", Fraction(1, 100), "slow"),
}
NAMES = list(ORACLES)


@dataclass(frozen=True)
class Shown:
    """What the demonstration made of the recording."""

    reports: dict[str, slo.Report]
    text: str
    page: str


@pytest.fixture
def demo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo", EXAMPLES / "demo.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def specs(demo: ModuleType) -> dict[str, slo.io.Spec]:
    return {spec.name: spec for spec in slo.io.read_specs(EXAMPLES / "prometheus-api.yaml")}


@pytest.fixture
def shown(demo: ModuleType, specs: dict[str, slo.io.Spec], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shown:
    out = tmp_path / "new" / "report.html"
    demo.main(out)
    text = capsys.readouterr().out
    planted = json.loads((RECORDING / "incidents.json").read_text(encoding="utf-8"))["incidents"]
    reports = {name: demo.report_on(spec, planted) for name, spec in specs.items()}
    assert str(out) in text
    return Shown(reports, text, out.read_text(encoding="utf-8"))


def instant(at: datetime) -> int:
    """A datetime as an integer of milliseconds."""
    micros = (at - EPOCH) // timedelta(microseconds=1)
    assert micros % 1000 == 0
    return micros // 1000


def planted(*kinds: str) -> list[dict]:
    """The incidents of these kinds."""
    return [incident for incident in read("incidents.json")["incidents"] if incident["kind"] in kinds]


def whole(events: dict[str, Events]) -> Events:
    """All handlers together."""
    return Events(sum(one.good for one in events.values()), sum(one.bad for one in events.values()))


def test_the_recording_holds_what_the_oracle_is_written_for() -> None:
    assert [spec.name for spec in slo.io.read_specs(EXAMPLES / "prometheus-api.yaml")] == NAMES
    for oracle in ORACLES.values():
        assert len(oracle.events()) == 4
        assert all(events.good > 0 and events.bad >= 0 for events in oracle.events().values())
    assert [incident["kind"] for incident in planted("errors", "slow", "restart", "quiet")] == [
        "errors",
        "slow",
        "restart",
        "quiet",
        "errors",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_budget_is_the_integers(name: str, shown: Shown) -> None:
    oracle, report = ORACLES[name], shown.reports[name]
    events, budget = whole(oracle.events()), report.budget
    allowed = oracle.budget * events.total
    assert instant(report.at) == oracle.at()
    assert (budget.good, budget.bad, budget.total) == (events.good, events.bad, events.total)
    assert budget.sli == float(Fraction(events.good, events.total))
    assert budget.allowed == float(allowed)
    assert budget.remaining == float(allowed - events.bad)
    assert budget.consumed == budget.burn_rate == float(events.bad / allowed)
    assert (budget.met, budget.exhausted) == (events.bad <= allowed, events.bad >= allowed)


@pytest.mark.parametrize("name", NAMES)
def test_the_shares_are_the_integers_of_each_handler(name: str, shown: Shown) -> None:
    oracle, report = ORACLES[name], shown.reports[name]
    parts = oracle.events()
    events = whole(parts)
    allowed = oracle.budget * events.total
    assert [share.name for share in report.shares] == sorted(parts, key=lambda part: (-parts[part].bad, part))
    for share in report.shares:
        part = parts[share.name]
        assert (share.counts.good, share.counts.bad, share.counts.total) == (part.good, part.bad, part.total)
        assert share.of_bad == float(Fraction(part.bad, events.bad))
        assert share.consumed == float(part.bad / allowed)


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_figures_are_the_integers(name: str, shown: Shown) -> None:
    oracle, report = ORACLES[name], shown.reports[name]
    parts = oracle.events()
    events = whole(parts)
    allowed = oracle.budget * events.total
    left = allowed - events.bad
    text = str(report)
    assert text in shown.text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for begin in [
        f"SLI {float(Fraction(events.good, events.total)):.3%} ",
        f"events {events.total:,} ",
        f"allowed {float(allowed):,.2f} 100.0% ",
        f"spent {events.bad:,} {float(events.bad / allowed):.1%} ",
        f"left {float(left):,.2f} {float(left / allowed):.1%} ",
        *(
            f"{part} {counts.bad:,} bad of {counts.total:,} {float(Fraction(counts.bad, events.bad)):.1%} of"
            f" the errors {float(counts.bad / allowed):.1%} of the budget"
            for part, counts in parts.items()
        ),
    ]:
        assert any(line.startswith(begin) for line in lines), begin
    assert f"{events.total:,}" in shown.page and f"{float(allowed):,.2f}" in shown.page


@pytest.mark.parametrize("name", NAMES)
def test_a_window_of_the_policy_is_six_scrapes_and_a_factor_above_one(name: str, shown: Shown) -> None:
    scrape = timedelta(seconds=read("incidents.json")["scrape_seconds"])
    rules = shown.reports[name].policy.rules
    assert scrape == timedelta(seconds=5) and rules
    for rule in rules:
        assert rule.long > rule.short >= 6 * scrape
        assert rule.factor > 1


def called(incident: dict) -> str:
    """What the demo calls a planted incident."""
    return f"{incident['kind']} on {incident['handler']}"


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_incident_is_noticed_and_the_report_says_when(name: str, shown: Shown) -> None:
    oracle, report = ORACLES[name], shown.reports[name]
    noticed = {(incident, instant(begin)): (instant(end), found) for incident, begin, end, found in report.incidents}
    expected = [incident for incident in planted(oracle.kind) if millis(incident["begin"]) < oracle.at()]
    assert expected
    for incident in expected:
        begin = millis(incident["begin"])
        end, found = noticed[called(incident), begin]
        assert end == millis(incident["end"])
        assert found.alert is not None and found.delay is not None
        alert = report.alerts[found.alert]
        # No alert was early, and none came after its incident was over.
        assert begin < instant(alert.begin) < end
        assert found.delay == timedelta(milliseconds=instant(alert.begin) - begin)
        minutes, seconds = divmod((instant(alert.begin) - begin + 500) // 1000, 60)
        after = f"{alert.severity} after {f'{minutes}m' if minutes else ''}{f'{seconds}s' if seconds else ''}"
        lines = [line.strip() for line in str(report).splitlines()]
        (line,) = (line for line in lines if line.startswith(f"{called(incident)} "))
        assert line.endswith(after), line


@pytest.mark.parametrize("name", NAMES)
def test_the_anomalies_are_the_planted_incidents(name: str, shown: Shown) -> None:
    oracle, report = ORACLES[name], shown.reports[name]
    scrape = millis(read("incidents.json")["scrape_seconds"])
    anomalies = [anomaly for anomaly in report.anomalies if anomaly.signal == "errors"]
    expected = [incident for incident in planted(oracle.kind) if millis(incident["begin"]) < oracle.at()]
    assert len(anomalies) == len(expected) == len(report.anomalies)
    for anomaly, incident in zip(anomalies, expected, strict=True):
        # What happens between two scrapes is seen at the second of them.
        assert abs(instant(anomaly.begin) - millis(incident["begin"])) <= scrape
        assert instant(anomaly.end) <= millis(incident["end"]) + scrape
        assert anomaly.worst.side == "upper" and anomaly.worst.p_value < 1e-9
        assert anomaly.explain() in shown.page or len(anomalies) > 1
        assert f"{anomaly.begin:%H:%M:%S}" in str(report)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_to_come_is_told_with_its_probability(name: str, shown: Shown) -> None:
    report = shown.reports[name]
    ahead = report.exhaustion
    assert ahead is not None and not ahead.exhausted
    assert ahead.at == report.at and ahead.horizon == timedelta(hours=1)
    assert np.all(np.diff(ahead.probability) >= 0)
    # Hardly an error of late: whatever the window still holds leaves it within the hour.
    assert 0 < ahead.probability[-1] < 0.05
    assert f"within 1h     {ahead.probability[-1]:.1%} exhausted" in str(report)
    assert "What is to come" in shown.page


@pytest.mark.parametrize("name", NAMES)
def test_the_restart_is_seen_as_resets(name: str, specs: dict[str, slo.io.Spec]) -> None:
    oracle = ORACLES[name]
    (restart,) = planted("restart")
    begin, settled = millis(restart["begin"]), millis(restart["end"]) + SETTLED
    text = (RECORDING / oracle.file).read_text(encoding="utf-8")
    counted = specs[name].counts(slo.io.read_prometheus(text), by=["handler"])
    assert [part.labels["handler"] for part in counted] == sorted(oracle.events())
    for part in counted:
        resets = (part.resets - np.datetime64(0, "ns")) // np.timedelta64(1, "ms")
        counted_in = [
            samples
            for labels, samples in counters(oracle.file)
            if labels["handler"] == part.labels["handler"] and (oracle.is_total(labels) or oracle.sign(labels) != 0)
        ]
        # A counter that the new server touched late is seen to have fallen at its first sample since.
        first_since = {next(at for at, _ in samples if at > begin) for samples in counted_in}
        assert set(resets.tolist()) == first_since
        assert begin < resets[0] <= settled


@pytest.mark.parametrize("name", NAMES)
def test_the_quiet_spell_is_a_stretch_without_traffic(name: str, shown: Shown) -> None:
    (spell,) = planted("quiet")
    ((begin, end),) = shown.reports[name].quiet
    scrape = millis(read("incidents.json")["scrape_seconds"])
    # What happens between two scrapes is seen at the second of them.
    assert 0 <= instant(begin) - millis(spell["begin"]) <= scrape
    assert 0 <= instant(end) - millis(spell["end"]) <= scrape


def test_the_loads_own_tally_is_what_the_counters_grew_by() -> None:
    sent = {(row["handler"], str(row["code"])): row["requests"] for row in read("incidents.json")["sent"]}
    grown = {
        (labels["handler"], labels["code"]): sum(more for _, more in increases(samples))
        for labels, samples in counters("requests.json")
    }
    assert sent.keys() == grown.keys()
    lost = {key: sent[key] - grown[key] for key in sent}
    assert all(requests >= 0 for requests in lost.values()), lost
    assert sum(lost.values()) <= LOST, lost
