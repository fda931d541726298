"""How an answer rates itself, when a card comes back, what is due, and which case is next. Pure.

Nobody is asked how hard a card was: people judge that badly, and a button is no behaviour. What counts is
whether the answer was right, how long it took, and whether it was right the time before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from fsrs import Card as FsrsCard
from fsrs import Rating as FsrsRating
from fsrs import Scheduler, State

READING_SECONDS_PER_WORD = 0.3
"""200 words a minute: reading is not thinking, so long questions do not rate worse than short ones."""
QUICK_SECONDS = 6.0
SLOW_SECONDS = 40.0
LONGEST_SECONDS = 600.0
"""After ten minutes somebody was called away: the time then says nothing."""

SAFETY_RETENTION = 0.95
RETENTION = 0.9
SOON = timedelta(minutes=10)
"""What was answered wrongly comes back in the same sitting."""
LONGEST_INTERVAL_DAYS = 182
"""Half a year: review runs over six months, and nothing that safety rests on stays unasked for longer."""
NEW_CARDS_A_DAY = 10
"""Some four minutes of new cards. Each comes back about eight times within half a year, so that more would
soon make days of more than a quarter of an hour, and people stop."""

AGENDA_DAYS = 5
"""Days with cards that the end of a sitting tells of."""

MINI_CASE_INTERVAL = timedelta(weeks=4)


class Rating(StrEnum):
    """How well something was recalled, from the least to the best."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


_FSRS = {
    Rating.AGAIN: FsrsRating.Again,
    Rating.HARD: FsrsRating.Hard,
    Rating.GOOD: FsrsRating.Good,
    Rating.EASY: FsrsRating.Easy,
}


@dataclass(frozen=True, slots=True)
class Memory:
    """What the schedule knows of a card: its FSRS state and when it was answered last.

    `stability` is in days; it and `difficulty` (1 to 10) are None before the first answer.
    """

    state: int = State.Learning.value
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A card after an answer: what is remembered of it, and when it comes back."""

    memory: Memory
    due_at: datetime


@dataclass(frozen=True, slots=True)
class InDeck:
    """A card of somebody's deck as the queue sees it. `turn` counts its answers; a card of none is new.

    `due_at` is None for a card that rests because the protocol no longer gives it. `first_answered_at` is
    None while it is new.
    """

    id: int
    due_at: datetime | None
    turn: int
    first_answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due now, in the order of asking, and when the next card is, where none is due."""

    due: tuple[int, ...]
    next_at: datetime | None


def rating_of(*, is_right: bool, seconds: float | None, words: int, was_right: bool | None) -> Rating:
    """Return the rating that an answer earns by itself.

    A wrong answer is `AGAIN`, however fast. A right one is `EASY` when it came within six seconds of
    thinking and the answer before was right too, `HARD` when it took more than forty, else `GOOD`. Thinking
    is the time between showing and answering without the time to read `words` words. Unknown times, and
    pauses of more than ten minutes, neither reward nor punish: `GOOD`. One right answer is never `EASY`,
    because it may have been a guess.
    """
    if not is_right:
        return Rating.AGAIN
    if seconds is None or seconds > LONGEST_SECONDS:
        return Rating.GOOD
    thinking = seconds - READING_SECONDS_PER_WORD * words
    if thinking > SLOW_SECONDS:
        return Rating.HARD
    return Rating.EASY if was_right and thinking <= QUICK_SECONDS else Rating.GOOD


def seconds_between(shown_at: datetime | None, answered_at: datetime) -> float | None:
    """Return the seconds from showing to answering, or None where they are not known."""
    return None if shown_at is None else max(0.0, (answered_at - shown_at).total_seconds())


def is_stale(shown_at: datetime | None, now: datetime) -> bool:
    """Return whether a question counts as shown anew: never shown, or longer ago than any answer takes.

    Loading the page again within ten minutes does not turn the clock back.
    """
    return shown_at is None or (now - shown_at).total_seconds() > LONGEST_SECONDS


def scheduled(memory: Memory, rating: Rating, *, safety: bool, now: datetime) -> Scheduled:
    """Return a card after an answer at `now` (UTC), by FSRS with its published parameters.

    A card comes back when the chance to recall it falls to 95 % where safety rests on it, to 90 %
    elsewhere; a wrong answer brings it back in ten minutes. Nothing is left to chance: the same answers at
    the same times give the same dates.
    """
    card = FsrsCard(
        card_id=0,
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=now,
        last_review=memory.answered_at,
    )
    after, _log = _SCHEDULERS[safety].review_card(card, _FSRS[rating], now)
    return Scheduled(
        Memory(after.state.value, after.step, after.stability, after.difficulty, now), due_at=after.due
    )


