"""The kinds of document that the courses slice hands to publishing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from courses.content.checks import Interactions
from courses.content.course import Siblings, check_course, parse_course
from courses.content.figure import parse_figure
from courses.content.glossary import GLOSSARY, check_glossary, parse_glossary
from courses.content.lesson import parse_lesson
from courses.content.lesson_siblings import check_lesson
from courses.content.report import report_course
from lms.core.errors import Problem
from lms.publishing.kinds import DocumentKind


def document_kinds(interactions: Interactions | None = None) -> tuple[DocumentKind, ...]:
    """Return the kinds course, lesson, figure and glossary.

    Lessons may ask every kind of task among `interactions`; None stands for those that come with Papilla.
    """
    parse_our_lesson = partial(parse_lesson, interactions=interactions)
    return (
        DocumentKind(
            name="course",
            folder="",
            suffix=".yaml",
            parse=parse_course,
            check=check_course,
            report=report_course,
        ),
        DocumentKind(
            name="lesson", folder="lessons", suffix=".md", parse=parse_our_lesson, check=check_lesson
        ),
        DocumentKind(name="figure", folder="figures", suffix=".svg", parse=parse_figure, check=_no_check),
        DocumentKind(name=GLOSSARY, folder="", suffix=".yaml", parse=parse_glossary, check=check_glossary),
    )


def _no_check(_document: object, _siblings: Siblings, _file: str) -> Iterator[Problem]:
    """Yield nothing: a figure names no other document."""
    yield from ()
