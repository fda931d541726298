"""The page of a lesson, put together: its outline and text, kept for all who see the same, and what is added.

Slices above add parts of their own (`lms.slices.LESSON_PARTS`), such as the knowledge checks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from courses.content.render import Words
from courses.queries.lesson import LessonPage, lesson_page
from lms.academies.access import Member
from lms.core.assets import static_url
from lms.core.fragments import fragment
from lms.core.text import _
from lms.core.web import render, runtime

_STATIC = Path(__file__).parent / "static" / "lms"


@dataclass(frozen=True, slots=True)
class LessonPart:
    """What a slice adds below the text of a lesson, with the addresses of the files it needs.

    `html` is shown as it is when it is `Markup`, as text otherwise.
    """

    html: str | Markup = ""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


def course_asset(name: str) -> str:
    """Return the address of a file of the courses slice; the digest of its bytes is in the query."""
    return static_url("lms.courses.static", _STATIC, name)


def read_lesson(member: Member, course_key: str, lesson_key: str) -> LessonPage:
    """Return what the page of a lesson shows to a member, in their language. Raises `NotFound`."""
    words = Words(
        source=_("Source %(number)s"), long_description=_("Description of the figure"), table=_("Table")
    )
    with runtime().reading() as reading:
        return lesson_page(
            reading,
            academy_id=member.academy_id,
            learner_id=member.learner_id,
            course_key=course_key,
            lesson_key=lesson_key,
            words=words,
        )


def note_visit(member: Member, course_key: str, lesson_key: str) -> None:
    """Tell the slices above that somebody does something in a lesson that is open to them."""
    for watcher in runtime().lesson_watchers:
        watcher(member, course_key, lesson_key)


def added_parts(page: LessonPage) -> tuple[LessonPart, ...]:
    """Return what the slices above add to a lesson that somebody may read."""
    return tuple(part(page) for part in runtime().lesson_parts)


def show_locked(page: LessonPage) -> str:
    """Return the page that says why a lesson is not open, and what to do first."""
    return render("lms/courses/locked.html", page=page)


def show_lesson(
    page: LessonPage, parts: Iterable[LessonPart], *, problems: tuple[tuple[str, str], ...] = ()
) -> str:
    """Return the page of a lesson; `problems` say what was wrong with a form it sent."""
    outline = fragment(
        "lms/courses/_outline.html",
        (page.outline.made_of, page.lesson.key),
        course=page.course,
        outline=page.outline,
        here=page.lesson.key,
    )
    added = tuple(parts)
    return render(
        "lms/courses/lesson.html",
        page=page,
        problems=problems,
        outline=outline,
        article=_kept("lms/courses/_article.html", page),
        references=_kept("lms/courses/_references.html", page),
        parts=added,
        styles=tuple(dict.fromkeys(address for part in added for address in part.styles)),
        scripts=tuple(
            dict.fromkeys((course_asset("lesson.js"), *(one for part in added for one in part.scripts)))
        ),
        course_asset=course_asset,
    )


def _kept(template: str, page: LessonPage) -> Markup:
    """Return a part of a lesson that is the same for everybody who may read it."""
    return fragment(
        template,
        (page.made_of, page.lesson.key),
        rendered=page.rendered,
    )
