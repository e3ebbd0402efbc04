"""Report on a real recorded Prometheus: in the terminal, and as one HTML page with plots.

Reads the objectives in ``prometheus-api.yaml`` and the recording beside it, finds the planted incidents, and
says by how much each alert was early or late. Run it by ``make demo``.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import slo

HERE = Path(__file__).parent
RECORDING = HERE / "recording"

# What the recording holds for each objective, and which planted incidents should show in it.
SOURCES = {
    "api-availability": ("requests.json", "errors"),
    "api-latency": ("latency.json", "slow"),
}

# Shares of a one-hour budget: every window is at least six scrapes of five seconds long, every factor above 1.
SHARES = [
    ("20%", "3m", "30s", "page"),
    ("40%", "12m", "1m", "page"),
    ("60%", "24m", "2m", "ticket"),
]


def main(out: Path) -> None:
    """Print a report for each objective and write them all to ``out`` as one page."""
    planted = json.loads((RECORDING / "incidents.json").read_text())
    reports = [report_on(spec, planted["incidents"]) for spec in slo.io.read_specs(HERE / "prometheus-api.yaml")]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(slo.page("The query API of a recorded Prometheus", reports), encoding="utf-8")
    print(f"The same with plots: {out}")


def report_on(spec: slo.io.Spec, planted: list[dict[str, str]]) -> slo.Report:
    """Count one objective's events in the recording, report on them, and print the report."""
    source, kind = SOURCES[spec.name]
    series = slo.io.read_prometheus((RECORDING / source).read_text())
    counted = spec.counts(series, by=["handler"])
    parts = {part.labels["handler"]: part.counts for part in counted}
    incidents = [
        (f"{incident['kind']} on {incident['handler']}", instant(incident["begin"]), instant(incident["end"]))
        for incident in planted
        if incident["kind"] == kind
    ]
    policy = slo.AlertPolicy.from_shares(spec.slo.window, SHARES)
    report = spec.slo.report(slo.CountSeries.sum(parts.values()), policy=policy, parts=parts, incidents=incidents)
    print(report)
    resets = sorted({str(reset) for part in counted for reset in part.resets.astype("datetime64[s]")})
    print(f"Counters began again at 0\n  seen at {', '.join(resets)} UTC\n\n")
    return report


def instant(unix_seconds: str) -> datetime:
    """An instant as the recording writes it down."""
    return datetime.fromtimestamp(float(unix_seconds), tz=timezone.utc)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "demo" / "report.html")
