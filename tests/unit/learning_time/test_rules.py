from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.credit import Counted, CreditScheme, CreditUnit
from courses.learning_time.rules import (
    LONGEST_AWAY,
    MINUTE,
    ActiveMinute,
    believable,
    credit_of,
    each_once,
    minute_numbered,
    minute_of,
    number_of,
    tally,
)

NOW = datetime(2027, 3, 1, 9, 30, 25, tzinfo=UTC)
PLANNED = 411
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


def scheme(**fields: Any) -> CreditScheme:
    written: dict[str, Any] = {
        "key": "own",
        "name": "Own record",
        "body": "none",
        "unit": CreditUnit.HOURS,
        "minutes_per_unit": 60,
        "step": 0.25,
        "counts": (Counted.LESSONS,),
    }
    return CreditScheme(**{**written, **fields})


SCHEMES = st.builds(
    scheme,
    minutes_per_unit=st.integers(1, 90),
    step=st.sampled_from([0.01, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0, 1.5]),
    counts=st.lists(st.sampled_from(Counted), unique=True, min_size=1).map(tuple),
    most=st.one_of(st.just("planned"), st.integers(1, 600)),
    least_minutes=st.integers(0, 90),
)
SPENT = st.dictionaries(st.sampled_from(Counted), st.integers(0, 2000))


def credit(minutes: int, **fields: Any) -> Decimal:
    return credit_of({Counted.LESSONS: minutes}, scheme(**fields), planned_minutes=PLANNED).amount


def before(minutes: float) -> datetime:
    return minute_of(NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes", "fields", "amount"),
    [
        (412, {}, "6.75"),
        (411, {}, "6.75"),
        (60, {}, "1"),
        (59, {}, "0.75"),
        (14, {}, "0"),
        (0, {}, "0"),
        (75, {"minutes_per_unit": 45, "step": 1.0}, "1"),
        (120, {"minutes_per_unit": 45, "step": 1.0}, "2"),
        (400, {"minutes_per_unit": 45, "step": 1.0}, "8"),
        (18, {"step": 0.1}, "0.3"),
        (500, {"most": 120}, "2"),
        (44, {"least_minutes": 45}, "0"),
        (45, {"least_minutes": 45}, "0.75"),
    ],
)
def test_credit_is_rounded_down_and_capped(minutes: int, fields: dict[str, Any], amount: str) -> None:
    assert credit(minutes, **fields) == Decimal(amount)


def test_only_what_the_scheme_counts_counts() -> None:
    spent = {Counted.LESSONS: 60, Counted.CASES: 30, Counted.ASSESSMENT: 90}
    both = credit_of(spent, scheme(counts=(Counted.LESSONS, Counted.CASES)), planned_minutes=PLANNED)
    exams = credit_of(spent, scheme(counts=(Counted.ASSESSMENT,), most=90), planned_minutes=PLANNED)
    assert (both.minutes, both.amount) == (90, Decimal("1.5"))
    assert (exams.minutes, exams.amount, exams.is_capped) == (90, Decimal("1.5"), False)


@given(spent=SPENT, one=SCHEMES, planned=st.integers(1, 600))
def test_credit_is_never_more_than_the_minutes_and_the_cap_are_worth(
    spent: dict[Counted, int], one: CreditScheme, planned: int
) -> None:
    found = credit_of(spent, one, planned_minutes=planned)
    cap = planned if one.most == "planned" else one.most
    active = sum(spent.get(kind, 0) for kind in one.counts)
    worth = Fraction(min(active, cap), one.minutes_per_unit)
    step = Fraction(str(one.step))
    assert found.amount >= 0
    assert Fraction(found.amount) <= worth
    assert Fraction(found.amount) % step == 0
    if not found.is_too_little:
        assert worth - Fraction(found.amount) < step


@given(spent=SPENT, one=SCHEMES, more=st.integers(0, 500))
def test_more_minutes_never_give_less(spent: dict[Counted, int], one: CreditScheme, more: int) -> None:
    grown = {**spent, one.counts[0]: spent.get(one.counts[0], 0) + more}
    less = credit_of(spent, one, planned_minutes=PLANNED).amount
    assert credit_of(grown, one, planned_minutes=PLANNED).amount >= less


def test_a_minute_is_named_by_its_first_instant() -> None:
    assert minute_of(NOW) == datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    assert minute_numbered(number_of(minute_of(NOW))) == minute_of(NOW)
    assert minute_numbered(9_999_999_999) is None


def test_what_cannot_be_true_is_left_out() -> None:
    opened = NOW - timedelta(minutes=4)
    reported = [before(5), before(4), before(4), before(0), minute_of(NOW) + MINUTE]
    assert believable(reported, opened_at=opened, now=NOW) == (before(4), before(0))
    long_ago = NOW - timedelta(days=3)
    assert believable([before(11), before(10)], opened_at=long_ago, now=NOW) == (before(10),)


@given(
    numbers=st.lists(st.integers(-30, 30)),
    opened=st.integers(0, 40),
    now=MOMENTS,
)
def test_a_report_never_gives_more_time_than_has_passed(
    numbers: list[int], opened: int, now: datetime
) -> None:
    opened_at = now - timedelta(minutes=opened)
    reported = [minute_of(now) + number * MINUTE for number in numbers]
    noted = believable(reported, opened_at=opened_at, now=now)
    assert set(noted) <= set(reported)
    assert list(noted) == sorted(set(noted))
    assert len(noted) <= min(opened, LONGEST_AWAY // MINUTE) + 1
    assert all(minute_of(opened_at) <= minute <= now for minute in noted)


@given(
    st.lists(
        st.builds(
            ActiveMinute,
            minute=st.integers(0, 20).map(before),
            course_key=st.sampled_from(["one", "two"]),
            counted=st.sampled_from(Counted),
        )
    )
)
def test_every_minute_counts_once_for_what_came_first(minutes: list[ActiveMinute]) -> None:
    kept = each_once(minutes)
    assert [one.minute for one in kept] == sorted({one.minute for one in minutes})
    for one in kept:
        assert one == next(other for other in minutes if other.minute == one.minute)


def test_a_tally_knows_the_first_and_the_last_minute() -> None:
    minutes = [ActiveMinute(before(ago), "one", Counted.LESSONS) for ago in (3, 9, 5)]
    found = tally(minutes)
    assert (found.minutes, found.first, found.last) == (3, before(9), before(3))
    assert tally([]).first is None
