"""Every page there is, in every state worth seeing: what the sweeps over all pages walk through."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from courses.events import CourseCompleted
from lms.accounts.service import request_reset
from lms.certificates.number import ALPHABET, new_number
from lms.certificates.queries import CERTIFICATES
from lms.certificates.service import issue_certificate, suspend_certificate, withdraw_certificate
from lms.publishing.queries import published
from tests.browser.attempt_scenes import attempt_scenes
from tests.browser.kind_scenes import kind_scenes
from tests.browser.learning_time_scenes import learning_time_scenes
from tests.browser.marking_scenes import marking_scenes
from tests.browser.quoting_scenes import quoting_scenes
from tests.browser.regrading_scenes import regrading_scenes
from tests.browser.review_scenes import review_scenes
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.journeys import case_address, earn_certificate, enrol, start_quiz
from tests.support.people import COURSE_KEY, Person
from tests.support.visitor import Visitor

COURSE = f"/courses/{COURSE_KEY}"
SECOND_COURSE = "superficial-chemical-peels"
FIRST, LOCKED = f"{COURSE}/lessons/from-puncture-to-follicle", f"{COURSE}/lessons/blood"
LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"


def scenes(site: Site) -> list[Scene]:
    """Bring an installation into all its states, and return the pages that show them."""
    return [
        *_public(site),
        *_checks(site),
        *_beginning(site),
        *attempt_scenes(site),
        *_certified(site),
        *kind_scenes(site),
        *_regions(site),
        *_search(site),
        *_staff(site),
        *regrading_scenes(site),
        *marking_scenes(site),
        *review_scenes(site),
        *learning_time_scenes(site),
        *quoting_scenes(site),
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
    plain |= {
        "offline": "/offline",
        "privacy": "/privacy",
        "accessibility": "/accessibility",
        "reset": f"/reset/{token}",
    }
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


def _certified(site: Site) -> list[Scene]:
    """Return the pages of somebody who has passed."""
    visitor, person = _visitor(site, LONG_NAME)
    number = earn_certificate(site.app, visitor)
    quiz = f"/quizzes/{COURSE_KEY}/final-assessment"
    return [
        Scene("home-certified", "/", person),
        Scene("course-completed", COURSE, person),
        Scene("quiz-attempts", quiz, person),
        Scene("certificates", "/certificates", person),
        Scene("certificate", f"/certificates/{number}", person),
        Scene("certificate-check", f"/check/{number}", person),
    ]


def _regions(site: Site) -> list[Scene]:
    """Return what somebody sees who has not said where they work, and somebody who has."""
    _visitor_without, stranger = _visitor(site, "Test Nowhere")
    visitor, person = _visitor(site, LONG_NAME)
    enrol(visitor)
    visitor.send("/regions", {"region-scalp-microneedling": "us-north-carolina"})
    attempt = start_quiz(visitor, "practice-set")
    return [
        Scene("regions", "/regions", stranger),
        Scene("regions-chosen", "/regions?saved=yes", person),
        Scene("course-in-region", COURSE, person),
        Scene("attempt-in-region", attempt, person),
        Scene("case-in-region", case_address(attempt, 1, 1), person),
    ]


def _search(site: Site) -> list[Scene]:
    """Return what is found by somebody who has just begun, and by somebody who has not joined."""
    _visitor_without, stranger = _visitor(site, "Test Stranger")
    visitor, beginner = _visitor(site, LONG_NAME)
    enrol(visitor)
    long_word = "antidisestablishmentarianism" * 5
    return [
        Scene("search", "/search", beginner),
        Scene("search-found", "/search?q=depth+of+the+needle", beginner),
        Scene("search-some", "/search?q=follicle+xylophone", beginner),
        Scene("search-nothing", f"/search?q={long_word}", beginner),
        Scene("search-not-joined", "/search?q=depth", stranger),
        Scene("glossary", f"{COURSE}/glossary", beginner),
        Scene("glossary-not-joined", f"{COURSE}/glossary", stranger, 403),
        Scene("protocol", f"{COURSE}/protocol", beginner),
    ]


def _staff(site: Site) -> list[Scene]:
    instructor = site.factories.person("instructor", name="Test Instructor")
    return [
        Scene("home-staff", "/", instructor),
        Scene("instructor-cases", "/instructor/cases", instructor),
        Scene("instructor-case", "/instructor/cases/c19-lupus-with-a-clotting-history", instructor),
        Scene("instructor-case-visits", "/instructor/cases/c04-after-prp", instructor),
        Scene("instructor-case-contested", "/instructor/cases/c17-on-his-feet-again", instructor),
        Scene("instructor-learners", "/instructor/learners", instructor),
        Scene("register", "/register", instructor),
        *_clinical_review(site),
    ]


def _clinical_review(site: Site) -> list[Scene]:
    """One of two clinicians has signed the second course."""
    reviewer, other = (site.factories.person("reviewer", name=f"Test Clinician {n}") for n in (1, 2))
    address = f"/clinical-review/{SECOND_COURSE}"
    signer = site.factories.signed_in(reviewer)
    signed = signer.submit(
        signer.get(address), to=address, name=reviewer.name, credentials="Test Credentials 1", agreed="y"
    )
    assert signed.status_code == 303
    return [
        Scene("clinical-review", "/clinical-review", other),
        Scene("clinical-review-course", address, other),
        Scene("clinical-review-signed", address, reviewer),
        Scene("clinical-review-refused", address, other, 422, {"name": "", "credentials": ""}),
    ]
