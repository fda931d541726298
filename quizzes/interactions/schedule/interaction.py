"""Dates of a series: each lies rightly when its distance from the one before is within the allowed range.

Only the spacing is graded, so that any calendar may be right. A date without the one before it earns nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from lms.core.errors import InvalidInput
from lms.core.text import _, ngettext, show_date
from lms.publishing.documents import suggestion
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, PartGrade
from quizzes.interactions.parts import field_of, part_of, text_problems
from quizzes.interactions.reading import Given, one_text
from quizzes.interactions.schedule.examples import EXAMPLES
from quizzes.protocols.bands import right_range
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.serialisation import range_to_json
from quizzes.wording import range_label

DAYS_OF_A_WEEK = 7
DAYS_OF = {"days": 1, "weeks": DAYS_OF_A_WEEK}
"""The units that a spacing of the protocol may have, in days."""
MOST_DATES = 12
LONGEST_DAYS = 1000
FIRST_YEAR, LAST_START, LAST_YEAR = 1900, 2100, 2200
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Dates = tuple[date | None, ...]
"""The dates in their order; None is not given."""


@dataclass(frozen=True, slots=True)
class OfProtocol:
    """The spacing that is right at the visit by a setting of the protocol, in days or weeks."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Between:
    """A spacing in days, both ends included."""

    minimum_days: int
    maximum_days: int


@dataclass(frozen=True, slots=True)
class ScheduleBody:
    """The day the series starts from, the names of the dates to give, and the spacing accepted."""

    starts: date
    dates: tuple[str, ...]
    accepts: OfProtocol | Between


@dataclass(frozen=True, slots=True)
class DateView:
    """One date on the page, as typed."""

    name: str
    label: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """The question as the page shows it."""

    name: str
    prompt: str
    hint: str
    dates: tuple[DateView, ...]


