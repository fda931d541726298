"""Writes of the academies slice."""

from __future__ import annotations

import sqlalchemy as sa

from lms.academies.models import Academy, Membership
from lms.academies.queries import DEFAULT_ACADEMY_KEY
from lms.academies.rules import LEARNER, ROLES
from lms.accounts.events import LearnerJoined
from lms.core.errors import InvalidInput
from lms.core.work import Work


def ensure_default_academy(work: Work, *, name: str) -> int:
    """Return the id of the default academy, created or renamed to the name in the settings."""
    academy = work.session.scalar(sa.select(Academy).where(Academy.key == DEFAULT_ACADEMY_KEY))
    if academy is None:
        academy = Academy(key=DEFAULT_ACADEMY_KEY, name=name, created_at=work.now)
        work.session.add(academy)
    academy.name = name
    work.session.flush()
    return academy.id


def grant_role(work: Work, *, academy_id: int, learner_id: int, role: str) -> None:
    """Give a person a role in an academy; giving it twice changes nothing."""
    if role not in ROLES:
        raise InvalidInput(
            f"There is no role “{role}”. The roles are {', '.join(sorted(ROLES))}.", field="role"
        )
    known = work.session.scalar(
        sa.select(Membership.id).where(
            Membership.academy_id == academy_id, Membership.learner_id == learner_id, Membership.role == role
        )
    )
    if known is None:
        work.session.add(
            Membership(academy_id=academy_id, learner_id=learner_id, role=role, created_at=work.now)
        )
        work.session.flush()


def on_learner_joined(work: Work, event: LearnerJoined) -> None:
    """Make a new person a member of the default academy, as a learner and with the roles they bring."""
    academy_id = ensure_default_academy(work, name=event.academy_name)
    for role in sorted({LEARNER, *event.roles}):
        grant_role(work, academy_id=academy_id, learner_id=event.learner_id, role=role)
