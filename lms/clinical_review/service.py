"""Signing an edition of a course, and taking a signature back."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.clinical_review.models import ClinicalSignature
from lms.clinical_review.queries import documents_of
from lms.clinical_review.rules import (
    LONGEST_CREDENTIALS,
    LONGEST_NAME,
    LONGEST_TEXT,
    Words,
    edition_of,
    require_text,
)
from lms.core.errors import Conflict, InvalidInput, NotFound
from lms.core.text import _
from lms.core.work import Work


def sign(
    work: Work,
    *,
    academy_id: int,
    course_key: str,
    reviewer_id: int,
    edition: str,
    words: Words,
) -> None:
    """Sign an edition of a course.

    Raises `Conflict` when something else is published by now or the person has signed it already,
    `InvalidInput` with the field, `NotFound` for an unknown course.
    """
    documents = documents_of(work, academy_id=academy_id, course_key=course_key)
    if edition_of(documents) != edition:
        raise Conflict(_("The course has changed since you opened this page. Read what changed, then sign."))
    if len(words.comment) > LONGEST_TEXT:
        message = _("Keep it under %(number)s characters.", number=LONGEST_TEXT)
        raise InvalidInput(message, field="comment")
    signature = ClinicalSignature(
        academy_id=academy_id,
        course_key=course_key,
        edition=edition,
        documents=[list(one) for one in documents],
        reviewer_id=reviewer_id,
        name=require_text("name", words.name, LONGEST_NAME),
        credentials=require_text("credentials", words.credentials, LONGEST_CREDENTIALS),
        statement=words.statement,
        comment=words.comment.strip(),
        signed_at=work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(signature)
    except IntegrityError:
        raise Conflict(_("You have signed this edition already.")) from None


def withdraw(work: Work, *, academy_id: int, reviewer_id: int, signature_uuid: UUID, reason: str) -> str:
    """Take one's own signature back with a reason, and return the key of its course.

    Raises `NotFound` for any other signature, `Conflict` when it was taken back before, `InvalidInput`.
    """
    mine = (
        sa.select(ClinicalSignature)
        .where(
            ClinicalSignature.uuid == signature_uuid,
            ClinicalSignature.academy_id == academy_id,
            ClinicalSignature.reviewer_id == reviewer_id,
        )
        .with_for_update()
    )
    signature = work.session.scalar(mine)
    if signature is None:
        raise NotFound(_("There is no such signature of yours."))
    if signature.withdrawn_at is not None:
        raise Conflict(_("This signature was taken back before."))
    signature.withdrawal_reason = require_text("reason", reason, LONGEST_TEXT)
    signature.withdrawn_at = work.now
    return signature.course_key
