"""People and content for tests, made by the product's own services."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import flask
import sqlalchemy as sa
from argon2 import PasswordHasher

from lms.academies.queries import default_academy
from lms.academies.service import ensure_default_academy, grant_role
from lms.accounts.queries import LEARNER_COLUMNS
from lms.accounts.service import create_account, open_sign_in
from lms.core.runtime import Runtime
from lms.publishing.checks import check_folder
from lms.publishing.service import import_documents
from tests.support.visitor import Visitor

COURSE_KEY = "microneedling-hair-loss"
COURSE_FOLDER = Path(__file__).resolve().parents[2] / "courses" / "library" / COURSE_KEY
PASSWORD = "correct horse battery staple"
CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""The hash of `PASSWORD` with the smallest parameters: signing in must not take the tests' time."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; the password is always `PASSWORD`."""

    learner_id: int
    uuid: UUID
    academy_id: int
    name: str
    email: str
    roles: frozenset[str]
    password: str = PASSWORD


def publish_folder(runtime: Runtime, path: Path) -> Any:
    """Import a content folder into the default academy; returns the import report."""
    documents = check_folder(path, runtime.kinds)
    with runtime.work() as work:
        academy_id = ensure_default_academy(work, name=runtime.settings.academy_name)
        return import_documents(work, academy_id=academy_id, documents=documents)


class Factories:
    """Makes people, their browsers and published content for one app."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app
        self.runtime: Runtime = app.extensions["lms"]
        self._numbers = count(1)

    @property
    def academy_id(self) -> int:
        """The id of the default academy, created on first use."""
        with self.runtime.work() as work:
            return ensure_default_academy(work, name=self.runtime.settings.academy_name)

    def person(self, *roles: str, name: str = "", email: str = "", time_zone: str = "") -> Person:
        """Create somebody with an account; everyone is a learner, further roles are added."""
        number = next(self._numbers)
        name = name or f"Test Person {number}"
        email = email or f"person{number}@example.org"
        with self.app.app_context(), self.runtime.work() as work:
            learner_id = create_account(
                work,
                email=email,
                name=name,
                password_hash=CHEAP_HASH,
                academy_name=self.runtime.settings.academy_name,
                time_zone=time_zone,
            )
            academy_id = default_academy(work).id
            for role in roles:
                grant_role(work, academy_id=academy_id, learner_id=learner_id, role=role)
            uuid = self._uuid_of(work, learner_id)
        return Person(learner_id, uuid, academy_id, name, email, frozenset({"learner", *roles}))

    @staticmethod
    def _uuid_of(work: Any, learner_id: int) -> UUID:
        statement = sa.select(LEARNER_COLUMNS.uuid).where(LEARNER_COLUMNS.id == learner_id)
        uuid: UUID = work.session.execute(statement).scalar_one()
        return uuid

    def signed_in(self, person: Person | None = None, *roles: str) -> Visitor:
        """Return a browser of its own in which a person is signed in; a new person unless one is given."""
        person = person or self.person(*roles)
        with self.runtime.work() as work:
            token = open_sign_in(work, learner_id=person.learner_id, days=self.runtime.settings.session_days)
        visitor = self.app.test_client()
        assert isinstance(visitor, Visitor), "set app.test_client_class = Visitor"
        with visitor.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
            session.permanent = True
        visitor.person = person
        return visitor

    def publish(self, path: Path) -> Any:
        """Import a content folder into the default academy; returns the import report."""
        return publish_folder(self.runtime, path)
