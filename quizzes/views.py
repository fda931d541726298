"""Pages of quizzes and attempts, and the blueprint of the slice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import flask
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.core.errors import Conflict, InvalidInput, NotAllowed
from lms.core.forms import STALE_FORM, EmptyForm
from lms.core.fragments import fragment
from lms.core.text import _
from lms.core.web import render, runtime, wants_json
from lms.core.work import Reading
from quizzes import views_instructor
from quizzes.forms import (
    AnswerForm,
    ReadAnswer,
    SubmitForm,
    posted_form,
    read_answer,
    sent_by_form,
    sent_by_tab,
)
from quizzes.grading.answers import answer_to_json
from quizzes.queries.attempts import AttemptOverview, attempt_overview, quiz_start
from quizzes.queries.case_pages import CasePage, case_page, require_result
from quizzes.rules import AttemptOverdue
from quizzes.service.answers import Acknowledgement, Place, SentAnswer, acknowledged, save_answer
from quizzes.service.attempts import Committed, commit_case, start_attempt, submit_attempt
from quizzes.service.closing import close_attempt_if_overdue
from quizzes.showing import field_problems, player
from quizzes.showing_results import result_of_case

Result = TypeVar("Result")
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
    case_address = f"{attempt_address}/cases/<int:position>"
    pages.add_url_rule(quiz_address, "quiz", quiz)
    pages.add_url_rule(quiz_address, "start", start, methods=["POST"])
    pages.add_url_rule(attempt_address, "attempt", attempt)
    pages.add_url_rule(f"{attempt_address}/submit", "submit", submit, methods=["POST"])
    pages.add_url_rule(case_address, "case", case)
    pages.add_url_rule(case_address, "commit", commit, methods=["POST"])
    pages.add_url_rule(f"{case_address}/answer", "save", save, methods=["POST"])
    pages.add_url_rule(f"{case_address}/result", "result", result)
    views_instructor.add_pages(pages)
    return pages


@contextmanager
def closing_overdue() -> Iterator[None]:
    """Close the attempt that the block finds past its deadline, then let the conflict through."""
    try:
        yield
    except AttemptOverdue as overdue:
        _close(overdue)
        raise


def _close(overdue: AttemptOverdue) -> None:
    with runtime().work() as work:
        close_attempt_if_overdue(work, attempt_uuid=overdue.attempt_uuid)


def settled(read: Callable[[Reading], Result]) -> Result:
    """Return what a page reads; an attempt found past its deadline is closed first and read again."""
    try:
        with runtime().reading() as reading:
            return read(reading)
    except AttemptOverdue as overdue:
        _close(overdue)
    with runtime().reading() as reading:
        return read(reading)


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
    return render("lms/quizzes/attempt.html", page=_overview(attempt_uuid), form=SubmitForm())


def submit(attempt_uuid: UUID) -> Response | tuple[str, int]:
    """Hand the attempt in and show its outcome; asks again while cases have no decision."""
    member, page, form = authorise(ATTEMPT), _overview(attempt_uuid), SubmitForm()
    if page.attempt.is_open and not form.validate_for(page.remaining):
        return render("lms/quizzes/attempt.html", page=page, form=form), 422
    with closing_overdue(), runtime().work() as work:
        submit_attempt(
            work, attempt_uuid=attempt_uuid, academy_id=member.academy_id, learner_id=member.learner_id
        )
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=attempt_uuid), 303)


def _place(attempt_uuid: UUID, position: int) -> Place:
    member = authorise(ATTEMPT)
    return Place(attempt_uuid, position, member.academy_id, member.learner_id)


def _page(place: Place) -> CasePage:
    return settled(
        lambda reading: case_page(
            reading,
            attempt_uuid=place.attempt_uuid,
            position=place.position,
            academy_id=place.academy_id,
            learner_id=place.learner_id,
        )
    )


def case(attempt_uuid: UUID, position: int) -> str | Response:
    """Show the case player; a case that takes no answer any more shows its result or the overview."""
    page = _page(_place(attempt_uuid, position))
    if page.takes_answers:
        return _player(page)
    if page.grade is not None:
        return flask.redirect(_result_address(attempt_uuid, position), 303)
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=attempt_uuid), 303)


def _result_address(attempt_uuid: UUID, position: int) -> str:
    return flask.url_for("lms.quizzes.result", attempt_uuid=attempt_uuid, position=position)


def _player(
    page: CasePage,
    *,
    typed: dict[str, Any] | None = None,
    errors: tuple[tuple[str, str], ...] = (),
) -> str:
    shown = player(page, typed=typed, now=runtime().now())
    parts = {"page": shown, "errors": errors}
    if typed is None and not errors:
        body = fragment("lms/quizzes/_player.html", page.made_of, **parts)
    else:
        body = Markup(render("lms/quizzes/_player.html", **parts))  # noqa: S704 - the template escaped it
    return render("lms/quizzes/case.html", page=shown, form_body=body)


def result(attempt_uuid: UUID, position: int) -> str | Response:
    """Show the result of one case, once it may be shown."""
    page = _page(_place(attempt_uuid, position))
    if page.takes_answers:
        return _to_case(attempt_uuid, position)
    return render("lms/quizzes/result.html", page=result_of_case(page, require_result(page)))


def _to_case(attempt_uuid: UUID, position: int) -> Response:
    address = flask.url_for("lms.quizzes.case", attempt_uuid=attempt_uuid, position=position)
    return flask.redirect(address, 303)


def save(attempt_uuid: UUID, position: int) -> Response | tuple[str, int]:
    """Save an answer while it is being given: JSON for scripts, a redirect for a plain form."""
    place = _place(attempt_uuid, position)
    if not AnswerForm().validate_on_submit():
        return _refused_form(place)
    if not wants_json():
        return _exit(place, read_answer(posted_form()))
    read = read_answer(posted_form())
    if read.malformed:
        message = _(
            "Nothing was saved: “%(field)s” holds something that cannot be used.", field=read.malformed[0]
        )
        raise InvalidInput(message, field=read.malformed[0])
    saved = _save(place, read, sent_by_tab(posted_form()))
    return flask.jsonify({"saved_at": saved.saved_at.isoformat(), "revision": saved.revision})


def _save(place: Place, read: ReadAnswer, sent_by: tuple[str, int]) -> Acknowledgement:
    sent = SentAnswer(answer_to_json(read.answer), *sent_by)
    with closing_overdue():
        return acknowledged(
            runtime().save_in_group(
                lambda connection, now: save_answer(connection, now, place=place, sent=sent)
            )
        )


def _refused_form(place: Place) -> Response | tuple[str, int]:
    if wants_json():
        raise NotAllowed(_("This page belongs to an earlier sign-in. Reload it; what you typed is kept."))
    page, read = _page(place), read_answer(posted_form())
    if not page.takes_answers:
        return _to_case(place.attempt_uuid, place.position)
    return _player(page, typed=read.typed, errors=(("", str(STALE_FORM)),)), 422


def _exit(place: Place, read: ReadAnswer) -> Response | tuple[str, int]:
    """Save what can be read and leave; stay on the page when something cannot be read."""
    _save(place, read, sent_by_form())
    if read.malformed:
        return _incomplete(place, read)
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=place.attempt_uuid), 303)


def commit(attempt_uuid: UUID, position: int) -> Response | tuple[str, int]:
    """Make the answer the decision on the case, or show what it still lacks."""
    place = _place(attempt_uuid, position)
    if not AnswerForm().validate_on_submit():
        return _refused_form(place)
    read = read_answer(posted_form())
    if request.form.get("intent") == "exit":
        return _exit(place, read)
    with closing_overdue(), runtime().work() as work:
        outcome = commit_case(
            work, place=place, answer=read.answer, sent_by=sent_by_form(), malformed=read.malformed
        )
    if outcome.missing or (read.malformed and not outcome.is_committed):
        return _incomplete(place, read, outcome.missing)
    return _after_commit(place, outcome)


def _incomplete(place: Place, read: ReadAnswer, missing: tuple[str, ...] = ()) -> tuple[str, int]:
    """Show the player again with what was typed, and what is missing or cannot be read."""
    page = _page(place)
    errors = field_problems(page, missing, read.malformed)
    return _player(page, typed=read.typed, errors=errors), 422


def _after_commit(place: Place, outcome: Committed) -> Response:
    """Go on to the result where it is shown at once, else to the next case or the overview."""
    if _page(place).grade is not None:
        return flask.redirect(_result_address(place.attempt_uuid, place.position), 303)
    if outcome.next_position is not None:
        return _to_case(place.attempt_uuid, outcome.next_position)
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=place.attempt_uuid), 303)
