"""Pages of one visit of a case: the player, saving, the review before a decision of an exam, the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import flask
from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.core.errors import InvalidInput, NotAllowed
from lms.core.forms import STALE_FORM
from lms.core.fragments import fragment
from lms.core.text import _
from lms.core.web import render, runtime, wants_json
from quizzes.forms import (
    AnswerForm,
    ReadAnswer,
    ReviewForm,
    posted_form,
    raw_answer,
    read_leniently,
    read_strictly,
    sent_by_form,
    sent_by_tab,
)
from quizzes.grading.answers import VisitAnswer, answer_to_json
from quizzes.interaction_files import SCRIPT, STYLE, addresses_of
from quizzes.overdue import closing_overdue, settled
from quizzes.queries.case_pages import CasePage, case_page, require_result
from quizzes.queries.marks import StandingMark, marks_at
from quizzes.queries.places import Asked, asked_again, asked_at
from quizzes.rules import Place, VisitPlace
from quizzes.service.answers import Acknowledgement, SentAnswer, acknowledged, save_answer
from quizzes.service.attempts import Decided, commit_reviewed, decide_visit
from quizzes.showing import field_problems, player
from quizzes.showing_answers import review_of
from quizzes.showing_results import NO_MARKS, result_of_case

ATTEMPT = "quizzes.attempt"
Answer = Response | tuple[str, int]


def add_pages(pages: flask.Blueprint, attempt_address: str) -> None:
    """Add the pages of a visit; the first visit of a case has the address of the case itself."""
    case_address = f"{attempt_address}/cases/<int(max=2147483647):position>"
    rules = (
        ("", "case", case, "GET"),
        ("", "commit", commit, "POST"),
        ("/answer", "save", save, "POST"),
        ("/review", "review", review, "GET"),
        ("/review", "commit_reviewed", commit_after_review, "POST"),
        ("/result", "result", result, "GET"),
    )
    for suffix, endpoint, view, method in rules:
        pages.add_url_rule(f"{case_address}{suffix}", endpoint, view, methods=[method], defaults={"visit": 1})
        pages.add_url_rule(
            f"{case_address}/visits/<int(max=2147483647):visit>{suffix}", endpoint, view, methods=[method]
        )


def _place(attempt_uuid: UUID, position: int, visit: int) -> Place:
    member = authorise(ATTEMPT)
    return Place(attempt_uuid, position, member.academy_id, member.learner_id, visit)


def _page(place: Place) -> CasePage:
    return settled(lambda reading: case_page(reading, place=place))


def _asked(place: Place) -> Asked:
    """Return what the place asks for; only the first time in a process it costs a statement."""
    asked = asked_again(runtime().documents, place)
    if asked is not None:
        return asked
    with runtime().reading() as reading:
        return asked_at(reading, place)


def _go_to(endpoint: str, place: Place) -> Response:
    address = flask.url_for(
        f"lms.quizzes.{endpoint}",
        attempt_uuid=place.attempt_uuid,
        position=place.position,
        visit=place.visit,
    )
    return flask.redirect(address, 303)


def _to_attempt(place: Place) -> Response:
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=place.attempt_uuid), 303)


def case(attempt_uuid: UUID, position: int, visit: int) -> str | Response:
    """Show the case player; a visit that takes no answer any more shows its result or the overview."""
    place = _place(attempt_uuid, position, visit)
    page = _page(place)
    return _player(page) if page.takes_answers else _past(place, page)


def _past(place: Place, page: CasePage) -> Response:
    """Lead away from a visit that is decided or closed."""
    return _to_attempt(place) if page.grade is None else _go_to("result", place)


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
    tasks = page.visit.tasks
    return render(
        "lms/quizzes/case.html",
        page=shown,
        form_body=body,
        styles=addresses_of(tasks, STYLE),
        scripts=addresses_of(tasks, SCRIPT),
    )


def result(attempt_uuid: UUID, position: int, visit: int) -> str | Response:
    """Show the result of one visit, once it may be shown."""
    place = _place(attempt_uuid, position, visit)
    page = _page(place)
    if page.takes_answers:
        return _go_to("case", place)
    grade = require_result(page)
    return render("lms/quizzes/result.html", page=result_of_case(page, grade, _marks(place, page)))


def _marks(place: Place, page: CasePage) -> Mapping[str, StandingMark]:
    """Return what people gave; it is asked only where a question is marked by people."""
    if not any(task.interaction.rubric(task) for task in page.visit.tasks):
        return NO_MARKS
    with runtime().glance() as reading:
        return marks_at(
            reading,
            academy_id=place.academy_id,
            attempt_uuid=place.attempt_uuid,
            position=place.position,
            visit=place.visit,
        )


def save(attempt_uuid: UUID, position: int, visit: int) -> Answer:
    """Save an answer while it is being given: JSON for scripts, a redirect for a plain form."""
    place = _place(attempt_uuid, position, visit)
    if not AnswerForm().validate_on_submit():
        return _refused_form(place)
    asked = _asked(place)
    if not wants_json():
        return _exit(place, asked, read_leniently(posted_form(), asked))
    try:
        answer = read_strictly(posted_form(), asked)
    except InvalidInput as error:
        message = _("Nothing was saved, because of “%(field)s”. %(reason)s", field=error.field, reason=error)
        raise InvalidInput(message, field=error.field) from error
    saved = _save(place, asked, answer, sent_by_tab(posted_form()))
    return flask.jsonify({"saved_at": saved.saved_at.isoformat(), "revision": saved.revision})


def _save(place: Place, asked: Asked, answer: VisitAnswer, sent_by: tuple[str, int]) -> Acknowledgement:
    sent = SentAnswer(answer_to_json(asked.visit, answer), *sent_by)
    with closing_overdue():
        return acknowledged(
            runtime().save_in_group(
                lambda connection, now: save_answer(connection, now, place=place, sent=sent)
            )
        )


def _refused_form(place: Place) -> Answer:
    """Give a form without a token of this session back with what was typed."""
    if wants_json():
        raise NotAllowed(_("This page belongs to an earlier sign-in. Reload it; what you typed is kept."))
    page = _page(place)
    if not page.takes_answers:
        return _past(place, page)
    return _player(page, typed=raw_answer(posted_form()), errors=(("", str(STALE_FORM)),)), 422


def _exit(place: Place, asked: Asked, read: ReadAnswer) -> Answer:
    """Save what can be read and leave; stay on the page when something cannot be read."""
    _save(place, asked, read.answer, sent_by_form())
    return _incomplete(place, read) if read.malformed else _to_attempt(place)


def commit(attempt_uuid: UUID, position: int, visit: int) -> Answer:
    """Make the answer the decision on the visit, in an exam by way of its review, or show what it lacks."""
    place = _place(attempt_uuid, position, visit)
    if not AnswerForm().validate_on_submit():
        return _refused_form(place)
    asked = _asked(place)
    read = read_leniently(posted_form(), asked)
    if request.form.get("intent") == "exit":
        return _exit(place, asked, read)
    with closing_overdue(), runtime().work() as work:
        decided = decide_visit(
            work, place=place, answer=read.answer, sent_by=sent_by_form(), malformed=read.malformed
        )
    if decided.is_committed:
        return _after_commit(place, decided)
    return _go_to("review", place) if decided.needs_review else _incomplete(place, read, decided.missing)


def _incomplete(place: Place, read: ReadAnswer, missing: tuple[str, ...] = ()) -> Answer:
    """Show the player again with what was typed, and what is missing or cannot be read."""
    page = _page(place)
    errors = field_problems(page, missing, read.malformed)
    return _player(page, typed=read.typed, errors=errors), 422


def review(attempt_uuid: UUID, position: int, visit: int) -> str | Response:
    """Show the saved answer once more before it is final: the same page in an exam, whatever the answer."""
    place = _place(attempt_uuid, position, visit)
    page = _page(place)
    if not page.takes_answers:
        return _past(place, page)
    if page.missing or not page.reviews_decision:
        return _go_to("case", place)
    return _review_page(page)


def _review_page(page: CasePage, error: str = "") -> str:
    errors = (("", error),) if error else ()
    return render("lms/quizzes/review.html", page=review_of(page), form=ReviewForm(), errors=errors)


def commit_after_review(attempt_uuid: UUID, position: int, visit: int) -> Answer:
    """Make the answer that was reviewed the decision; one that changed meanwhile is shown again first."""
    place, form = _place(attempt_uuid, position, visit), ReviewForm()
    if not form.validate_on_submit():
        page = _page(place)
        return (_review_page(page, str(STALE_FORM)), 422) if page.takes_answers else _past(place, page)
    with closing_overdue(), runtime().work() as work:
        decided = commit_reviewed(work, place=place, revision=form.read_revision)
    if decided.is_committed:
        return _after_commit(place, decided)
    if not decided.needs_review:
        return _go_to("case", place)
    changed = _(
        "The answer has changed since you read it here. Read it once more, then submit your decision."
    )
    return _review_page(_page(place), changed), 409


def _after_commit(place: Place, decided: Decided) -> Response:
    """Go on to the result where it is shown at once, else to what waits next, or to the overview."""
    if _page(place).grade is not None:
        return _go_to("result", place)
    return _to_attempt(place) if decided.next_place is None else _go_on(place, decided.next_place)


def _go_on(place: Place, to: VisitPlace) -> Response:
    return _go_to(
        "case", Place(place.attempt_uuid, to.position, place.academy_id, place.learner_id, to.visit)
    )
