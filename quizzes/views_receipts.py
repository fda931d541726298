"""Receipts to download: for the learner whose attempt it is, and for those who may see attempts."""

from __future__ import annotations

import json
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.core.web import runtime
from quizzes.overdue import settled
from quizzes.queries.receipts import Receipt, own_receipt, receipt_of
from quizzes.receipts import receipt_data, receipt_text

ATTEMPT = "quizzes.attempt"
SEE_ATTEMPTS = "quizzes.see_attempts"


def add_pages(pages: flask.Blueprint, attempt_address: str) -> None:
    """Add the receipts: `receipt.txt` for people, `receipt.json` for programs."""
    for address, endpoint, view in (
        (f"{attempt_address}/receipt", "receipt", receipt),
        (f"/instructor{attempt_address}/receipt", "instructor_receipt", instructor_receipt),
    ):
        pages.add_url_rule(f"{address}.txt", endpoint, view, defaults={"form": "txt"})
        pages.add_url_rule(f"{address}.json", f"{endpoint}_json", view, defaults={"form": "json"})


def receipt(attempt_uuid: UUID, form: str) -> Response:
    """Send the receipt of one's own attempt."""
    member = authorise(ATTEMPT)
    found = settled(
        lambda reading: own_receipt(
            reading, attempt_uuid=attempt_uuid, academy_id=member.academy_id, learner_id=member.learner_id
        )
    )
    return _file(found, form)


def instructor_receipt(attempt_uuid: UUID, form: str) -> Response:
    """Send the receipt of anybody's attempt in the academy."""
    member = authorise(SEE_ATTEMPTS)
    with runtime().reading() as reading:
        found = receipt_of(reading, attempt_uuid=attempt_uuid, academy_id=member.academy_id)
    return _file(found, form)


def _file(found: Receipt, form: str) -> Response:
    if form == "json":
        body, kind = json.dumps(receipt_data(found), ensure_ascii=False, indent=2), "application/json"
    else:
        body, kind = receipt_text(found), "text/plain; charset=utf-8"
    name = f"receipt-{found.attempt.quiz_key}-{found.attempt.number}.{form}"
    answer = flask.Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
