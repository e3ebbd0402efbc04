"""The record of a run: a table for programs and one for people."""

from __future__ import annotations

import csv
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comparison.engine import Engine, Item
from comparison.timing import KERNEL, KERNEL_POINTS, Times, calibration_kernel, round_robin

COLUMNS = (
    "item",
    "size",
    "memory",
    "engine",
    "version",
    "median_ms",
    "min_ms",
    "max_ms",
    "ratio_to_ours",
    "ratio_to_kernel",
    "repeats",
    "python",
    "notes",
)

PREAMBLE = f"""\
# The same work by peers

Written by `run.py`; do not edit. **Ratio to ours** is the median processor time of an engine divided by ours in
the same run: 20 means that ours needs a twentieth. **Kernels** is the same time divided by that of the calibration
kernel, a {KERNEL} over {KERNEL_POINTS} numbers measured in the same rounds. Milliseconds hold for the machine and
the hour only.

Every item is timed twice: with memory **as allocated**, as it is in a process that nobody tuned, where arrays may get
fresh pages from the kernel again and again; and with memory **kept**, after the allocator was told to give nothing
back, so that no engine pays for pages. Peers that make many temporary arrays gain most by the second.
"""

README_MARKS = ("<!-- speed -->\n", "<!-- /speed -->")


@dataclass(frozen=True)
class Line:
    """An engine's times for an item, and its ratios to ours and to the calibration kernel."""

    engine: Engine
    times: Times
    to_ours: float
    to_kernel: float


@dataclass(frozen=True)
class Section:
    """An item, its engines in the order of their times, and the calibration kernel beside them."""

    item: Item
    memory: str
    lines: Sequence[Line]
    kernel: Times
    repeats: int


def measure(item: Item, repeats: int, memory: str) -> Section:
    """Time the engines of `item` and the calibration kernel, round robin."""
    calls = [engine.call for engine in item.engines]
    *times, kernel = round_robin([*calls, calibration_kernel()], repeats)
    ours = times[0].median
    lines = [
        Line(engine, of_engine, of_engine.median / ours, of_engine.median / kernel.median)
        for engine, of_engine in zip(item.engines, times, strict=True)
    ]
    return Section(item, memory, sorted(lines, key=lambda line: line.times.median), kernel, repeats)


def write_csv(sections: Sequence[Section], path: Path) -> None:
    """Write a row for each engine of each item to `path`."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for section in sections:
            writer.writerows(_row(section, line) for line in section.lines)


def write_markdown(sections: Sequence[Section], path: Path) -> None:
    """Write a table for each item to `path`."""
    tables = [markdown(section) for section in sections]
    python = f"{platform.python_implementation()} {platform.python_version()}, one thread.\n"
    path.write_text("\n".join([PREAMBLE, python, *tables]), encoding="utf-8")


def write_readme(sections: Sequence[Section], path: Path) -> None:
    """Replace the table between the marks of the README by the best peers and their ratios."""
    head = ["item", "best peer", *dict.fromkeys(f"memory {section.memory}" for section in sections)]
    by_item: dict[str, list[Section]] = {}
    for section in sections:
        by_item.setdefault(section.item.title, []).append(section)
    rows = [head, ["---", "---", *["--:"] * (len(head) - 2)]]
    for title, of_item in by_item.items():
        best = [min(section.lines, key=lambda line: (line.to_ours == 1.0, line.to_ours)) for section in of_item]
        peers = dict.fromkeys(f"{line.engine.name} {line.engine.version}" for line in best)
        rows.append([f"`{title}`", ", ".join(peers), *(f"{line.to_ours:.3g}x" for line in best)])
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    begin, end = README_MARKS
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}{table}{end}{after}", encoding="utf-8")


def markdown(section: Section) -> str:
    """Return the table of an item."""
    kernel = section.kernel
    rows = [
        f"## {section.item.title}, memory {section.memory}",
        "",
        f"Medians of {section.repeats} rounds; the kernel took {_milliseconds(kernel)} ms.",
        "",
        "| engine | version | ratio to ours | kernels | ms (min to max) | notes |",
        "|---|---|--:|--:|--:|---|",
        *(_table_row(line) for line in section.lines),
    ]
    return "\n".join(rows) + "\n"


def _table_row(line: Line) -> str:
    cells = (
        line.engine.name,
        line.engine.version,
        f"**{line.to_ours:.3g}**",
        f"{line.to_kernel:.3g}",
        _milliseconds(line.times),
        line.engine.note,
    )
    return f"| {' | '.join(cells)} |"


def _milliseconds(times: Times) -> str:
    return f"{times.median:.4g} ({times.best:.4g} to {times.worst:.4g})"


def _row(section: Section, line: Line) -> tuple[str | int, ...]:
    return (
        section.item.name,
        section.item.size,
        section.memory,
        line.engine.name,
        line.engine.version,
        f"{line.times.median:.6g}",
        f"{line.times.best:.6g}",
        f"{line.times.worst:.6g}",
        f"{line.to_ours:.4g}",
        f"{line.to_kernel:.4g}",
        section.repeats,
        platform.python_version(),
        line.engine.note,
    )
