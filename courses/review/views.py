"""Pages of spaced review: one card at a time, its answer, mini-cases, and what was confirmed when."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import flask
from flask import request
from werkzeug.wrappers import Response

from courses.queries.shelf import shelf_of
from courses.queries.standing import standing_in
from courses.review.queries.confirmations import contraindications, learner_contraindications
from courses.review.queries.decks import home_review
from courses.review.queries.page import AskedCard, ReviewPage, answered_page, review_page
from courses.review.service.answering import Turn, answer_card, note_showing
from courses.review.service.decks import fill_deck
from courses.review.service.mini_cases import start_mini_case
from lms.academies.access import Member, authorise
from lms.core.assets import static_url
from lms.core.errors import Conflict, InvalidInput, Unavailable
from lms.core.forms import STALE_FORM, TokenOnly
from lms.core.text import current_reader
from lms.core.web import render, runtime
from lms.core.work import Reading

REVIEW = "courses.read"
SEE_LEARNERS = "quizzes.see_attempts"
_STATIC = Path(__file__).parent / "static" / "lms"
_YEAR_SECONDS = 365 * 24 * 3600
_LARGEST = 2_147_483_647
"""What a number of a row can be at most: more is a forged form."""


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint(
        "review",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/review",
    )
    pages.add_url_rule("/review", "review", review)
    pages.add_url_rule("/review", "answer", answer, methods=["POST"])
    pages.add_url_rule("/review/answers/<uuid:answer_uuid>", "answered", answered)
    pages.add_url_rule("/review/contraindications", "contraindications", own_contraindications)
    pages.add_url_rule("/review/mini-cases/<course_key>", "mini_case", mini_case, methods=["POST"])
    pages.add_url_rule(
        "/instructor/learners/<uuid:learner_uuid>/contraindications",
        "learner_contraindications",
        contraindications_of_learner,
    )
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    return pages


def review_asset(name: str) -> str:
    """Return the address of a stylesheet of this slice; the digest of its bytes is in the query."""
    return static_url("lms.review.static", _STATIC, name)


def home_panel(reading: Reading, member: Member) -> dict[str, Any]:
    """Return what the home page shows of review: a template and its context."""
    review = home_review(reading, **_mine(member), time_zone=current_reader().time_zone)
    return {"template": "lms/review/home_panel.html", "review": review, "comes_first": True}


def review() -> str:
    """Show the card that is due, or what comes when."""
    return _review_page(authorise(REVIEW))


def _mine(member: Member) -> dict[str, int]:
    return {"academy_id": member.academy_id, "learner_id": member.learner_id}


def _read(member: Member) -> ReviewPage:
    with runtime().reading() as reading:
        return review_page(reading, **_mine(member), time_zone=current_reader().time_zone)


def _review_page(member: Member, *, problem: str = "") -> str:
    page = _read(member)
    if page.unfilled:
        _fill(member, page.unfilled)
        page = _read(member)
    if page.asked is not None and page.asked.must_note:
        _note(member, page.asked)
    return render("lms/review/review.html", page=page, problem=problem, review_asset=review_asset)


def _fill(member: Member, course_keys: tuple[str, ...]) -> None:
    """Let cards in that lessons done earlier bring now; a busy database leaves them for the next time."""
    with suppress(Unavailable), runtime().work() as work:
        for course_key in course_keys:
            standing = standing_in(work, **_mine(member), course_key=course_key)
            if standing is not None:
                shelf = shelf_of(work, academy_id=member.academy_id, course_key=course_key)
                fill_deck(work, shelf, learner_id=member.learner_id, done=standing.done)


def _note(member: Member, asked: AskedCard) -> None:
    """Note that a card is shown; if that cannot be done in time, its answer counts without a time."""
    turn = Turn(**_mine(member), card_id=asked.card_id, number=asked.turn)
    with suppress(Unavailable), runtime().work() as work:
        note_showing(work, turn, revision_id=asked.revision_id)


def answer() -> Response | tuple[str, int]:
    """Mark an answer and show it; without one, or with a stale page, the card comes back."""
    member = authorise(REVIEW)
    if not TokenOnly().validate_on_submit():
        return _review_page(member, problem=str(STALE_FORM)), 422
    turn = Turn(**_mine(member), card_id=_number("card"), number=_number("turn"))
    try:
        with runtime().work() as work:
            given = answer_card(work, turn, chosen=request.form.get("answer", ""))
    except (InvalidInput, Conflict) as refusal:
        return _review_page(member, problem=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.review.answered", answer_uuid=given, _anchor="result"), 303)


def _number(field: str) -> int:
    """Return a number that the form carries, 0 for anything that is none: there is no such card."""
    typed = request.form.get(field, "")
    number = int(typed) if typed.isascii() and typed.isdigit() else 0
    return min(number, _LARGEST)


def answered(answer_uuid: UUID) -> str:
    """Show an answer that was given: whether it was right, why, and by what sources."""
    member = authorise(REVIEW)
    with runtime().reading() as reading:
        page = answered_page(
            reading, **_mine(member), answer_uuid=answer_uuid, time_zone=current_reader().time_zone
        )
    return render("lms/review/answered.html", page=page, review_asset=review_asset)


def mini_case(course_key: str) -> Response | tuple[str, int]:
    """Open the mini-case that is due and go to it."""
    member = authorise("quizzes.attempt")
    if not TokenOnly().validate_on_submit():
        return _review_page(member, problem=str(STALE_FORM)), 422
    try:
        with runtime().work() as work:
            attempt_uuid = start_mini_case(work, **_mine(member), course_key=course_key)
    except Conflict as refusal:
        return _review_page(member, problem=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=attempt_uuid), 303)


def own_contraindications() -> str:
    """Show when the learner last decided each contraindication rightly."""
    member = authorise(REVIEW)
    with runtime().reading() as reading:
        courses = contraindications(reading, **_mine(member))
    return render("lms/review/contraindications.html", courses=courses, learner=None)


def contraindications_of_learner(learner_uuid: UUID) -> str:
    """Show the same of a learner, to those who see attempts."""
    member = authorise(SEE_LEARNERS)
    with runtime().reading() as reading:
        page = learner_contraindications(reading, academy_id=member.academy_id, learner_uuid=learner_uuid)
    return render("lms/review/contraindications.html", courses=page.courses, learner=page.learner)
