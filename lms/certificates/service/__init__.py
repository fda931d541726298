"""Writes of the certificates slice: issuing, withdrawing, and keeping the status lists signed."""

from __future__ import annotations

from lms.certificates.service.issuing import issue_certificate, on_course_completed
from lms.certificates.service.status import resign_status_lists
from lms.certificates.service.withdrawing import (
    reinstate_certificate,
    suspend_certificate,
    withdraw_certificate,
)

__all__ = [
    "issue_certificate",
    "on_course_completed",
    "reinstate_certificate",
    "resign_status_lists",
    "suspend_certificate",
    "withdraw_certificate",
]
