"""A thousand services, each with a month of minutes, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import slo
from comparison.counts import FIRST_NANOSECONDS, Counts, generate
from comparison.engine import Engine, Item, engine
from comparison.engines import bottleneck_move_sum, numpy_cumsum, polars_lazy
from comparison.engines.peer import Peer
from comparison.policy import OBJECTIVE, PERIOD, RULES

if TYPE_CHECKING:
    import numpy.typing as npt

SERVICES = 1_000
MINUTES = 43_200
EXPECTED = (451_429, 535_335, 1_712_393, 8_461_403)

PEERS: tuple[Peer[Any, Any], ...] = (numpy_cumsum.PEER, bottleneck_move_sum.PEER, polars_lazy.CUMULATIVE)


def panel(services: int = SERVICES, minutes: int = MINUTES) -> Item:
    """Compare whether each rule fires at each point of each service; digested to how often each does."""
    counts = [generate(minutes, "1m", seed=3 * service + 1) for service in range(services)]
    expected = EXPECTED if (services, minutes) == (SERVICES, MINUTES) else None
    engines = [_slo(counts), *(_one_by_one(peer, counts) for peer in PEERS)]
    return Item("panel", f"{services}x{minutes}", engines, lambda flags: flags.sum(axis=1).tolist(), expected)


def _slo(counts: Sequence[Counts]) -> Engine:
    good, total = (np.concatenate([getattr(of, name) for of in counts]) for name in ("good", "total"))
    offsets = np.cumsum([0, *(of.total.size for of in counts)]).tolist()
    step = counts[0].step

    def fires() -> npt.NDArray[np.bool_]:
        objective, policy = slo.Slo(OBJECTIVE, window=PERIOD), slo.AlertPolicy.google_sre(PERIOD)
        return slo.evaluate_panel(
            offsets, objective, policy, first=FIRST_NANOSECONDS, step=step, good=good, total=total
        )

    return engine("slo", "slo", "evaluate_panel, one thread", fires, lambda flags: flags)


def _one_by_one(peer: Peer[Any, Any], counts: Sequence[Counts]) -> Engine:
    """Go through the services one after the other, whose columns then stay in the processor's caches."""
    points = sum(of.total.size for of in counts)

    def fires() -> npt.NDArray[np.bool_]:
        flags = np.empty((len(RULES), points), dtype=np.bool_)
        begin = 0
        for of in counts:
            end = begin + of.total.size
            for row, fired in zip(flags, peer.flags(peer.firing(of)), strict=True):
                row[begin:end] = fired
            begin = end
        return flags

    return engine(peer.name, peer.distribution, "one service after the other", fires, lambda flags: flags)
