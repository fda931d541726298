"""Spaced review as a learner meets it: cards, answers, what comes when, mini-cases, confirmations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from courses.events import LessonDone
from courses.queries.shelf import shelf_of
from courses.review.decks import deck_on, facts_cited
from courses.review.models import Confirmation, MiniCase, ReviewAnswer, ReviewCard
from courses.review.rules import NEW_CARDS_A_DAY
from courses.review.serialisation import seed_of
from lms.core.runtime import Runtime
from quizzes.events import AttemptRegraded
from quizzes.models import Attempt
from tests.support.attempts import counted, rows
from tests.support.clock import START, FrozenClock
from tests.support.course_taking import course_of, do_lessons, join
from tests.support.journeys import case_address, right_answer_at, seats_of
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

pytestmark = pytest.mark.usefixtures("course")
BLOOD = "blood"


@pytest.fixture
def leila(factories: Factories, runtime: Runtime) -> Person:
    """Somebody who has done every lesson up to the one on blood."""
    person = factories.person(name="Leila Haddad", time_zone="Europe/London")
    join(runtime, person)
    keys = course_of(runtime, person).lesson_keys
    do_lessons(runtime, person, *keys[: keys.index(BLOOD) + 1])
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


def right_answer(runtime: Runtime, person: Person, page: TestResponse) -> str:
    """Return the right answer to the card on a page, worked out from the protocol."""
    form = _card_form(page)
    with runtime.reading() as reading:
        row: Any = reading.session.get_one(ReviewCard, int(form.values["card"][0]))
        shelf = shelf_of(reading, academy_id=person.academy_id, course_key=COURSE_KEY)
        return deck_on(shelf)[row.card_key].draw(seed_of(row)).right


def _card_form(page: TestResponse) -> Any:
    return next(form for form in read_forms(page) if form.action.endswith("/review"))


def answer(
    runtime: Runtime,
    person: Person,
    visitor: Visitor,
    *,
    right: bool = True,
    page: TestResponse | None = None,
) -> TestResponse:
    """Answer the card that is due, and return the page that follows."""
    page = page or visitor.get("/review")
    chosen = right_answer(runtime, person, page)
    if not right:
        with runtime.reading() as reading:
            row: Any = reading.session.get_one(ReviewCard, int(_card_form(page).values["card"][0]))
            shelf = shelf_of(reading, academy_id=person.academy_id, course_key=COURSE_KEY)
            options = deck_on(shelf)[row.card_key].draw(seed_of(row)).options
        chosen = next(option.key for option in options if option.key != chosen)
    sent = visitor.submit(page, to="/review", answer=chosen)
    assert sent.status_code == 303
    return visitor.get(str(sent.location).partition("#")[0])


def test_a_lesson_brings_the_cards_whose_facts_were_cited(leila: Person, runtime: Runtime) -> None:
    held = {row.card_key for row in rows(runtime, ReviewCard)}
    assert {"medicine:CI-BLEED:anticoagulants", "action:CI-BLEED", "wait:CI-BLEED"} <= held
    assert "zone:crown" not in held
    do_lessons(runtime, leila, BLOOD)
    assert len(rows(runtime, ReviewCard)) == len(held), "a lesson that was done brings nothing again"


def test_doing_a_lesson_is_announced_once(runtime: Runtime, factories: Factories) -> None:
    person, seen = factories.person(), list[LessonDone]()
    runtime.workshop.events.subscribe(LessonDone, lambda _work, event: seen.append(event))
    join(runtime, person)
    first = course_of(runtime, person).lesson_keys[0]
    do_lessons(runtime, person, first, first)
    assert [(event.lesson_key, event.done, event.done_at) for event in seen] == [
        (first, frozenset({first}), START)
    ]


def test_every_card_of_the_shipped_course_enters_by_some_lesson(runtime: Runtime, leila: Person) -> None:
    with runtime.reading() as reading:
        shelf = shelf_of(reading, academy_id=leila.academy_id, course_key=COURSE_KEY)
    cited = facts_cited(shelf, shelf.course.lesson_keys)
    uncited = {fact for card in deck_on(shelf).values() for fact in card.facts if fact not in cited}
    assert not uncited


def test_one_card_at_a_time_with_its_reasons_and_sources_afterwards(
    visitor: Visitor, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    page = visitor.get("/review")
    text = visible_text(page)
    assert f"{NEW_CARDS_A_DAY} cards are due." in text
    assert "Sources" not in text
    clock.advance(seconds=12)
    after = visible_text(answer(runtime, leila, visitor, page=page))
    assert "Your answer, and right" in after
    assert "Sources" in after
    assert "This card comes back: 2 March 2027" in after or "This card comes back: 3 March 2027" in after
    assert f"{NEW_CARDS_A_DAY - 1} cards are due." in after
    (kept,) = rows(runtime, ReviewAnswer)
    assert (kept.turn, kept.is_right, kept.rating, kept.seconds) == (0, True, "good", 12.0)
    assert kept.answered_at == START + timedelta(seconds=12)
    assert kept.asked["prompt"] in text


def test_a_wrong_answer_shows_the_right_one_and_brings_the_card_back_in_ten_minutes(
    visitor: Visitor, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    page = visitor.get("/review")
    shown = _card_form(page).values["card"]
    text = visible_text(answer(runtime, leila, visitor, right=False, page=page))
    assert "Not this one" in text
    assert "The right answer" in text
    assert "1 March 2027, 09:10" in text
    clock.advance(minutes=10)
    again = _card_form(visitor.get("/review"))
    assert again.values["card"] == shown, "what was seen before comes before new cards"
    assert again.values["turn"] == ["1"]


def test_nothing_chosen_brings_the_card_back_with_what_to_do(visitor: Visitor, runtime: Runtime) -> None:
    refused = visitor.submit(visitor.get("/review"), to="/review")
    assert refused.status_code == 422
    assert "Choose one of the answers." in visible_text(refused)
    assert rows(runtime, ReviewAnswer) == []


def test_a_page_without_a_good_token_changes_nothing(visitor: Visitor, runtime: Runtime) -> None:
    form = _card_form(visitor.get("/review"))
    sent = visitor.post("/review", data={**form.values, "answer": "x", "csrf_token": "forged"})
    assert sent.status_code == 422
    assert "Nothing is lost" in visible_text(sent)
    assert rows(runtime, ReviewAnswer) == []


@pytest.mark.usefixtures("any_database")
def test_the_second_post_of_a_card_changes_nothing(visitor: Visitor, leila: Person, runtime: Runtime) -> None:
    page = visitor.get("/review")
    right = right_answer(runtime, leila, page)
    first = visitor.submit(page, to="/review", answer=right)
    again = visitor.submit(page, to="/review", answer="something else")
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.location == first.location
    assert len(rows(runtime, ReviewAnswer)) == 1
    assert max(row.turn for row in rows(runtime, ReviewCard)) == 1


def test_a_card_that_is_not_due_cannot_be_answered_early(
    visitor: Visitor, leila: Person, runtime: Runtime
) -> None:
    page = visitor.get("/review")
    form = _card_form(page)
    answer(runtime, leila, visitor, page=page)
    early = visitor.submit(page, to="/review", turn="1", answer=right_answer(runtime, leila, page))
    assert early.status_code == 409
    assert "This card is not due." in visible_text(early)
    assert len(rows(runtime, ReviewAnswer)) == 1
    assert form.values["turn"] == ["0"]


def test_nobody_answers_the_cards_of_somebody_else(
    visitor: Visitor, factories: Factories, runtime: Runtime
) -> None:
    page = visitor.get("/review")
    other = factories.signed_in(factories.person())
    for card in (_card_form(page).values["card"][0], "999999", "x", "9" * 30):
        sent = other.send("/review", {"card": card, "turn": "0", "answer": "proceed"})
        assert sent.status_code == 404
    answers = rows(runtime, ReviewAnswer)
    assert answers == []


def test_an_answer_is_for_the_eyes_of_who_gave_it(
    visitor: Visitor, leila: Person, factories: Factories, runtime: Runtime
) -> None:
    answer(runtime, leila, visitor)
    (kept,) = rows(runtime, ReviewAnswer)
    address = f"/review/answers/{kept.uuid}"
    assert visitor.get(address).status_code == 200
    assert factories.signed_in(factories.person()).get(address).status_code == 404


def test_a_long_pause_neither_rewards_nor_punishes(
    visitor: Visitor, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    page = visitor.get("/review")
    clock.advance(hours=3)
    answer(runtime, leila, visitor, page=page)
    page = visitor.get("/review")
    clock.advance(seconds=500)
    answer(runtime, leila, visitor, page=page)
    assert [one.rating for one in rows(runtime, ReviewAnswer)] == ["good", "hard"]


def test_loading_the_page_again_does_not_turn_the_clock_back(
    visitor: Visitor, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    visitor.get("/review")
    clock.advance(minutes=5)
    answer(runtime, leila, visitor, page=visitor.get("/review"))
    visitor.get("/review")
    clock.advance(hours=5)
    page = visitor.get("/review")
    clock.advance(seconds=9)
    answer(runtime, leila, visitor, page=page)
    assert [one.seconds for one in rows(runtime, ReviewAnswer)] == [300.0, 9.0]


def test_a_day_ends_with_what_comes_when(
    visitor: Visitor, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    for _card in range(NEW_CARDS_A_DAY):
        answer(runtime, leila, visitor)
    text = visible_text(visitor.get("/review"))
    assert "Nothing is due right now." in text
    assert "What comes when" in text
    assert "2 March 2027:" in text
    assert "a mini-case from Microneedling for hair loss" in text
    home = visible_text(visitor.get("/"))
    assert "Nothing is due Next card: 2 March 2027, 00:00" in home
    clock.advance(days=1)
    assert "Due for review today" in visible_text(visitor.get("/"))


def test_the_home_page_counts_what_is_due(visitor: Visitor, leila: Person, runtime: Runtime) -> None:
    text = visible_text(visitor.get("/"))
    assert f"Due for review today ({NEW_CARDS_A_DAY})" in text
    assert text.index("Due for review today") < text.index("Your courses")
    with counted(runtime) as before:
        visitor.get("/")
    assert sum("lms_review" in one or "lms_mini_case" in one for one in before) == 2


def test_somebody_without_lessons_has_no_cards_yet(factories: Factories) -> None:
    newcomer = factories.signed_in(factories.person())
    assert "You have no cards yet." in visible_text(newcomer.get("/review"))
    assert "Due for review" not in visible_text(newcomer.get("/"))


def test_the_page_lets_in_cards_of_lessons_done_before_and_rests_what_is_gone(
    visitor: Visitor, leila: Person, runtime: Runtime
) -> None:
    complete = len(rows(runtime, ReviewCard))
    with runtime.work() as work:
        some = work.session.scalars(sa.select(ReviewCard).order_by(ReviewCard.id).limit(3)).all()
        work.session.delete(some[0])
        some[1].card_key = "medicine:GONE:brands"
    visitor.get("/review")
    cards = {row.card_key: row for row in rows(runtime, ReviewCard)}
    assert len(cards) == complete + 1
    assert cards["medicine:GONE:brands"].due_at is None


class TestMiniCases:
    def test_it_is_due_four_weeks_after_the_first_module(
        self, visitor: Visitor, leila: Person, factories: Factories, runtime: Runtime, clock: FrozenClock
    ) -> None:
        (waiting,) = rows(runtime, MiniCase)
        assert waiting.due_at == START + timedelta(weeks=4)
        early = visitor.send(f"/review/mini-cases/{COURSE_KEY}")
        assert early.status_code == 409
        assert "due on 29 March 2027" in visible_text(early)
        visitor = four_weeks_later(clock, factories, leila)
        assert "Mini-case" in visible_text(visitor.get("/"))
        assert "Your mini-case is due" in visible_text(visitor.get("/review"))

    def test_the_first_module_alone_begins_it(self, factories: Factories, runtime: Runtime) -> None:
        person = factories.person()
        join(runtime, person)
        first_module = course_of(runtime, person).modules[0].lessons
        do_lessons(runtime, person, *first_module[:-1])
        assert rows(runtime, MiniCase) == []
        do_lessons(runtime, person, first_module[-1])
        assert len(rows(runtime, MiniCase)) == 1

    def test_it_is_about_what_was_never_confirmed_and_the_next_follows_in_four_weeks(
        self, leila: Person, factories: Factories, runtime: Runtime, clock: FrozenClock
    ) -> None:
        visitor = four_weeks_later(clock, factories, leila)
        page = visitor.get("/review")
        started = visitor.submit(page, to=f"/mini-cases/{COURSE_KEY}")
        assert started.status_code == 303
        address = str(started.location)
        (case,) = rows(runtime, MiniCase)
        assert case.finding is not None
        assert visitor.send(f"/review/mini-cases/{COURSE_KEY}").location == address, "a second start resumes"
        attempt = rows(runtime, Attempt)[-1]
        assert attempt.total_cases == 1
        clock.advance(minutes=4)
        finish(visitor, runtime, address)
        done, following = rows(runtime, MiniCase)
        assert done.done_at == clock.moment
        assert following.due_at == clock.moment + timedelta(weeks=4)
        confirmed = {one.finding for one in rows(runtime, Confirmation) if one.is_case}
        assert case.finding in confirmed
        visitor = four_weeks_later(clock, factories, leila)
        visitor.send(f"/review/mini-cases/{COURSE_KEY}")
        assert rows(runtime, MiniCase)[-1].case_key != case.case_key


def four_weeks_later(clock: FrozenClock, factories: Factories, person: Person) -> Visitor:
    """Let four weeks go by, and sign in again: a sign-in does not last that long."""
    clock.advance(weeks=4)
    return factories.signed_in(person)


def finish(visitor: Visitor, runtime: Runtime, address: str) -> None:
    """Answer every visit of an attempt by the key, and hand it in where that is left to do."""
    for seat in seats_of(runtime, address):
        fields = right_answer_at(runtime, address, seat.position, seat.visit)
        decision = {**fields, "intent": "submit"}
        assert visitor.send(case_address(address, seat.position, seat.visit), decision).status_code == 303
    if any(row.state == "open" for row in rows(runtime, Attempt)):
        visitor.submit(visitor.get(address), to="/submit")


class TestLastConfirmed:
    def test_each_contraindication_is_listed_with_its_date_or_not_yet(
        self, visitor: Visitor, leila: Person, runtime: Runtime
    ) -> None:
        before = visible_text(visitor.get("/review/contraindications"))
        assert "Active scalp infection Not yet" in before
        card = confirm_by_card(visitor, leila, runtime)
        text = visible_text(visitor.get("/review/contraindications"))
        assert f"{card} 1 March 2027, on a card" in text
        assert "1 of 8 confirmed" in text

    def test_instructors_see_the_same_and_learners_do_not(
        self, visitor: Visitor, leila: Person, factories: Factories, runtime: Runtime
    ) -> None:
        card = confirm_by_card(visitor, leila, runtime)
        address = f"/instructor/learners/{leila.uuid}/contraindications"
        instructor = factories.signed_in(factories.person("instructor"))
        text = visible_text(instructor.get(address))
        assert "Leila Haddad" in text
        assert f"{card} 1 March 2027, on a card" in text
        assert address in instructor.get(f"/instructor/learners/{leila.uuid}").get_data(as_text=True)
        assert visitor.get(address).status_code == 403

    def test_a_wrong_answer_confirms_nothing(self, visitor: Visitor, leila: Person, runtime: Runtime) -> None:
        answer(runtime, leila, visitor, right=False)
        assert rows(runtime, Confirmation) == []

    def test_a_regraded_attempt_confirms_what_its_grades_say_now(
        self, leila: Person, factories: Factories, runtime: Runtime, clock: FrozenClock
    ) -> None:
        visitor = four_weeks_later(clock, factories, leila)
        address = str(visitor.send(f"/review/mini-cases/{COURSE_KEY}").location)
        finish(visitor, runtime, address)
        confirmed = rows(runtime, Confirmation)
        assert confirmed
        attempt = rows(runtime, Attempt)[-1]
        with runtime.work() as work:
            work.session.execute(
                sa.update(Confirmation).values(finding="WRONG").where(Confirmation.id == confirmed[0].id)
            )
            work.publish(regraded(attempt, work.now))
        assert {one.finding for one in rows(runtime, Confirmation)} == {one.finding for one in confirmed}


def confirm_by_card(visitor: Visitor, person: Person, runtime: Runtime) -> str:
    """Answer cards rightly until one confirms a contraindication; return what it is called."""
    while not rows(runtime, Confirmation):
        answer(runtime, person, visitor)
    (kept,) = rows(runtime, Confirmation)
    with runtime.reading() as reading:
        shelf = shelf_of(reading, academy_id=person.academy_id, course_key=COURSE_KEY)
        protocol = cast("Any", shelf.protocol.document)
    return str(protocol.findings[kept.finding].label)


def regraded(attempt: Any, now: datetime) -> AttemptRegraded:
    return AttemptRegraded(
        attempt_uuid=attempt.uuid,
        academy_id=attempt.academy_id,
        learner_id=attempt.learner_id,
        course_key=attempt.course_key,
        quiz_key=attempt.quiz_key,
        quiz_revision_id=attempt.quiz_revision_id,
        mode=attempt.mode,
        purpose=attempt.purpose,
        passed_before=False,
        passed=False,
        score_before=0.0,
        score=100.0,
        started_at=attempt.started_at,
        closed_at=attempt.closed_at,
        regraded_at=now.astimezone(UTC),
    )