class Schedule(Interaction[ScheduleBody, Dates]):
    """A date field for each name; the answer holds the dates in order."""

    kind = "schedule"
    body_shape = ScheduleBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield too few or unnamed dates, and a spacing that no calendar can keep."""
        body: ScheduleBody = task.body
        if protocol is not None:
            if isinstance(body.accepts, OfProtocol) and not _is_spacing(body.accepts, protocol):
                known = [
                    name for name, setting in protocol.parameters.settings.items() if setting.unit in DAYS_OF
                ]
                message = f"The protocol has no spacing “{body.accepts.parameter}” in days or weeks."
                yield "accepts.parameter", f"{message}{suggestion(body.accepts.parameter, known)}"
                return
            days = _days(body, protocol, visit)
            if math.ceil(days.minimum) > days.maximum:
                yield "accepts", "No whole number of days lies within this spacing. Write another."
            return
        if not 1 <= len(body.dates) <= MOST_DATES:
            yield "dates", f"Name 1 to {MOST_DATES} dates; there are {len(body.dates)}."
        yield from text_problems("dates", "", body.dates)
        if not FIRST_YEAR <= body.starts.year <= LAST_START:
            yield "starts", f"Start between {FIRST_YEAR} and {LAST_START}."
        spacing = body.accepts
        if isinstance(spacing, Between) and not (
            1 <= spacing.minimum_days <= spacing.maximum_days <= LONGEST_DAYS
        ):
            yield "accepts", f"Write 1 to {LONGEST_DAYS} days, the minimum not above the maximum."

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return a field for each date, numbered from 1."""
        return tuple(_fields(task))

    def read(self, task: Task, _visit: Visit, given: Given) -> Dates:
        """Return the dates; each is written as a browser sends it, such as 2027-03-22."""
        return tuple(_date(given, name) for name in _fields(task))

    def to_json(self, task: Task, answer: Dates) -> dict[str, Any]:
        """Return the dates given."""
        named = zip(_fields(task), answer, strict=True)
        return {name: day.isoformat() for name, day in named if day is not None}

    def missing(
        self, task: Task, _visit: Visit, answer: Dates, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the dates not given."""
        return tuple(name for name, day in zip(_fields(task), answer, strict=True) if day is None)

    def grade(self, task: Task, posed: Posed, answer: Dates, _answers: Mapping[str, Any]) -> Marks:
        """Grade the distance of each date from the one before."""
        allowed = _days(task.body, posed.protocol, posed.visit)
        accepted = range_to_json(allowed)
        parts, before = [], task.body.starts
        for name, day in zip(_fields(task), answer, strict=True):
            right = day is not None and before is not None and (day - before).days in allowed
            parts.append(PartGrade(name, None if day is None else day.isoformat(), accepted, float(right)))
            before = day
        credit = sum(part.credit for part in parts) / len(parts) if parts else 0.0
        given = [part.given for part in parts]
        return Marks((DecisionGrade(task.key, given, accepted, credit, task.row, task.key, tuple(parts)),))

    def perfect(self, task: Task, posed: Posed) -> dict[str, Any]:
        """Return dates as near to each other as allowed."""
        step = timedelta(days=math.ceil(_days(task.body, posed.protocol, posed.visit).minimum))
        return {
            name: (task.body.starts + place * step).isoformat()
            for place, name in enumerate(_fields(task), start=1)
        }

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> ScheduleView:
        """Return the dates as typed."""
        dates = []
        for name, label in zip(_fields(task), task.body.dates, strict=True):
            value = given.get(name)
            dates.append(DateView(name, label, value if isinstance(value, str) else None))
        return ScheduleView(task.key, task.prompt, _hint(task.body), tuple(dates))

    def label(self, task: Task, _protocol: Protocol, name: str) -> str:
        """Return the question, or for a field the name of its date."""
        place = part_of(task, name)
        labels = dict(zip(_fields(task), task.body.dates, strict=True))
        return task.prompt if place is None else labels.get(name, task.prompt)

    def words(self, _task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return a date in full, several of them, or the spacing in days."""
        if isinstance(value, str):
            return show_date(date.fromisoformat(value))
        if isinstance(value, list | tuple) and any(value):
            return "; ".join(
                _("no date") if day is None else show_date(date.fromisoformat(day)) for day in value
            )
        if isinstance(value, Mapping):
            return _spacing(value["minimum"], value["maximum"])
        return _("Not answered")

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question, the day it starts from, and the dates to give, one a line."""
        return "\n".join((task.prompt, _hint(task.body), *(f"- {name}" for name in task.body.dates)))


def _fields(task: Task) -> Iterator[str]:
    return (field_of(task, str(place)) for place in range(1, len(task.body.dates) + 1))


def _is_spacing(accepts: OfProtocol, protocol: Protocol) -> bool:
    setting = protocol.parameters.settings.get(accepts.parameter)
    return setting is not None and setting.unit in DAYS_OF


def _days(body: ScheduleBody, protocol: Protocol, visit: Visit) -> Range:
    """Return the spacing accepted, in days."""
    spacing = body.accepts
    if isinstance(spacing, Between):
        return Range(spacing.minimum_days, spacing.maximum_days)
    setting = protocol.parameters.settings[spacing.parameter]
    right, days = right_range(setting, visit.record), DAYS_OF[setting.unit]
    return Range(right.minimum * days, right.maximum * days)


def _spacing(minimum: float, maximum: float) -> str:
    if minimum % DAYS_OF_A_WEEK == 0 and maximum % DAYS_OF_A_WEEK == 0:
        weeks = range_label(minimum / DAYS_OF_A_WEEK, maximum / DAYS_OF_A_WEEK)
        count = 1 if weeks == "1" else 2
        return ngettext(
            "%(shown)s week after the date before",
            "%(shown)s weeks after the date before",
            count,
            shown=weeks,
        )
    days = range_label(minimum, maximum)
    count = 1 if days == "1" else 2
    return ngettext(
        "%(shown)s day after the date before", "%(shown)s days after the date before", count, shown=days
    )


def _hint(body: ScheduleBody) -> str:
    return _("The series starts on %(day)s.", day=show_date(body.starts))


def _date(given: Given, name: str) -> date | None:
    written = one_text(given, name, longest=40)
    if written is None:
        return None
    try:
        found = date.fromisoformat(written) if ISO.fullmatch(written) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise InvalidInput(_("Give a date that exists, such as 2027-03-22."), field=name)
    return found


INTERACTION = Schedule()
