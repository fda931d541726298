"""Every page there is, in every state worth seeing: what the sweeps over all pages walk through."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa

from courses.events import CourseCompleted
from lms.accounts.service import request_reset
from lms.certificates.number import ALPHABET, new_number
from lms.certificates.queries import CERTIFICATES
from lms.certificates.service import issue_certificate, suspend_certificate, withdraw_certificate
from lms.publishing.queries import published
from tests.browser.player import attempt_in
from tests.browser.sites import Site
from tests.support.journeys import (
    earn_certificate,
    enrol,
    read_all_lessons,
    right_answer,
    start_quiz,
    take_assessment,
)
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Values, Visitor

COURSE = f"/courses/{COURSE_KEY}"
FIRST, LOCKED = f"{COURSE}/lessons/from-puncture-to-follicle", f"{COURSE}/lessons/blood"
TREAT_REGARDLESS: dict[str, str | list[str]] = {
    "flag": [],
    "action": "proceed",
    "escalation": "none",
    "certainty": "3",
}
UNSAFE = 3
"""The place in the assessment of a case that must not be treated, for a safety-critical finding."""
LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"


@dataclass(frozen=True, slots=True)
class Scene:
    """One page in one state: its name in messages, its address, who looks, and the status of the answer."""

    name: str
    address: str
    person: Person | None = None
    status: int = 200
    posted: Values | None = None
    """Fields that are put into the page's form and sent, for pages that answer with errors."""


def scenes(site: Site) -> list[Scene]:
    """Bring an installation into all its states, and return the pages that show them."""
    return [
        *_public(site),
        *_checks(site),
        *_beginning(site),
        *_practising(site),
        *_certified(site),
        *_staff(site),
    ]


def _public(site: Site) -> list[Scene]:
    person, token = site.factories.person(), ""

    def link_for(made: str) -> str:
        nonlocal token
        token = made
        return f"{site.url}/reset/{made}"

    with site.runtime.work() as work:
        request_reset(work, email=person.email, minutes=60, link_for=link_for)
    plain = {"landing": "/", "sign-in": "/sign-in", "sign-up": "/sign-up", "forgot": "/forgot"}
    plain |= {"privacy": "/privacy", "accessibility": "/accessibility", "reset": f"/reset/{token}"}
    return [
        *(Scene(name, address) for name, address in plain.items()),
        Scene("sign-in-refused", "/sign-in", status=422, posted={"email": "x", "password": ""}),
        Scene(
            "sign-up-refused", "/sign-up", status=422, posted={"email": "x", "password": "short", "name": ""}
        ),
        Scene("forgot-sent", "/forgot", posted={"email": "nobody@example.org"}),
        Scene("reset-refused", f"/reset/{token}", status=422, posted={"password": "short"}),
        Scene("reset-used", "/reset/never-given-out", status=404),
        Scene("not-found", "/nowhere", status=404),
    ]


def certify(site: Site, name: str, *, days: float = 0) -> str:
    """Give somebody a certificate some days from now, without the course; return its number."""
    person = site.factories.person(name=name)
    site.clock.days = days
    with site.runtime.work() as work:
        revision = published(work, academy_id=person.academy_id, kind="course", key=COURSE_KEY)
        event = CourseCompleted(
            course_key=COURSE_KEY,
            course_revision_id=revision.revision_id,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            enrolment_uuid=uuid4(),
            attempt_uuid=uuid4(),
            score=88.0,
            completed_at=work.now,
            minutes=100,
        )
        number = issue_certificate(work, event)
    site.clock.days = 0
    return number


def _checks(site: Site) -> list[Scene]:
    """Return the public check in its states; lists are signed afresh after the shift of the clock."""
    academy = site.factories.academy_id
    later, lapsed = certify(site, "Test Later", days=2), certify(site, "Test Lapsed", days=-800)
    withdrawn, suspended = certify(site, "Test Withdrawn"), certify(site, "Test Suspended")
    altered, valid = certify(site, "Test Altered"), certify(site, LONG_NAME)
    with site.runtime.work() as work:
        withdraw_certificate(
            work, academy_id=academy, number=withdrawn, reason="The wrong name was certified."
        )
        suspend_certificate(
            work, academy_id=academy, number=suspended, reason="An objection is being examined."
        )
        change = sa.update(CERTIFICATES).where(CERTIFICATES.c.number == altered)
        work.connection.execute(change.values(holder_name="Somebody Else"))
    unknown = str(new_number())
    slip = unknown[:4] + next(one for one in ALPHABET if one != unknown[4]) + unknown[5:]
    numbers = {"valid": valid, "not-yet": later, "expired": lapsed, "withdrawn": withdrawn}
    numbers |= {"suspended": suspended, "altered": altered, "unknown": unknown, "mistyped": slip}
    return [
        Scene("check", "/check"),
        *(Scene(f"check-{state}", f"/check/{number}") for state, number in numbers.items()),
        Scene("check-malformed", "/check?number=hello"),
    ]


def _visitor(site: Site, name: str, *roles: str) -> tuple[Visitor, Person]:
    person = site.factories.person(*roles, name=name)
    return site.factories.signed_in(person), person