def _scheduler(retention: float) -> Scheduler:
    return Scheduler(
        desired_retention=retention,
        learning_steps=(SOON,),
        relearning_steps=(SOON,),
        maximum_interval=LONGEST_INTERVAL_DAYS,
        enable_fuzzing=False,
    )


_SCHEDULERS = {True: _scheduler(SAFETY_RETENTION), False: _scheduler(RETENTION)}


def queue_of(cards: Collection[InDeck], *, now: datetime, time_zone: ZoneInfo) -> Queue:
    """Return what is due: cards seen before by their dates, then new ones while the day has room for them.

    A day is a calendar day where the learner is. New cards beyond the day's number come at its end.
    """
    today = now.astimezone(time_zone).date()
    waiting = sorted(
        (card for card in cards if card.due_at is not None), key=lambda card: (card.due_at or now, card.id)
    )
    begun_today = sum(
        card.first_answered_at is not None and card.first_answered_at.astimezone(time_zone).date() == today
        for card in cards
    )
    room = max(0, NEW_CARDS_A_DAY - begun_today)
    seen = [card for card in waiting if card.turn]
    new = [card for card in waiting if not card.turn]
    due = [card for card in seen if (card.due_at or now) <= now]
    fresh = [card for card in new if (card.due_at or now) <= now][:room]
    ids = tuple(card.id for card in (*due, *fresh))
    if ids:
        return Queue(ids, None)
    later = [card.due_at for card in seen if card.due_at is not None]
    if new:
        begin = new[0].due_at or now
        later.append(begin if room else max(begin, _next_midnight(now, time_zone)))
    return Queue((), min(later, default=None))


def agenda_of(
    cards: Collection[InDeck], *, now: datetime, time_zone: ZoneInfo
) -> tuple[tuple[date, int], ...]:
    """Return how many cards come on each of the next days that have any, from tomorrow on.

    Cards seen before come on their days; new ones follow day by day, as many as a day takes.
    """
    today = now.astimezone(time_zone).date()
    days: Counter[date] = Counter()
    for card in cards:
        if card.turn and card.due_at is not None:
            days[card.due_at.astimezone(time_zone).date()] += 1
    left = sum(not card.turn and card.due_at is not None for card in cards)
    begun_today = sum(
        card.first_answered_at is not None and card.first_answered_at.astimezone(time_zone).date() == today
        for card in cards
    )
    left -= min(left, max(0, NEW_CARDS_A_DAY - begun_today))
    day = today
    while left:
        day += timedelta(days=1)
        days[day] += min(left, NEW_CARDS_A_DAY)
        left -= min(left, NEW_CARDS_A_DAY)
    return tuple(sorted(pair for pair in days.items() if pair[0] > today))[:AGENDA_DAYS]


def _next_midnight(now: datetime, time_zone: ZoneInfo) -> datetime:
    local = now.astimezone(time_zone)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow.astimezone(now.tzinfo)


def mini_case_due(done_at: datetime) -> datetime:
    """Return when the next mini-case is due after a first module, or the mini-case before, was done."""
    return done_at + MINI_CASE_INTERVAL


def by_need(findings: Sequence[str], confirmed: Mapping[str, datetime]) -> tuple[str, ...]:
    """Return contraindications, those never confirmed first, then those confirmed longest ago."""
    never = [finding for finding in findings if finding not in confirmed]
    known = sorted((finding for finding in findings if finding in confirmed), key=lambda one: confirmed[one])
    return (*never, *known)


def choose_mini_case(
    acting: Mapping[str, frozenset[str]], needs: Sequence[str], taken: Sequence[str]
) -> tuple[str, str | None]:
    """Return the case of a practice bank to put next, and the contraindication it is chosen for.

    `acting` holds the findings that decide in each case, in the order of the bank, and `taken` the cases
    already taken, oldest first. The first of `needs` that a case decides on wins; of its cases the one
    taken least often, then the one taken longest ago, then the first of the bank. Without any such case
    the same holds for the whole bank. The bank must have a case.
    """

    def freshness(key: str) -> tuple[int, int]:
        return taken.count(key), max((index for index, one in enumerate(taken) if one == key), default=-1)

    for finding in needs:
        fitting = [key for key, findings in acting.items() if finding in findings]
        if fitting:
            return min(fitting, key=freshness), finding
    return min(acting, key=freshness), None
