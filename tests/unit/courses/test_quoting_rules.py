"""Which values of a lesson have changed since somebody last knew them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.quoting.rules import ChangedValue, Seen, Stored, changed_values, last_known
from quizzes.protocols.quantities import Quantity
from tests.unit.courses.documents import SmallProtocol

START = datetime(2027, 3, 1, tzinfo=UTC)
LESSON = 500


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


PROTOCOLS = [Stored(11, at(0)), Stored(22, at(10)), Stored(33, at(20))]


def known(hour: int, *seen: int, lesson: int = LESSON) -> int | None:
    looks = [Seen(lesson, one) for one in seen]
    return last_known(PROTOCOLS, lesson_revision_id=LESSON, published_at=at(hour), seen=looks)


def test_whoever_published_a_lesson_knew_the_protocol_of_that_moment() -> None:
    assert [known(hour) for hour in (0, 9, 10, 15, 20, 99)] == [11, 11, 22, 22, 33, 33]


def test_a_lesson_older_than_any_protocol_was_written_without_one() -> None:
    assert last_known(PROTOCOLS, lesson_revision_id=LESSON, published_at=at(-1), seen=()) is None


def test_whoever_looked_at_it_knew_a_later_one() -> None:
    assert known(0, 22) == 22
    assert known(0, 22, 33) == 33
    assert known(15, 11) == 22


def test_a_look_at_another_revision_of_the_lesson_says_nothing() -> None:
    assert known(0, 33, lesson=LESSON + 1) == 11


@given(hour=st.integers(0, 40), seen=st.lists(st.sampled_from([11, 22, 33])))
def test_looking_never_makes_anybody_know_less(hour: int, seen: list[int]) -> None:
    order = [one.revision_id for one in PROTOCOLS]
    without, with_looks = known(hour), known(hour, *seen)
    assert without is not None
    assert with_looks is not None
    assert order.index(with_looks) == max(order.index(one) for one in (without, *seen))


def changed(**facts: Quantity) -> SmallProtocol:
    base = SmallProtocol()
    return SmallProtocol(
        {name: replace(fact, quantity=facts.get(name, fact.quantity)) for name, fact in base.facts.items()}
    )


def test_a_value_is_changed_where_its_words_are() -> None:
    references = ["PAUSE.study", "SPACE", '"3 weeks"', "SPACE.minimum", "SPACE", "SPACE.maximum"]
    after = changed(SPACE=Quantity(3, 4, "weeks"))
    assert changed_values(references, SmallProtocol(), after) == (
        ChangedValue("SPACE", "2 to 4 weeks", "3 to 4 weeks"),
        ChangedValue("SPACE.minimum", "2 weeks", "3 weeks"),
    )


def test_a_value_that_came_or_went_is_changed_too() -> None:
    before = SmallProtocol({name: fact for name, fact in SmallProtocol().facts.items() if name != "SPACE"})
    assert changed_values(["SPACE"], before, SmallProtocol()) == (
        ChangedValue("SPACE", None, "2 to 4 weeks"),
    )
    assert changed_values(["SPACE"], SmallProtocol(), before) == (
        ChangedValue("SPACE", "2 to 4 weeks", None),
    )


@given(
    st.lists(st.sampled_from(["SPACE", "SPACE.number", "PAUSE", "PAUSE.study", "GONE", '"x"'])),
    st.integers(1, 9),
)
def test_the_same_protocol_changes_nothing(references: list[str], weeks: int) -> None:
    protocol = changed(SPACE=Quantity(weeks, weeks + 1, "weeks"))
    assert changed_values(references, protocol, protocol) == ()
