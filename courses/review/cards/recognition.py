"""Cards on recognising: which finding a medicine points to, and what only looks like a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from courses.review.cards.drawing import first, has_wrong_answer, holds_phrase, with_wrong_answers
from courses.review.cards.model import Card, CardKind, Option, Question
from lms.core.text import _
from quizzes.protocols.model import FindingKind, Protocol

SPOKEN, SEEN = "words", "exam"
"""Lists of triggers that hold what a patient says and what an examination shows."""
QUALIFYING = "_words"
"""Lists whose names end so qualify a finding (how severe an allergy was) and point to none by themselves."""


def recognition_cards(protocol: Protocol) -> Iterator[Card]:
    """Yield a card for each list of medicines, and one for each finding that has look-alikes."""
    for kind in protocol.findings.values():
        for name, medicines in medicine_lists(kind).items():
            telling = _telling(protocol, kind, medicines)
            if telling and has_wrong_answer(Option(kind.id, kind.label), _others(protocol, kind)):
                yield _medicine_card(protocol, kind, name, telling)
        harmless = tuple(word for word in _look_alikes(kind) if has_wrong_answer(_said(word), _signals(kind)))
        if harmless:
            yield _look_alike_card(kind, harmless)


def medicine_lists(kind: FindingKind) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of medicines and brands of a finding, by the name of the list."""
    lists = kind.triggers.lists if kind.triggers is not None else {}
    return {
        name: words
        for name, words in lists.items()
        if name not in {SPOKEN, SEEN} and not name.endswith(QUALIFYING)
    }


def _telling(protocol: Protocol, kind: FindingKind, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that no other finding could claim: neither holds the other as whole words."""
    foreign = [
        word
        for other in protocol.findings.values()
        if other.id != kind.id and other.triggers is not None
        for listed in other.triggers.lists.values()
        for word in listed
    ]
    return tuple(
        word
        for word in words
        if not any(holds_phrase(word, other) or holds_phrase(other, word) for other in foreign)
    )


def _others(protocol: Protocol, kind: FindingKind) -> tuple[Option, ...]:
    """Return the other findings that medicines give away; without any, those that have triggers at all."""
    known = [one for one in protocol.findings.values() if one.id != kind.id and one.triggers is not None]
    by_medicines = [one for one in known if medicine_lists(one)]
    return tuple(Option(one.id, one.label) for one in by_medicines or known)


def _medicine_card(protocol: Protocol, kind: FindingKind, name: str, medicines: tuple[str, ...]) -> Card:
    others = _others(protocol, kind)

    def draw(seed: str) -> Question:
        medicine = first(seed, "medicine", medicines)
        return Question(
            prompt=_(
                "A list of medicines names “%(medicine)s”. Which finding does it point to?", medicine=medicine
            ),
            given=(),
            options=with_wrong_answers(seed, Option(kind.id, kind.label), others),
            right=kind.id,
            why=(
                _(
                    "The protocol lists “%(medicine)s” under this: %(finding)s.",
                    medicine=medicine,
                    finding=kind.label,
                ),
                kind.rationale,
            ),
            sources=kind.triggers.sources if kind.triggers is not None else kind.sources,
            confirms=(kind.id,) if kind.safety_critical else (),
        )

    return Card(CardKind.MEDICINE, f"{kind.id}:{name}", (kind.id,), kind.safety_critical, draw)


def _look_alikes(kind: FindingKind) -> tuple[str, ...]:
    lists = kind.not_triggers.lists if kind.not_triggers is not None else {}
    return tuple(word for words in lists.values() for word in words)


def _signals(kind: FindingKind) -> tuple[Option, ...]:
    """Return what a patient says or an examination shows that does count."""
    lists = kind.triggers.lists if kind.triggers is not None else {}
    return tuple(_said(word) for name in (SPOKEN, SEEN) for word in lists.get(name, ()))


def _said(word: str) -> Option:
    return Option(word, word)


def _look_alike_card(kind: FindingKind, harmless: tuple[str, ...]) -> Card:
    def draw(seed: str) -> Question:
        right = first(seed, "look-alike", harmless)
        return Question(
            prompt=_("Which of these does not count as “%(finding)s”?", finding=kind.label),
            given=(),
            options=with_wrong_answers(seed, _said(right), _signals(kind)),
            right=right,
            why=(_("The others count: %(finding)s.", finding=kind.label), kind.rationale),
            sources=kind.not_triggers.sources if kind.not_triggers is not None else kind.sources,
        )

    return Card(CardKind.NOT_TRIGGER, kind.id, (kind.id,), kind.safety_critical, draw)
