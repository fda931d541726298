"""Who may do what: one table, deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

LEARNER = "learner"
INSTRUCTOR = "instructor"
ADMINISTRATOR = "administrator"
REVIEWER = "reviewer"
ROLES = frozenset({LEARNER, INSTRUCTOR, ADMINISTRATOR, REVIEWER})

_ANY_MEMBER = ROLES
_STAFF = frozenset({INSTRUCTOR, ADMINISTRATOR})

PERMISSIONS = MappingProxyType(
    {
        "accounts.own": _ANY_MEMBER,
        "courses.read": _ANY_MEMBER,
        "courses.review_values": _STAFF,
        "quizzes.attempt": _ANY_MEMBER,
        "regions.choose": _ANY_MEMBER,
        "certificates.own": _ANY_MEMBER,
        "quizzes.see_cases": _STAFF | {REVIEWER},
        "clinical_review.see": _STAFF | {REVIEWER},
        "clinical_review.sign": frozenset({REVIEWER}),
        "quizzes.see_attempts": _STAFF,
        "quizzes.regrade": _STAFF,
        "quizzes.mark": _STAFF,
        "certificates.see_register": _STAFF,
    }
)
"""Action to the roles that may do it. An action that is not listed is allowed to nobody."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the academy they work in: who is asking, and as what."""

    learner_id: int
    learner_uuid: UUID
    academy_id: int
    academy_name: str
    name: str
    email: str
    roles: frozenset[str]
    time_zone: str
    locale: str

    def may(self, action: str) -> bool:
        """Return whether this member may do the action; for showing links, never instead of `authorise`."""
        return is_allowed(self.roles, action)


def is_allowed(roles: frozenset[str], action: str) -> bool:
    """Return whether one of the roles may do the action; unknown actions and roles are refused."""
    return not roles.isdisjoint(PERMISSIONS.get(action, frozenset()))
