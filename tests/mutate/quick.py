"""A pytest plugin for mutants: the shortest tests come first, and Hypothesis tries less and shrinks nothing.

A mutant ends with its first failing test, and nobody reads the example that failed. With fewer examples a few
more mutants survive than would under `make test`; none is counted as killed that is not.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

DURATIONS = Path("mutmut-stats.json")
"""Where mutmut keeps the seconds of each test; its runs stand in that folder."""

EXAMPLES = 25
"""How many examples a property is tried on, a quarter of the usual."""

settings.register_profile(
    "mutants",
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure() -> None:
    """Choose the profile, after `tests/conftest.py` has chosen its own."""
    settings.load_profile("mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by how long they took with the code as written."""
    if DURATIONS.exists():
        seconds = json.loads(DURATIONS.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))