def _beginning(site: Site) -> list[Scene]:
    """Return the pages of somebody who has not joined, and of somebody who has just begun."""
    _nobody, stranger = _visitor(site, "Test Stranger")
    visitor, beginner = _visitor(site, LONG_NAME)
    enrol(visitor)
    return [
        Scene("home-empty", "/", stranger),
        Scene("course-to-join", COURSE, stranger),
        Scene("lesson-not-joined", FIRST, stranger, 403),
        Scene("certificates-empty", "/certificates", stranger),
        Scene("account", "/account", stranger),
        Scene("account-refused", "/account", stranger, 422, {"name": ""}),
        Scene("not-allowed", "/instructor/cases", stranger, 403),
        Scene("home-beginning", "/", beginner),
        Scene("course-joined", COURSE, beginner),
        Scene("lesson", FIRST, beginner),
        Scene("lesson-locked", LOCKED, beginner, 403),
        Scene("quiz-practice", f"/quizzes/{COURSE_KEY}/practice-set", beginner),
        Scene("quiz-locked", f"/quizzes/{COURSE_KEY}/final-assessment", beginner),
    ]


def _practising(site: Site) -> list[Scene]:
    """Return the pages of somebody in the middle of a practice set, and of an assessment."""
    visitor, person = _visitor(site, "Test Trainee")
    enrol(visitor)
    practice = start_quiz(visitor, "practice-set")
    _decide(site, visitor, f"{practice}/cases/1", "c01-crown-thinning")
    visitor.send(
        f"{practice}/cases/3", {**_plan(site, person), "flag": [], "action": "proceed", "certainty": "1"}
    )
    _answer(visitor, f"{practice}/cases/4", {**_plan(site, person), **TREAT_REGARDLESS})
    read_all_lessons(site.runtime, visitor)
    exam = start_quiz(visitor, "final-assessment")
    _decide(site, visitor, f"{exam}/cases/1", "c02-after-minoxidil-alone")
    return [
        Scene("home-practising", "/", person),
        Scene("course-all-lessons-done", COURSE, person),
        Scene("lesson-figures", f"{COURSE}/lessons/depth", person),
        Scene("attempt-open", practice, person),
        Scene("case", f"{practice}/cases/2", person),
        Scene("case-begun", f"{practice}/cases/3", person),
        Scene("case-refused", f"{practice}/cases/5", person, 422, {"action": "proceed", "sessions": "2.5"}),
        Scene("result-right", f"{practice}/cases/1/result", person),
        Scene("result-unsafe", f"{practice}/cases/4/result", person),
        Scene("exam-open", exam, person),
        Scene("exam-unconfirmed", exam, person, 422, {}),
        Scene("exam-case", f"{exam}/cases/2", person),
        Scene("quiz-resume", f"/quizzes/{COURSE_KEY}/final-assessment", person),
    ]


def _plan(site: Site, person: Person) -> dict[str, str | list[str]]:
    """Return the fields of some plan; zones a case does not have are ignored."""
    zones = ("crown", "midscalp", "hairline", "temples", "part_line")
    depths = {f"depth_{end}_mm__{zone}": "0.5" for zone in zones for end in ("from", "to")}
    return {**depths, "interval_weeks": "4", "sessions": "4", "maintenance_months": "3"}


def _answer(visitor: Visitor, address: str, fields: Values) -> None:
    answer = visitor.send(address, fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]


def _decide(site: Site, visitor: Visitor, address: str, case: str) -> None:
    assert visitor.person is not None
    _answer(visitor, address, right_answer(site.runtime, visitor.person, case))


def _certified(site: Site) -> list[Scene]:
    """Return the pages of somebody who failed unsafely, then passed."""
    visitor, person = _visitor(site, LONG_NAME)
    enrol(visitor)
    read_all_lessons(site.runtime, visitor)
    wrong = {**_plan(site, person), **TREAT_REGARDLESS}
    failed = take_assessment(site.runtime, visitor, {UNSAFE: wrong})
    number = earn_certificate(site.app, visitor)
    quiz = f"/quizzes/{COURSE_KEY}/final-assessment"
    return [
        Scene("home-certified", "/", person),
        Scene("course-completed", COURSE, person),
        Scene("attempt-failed", failed, person),
        Scene("attempt-result", f"{failed}/cases/{UNSAFE}/result", person),
        Scene("quiz-attempts", quiz, person),
        Scene("certificates", "/certificates", person),
        Scene("certificate", f"/certificates/{number}", person),
        Scene("certificate-check", f"/check/{number}", person),
        *_watched(site, failed, person),
    ]


def _watched(site: Site, attempt: str, learner: Person) -> list[Scene]:
    """Return an instructor's pages about one learner."""
    instructor, uuid = site.factories.person("instructor"), attempt_in(attempt)
    return [
        Scene("instructor-learner", f"/instructor/learners/{learner.uuid}", instructor),
        Scene("instructor-attempt", f"/instructor/attempts/{uuid}", instructor),
        Scene("instructor-answer", f"/instructor/attempts/{uuid}/cases/{UNSAFE}", instructor),
    ]


def _staff(site: Site) -> list[Scene]:
    instructor = site.factories.person("instructor", name="Test Instructor")
    return [
        Scene("home-staff", "/", instructor),
        Scene("instructor-cases", "/instructor/cases", instructor),
        Scene("instructor-case", "/instructor/cases/c19-lupus-with-a-clotting-history", instructor),
        Scene("instructor-case-plain", "/instructor/cases/c01-crown-thinning", instructor),
        Scene("instructor-learners", "/instructor/learners", instructor),
        Scene("register", "/register", instructor),
    ]
