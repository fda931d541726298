"""Receipts as files: a text for people and JSON for programs, both with a digest that binds every answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lms.core.text import _, ngettext, reader_of
from quizzes.queries.receipts import Receipt, SavedAnswer
from quizzes.showing_answers import answer_in_words

DIGEST_RULE = (
    "SHA-256 of the answers in the order of cases, visits and saves: each as one line of JSON in UTF-8, with "
    "sorted keys, without spaces between them, and ended by a line feed."
)


def answer_lines(receipt: Receipt) -> tuple[str, ...]:
    """Return every saved answer as one line of JSON; the digest of the receipt is of these lines."""
    return tuple(
        json.dumps(_as_data(receipt, answer), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for answer in receipt.answers
    )


def digest_of(lines: tuple[str, ...]) -> str:
    """Return the SHA-256 of lines, each ended by a line feed, in hexadecimal digits."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Return the receipt as JSON values; moments are ISO 8601 in UTC."""
    return {
        "attempt": str(receipt.attempt.uuid),
        "number": receipt.attempt.number,
        "quiz": receipt.quiz_title,
        "learner": receipt.learner.name,
        "region": _region(receipt),
        "state": receipt.attempt.state.value,
        "started_at": _iso(receipt.attempt.started_at),
        "closed_at": None if receipt.attempt.submitted_at is None else _iso(receipt.attempt.submitted_at),
        "made_at": _iso(receipt.made_at),
        "answers": [_as_data(receipt, answer) for answer in receipt.answers],
        "decisions": [
            {"case": one.position, "visit": one.visit_number, "decided_at": _iso(one.committed_at)}
            for one in receipt.visits
            if one.committed_at is not None
        ],
        "sha256": digest_of(answer_lines(receipt)),
        "sha256_of": DIGEST_RULE,
    }


def _region(receipt: Receipt) -> dict[str, Any] | None:
    """Return the region that the attempt was started in, with its limits in millimetres, or None."""
    if receipt.region is None:
        return None
    limits = receipt.region.limits
    return {
        "key": limits.key,
        "name": limits.name,
        "licence_maximum_mm": limits.licence_maximum_mm,
        "device_maximum_mm": limits.device_maximum_mm,
    }


def _as_data(receipt: Receipt, answer: SavedAnswer) -> dict[str, Any]:
    return {
        "attempt": str(receipt.attempt.uuid),
        "case": answer.position,
        "visit": answer.visit,
        "sequence": answer.sequence,
        "saved_at": _iso(answer.saved_at),
        "answer": dict(answer.answer),
    }


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt as plain text, with moments in UTC and in the time zone of the learner."""
    zone = reader_of(receipt.learner.locale, receipt.learner.time_zone).time_zone
    return "\n".join((*_head(receipt, zone), *_body(receipt, zone), *_foot(receipt))) + "\n"


def _head(receipt: Receipt, zone: ZoneInfo) -> Iterator[str]:
    attempt = receipt.attempt
    yield _("Receipt of saved answers")
    yield ""
    yield _("Learner: %(name)s", name=receipt.learner.name)
    yield _("Quiz: %(title)s, attempt %(number)s", title=receipt.quiz_title, number=attempt.number)
    yield _("Attempt: %(uuid)s", uuid=attempt.uuid)
    if receipt.region is not None:
        yield _("Region: %(region)s", region=receipt.region.name)
    yield _("Started: %(moment)s", moment=_moment(attempt.started_at, zone))
    if attempt.submitted_at is not None:
        yield _("Closed: %(moment)s", moment=_moment(attempt.submitted_at, zone))
    yield _("This receipt was made: %(moment)s", moment=_moment(receipt.made_at, zone))


def _body(receipt: Receipt, zone: ZoneInfo) -> Iterator[str]:
    for visit in receipt.visits:
        yield ""
        yield _("Case %(position)s, visit %(visit)s", position=visit.position, visit=visit.visit_number)
        if not visit.answers:
            yield "  " + _("No answer was saved.")
        for answer in visit.answers:
            moment = _moment(answer.saved_at, zone)
            yield "  " + _("%(number)s. Saved %(moment)s", number=answer.sequence, moment=moment)
            yield from (
                f"     {label}: {words}"
                for label, words in answer_in_words(visit.visit, visit.protocol, answer.answer)
            )
        if visit.committed_at is not None:
            yield "  " + _("Decision submitted %(moment)s", moment=_moment(visit.committed_at, zone))


def _foot(receipt: Receipt) -> Iterator[str]:
    lines = answer_lines(receipt)
    yield ""
    yield ngettext("%(number)s saved answer", "%(number)s saved answers", len(lines))
    yield f"SHA-256: {digest_of(lines)}"
    yield _("The digest is that of receipt.json, which says how it is computed.")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as ISO 8601 in UTC and, in another zone, as the learner's clock showed it."""
    local = moment.astimezone(zone)
    if zone.key == "UTC":
        return _iso(moment)
    return _(
        "%(utc)s (%(local)s in %(zone)s)",
        utc=_iso(moment),
        local=local.isoformat(sep=" ", timespec="seconds"),
        zone=zone.key,
    )
