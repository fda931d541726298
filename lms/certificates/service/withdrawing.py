"""Withdrawing for good, setting aside for a while, and taking back: register and status list together."""

from __future__ import annotations

import sqlalchemy as sa

from lms.certificates.events import CertificateWithdrawn
from lms.certificates.models import Certificate
from lms.certificates.service.status import set_status
from lms.certificates.status_list import Purpose
from lms.core.errors import Conflict, InvalidInput, NotFound
from lms.core.text import _
from lms.core.work import Work

LONGEST_REASON = 300


def withdraw_certificate(work: Work, *, academy_id: int, number: str, reason: str) -> None:
    """Withdraw a certificate for good; the reason is shown to whoever checks it.

    Raises `NotFound`, `InvalidInput` without a reason, and `Conflict` when it was withdrawn before.
    """
    certificate = _certificate(work, academy_id=academy_id, number=number)
    certificate.withdrawn_reason = _reason(reason)
    certificate.withdrawn_at = work.now
    set_status(work, certificate_id=certificate.id, purpose=Purpose.REVOCATION, is_set=True)
    work.publish(CertificateWithdrawn(certificate.number, academy_id, work.now, certificate.withdrawn_reason))


def suspend_certificate(work: Work, *, academy_id: int, number: str, reason: str) -> None:
    """Set a certificate aside until somebody reinstates it. Raises as `withdraw_certificate`."""
    certificate = _certificate(work, academy_id=academy_id, number=number)
    certificate.suspended_reason = _reason(reason)
    certificate.suspended_at = work.now
    set_status(work, certificate_id=certificate.id, purpose=Purpose.SUSPENSION, is_set=True)


def reinstate_certificate(work: Work, *, academy_id: int, number: str) -> None:
    """End the suspension of a certificate. Raises `NotFound`, and `Conflict` when it is withdrawn."""
    certificate = _certificate(work, academy_id=academy_id, number=number)
    certificate.suspended_at, certificate.suspended_reason = None, ""
    set_status(work, certificate_id=certificate.id, purpose=Purpose.SUSPENSION, is_set=False)


def _certificate(work: Work, *, academy_id: int, number: str) -> Certificate:
    found = work.session.scalar(
        sa.select(Certificate)
        .where(Certificate.academy_id == academy_id, Certificate.number == number)
        .with_for_update()
    )
    if found is None:
        raise NotFound(_("There is no certificate %(number)s in this academy.", number=number))
    if found.withdrawn_at is not None:
        raise Conflict(_("Certificate %(number)s is withdrawn already, for good.", number=number))
    return found


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(
            _("Give a reason of 1 to %(limit)s characters; whoever checks sees it.", limit=LONGEST_REASON),
            field="reason",
        )
    return reason
