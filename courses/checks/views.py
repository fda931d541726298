"""The knowledge checks on the page of a lesson: answering one in place, and trying a case of the practice."""

from __future__ import annotations

import secrets

import flask
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from courses.checks.rules import judge, read_check
from courses.checks.showing import Answered, check_views
from courses.content.checks import CaseCheck, task_checks
from courses.lesson_pages import (
    LessonPart,
    added_parts,
    course_asset,
    note_visit,
    read_lesson,
    show_lesson,
    show_locked,
)
from courses.queries.lesson import LessonPage
from lms.academies.access import authorise
from lms.core.errors import NotFound
from lms.core.forms import STALE_FORM, TokenOnly
from lms.core.fragments import fragment
from lms.core.templating import csrf_field
from lms.core.text import _
from lms.core.web import render, runtime
from quizzes.forms import posted_form, raw_answer
from quizzes.interaction_files import SCRIPT, STYLE, addresses_of
from quizzes.interactions.contract import Task
from quizzes.service.single import start_single_case

READ, ATTEMPT = "courses.read", "quizzes.attempt"
PART_ONLY = "X-Part"
"""The header by which our script asks for the part of the page that changes, instead of all of it."""
_PLACE = f"token-{secrets.token_hex(16)}"
"""Where a token goes; at random, so that no authored text can hold it."""
Answer = Response | str | tuple[str, int]


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint("checks", __name__, template_folder="templates")
    lesson_address = "/courses/<course_key>/lessons/<lesson_key>"
    pages.add_url_rule(f"{lesson_address}/checks/<check_key>", "answer", answer, methods=["POST"])
    pages.add_url_rule(f"{lesson_address}/cases/<case_key>", "try_case", try_case, methods=["POST"])
    return pages


def lesson_part(page: LessonPage, answered: Answered | None = None) -> LessonPart:
    """Return the checks of a lesson with the files they need; nothing for a lesson without any."""
    checks = () if page.rendered is None else page.rendered.checks
    if not checks:
        return LessonPart()
    tasks = task_checks(checks).values()
    views = check_views(checks, page.protocol, answered)
    shown = {"page": page, "checks": views, "token": Markup(_PLACE)}  # noqa: S704 - hexadecimal digits
    if answered is None:
        kept = fragment("lms/checks/checks.html", (page.made_of, page.lesson.key), **shown)
    else:
        kept = Markup(render("lms/checks/checks.html", **shown))  # noqa: S704 - the template escaped it
    own = (course_asset("checks.js"),) if tasks else ()
    return LessonPart(_with_tokens(kept), addresses_of(tasks, STYLE), (*own, *addresses_of(tasks, SCRIPT)))


def _with_tokens(kept: Markup) -> Markup:
    """Put the token of this session into the forms; what is kept for everybody holds places for it."""
    return Markup(kept.replace(_PLACE, csrf_field()))  # noqa: S704 - both are markup


def answer(course_key: str, lesson_key: str, check_key: str) -> Answer:
    """Judge the answer to a check and show what came of it in its place; nothing is stored."""
    member = authorise(READ)
    page = read_lesson(member, course_key, lesson_key)
    if page.rendered is None:
        return show_locked(page), 403
    task = task_checks(page.rendered.checks).get(check_key)
    if task is None:
        raise NotFound(_("There is no such question in this lesson. Open the lesson to see its questions."))
    answered = _answered(task, page)
    if not answered.refusal:
        note_visit(member, course_key, lesson_key)
    status = 200 if answered.result is not None else 422
    if PART_ONLY in request.headers:
        views = check_views(page.rendered.checks, page.protocol, answered)
        mine = next(view for view in views if view.key == check_key)
        shown = {"page": page, "check": mine, "total": len(views), "token": csrf_field()}
        return render("lms/checks/part.html", **shown), status
    parts = runtime().lesson_parts
    return show_lesson(
        page, [part(page, answered) if part is lesson_part else part(page) for part in parts]
    ), status


def _answered(task: Task, page: LessonPage) -> Answered:
    """Return what came of the answer in the posted form."""
    typed = raw_answer(posted_form())
    read = read_check(task, typed)
    if not TokenOnly().validate_on_submit():
        return Answered(task.key, read.typed, refusal=str(STALE_FORM))
    if read.problems:
        return Answered(task.key, read.typed, read.problems)
    return Answered(task.key, read.typed, result=judge(task, page.protocol, read.answer))


def try_case(course_key: str, lesson_key: str, case_key: str) -> Answer:
    """Start a practice of one case that the lesson names, or go on with it; its result leads back here."""
    authorise(READ)
    member = authorise(ATTEMPT)
    page = read_lesson(member, course_key, lesson_key)
    if page.rendered is None:
        return show_locked(page), 403
    if not TokenOnly().validate_on_submit():
        return show_lesson(page, added_parts(page), problems=(("", str(STALE_FORM)),)), 422
    named = [check.case for check in page.rendered.checks if isinstance(check, CaseCheck)]
    if page.course.practice is None or case_key not in named:
        raise NotFound(_("This lesson opens no such case. Open the lesson to see its cases."))
    with runtime().work() as work:
        started = start_single_case(
            work,
            academy_id=member.academy_id,
            learner_id=member.learner_id,
            course_key=course_key,
            quiz_key=page.course.practice,
            case_key=case_key,
            lesson_key=lesson_key,
        )
    address = flask.url_for("lms.quizzes.case", attempt_uuid=started.attempt_uuid, position=1, visit=1)
    return flask.redirect(address, 303)
