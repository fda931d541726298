"""The page on which instructors look at lessons whose values have changed."""

from __future__ import annotations

from typing import Any

import flask
from flask import request
from werkzeug.wrappers import Response

from courses.quoting.queries import lessons_to_review, review_page
from courses.quoting.service import LookedAt, note_look
from lms.academies.access import Member, authorise
from lms.core.errors import Conflict
from lms.core.forms import EmptyForm
from lms.core.web import render, runtime
from lms.core.work import Reading

REVIEW = "courses.review_values"
Answer = Response | tuple[str, int]


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the page."""
    pages = flask.Blueprint("quoting", __name__, template_folder="templates")
    address = "/instructor/lessons-to-review"
    pages.add_url_rule(address, "lessons_to_review", show_lessons)
    pages.add_url_rule(f"{address}/<course_key>/<lesson_key>", "looked_at", looked_at, methods=["POST"])
    return pages


def home_panel(reading: Reading, member: Member) -> dict[str, Any]:
    """Return what the home page tells those who may review lessons: how many wait."""
    may = member.may(REVIEW)
    waiting = lessons_to_review(reading, academy_id=member.academy_id) if may else ()
    return {"template": "lms/quoting/home_panel.html", "count": len({one.lesson_key for one in waiting})}


def show_lessons() -> str:
    """List the lessons that quote changed values, with the values as they were and as they are."""
    return _page(authorise(REVIEW), EmptyForm())


def _page(member: Member, form: EmptyForm) -> str:
    with runtime().reading() as reading:
        page = review_page(reading, academy_id=member.academy_id)
    return render("lms/quoting/lessons_to_review.html", page=page, form=form)


def looked_at(course_key: str, lesson_key: str) -> Answer:
    """Note that somebody looked at a lesson, and go back to the list."""
    member, form = authorise(REVIEW), EmptyForm()
    if not form.validate_on_submit():
        return _page(member, form), 422
    seen = LookedAt(
        course_key,
        lesson_key,
        request.form.get("lesson_revision", 0, type=int),
        request.form.get("protocol_revision", 0, type=int),
    )
    try:
        with runtime().work() as work:
            note_look(work, academy_id=member.academy_id, reviewer_id=member.learner_id, looked_at=seen)
    except Conflict as refusal:
        form.form_errors.append(str(refusal))
        return _page(member, form), refusal.status
    return flask.redirect(flask.url_for("lms.quoting.lessons_to_review"), 303)
