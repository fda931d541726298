"""The pages of spaced review: a card, answers right and wrong, what comes when, and what was confirmed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from courses.review.models import MiniCase
from courses.review.queries.page import AskedCard, review_page
from courses.review.service.answering import Turn, answer_card
from lms.core.text import current_reader, reader_of, set_reader
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.course_taking import course_of, do_lessons, join
from tests.support.people import Person


def review_scenes(site: Site) -> list[Scene]:
    """Let people review in all states there are, and return the pages that show them."""
    language = str(site.settings.get("LMS_LOCALE", "en"))
    set_reader(reader_of(language, "UTC"))  # as a request would: what was asked is kept in its words
    newcomer = site.factories.person(name="Test Newcomer")
    learner = _with_cards(site, "Test Reviewer")
    instructor = site.factories.person("instructor", name="Test Reviewer of Reviewers")
    right, wrong = _answer(site, learner, right=True), _answer(site, learner, right=False)
    return [
        Scene("review-empty", "/review", newcomer),
        Scene("review-card", "/review", learner),
        Scene("review-unanswered", "/review", learner, 422, {}),
        Scene("review-right", f"/review/answers/{right}", learner),
        Scene("review-wrong", f"/review/answers/{wrong}", learner),
        Scene("review-over", "/review", _answered_all(site)),
        Scene("home-review", "/", learner),
        Scene("contraindications", "/review/contraindications", learner),
        Scene("contraindications-empty", "/review/contraindications", newcomer),
        Scene(
            "learner-contraindications", f"/instructor/learners/{learner.uuid}/contraindications", instructor
        ),
    ]


def _with_cards(site: Site, name: str) -> Person:
    """Return somebody who has done the first lessons of the course."""
    person = site.factories.person(name=name)
    join(site.runtime, person)
    keys = course_of(site.runtime, person).lesson_keys
    do_lessons(site.runtime, person, *keys[: keys.index("blood") + 1])
    return person


def _asked(site: Site, person: Person) -> AskedCard | None:
    with site.runtime.reading() as reading:
        return review_page(
            reading,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            time_zone=current_reader().time_zone,
        ).asked


def _answer(site: Site, person: Person, *, right: bool) -> Any:
    """Answer the card that is due; returns the answer's UUID."""
    asked = _asked(site, person)
    assert asked is not None
    question = asked.question
    wrong = next(option.key for option in question.options if option.key != question.right)
    turn = Turn(person.academy_id, person.learner_id, asked.card_id, asked.turn)
    with site.runtime.work() as work:
        return answer_card(work, turn, chosen=question.right if right else wrong)


def _answered_all(site: Site) -> Person:
    """Return somebody who has answered every card of the day, and whose mini-case is due."""
    person = _with_cards(site, "Test Finished")
    while _asked(site, person) is not None:
        _answer(site, person, right=True)
    with site.runtime.work() as work:
        waiting = sa.update(MiniCase).where(MiniCase.learner_id == person.learner_id)
        work.session.execute(waiting.values(due_at=work.now))
    return person
