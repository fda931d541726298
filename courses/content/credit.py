"""Schemes by which active minutes become credit for continuing education, as authors write them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MOST_SCHEMES = 20
LARGEST_STEP = 1000
NOBODY = "none"
"""What `body` says when nobody has approved the course: the scheme is for one's own record."""
PLANNED: Literal["planned"] = "planned"


class CreditUnit(StrEnum):
    """What a scheme counts in."""

    HOURS = "hours"
    POINTS = "points"


class Counted(StrEnum):
    """What a minute was spent on: a lesson, a case of practice, or an exam."""

    LESSONS = "lessons"
    CASES = "cases"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditScheme:
    """How one body turns minutes into credit.

    `body` is who approved the course, or “none”. So many `minutes_per_unit` make an hour or a point; credit
    is rounded down to the `step`, in units. `most` caps the minutes: a number, or “planned” for the planned
    minutes of all lessons. Below `least_minutes` there is no credit.
    """

    key: str
    name: str
    body: str
    unit: CreditUnit
    minutes_per_unit: int
    step: float
    counts: tuple[Counted, ...]
    most: int | Literal["planned"] = PLANNED
    least_minutes: int = 0
    note: str = ""

    @property
    def is_approved(self) -> bool:
        """Return whether somebody has approved the course under this scheme."""
        return self.body.strip() != NOBODY


def scheme_faults(schemes: Sequence[CreditScheme]) -> Iterator[tuple[str, str]]:
    """Yield field path and message of what is wrong with the schemes of a course, apart from their keys."""
    if len(schemes) > MOST_SCHEMES:
        yield "credit_schemes", f"A course has {MOST_SCHEMES} schemes at most, this one {len(schemes)}."
    for index, scheme in enumerate(schemes):
        for name, message in _faults(scheme):
            yield f"credit_schemes[{index}].{name}", message


def _faults(scheme: CreditScheme) -> Iterator[tuple[str, str]]:
    for name in ("name", "body"):
        if not getattr(scheme, name).strip():
            hint = f" Write “{NOBODY}” when nobody has approved the course." if name == "body" else ""
            yield name, f"Write something here: it is shown to people.{hint}"
    if scheme.minutes_per_unit <= 0:
        yield "minutes_per_unit", f"Give a number above 0, not {scheme.minutes_per_unit}."
    if not 0 < scheme.step <= LARGEST_STEP:
        yield "step", f"Give a number above 0 and up to {LARGEST_STEP}, not {scheme.step:g}."
    if scheme.least_minutes < 0:
        yield "least_minutes", f"Give 0 or more, not {scheme.least_minutes}."
    yield from _faults_of_what_counts(scheme)
    yield from _faults_of_the_cap(scheme)


def _faults_of_what_counts(scheme: CreditScheme) -> Iterator[tuple[str, str]]:
    if not scheme.counts:
        yield "counts", f"Say what counts: {', '.join(Counted)}."
    for number, counted in enumerate(scheme.counts):
        if counted in scheme.counts[:number]:
            yield f"counts[{number}]", f"“{counted}” is listed more than once. Keep one."


def _faults_of_the_cap(scheme: CreditScheme) -> Iterator[tuple[str, str]]:
    if scheme.most == PLANNED:
        if scheme.counts and Counted.LESSONS not in scheme.counts:
            yield (
                "most",
                "“planned” is the time of the lessons, which this scheme does not count. Give minutes.",
            )
    elif scheme.most <= 0:
        yield "most", f"Give a number of minutes above 0, or “{PLANNED}”; not {scheme.most}."
    elif scheme.most < scheme.least_minutes:
        yield "most", f"Credit begins at {scheme.least_minutes} minutes, so that nobody could have any."
