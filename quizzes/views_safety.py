"""Pages after an exam that failed on safety alone: what went wrong, the practice, the safety form."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.core.errors import Conflict
from lms.core.forms import STALE_FORM, EmptyForm
from lms.core.web import render, runtime
from quizzes.overdue import settled
from quizzes.queries.remediation import safety_page
from quizzes.service.remediation import start_remediation, start_safety_form
from quizzes.service.starting import Started
from quizzes.showing_safety import safety_view

ATTEMPT = "quizzes.attempt"
Start = Callable[..., Started]


def add_pages(pages: flask.Blueprint, attempt_address: str) -> None:
    """Add the page and its two buttons."""
    address = f"{attempt_address}/safety"
    pages.add_url_rule(address, "safety", safety)
    pages.add_url_rule(f"{address}/remediation", "remediation", remediation, methods=["POST"])
    pages.add_url_rule(f"{address}/form", "safety_form", safety_form, methods=["POST"])


def safety(attempt_uuid: UUID) -> str:
    """Show which rules were broken, why they matter, and the next step."""
    return _page(attempt_uuid)


def _page(attempt_uuid: UUID, *, refusal: str = "") -> str:
    member = authorise(ATTEMPT)
    page = settled(
        lambda reading: safety_page(
            reading, attempt_uuid=attempt_uuid, academy_id=member.academy_id, learner_id=member.learner_id
        )
    )
    return render("lms/quizzes/safety.html", page=safety_view(page), form=EmptyForm(), refusal=refusal)


def remediation(attempt_uuid: UUID) -> Response | tuple[str, int]:
    """Start or resume the round of practice."""
    return _start(attempt_uuid, start_remediation)


def safety_form(attempt_uuid: UUID) -> Response | tuple[str, int]:
    """Start or resume the safety form."""
    return _start(attempt_uuid, start_safety_form)


def _start(attempt_uuid: UUID, start: Start) -> Response | tuple[str, int]:
    member = authorise(ATTEMPT)
    if not EmptyForm().validate_on_submit():
        return _page(attempt_uuid, refusal=str(STALE_FORM)), 422
    try:
        with runtime().work() as work:
            started = start(
                work,
                attempt_uuid=attempt_uuid,
                academy_id=member.academy_id,
                learner_id=member.learner_id,
            )
    except Conflict as refusal:
        return _page(attempt_uuid, refusal=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.quizzes.attempt", attempt_uuid=started.attempt_uuid), 303)
