"""Pages of quizzes and attempts, and the blueprint of the slice."""

from __future__ import annotations

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.core.errors import Conflict
from lms.core.forms import STALE_FORM, EmptyForm
from lms.core.web import render, runtime
from quizzes import (
    views_cases,
    views_instructor,
    views_marking,
    views_receipts,
    views_regrading,
    views_safety,
)
from quizzes.forms import SubmitForm
from quizzes.interaction_files import add_files
from quizzes.overdue import closing_overdue, settled
from quizzes.queries.attempts import AttemptOverview, attempt_overview, quiz_start
from quizzes.queries.regrade_notes import regrade_notes
from quizzes.service.attempts import submit_attempt
from quizzes.service.starting import start_attempt
from quizzes.showing_attempts import report_of
from quizzes.showing_regrading import NoteView, note_views

ATTEMPT = "quizzes.attempt"


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint(
        "quizzes",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/quizzes",
    )
    quiz_address, attempt_address = "/quizzes/<course_key>/<quiz_key>", "/attempts/<uuid:attempt_uuid>"
    pages.add_url_rule(quiz_address, "quiz", quiz)
    pages.add_url_rule(quiz_address, "start", start, methods=["POST"])
    pages.add_url_rule(attempt_address, "attempt", attempt)
    pages.add_url_rule(f"{attempt_address}/submit", "submit", submit, methods=["POST"])
    views_cases.add_pages(pages, attempt_address)
    views_receipts.add_pages(pages, attempt_address)
    views_safety.add_pages(pages, attempt_address)
    views_instructor.add_pages(pages)
    views_regrading.add_pages(pages)
    views_marking.add_pages(pages)
    add_files(pages)
    return pages


def quiz(course_key: str, quiz_key: str) -> str:
    """Show what a quiz asks for, the attempts made, and the button that starts or resumes one."""
    return _quiz_page(course_key, quiz_key)


def _quiz_page(course_key: str, quiz_key: str, *, refusal: str = "") -> str:
    member = authorise(ATTEMPT)
    page = settled(
        lambda reading: quiz_start(
            reading,
            academy_id=member.academy_id,
            learner_id=member.learner_id,
            course_key=course_key,
            quiz_key=quiz_key,
        )
    )
    return render("lms/quizzes/quiz.html", page=page, form=EmptyForm(), refusal=refusal)


def start(course_key: str, quiz_key: str) -> Response | tuple[str, int]:
    """Start an attempt or resume the open one, and go to it."""
    member = authorise(ATTEMPT)
    if not EmptyForm().validate_on_submit():
        return _quiz_page(course_key, quiz_key, refusal=str(STALE_FORM)), 422
    try:
        with runtime().work() as work:
            started = start_attempt(
                work,
                academy_id=member.academy_id,
                learner_id=member.learner_id,
                course_key=course_key,
                quiz_key=quiz_key,
            )
    except Conflict as refusal:
        return _quiz_page(course_key, quiz_key, refusal=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=started.attempt_uuid), 303)


def _overview(attempt_uuid: UUID) -> AttemptOverview:
    member = authorise(ATTEMPT)
    return settled(
        lambda reading: attempt_overview(
            reading, attempt_uuid=attempt_uuid, academy_id=member.academy_id, learner_id=member.learner_id
        )
    )


def attempt(attempt_uuid: UUID) -> str:
    """Show an attempt: its cases and what is decided, or its outcome once it is closed."""
    return _attempt_page(_overview(attempt_uuid), SubmitForm())


def _attempt_page(page: AttemptOverview, form: SubmitForm) -> str:
    return render(
        "lms/quizzes/attempt.html",
        page=page,
        form=form,
        report=report_of(page),
        regrades=_regrades(page),
    )


def _regrades(page: AttemptOverview) -> tuple[NoteView, ...]:
    """Return what regradings did to the attempt; one that is open was never graded."""
    if page.attempt.is_open:
        return ()
    member = authorise(ATTEMPT)
    with runtime().glance() as reading:
        return note_views(
            regrade_notes(reading, academy_id=member.academy_id, attempt_uuid=page.attempt.uuid)
        )


def submit(attempt_uuid: UUID) -> Response | tuple[str, int]:
    """Hand the attempt in and show its outcome; asks again while cases have no decision."""
    member, page, form = authorise(ATTEMPT), _overview(attempt_uuid), SubmitForm()
    if page.attempt.is_open and not form.validate_for(page.remaining):
        return _attempt_page(page, form), 422
    with closing_overdue(), runtime().work() as work:
        submit_attempt(
            work, attempt_uuid=attempt_uuid, academy_id=member.academy_id, learner_id=member.learner_id
        )
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=attempt_uuid), 303)
