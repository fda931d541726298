"""Pages of the courses slice: home, course, lesson."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import flask
from markupsafe import Markup
from werkzeug.wrappers import Response

from courses.lesson_pages import added_parts, note_visit, read_lesson, show_lesson, show_locked
from courses.queries.course import course_page
from courses.queries.home import home_page
from courses.rules import part_of_day
from courses.service import enrol, mark_lesson_done, open_lesson
from lms.academies.access import Member, authorise, current_member
from lms.core.errors import Unavailable
from lms.core.forms import STALE_FORM, EmptyForm, TokenOnly
from lms.core.revalidating import revalidated
from lms.core.text import current_reader
from lms.core.web import render, runtime

READ = "courses.read"
_YEAR_SECONDS = 365 * 24 * 3600


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint(
        "courses",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/courses",
    )
    lesson_address = "/courses/<course_key>/lessons/<lesson_key>"
    pages.add_url_rule("/", "home", home)
    pages.add_url_rule("/courses/<course_key>", "course", course)
    pages.add_url_rule("/courses/<course_key>/enrol", "join", join, methods=["POST"])
    pages.add_url_rule(lesson_address, "lesson", lesson)
    pages.add_url_rule(f"{lesson_address}/done", "done", done, methods=["POST"])
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    return pages


def home() -> str:
    """Show what to continue with; to somebody who is not signed in, what Papilla is."""
    if current_member() is None:
        return render("lms/courses/landing.html")
    member = authorise(READ)
    with runtime().reading() as reading:
        page = home_page(reading, academy_id=member.academy_id, learner_id=member.learner_id)
        panels = [dict(panel(reading, member)) for panel in runtime().home_panels]
        hour = reading.now.astimezone(current_reader().time_zone).hour
    shown = [(panel.pop("comes_first", False), _panel(panel)) for panel in panels]
    return render(
        "lms/courses/home.html",
        page=page,
        part_of_day=part_of_day(hour),
        first=[panel for comes_first, panel in shown if comes_first],
        panels=[panel for comes_first, panel in shown if not comes_first],
    )


def _panel(context: dict[str, Any]) -> Markup:
    """Return what another slice adds to the home page, as HTML from its own template."""
    return Markup(render(context.pop("template"), **context))  # noqa: S704 - the template escaped it


def course(course_key: str) -> str:
    """Show a course: what it is about, its lessons with their states, its practice set and assessment."""
    return _course_page(authorise(READ), course_key, EmptyForm())


def _course_page(member: Member, course_key: str, form: EmptyForm) -> str:
    with runtime().reading() as reading:
        page = course_page(
            reading, academy_id=member.academy_id, learner_id=member.learner_id, course_key=course_key
        )
    return render("lms/courses/course.html", page=page, form=form)


def join(course_key: str) -> Response | tuple[str, int]:
    """Let the learner join a course, and show it."""
    member, form = authorise(READ), EmptyForm()
    if not form.validate_on_submit():
        return _course_page(member, course_key, form), 422
    with runtime().work() as work:
        enrol(work, academy_id=member.academy_id, learner_id=member.learner_id, course_key=course_key)
    return flask.redirect(flask.url_for("lms.courses.course", course_key=course_key), 303)


def lesson(course_key: str, lesson_key: str) -> Response | tuple[str, int]:
    """Show a lesson; where it is not open, why, and what to do first. A browser that has it is told so."""
    member = authorise(READ)
    page = read_lesson(member, course_key, lesson_key)
    if page.rendered is None:
        return show_locked(page), 403
    if not page.is_opened and _note_opening(member, course_key, lesson_key):
        page = read_lesson(member, course_key, lesson_key)
    note_visit(member, course_key, lesson_key)
    return revalidated(show_lesson(page, added_parts(page)))


def _note_opening(member: Member, course_key: str, lesson_key: str) -> bool:
    """Note where the learner is and return whether that worked: a busy database keeps nobody from reading."""
    with suppress(Unavailable), runtime().work() as work:
        open_lesson(
            work,
            academy_id=member.academy_id,
            learner_id=member.learner_id,
            course_key=course_key,
            lesson_key=lesson_key,
        )
        return True
    return False


def done(course_key: str, lesson_key: str) -> Response | tuple[str, int]:
    """Mark a lesson done, and go on: to the next lesson, or back to the course when all are done."""
    member = authorise(READ)
    if not TokenOnly().validate_on_submit():
        page = read_lesson(member, course_key, lesson_key)
        if page.rendered is None:
            return show_locked(page), 422
        return show_lesson(page, added_parts(page), problems=(("", str(STALE_FORM)),)), 422
    mine = {"academy_id": member.academy_id, "learner_id": member.learner_id}
    with runtime().work() as work:
        onward = mark_lesson_done(work, **mine, course_key=course_key, lesson_key=lesson_key)
    note_visit(member, course_key, lesson_key)
    if onward.lesson_key is None:
        return flask.redirect(flask.url_for("lms.courses.course", course_key=course_key), 303)
    target = flask.url_for("lms.courses.lesson", course_key=course_key, lesson_key=onward.lesson_key)
    return flask.redirect(target, 303)
