"""When the limits of a region count, and what happens to a depth when they do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.record import Record, Region, Zone, region_in_force

CHECKED = date(2026, 3, 1)
LAST_DAY = date(2026, 9, 30)
STRICT = Region("strict", "Strict", licence_maximum_mm=0.3, checked_on=CHECKED, expires_on=LAST_DAY)


@pytest.mark.parametrize(
    ("region", "today", "counts"),
    [
        (None, CHECKED, False),
        (replace(STRICT, checked_on=None), CHECKED, False),
        (replace(STRICT, checked_on=None, expires_on=None), CHECKED, False),
        (STRICT, CHECKED, True),
        (STRICT, LAST_DAY, True),
        (STRICT, date(2026, 10, 1), False),
        (replace(STRICT, expires_on=None), date(2040, 1, 1), True),
    ],
)
def test_a_region_counts_once_checked_and_up_to_its_last_day(
    region: Region | None, today: date, *, counts: bool
) -> None:
    assert region_in_force(region, today) == (region if counts else None)


def test_an_expired_licence_gates_no_depth(protocol: Protocol) -> None:
    record = Record(2, 8, 3, "series", zones=(Zone("crown", "marked", tolerated=True),))
    during = decide(protocol, record, region_in_force(STRICT, LAST_DAY)).ranges
    after = decide(protocol, record, region_in_force(STRICT, date(2026, 10, 1))).ranges
    assert during is not None
    assert after is not None
    assert during.depth_mm == {"crown": None}
    assert after.depth_mm == {"crown": Range(1.0, 1.5)}
