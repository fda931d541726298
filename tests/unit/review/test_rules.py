"""Ratings, dates, the queue of a day and the choice of mini-cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.review.rules import (
    LONGEST_INTERVAL_DAYS,
    LONGEST_SECONDS,
    NEW_CARDS_A_DAY,
    InDeck,
    Memory,
    Rating,
    agenda_of,
    by_need,
    choose_mini_case,
    is_stale,
    queue_of,
    rating_of,
    scheduled,
    seconds_between,
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LONDON, AUCKLAND = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Auckland")
SECONDS = st.one_of(st.none(), st.floats(0, 5000))
RATINGS = list(Rating)


@pytest.mark.parametrize(
    ("is_right", "seconds", "was_right", "rating"),
    [
        (False, 1.0, True, Rating.AGAIN),
        (False, None, None, Rating.AGAIN),
        (True, 10.0, None, Rating.GOOD),
        (True, 10.0, False, Rating.GOOD),
        (True, 10.0, True, Rating.EASY),
        (True, 12.1, True, Rating.GOOD),
        (True, 46.0, True, Rating.GOOD),
        (True, 46.1, True, Rating.HARD),
        (True, 600.0, None, Rating.HARD),
        (True, 600.1, None, Rating.GOOD),
        (True, None, True, Rating.GOOD),
    ],
)
def test_an_answer_rates_itself(
    *, is_right: bool, seconds: float | None, was_right: bool | None, rating: Rating
) -> None:
    assert rating_of(is_right=is_right, seconds=seconds, words=20, was_right=was_right) is rating


@given(seconds=SECONDS, words=st.integers(0, 200), was_right=st.sampled_from([None, True, False]))
def test_only_wrong_answers_are_asked_again_and_easy_needs_two_right_ones(
    seconds: float | None, words: int, *, was_right: bool | None
) -> None:
    assert rating_of(is_right=False, seconds=seconds, words=words, was_right=was_right) is Rating.AGAIN
    right = rating_of(is_right=True, seconds=seconds, words=words, was_right=was_right)
    assert right is not Rating.AGAIN
    assert was_right or right is not Rating.EASY


@given(quick=st.floats(0, LONGEST_SECONDS), slower=st.floats(0, LONGEST_SECONDS), words=st.integers(0, 200))
def test_thinking_longer_never_rates_better(quick: float, slower: float, words: int) -> None:
    quick, slower = sorted((quick, slower))
    better, worse = (
        rating_of(is_right=True, seconds=one, words=words, was_right=True) for one in (quick, slower)
    )
    assert RATINGS.index(better) >= RATINGS.index(worse)


def memory_after(ratings: list[Rating], days: list[int], *, safety: bool) -> tuple[Memory, datetime]:
    memory, now = Memory(), NOW
    for rating, pause in zip(ratings, days, strict=False):
        memory = scheduled(memory, rating, safety=safety, now=now).memory
        now += timedelta(days=pause)
    return memory, now


HISTORY = st.lists(st.sampled_from(RATINGS), max_size=8)
DAYS = st.lists(st.integers(0, 120), min_size=8, max_size=8)


@given(ratings=HISTORY, days=DAYS, safety=st.booleans())
def test_a_better_answer_never_brings_a_card_back_earlier(
    ratings: list[Rating], days: list[int], *, safety: bool
) -> None:
    memory, now = memory_after(ratings, days, safety=safety)
    dates = [scheduled(memory, rating, safety=safety, now=now).due_at for rating in RATINGS]
    assert dates == sorted(dates)
    assert dates[0] == now + timedelta(minutes=10)
    assert dates[-1] <= now + timedelta(days=LONGEST_INTERVAL_DAYS)


@given(ratings=HISTORY, days=DAYS, rating=st.sampled_from(RATINGS))
def test_a_safety_card_never_comes_back_later_and_dates_are_no_matter_of_chance(
    ratings: list[Rating], days: list[int], rating: Rating
) -> None:
    memory, now = memory_after(ratings, days, safety=False)
    other = scheduled(memory, rating, safety=False, now=now)
    assert scheduled(memory, rating, safety=True, now=now).due_at <= other.due_at
    assert scheduled(memory, rating, safety=False, now=now) == other


def test_right_answers_space_out_over_six_months() -> None:
    memory, now, pauses = Memory(), NOW, []
    for _turn in range(7):
        after = scheduled(memory, Rating.GOOD, safety=True, now=now)
        pauses.append((after.due_at - now).days)
        memory, now = after.memory, after.due_at
    assert pauses == sorted(pauses)
    assert pauses[0] == 1
    assert pauses[-1] > 90


def test_times_between_showing_and_answering() -> None:
    assert seconds_between(None, NOW) is None
    assert seconds_between(NOW - timedelta(seconds=12), NOW) == 12.0
    assert seconds_between(NOW + timedelta(seconds=1), NOW) == 0.0
    assert is_stale(None, NOW)
    assert not is_stale(NOW - timedelta(minutes=10), NOW)
    assert is_stale(NOW - timedelta(minutes=10, seconds=1), NOW)


def new(card_id: int) -> InDeck:
    return InDeck(card_id, NOW - timedelta(days=9), 0, None)


def seen(card_id: int, *, due_in_days: float, begun_days_ago: float = 30) -> InDeck:
    return InDeck(card_id, NOW + timedelta(days=due_in_days), 1, NOW - timedelta(days=begun_days_ago))


def test_reviews_come_before_new_cards_and_new_ones_are_bounded_by_the_day() -> None:
    cards = [*(new(number) for number in range(1, 31)), seen(40, due_in_days=-1), seen(41, due_in_days=-2)]
    queue = queue_of(cards, now=NOW, time_zone=LONDON)
    assert queue.due == (41, 40, *range(1, NEW_CARDS_A_DAY + 1))
    assert queue.next_at is None


def test_a_day_that_is_full_puts_new_cards_off_until_midnight_where_the_learner_is() -> None:
    begun = [seen(number, due_in_days=5, begun_days_ago=0.1) for number in range(100, 100 + NEW_CARDS_A_DAY)]
    queue = queue_of([*begun, new(1)], now=NOW, time_zone=LONDON)
    assert queue.due == ()
    assert queue.next_at == datetime(2027, 3, 2, 0, 0, tzinfo=UTC)
    assert queue_of([*begun, new(1)], now=NOW, time_zone=AUCKLAND).next_at == datetime(
        2027, 3, 1, 11, 0, tzinfo=UTC
    )
    assert queue_of([*begun, new(1)], now=NOW + timedelta(days=1), time_zone=LONDON).due == (1,)


def test_resting_cards_are_neither_due_nor_announced() -> None:
    resting = InDeck(1, None, 4, NOW)
    assert queue_of([resting], now=NOW, time_zone=LONDON).due == ()
    assert queue_of([resting], now=NOW, time_zone=LONDON).next_at is None
    assert agenda_of([resting], now=NOW, time_zone=LONDON) == ()


CARDS = st.lists(
    st.builds(
        InDeck,
        id=st.integers(1, 10_000),
        due_at=st.one_of(
            st.none(), st.integers(-80_000, 130_000).map(lambda one: NOW + timedelta(minutes=one))
        ),
        turn=st.integers(0, 3),
        first_answered_at=st.one_of(st.none(), st.just(NOW), st.just(NOW - timedelta(days=40))),
    ),
    unique_by=lambda card: card.id,
    max_size=60,
)


@given(cards=CARDS)
def test_what_is_due_is_due_and_the_next_date_lies_ahead(cards: list[InDeck]) -> None:
    queue = queue_of(cards, now=NOW, time_zone=LONDON)
    by_id = {card.id: card for card in cards}
    for card_id in queue.due:
        due_at = by_id[card_id].due_at
        assert due_at is not None
        assert due_at <= NOW
    assert sum(not by_id[card_id].turn for card_id in queue.due) <= NEW_CARDS_A_DAY
    assert not (queue.due and queue.next_at)
    assert queue.next_at is None or queue.next_at > NOW
    waits = any(card.due_at is not None for card in cards)
    assert bool(queue.due or queue.next_at) == waits


@given(cards=CARDS)
def test_the_agenda_names_days_to_come_in_order(cards: list[InDeck]) -> None:
    days = agenda_of(cards, now=NOW, time_zone=LONDON)
    assert [day for day, _number in days] == sorted({day for day, _number in days})
    assert all(day > date(2027, 3, 1) and number > 0 for day, number in days)


def test_the_agenda_spreads_new_cards_over_the_days() -> None:
    cards = [new(number) for number in range(1, 26)]
    assert agenda_of(cards, now=NOW, time_zone=LONDON) == ((date(2027, 3, 2), 10), (date(2027, 3, 3), 5))


def test_what_was_never_confirmed_comes_first_then_what_was_longest_ago() -> None:
    confirmed = {"B": NOW, "C": NOW - timedelta(days=3)}
    assert by_need(("A", "B", "C", "D"), confirmed) == ("A", "D", "C", "B")


ACTING = {"c1": frozenset({"A"}), "c2": frozenset({"A", "B"}), "c3": frozenset[str]()}


@pytest.mark.parametrize(
    ("needs", "taken", "chosen"),
    [
        (("B", "A"), (), ("c2", "B")),
        (("A", "B"), (), ("c1", "A")),
        (("A", "B"), ("c1",), ("c2", "A")),
        (("A", "B"), ("c1", "c2"), ("c1", "A")),
        (("A", "B"), ("c2", "c1"), ("c2", "A")),
        (("Z",), (), ("c1", None)),
        (("Z",), ("c1",), ("c2", None)),
    ],
)
def test_a_mini_case_is_about_what_is_needed_most_and_seen_least(
    needs: tuple[str, ...], taken: tuple[str, ...], chosen: tuple[str, str | None]
) -> None:
    assert choose_mini_case(ACTING, needs, taken) == chosen
