"""What a typed program may write: this file is checked by mypy, and run."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import slo


def test_a_typed_program_is_accepted() -> None:
    budget: Decimal = slo.Objective("99.9%").budget
    checkout = slo.Slo(slo.Objective(Decimal("0.999")), slo.Window(timedelta(days=30)), name="checkout")
    first = datetime(2026, 1, 1, tzinfo=timezone.utc)
    series = slo.CountSeries.regular(first, "1m", bad=[0, 1], total=np.array([10, 10]))
    listed = slo.CountSeries([first, first + timedelta(minutes=1)], bad=(0, 1), total=pd.Series([10, 10]))
    policy = slo.AlertPolicy.from_shares("30d", [("2%", "1h", 300, "page"), (0.05, "6h", "30m", "page")])
    firing: NDArray[np.bool_] = policy.firing(checkout, series)
    rates: NDArray[np.float64] = slo.burn_rates(series, 0.999, windows=policy.windows)
    sli: float | None = checkout.budget(series, at=np.datetime64("2026-01-01T00:01")).sli
    alerts: list[slo.Alert] = policy.evaluate(checkout, series, every=60).alerts
    names = [alert.explain() for alert in alerts if alert.end is None or alert.end > first]

    assert budget == Decimal("0.001")
    assert listed == series
    assert (firing.shape, rates.shape) == ((2, 2), (4, 2))
    assert sli == 0.95
    assert len(names) == len(alerts)


def test_a_typed_program_sees_what_an_error_carries() -> None:
    try:
        slo.CountSeries([0, 1], good=[1, 3], total=[1, 2])
    except slo.InvalidCountError as error:
        place: int = error.index
        total: float | None = error.total
        assert (place, total) == (1, 2.0)
