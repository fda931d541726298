"""What the certificates slice announces, within the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate was issued; announced exactly once for each enrolment."""

    number: str
    academy_id: int
    learner_id: int
    enrolment_uuid: UUID
    issued_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateWithdrawn:
    """A certificate was withdrawn for good."""

    number: str
    academy_id: int
    withdrawn_at: datetime
    reason: str
