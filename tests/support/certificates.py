"""Certificates of the shipped course: issued, asked about as the public check is, and tampered with.

The fixtures are taken by the tests that want them: `number = certificates.number`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from courses.events import CourseCompleted
from lms.certificates.queries import CERTIFICATES
from lms.certificates.service import issue_certificate
from lms.core.runtime import Runtime
from lms.publishing.queries import published
from tests.support.people import COURSE_KEY, Factories, Person

JSON = {"Accept": "application/json"}


@pytest.fixture
def holder(factories: Factories) -> Person:
    """Somebody who can hold a certificate."""
    return factories.person(name="Zoë Example")


@pytest.fixture
def number(runtime: Runtime, holder: Person) -> str:
    """The number of the certificate that the holder was given."""
    return complete(runtime, holder)


def complete(runtime: Runtime, person: Person, *, enrolment: UUID | None = None, times: int = 1) -> str:
    """Announce that somebody completed the course, as the courses slice does, and return the number."""
    with runtime.work() as work:
        revision = published(work, academy_id=person.academy_id, kind="course", key=COURSE_KEY)
        event = CourseCompleted(
            course_key=COURSE_KEY,
            course_revision_id=revision.revision_id,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            enrolment_uuid=enrolment or uuid4(),
            attempt_uuid=uuid4(),
            score=91.5,
            completed_at=work.now,
            minutes=400,
        )
        for _time in range(times):
            work.publish(event)
        return issue_certificate(work, event)


def state(client: FlaskClient, number: str) -> str:
    """Return what the public check says of a number to machines."""
    answer = client.get(f"/check/{number}", headers=JSON)
    assert answer.status_code == 200
    found: str = answer.get_json()["state"]
    return found


def change_row(runtime: Runtime, **values: Any) -> None:
    """Change the stored certificates behind the product's back."""
    with runtime.work() as work:
        work.connection.execute(sa.update(CERTIFICATES).values(**values))
