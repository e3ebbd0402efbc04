"""What several tests look at: an objective, a series with one burst, a policy that sees it."""

import matplotlib
import pytest
from hypothesis import settings

import slo

matplotlib.use("Agg")

# The same cases in every run, however slow the machine is; others with `pytest --hypothesis-profile=default`.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.fixture
def checkout() -> slo.Slo:
    return slo.Slo("99%", window="1h", name="checkout")


@pytest.fixture
def burst() -> slo.CountSeries:
    """Three minutes of 100 events, 30 of the second minute's bad."""
    return slo.CountSeries.regular(0, "1m", bad=[0, 30, 0], total=[100, 100, 100])


@pytest.fixture
def policy() -> slo.AlertPolicy:
    return slo.AlertPolicy([slo.BurnRule("2m", "1m", 10.0)])
