"""Run the same work by the wheel and by its peers, and record the ratios.

    python run.py                   every item; writes record.csv and RESULTS.md, and the table in the README
    python run.py --large           also a year at thirty and at ten seconds, and a thousand services
    python run.py --check           every item once at a small size; only asserts that the answers agree

README.md says what is measured and how to read it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from comparison.engine import Item, agree
from comparison.items import CHECK_POINTS, POINTS, items, large_items
from comparison.memory import keep_freed_memory
from comparison.record import Section, markdown, measure, write_csv, write_markdown, write_readme

HERE = Path(__file__).resolve().parent
REPEATS = 15

# The states of the allocator under which everything is timed, in this order: the second cannot be undone.
MEMORY: dict[str, Callable[[], None]] = {"as allocated": lambda: None, "kept": keep_freed_memory}


def main() -> None:
    """Check, or measure and record."""
    arguments = _arguments()
    if arguments.check:
        check(items(CHECK_POINTS))
        return
    sections = []
    for memory, prepare in MEMORY.items():
        prepare()
        large = large_items() if arguments.large else ()
        sections += record(chain(items(POINTS), large), arguments.repeats, memory)
    write_csv(sections, HERE / "record.csv")
    write_markdown(sections, HERE / "RESULTS.md")
    write_readme(sections, HERE.parents[1] / "README.md")


def check(of: Iterable[Item]) -> None:
    """Assert that the engines of every item agree."""
    for item in of:
        agree(item)
        sys.stdout.write(f"{item.title}: {len(item.engines)} engines agree\n")


def record(of: Iterable[Item], repeats: int, memory: str) -> Iterator[Section]:
    """Assert that the engines of every item agree, then time them."""
    for item in of:
        agree(item)
        section = measure(item, repeats, memory)
        sys.stdout.write(f"{markdown(section)}\n")
        yield section


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The same work by the wheel and by its peers.")
    parser.add_argument("--check", action="store_true", help="only assert agreement, at a small size")
    parser.add_argument("--large", action="store_true", help="also a year at fine steps, and a thousand services")
    parser.add_argument("--repeats", type=int, default=REPEATS, help=f"rounds of each item (default {REPEATS})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
