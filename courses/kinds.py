"""The kinds of document that the courses slice hands to publishing."""

from __future__ import annotations

from collections.abc import Iterator

from courses.content.course import Siblings, check_course, parse_course
from courses.content.figure import parse_figure
from courses.content.lesson import check_lesson, parse_lesson
from lms.core.errors import Problem
from lms.publishing.kinds import DocumentKind


def document_kinds() -> tuple[DocumentKind, ...]:
    """Return the kinds course, lesson and figure."""
    return (
        DocumentKind(name="course", folder="", suffix=".yaml", parse=parse_course, check=check_course),
        DocumentKind(name="lesson", folder="lessons", suffix=".md", parse=parse_lesson, check=check_lesson),
        DocumentKind(name="figure", folder="figures", suffix=".svg", parse=parse_figure, check=_no_check),
    )


def _no_check(_document: object, _siblings: Siblings, _file: str) -> Iterator[Problem]:
    """Yield nothing: a figure names no other document."""
    yield from ()
