"""Which minutes of activity count, whom each counts for, and what credit they come to. Pure.

A minute is a calendar minute in UTC, named by its first instant. It counts once for a person, whatever else
was open: time can so be missing from a log, and can never be more than has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from courses.content.credit import PLANNED, Counted, CreditScheme

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_AWAY = timedelta(minutes=10)
"""How late a minute may be reported: a lift, a tunnel, a page that waits for its connection."""


class Source(StrEnum):
    """How a minute is known: the server saw something done, or the script of the page reported it."""

    SEEN = "seen"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class ActiveMinute:
    """A minute in which somebody was active, and what on; `lesson_key` is empty for a case."""

    minute: datetime
    course_key: str
    counted: Counted
    lesson_key: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many minutes, and the first and the last of them; None where there are none."""

    minutes: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Credit:
    """What active minutes come to under a scheme: `amount` in its unit, of `minutes` capped at `cap`."""

    scheme: CreditScheme
    minutes: int
    cap: int
    amount: Decimal

    @property
    def is_capped(self) -> bool:
        """Return whether more minutes were active than count."""
        return self.minutes > self.cap

    @property
    def is_too_little(self) -> bool:
        """Return whether the minutes are fewer than the least that the scheme takes."""
        return min(self.minutes, self.cap) < self.scheme.least_minutes


def minute_of(moment: datetime) -> datetime:
    """Return the first instant of the minute, in UTC."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def minute_numbered(number: int) -> datetime | None:
    """Return the minute that is so many minutes after the beginning of 1970, or None beyond all calendars."""
    try:
        return EPOCH + number * MINUTE
    except OverflowError:
        return None


def number_of(minute: datetime) -> int:
    """Return how many minutes after the beginning of 1970 a minute is."""
    return (minute - EPOCH) // MINUTE


def believable(minutes: Iterable[datetime], *, opened_at: datetime, now: datetime) -> tuple[datetime, ...]:
    """Return those reported minutes that can be true, each once, the earliest first.

    None lies in the future, before the lesson was first opened, or more than ten minutes back.
    """
    earliest = max(minute_of(opened_at), minute_of(now - LONGEST_AWAY))
    return tuple(sorted({minute for minute in minutes if earliest <= minute <= minute_of(now)}))


def each_once(minutes: Iterable[ActiveMinute]) -> tuple[ActiveMinute, ...]:
    """Return every calendar minute once, in order of time; what comes first among equals keeps it."""
    kept: dict[datetime, ActiveMinute] = {}
    for one in minutes:
        kept.setdefault(one.minute, one)
    return tuple(kept[minute] for minute in sorted(kept))


def tally(minutes: Iterable[ActiveMinute]) -> Tally:
    """Return how many minutes there are, with the first and the last."""
    moments = [one.minute for one in minutes]
    return Tally(len(moments), min(moments, default=None), max(moments, default=None))


def credit_of(minutes: Mapping[Counted, int], scheme: CreditScheme, *, planned_minutes: int) -> Credit:
    """Return the credit for active minutes: of what the scheme counts, capped, and rounded down to its step.

    Fewer minutes than the scheme's least come to nothing. Arithmetic is exact: 0.1 is a tenth.
    """
    counted = sum(minutes.get(one, 0) for one in scheme.counts)
    cap = planned_minutes if scheme.most == PLANNED else scheme.most
    credited = min(counted, cap)
    step = Decimal(str(scheme.step))
    steps = Fraction(credited, scheme.minutes_per_unit) // Fraction(step)
    is_enough = credited >= scheme.least_minutes
    return Credit(scheme, counted, cap, step * steps if is_enough else Decimal(0))
