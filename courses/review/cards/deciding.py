"""Cards on deciding: the action of a finding, which of two wins, what ends a wait, what a sign asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from courses.review.cards.drawing import first, has_wrong_answer, with_wrong_answers
from courses.review.cards.model import Card, CardKind, Option, Question
from courses.review.cards.situations import Situation, decision_on, hazard_of, record_of, situations_of
from lms.core.text import _
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import FindingKind, Protocol, Sign, Wait
from quizzes.wording import action_label, escalation_label


def deciding_cards(protocol: Protocol) -> Iterator[Card]:
    """Yield the cards whose key `decide` computes. What the law of a region changes is left out."""
    kinds = [kind for kind in protocol.findings.values() if not kind.varies_by_region]
    situations = {kind.id: situations_of(protocol, kind) for kind in kinds}
    for kind in kinds:
        for situation in situations[kind.id]:
            yield _action_card(protocol, situation)
    classed = [one for kind in kinds if kind.contraindication_class for one in situations[kind.id]]
    yield from _precedence_cards(protocol, classed)
    yield from _wait_cards(kinds)
    for sign in protocol.signs.values():
        yield _sign_card(protocol, sign)


def _actions() -> tuple[Option, ...]:
    """Return every action, from the least to the most strict: an order that needs no shuffling."""
    return tuple(Option(action.value, action_label(action.value)) for action in Action)


def _meaning(protocol: Protocol, decision: Decision) -> str:
    meaning = protocol.meanings.actions[decision.action]
    return f"{action_label(decision.action.value)}: {meaning}"


def _action_card(protocol: Protocol, situation: Situation) -> Card:
    kind, rule = situation.kind, situation.reason.rule

    def draw(seed: str) -> Question:
        hazard = hazard_of(protocol, kind, seed)
        decision = decision_on(protocol, (situation,), {kind.id: hazard})
        reason = decision.reasons[0]
        return Question(
            prompt=_("This was found today, and nothing else. What do you decide?"),
            given=situation.lines(protocol, hazard),
            options=_actions(),
            right=decision.action.value,
            why=(reason.why, _meaning(protocol, decision)),
            sources=reason.sources,
            confirms=(kind.id,) if reason.safety_critical else (),
        )

    facts = (kind.id,) if rule == kind.id else (kind.id, rule)
    name = ":".join(facts)
    return Card(CardKind.ACTION, name, (kind.id,), situation.reason.safety_critical, draw)


def _precedence_cards(protocol: Protocol, situations: Sequence[Situation]) -> Iterator[Card]:
    """Yield a card for each two actions that contraindications ask for; which findings do is drawn."""
    actions = [action for action in Action if any(one.reason.action is action for one in situations)]
    for weaker, stronger in combinations((one for one in actions if one is not Action.PROCEED), 2):
        pairs = [
            (one, other)
            for one in situations
            for other in situations
            if one.reason.action is weaker and other.reason.action is stronger and one.kind != other.kind
        ]
        if pairs:
            yield _precedence_card(protocol, f"{stronger.value}+{weaker.value}", pairs)


def _precedence_card(protocol: Protocol, name: str, pairs: Sequence[tuple[Situation, Situation]]) -> Card:
    def named(pair: tuple[Situation, Situation]) -> str:
        return "+".join(one.reason.rule for one in pair)

    def draw(seed: str) -> Question:
        pair = first(seed, "pair", pairs, named)
        hazards = {one.kind.id: hazard_of(protocol, one.kind, seed) for one in pair}
        decision = decision_on(protocol, pair, hazards)
        told = sorted(pair, key=lambda one: one.kind.id)
        return Question(
            prompt=_("Both were found today, and nothing else. What do you decide?"),
            given=tuple("; ".join(one.lines(protocol, hazards[one.kind.id])) for one in told),
            options=_actions(),
            right=decision.action.value,
            why=(
                _("The strictest answer wins; what the other finding asks for stays as a condition."),
                *(reason.why for reason in decision.reasons),
            ),
            sources=tuple(dict.fromkeys(source for reason in decision.reasons for source in reason.sources)),
            confirms=tuple(one.kind.id for one in told if one.reason.safety_critical),
        )

    kinds = tuple(dict.fromkeys(one.kind.id for pair in pairs for one in pair))
    safety = any(one.reason.safety_critical for pair in pairs for one in pair)
    return Card(CardKind.PRECEDENCE, name, kinds, safety, draw)


def _wait_cards(kinds: Sequence[FindingKind]) -> Iterator[Card]:
    """Yield what ends the wait of each contraindication that makes somebody wait."""
    waiting = [kind for kind in kinds if kind.wait is not None and kind.action.waits]
    for kind in waiting:
        others = tuple(
            Option(one.id, one.wait.text) for one in waiting if one.id != kind.id and one.wait is not None
        )
        if kind.contraindication_class and kind.wait is not None:
            right = Option(kind.id, kind.wait.text)
            if has_wrong_answer(right, others):
                yield _wait_card(kind, kind.wait, right, others)


def _wait_card(kind: FindingKind, wait: Wait, right: Option, others: tuple[Option, ...]) -> Card:
    def draw(seed: str) -> Question:
        return Question(
            prompt=_("What ends the wait?"),
            given=(kind.label,),
            options=with_wrong_answers(seed, right, others),
            right=right.key,
            why=(kind.rationale,),
            sources=wait.sources,
            confirms=(kind.id,) if kind.safety_critical else (),
        )

    return Card(CardKind.WAIT, kind.id, (kind.id,), kind.safety_critical, draw)


def _sign_card(protocol: Protocol, sign: Sign) -> Card:
    def draw(_seed: str) -> Question:
        decision = decide(protocol, record_of(signs=(sign.key,)))
        escalation = decision.escalation.value
        reason = decision.reasons[0]
        meaning = f"{escalation_label(escalation)}: {protocol.meanings.escalations[decision.escalation]}"
        return Question(
            prompt=_("A patient tells you of this after the treatment. Who must see them, and how soon?"),
            given=(sign.label,),
            options=tuple(Option(one.value, escalation_label(one.value)) for one in Escalation),
            right=escalation,
            why=(meaning, _meaning(protocol, decision), *((reason.wait,) if reason.wait else ())),
            sources=reason.sources,
        )

    return Card(CardKind.SIGN, sign.key, (sign.rule.id,), sign.rule.safety_critical, draw)
