"""The learning record as a table for a spreadsheet: comma-separated values whose texts can run nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from courses.learning_time.queries import CourseTime
from courses.learning_time.rules import Tally

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheet programs that the text is UTF-8."""
COLUMNS = (
    "learner",
    "course",
    "kind",
    "number",
    "title",
    "planned_minutes",
    "active_minutes",
    "first_day",
    "last_day",
    "credit",
    "unit",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet program takes a text for a formula, whoever wrote it."""
Cell = str | int


def as_csv(learner: str, courses: Iterable[CourseTime], zone: ZoneInfo) -> str:
    """Return a learning record as CSV (RFC 4180): a row for each lesson, kind of case and scheme of credit.

    Days are those of the time zone. A text that a spreadsheet program would take for a formula gets an
    apostrophe before it.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for course in courses:
        for cells in _rows(course, zone):
            writer.writerow(map(harmless, (learner, course.title, *cells)))
    return BYTE_ORDER_MARK + written.getvalue()


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program takes for a formula."""
    if isinstance(cell, int):
        return cell
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _rows(course: CourseTime, zone: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    for lesson in course.lessons:
        named = ("lesson", lesson.number, lesson.title, lesson.planned_minutes)
        yield (*named, *_active(lesson.active, zone), "", "")
    for kind, active in (
        ("earlier-lessons", course.earlier),
        ("practice-cases", course.cases),
        ("exams", course.assessment),
    ):
        if active.minutes:
            yield (kind, "", "", "", *_active(active, zone), "", "")
    yield ("total", "", "", course.planned_minutes, *_active(course.total, zone), "", "")
    for one in course.credits:
        amount = f"{one.amount.normalize():f}"
        yield ("credit", "", one.scheme.name, one.cap, one.minutes, "", "", amount, one.scheme.unit.value)


def _active(active: Tally, zone: ZoneInfo) -> tuple[Cell, ...]:
    return (active.minutes, _day(active.first, zone), _day(active.last, zone))


def _day(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).date().isoformat()
