"""Issuing: once for each enrolment, frozen byte for byte."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from courses.content.course import Course
from courses.events import CourseCompleted
from lms.accounts.queries import Contact, contact
from lms.certificates.badge import Award, build_credential, clean_text
from lms.certificates.events import CertificateIssued
from lms.certificates.models import Certificate
from lms.certificates.number import new_number
from lms.certificates.rules import BAND, criteria_text, expiry_of, learning_text
from lms.certificates.service.office import Office, office_of
from lms.certificates.service.status import allocate_place
from lms.certificates.status_list import Purpose
from lms.core.identifiers import new_uuid
from lms.core.mail import MAIL, mail_payload
from lms.core.work import Work
from lms.publishing.queries import Published, published, revision, revisions
from quizzes.queries.statements import WHOLE
from quizzes.quiz_document import Quiz

LANGUAGE = "en"
"""The language of the course texts and of what is signed."""
MAIL_TEMPLATE = "lms/certificates/mail/issued.txt"

Document = TypeVar("Document")
_ACADEMIES = sa.table("lms_academy", sa.column("id"))


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What a certificate rests on: the course as it was taken, its assessment and its protocol."""

    course: Course
    course_revision: int
    pass_mark_percent: float
    protocol: str


def on_course_completed(work: Work, event: CourseCompleted) -> None:
    """Issue the certificate of a completed course; a repeated event changes nothing."""
    issue_certificate(work, event)


def issue_certificate(work: Work, event: CourseCompleted) -> str:
    """Issue the certificate of a completed course and return its number.

    A second call for the same enrolment returns the number of the first and changes nothing. Raises
    `KeysUnreadableError` when nothing can be signed.
    """
    # One issue at a time in an academy, so that two of them never pick the same place on a list.
    work.session.execute(
        sa.select(_ACADEMIES.c.id).where(_ACADEMIES.c.id == event.academy_id).with_for_update()
    )
    known = work.session.scalar(
        sa.select(Certificate.number).where(Certificate.enrolment_uuid == event.enrolment_uuid)
    )
    if known is not None:
        return known
    holder = contact(work, learner_id=event.learner_id)
    award = _award(event, holder, _grounds(work, event), office_of(work))
    certificate = _store(work, event, award)
    work.publish(
        CertificateIssued(
            number=certificate.number,
            academy_id=event.academy_id,
            learner_id=event.learner_id,
            enrolment_uuid=event.enrolment_uuid,
            issued_at=certificate.issued_at,
            expires_at=certificate.expires_at,
        )
    )
    _enqueue_mail(work, holder, certificate)
    return certificate.number


def _grounds(work: Work, event: CourseCompleted) -> _Grounds:
    taken = revision(work, revision_id=event.course_revision_id)
    course = _document(taken, Course)
    quiz, protocols = _assessed_by(work, event, course)
    return _Grounds(
        course=course,
        course_revision=taken.number,
        pass_mark_percent=_document(quiz, Quiz).pass_mark_percent,
        protocol=", ".join(f"{one.key}@{one.number}" for one in protocols),
    )


def _assessed_by(
    work: Work, event: CourseCompleted, course: Course
) -> tuple[Published, tuple[Published, ...]]:
    """Return the revisions of quiz and protocol that decided: those the attempt was pinned to.

    An assessment taken elsewhere left no attempt here; the newest revisions stand for it.
    """
    rows = work.connection.execute(
        WHOLE, {"attempt_uuid": event.attempt_uuid, "academy_id": event.academy_id}
    ).all()
    if not rows:
        quiz = published(work, academy_id=event.academy_id, kind="quiz", key=course.assessment)
        return quiz, (published(work, academy_id=event.academy_id, kind="protocol", key=course.protocol),)
    quiz_id, protocol_ids = rows[0].quiz_revision_id, sorted({row.protocol_revision_id for row in rows})
    found = revisions(work, revision_ids=(quiz_id, *protocol_ids))
    return found[quiz_id], tuple(found[protocol_id] for protocol_id in protocol_ids)


def _document(found: Published, shape: type[Document]) -> Document:
    if not isinstance(found.document, shape):
        raise TypeError(f"Revision {found.revision_id} is a {found.kind}, not a {shape.__name__}.")
    return found.document


def _award(event: CourseCompleted, holder: Contact, grounds: _Grounds, office: Office) -> Award:
    course, number = grounds.course, str(new_number())
    issued_at = event.completed_at.replace(microsecond=0)
    address = f"{office.public_url}/check/{number}" if office.public_url else f"urn:uuid:{new_uuid()}"
    return Award(
        number=number,
        credential_id=address,
        holder_name=holder.name,
        holder_email=holder.email,
        salt=secrets.token_hex(16),
        title=course.certificate.title,
        summary=course.summary,
        criteria=criteria_text(pass_mark_percent=grounds.pass_mark_percent, scope=course.scope_statement),
        course_key=course.key,
        course_revision=grounds.course_revision,
        protocol=grounds.protocol,
        language=LANGUAGE,
        learning=learning_text(course.certificate.hours),
        credit=course.certificate.credit,
        assessment=f"Final assessment on written cases, passed on {issued_at:%d %B %Y}.".replace(
            "on 0", "on "
        ),
        band=BAND,
        issued_at=issued_at,
        expires_at=expiry_of(issued_at, course.certificate.validity_months),
    )


def _store(work: Work, event: CourseCompleted, award: Award) -> Certificate:
    office = office_of(work)
    issuer = office.issuer()
    certificate = Certificate(
        uuid=_uuid_of(award.credential_id),
        academy_id=event.academy_id,
        learner_id=event.learner_id,
        enrolment_uuid=event.enrolment_uuid,
        number=award.number,
        holder_name=clean_text(award.holder_name),
        title=clean_text(award.title),
        course=f"{award.course_key}@{award.course_revision}",
        issuer_id=issuer.id,
        issued_at=award.issued_at,
        expires_at=award.expires_at,
        credential=b"",
        digest="",
    )
    work.session.add(certificate)
    work.session.flush()
    places = [
        allocate_place(work, academy_id=event.academy_id, purpose=purpose, certificate_id=certificate.id)
        for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
    ]
    credential = build_credential(issuer, award, places)
    certificate.credential = office.sign(credential, issuer_id=issuer.id, now=work.now)
    certificate.digest = hashlib.sha256(certificate.credential).hexdigest()
    work.session.flush()
    return certificate


def _uuid_of(credential_id: str) -> UUID:
    return UUID(credential_id) if credential_id.startswith("urn:uuid:") else new_uuid()


def _enqueue_mail(work: Work, holder: Contact, certificate: Certificate) -> None:
    if not holder.email:
        return
    public_url = office_of(work).public_url
    context = {
        "name": holder.name,
        "title": certificate.title,
        "number": certificate.number,
        "check_url": f"{public_url}/check/{certificate.number}" if public_url else "",
    }
    work.enqueue(
        MAIL,
        mail_payload(
            to=holder.email,
            template=MAIL_TEMPLATE,
            context=context,
            locale=holder.locale,
            time_zone=holder.time_zone,
        ),
    )
