"""Cards on time: from when and until when a fact of aftercare or of the timeline holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from courses.review.cards.drawing import WRONG_ANSWERS, ordered
from courses.review.cards.model import Card, CardKind, Option, Question
from lms.core.text import _, ngettext
from quizzes.protocols.document import WindowDocument
from quizzes.protocols.model import Fact, NonResponse, Protocol

_NUMBER = re.compile(r"\d+(?:\.\d+)?")

FACTORS = (2.0, 0.5, 3.0, 4.0)
"""What the numbers of a window are multiplied by, to make wrong answers of the same kind."""


def window_cards(protocol: Protocol) -> Iterator[Card]:
    """Yield a card for each fact with a window that says something, and one for a missing response."""
    timed = [(fact, window) for fact in protocol.facts.values() if (window := fact.window) is not None]
    for fact, window in timed:
        if not _is_always(window) and not _is_told(window, fact.text):
            others = [one for other, one in timed if other.chapter == fact.chapter and other.id != fact.id]
            yield _window_card(fact, window, others)
    if protocol.non_response is not None:
        yield _missing_response_card(protocol.non_response)


def window_words(window: WindowDocument) -> str:
    """Return a window in words, such as “From 24 hours on” or “From 4 to 6 weeks”."""
    begin = _amount(window.unit, window.start)
    if window.end is not None:
        return _("From %(start)s to %(end)s", start=f"{window.start:g}", end=_amount(window.unit, window.end))
    if window.until is None:
        return _("From %(start)s on", start=begin)
    if window.start == 0:
        return _("From the treatment on, until %(event)s", event=window.until)
    return _("From %(start)s on, until %(event)s", start=begin, event=window.until)


def _window_card(fact: Fact, window: WindowDocument, others: Sequence[WindowDocument]) -> Card:
    def draw(seed: str) -> Question:
        return Question(
            prompt=_("When does this hold?"),
            given=(fact.text,),
            options=_options(seed, window, _wrong(window, others)),
            right=_key(window),
            why=(
                f"{fact.text.rstrip('.')}: {window_words(window)}.",
                *(_sentence(text) for text in (fact.reason, fact.note) if text),
            ),
            sources=fact.sources,
        )

    return Card(CardKind.WINDOW, fact.id, (fact.id,), safety=False, draw=draw)


def _missing_response_card(missing: NonResponse) -> Card:
    window, rule = WindowDocument("weeks", missing.weeks_since_start), missing.rule

    def draw(seed: str) -> Question:
        return Question(
            prompt=_(
                "The treatment has not helped. From when on, counted from the first session, "
                "does the protocol no longer just go on?"
            ),
            given=(),
            options=_options(seed, window, _wrong(window, ())),
            right=_key(window),
            why=(rule.text,),
            sources=rule.sources,
        )

    return Card(CardKind.WINDOW, rule.id, (rule.id,), rule.safety_critical, draw)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _options(seed: str, right: WindowDocument, wrong: Iterator[WindowDocument]) -> tuple[Option, ...]:
    """Return the right window and drawn wrong ones, in the order of time."""
    by_key = {_key(one): one for one in wrong}
    by_key.pop(_key(right), None)
    chosen = ordered(seed, "wrong", by_key.values(), _key)[:WRONG_ANSWERS]
    return tuple(Option(_key(one), window_words(one)) for one in sorted((right, *chosen), key=_in_time))


def _wrong(window: WindowDocument, others: Sequence[WindowDocument]) -> Iterator[WindowDocument]:
    """Yield windows that are not this one: those of other facts, then this one in other numbers.

    Of two that end with an event, which event it is would be a matter of wording: such others are left out.
    """
    for other in others:
        if not _is_always(other) and (other.until is None or window.until is None):
            yield other
    for factor in FACTORS:
        start, end = window.start * factor, None if window.end is None else window.end * factor
        if start.is_integer() and (end is None or end.is_integer()):
            yield replace(window, start=start, end=end)
    if window.start == 0 and window.end is None:
        yield from (replace(window, end=end, until=None) for end in (1.0, 2.0))


def _is_always(window: WindowDocument) -> bool:
    """Return whether a window begins at once and never ends: then there is nothing to recall."""
    return window.start == 0 and window.end is None and window.until is None


def _is_told(window: WindowDocument, text: str) -> bool:
    """Return whether a text names a number of the window: then it gives the answer away."""
    numbers = {f"{one:g}" for one in (window.start, window.end) if one}
    return not numbers.isdisjoint(_NUMBER.findall(text))


def _in_time(window: WindowDocument) -> tuple[int, float, float, str]:
    units = ("minutes", "hours", "days", "weeks", "months")
    return (
        units.index(window.unit),
        window.start,
        math.inf if window.end is None else window.end,
        window.until or "",
    )


def _key(window: WindowDocument) -> str:
    end = "" if window.end is None else f"{window.end:g}"
    return ":".join((window.unit, f"{window.start:g}", end, window.until or ""))


def _amount(unit: str, number: float) -> str:
    whole, amount = int(number), f"{number:g}"
    return {
        "minutes": ngettext("%(amount)s minute", "%(amount)s minutes", whole, amount=amount),
        "hours": ngettext("%(amount)s hour", "%(amount)s hours", whole, amount=amount),
        "days": ngettext("%(amount)s day", "%(amount)s days", whole, amount=amount),
        "weeks": ngettext("%(amount)s week", "%(amount)s weeks", whole, amount=amount),
        "months": ngettext("%(amount)s month", "%(amount)s months", whole, amount=amount),
    }[unit]
