"""Deciding: an action for today and an escalation, each held against the computed key.

A stricter action than the key earns only what the case grants it, and only where the quiz allows that; a
less strict one earns nothing, ever. An escalation one step more urgent than the key earns half.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.contract import Example, Interaction, Posed, Task
from quizzes.interactions.decide.examples import EXAMPLES
from quizzes.interactions.marks import DecisionGrade, Marks, SafetyError
from quizzes.interactions.reading import Given, chosen_word, one_text
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.decision import Reason
from quizzes.protocols.model import Harm, Protocol
from quizzes.wording import action_label, escalation_label

ACTION, ESCALATION = "action", "escalation"
ACTIONS = tuple(action.value for action in Action)
ESCALATIONS = tuple(escalation.value for escalation in Escalation)
OVER_BY_ONE_CREDIT = 0.5
"""What an escalation one step more urgent than the key earns: careful, and not dangerous."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was chosen so far; None is not chosen yet."""

    action: Action | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class DecideView:
    """What was chosen so far, as form values."""

    action: str | None
    escalation: str | None


class Decide(Interaction[None, Decided]):
    """The decision for today with the referral."""

    kind = "decide"
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def fields(self, _task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the two groups of choices."""
        return (ACTION, ESCALATION)

    def read(self, _task: Task, _visit: Visit, given: Given) -> Decided:
        """Return action and escalation."""
        action = chosen_word(given, ACTION, ACTIONS)
        escalation = chosen_word(given, ESCALATION, ESCALATIONS)
        return Decided(
            None if action is None else Action(action), None if escalation is None else Escalation(escalation)
        )

    def to_json(self, _task: Task, answer: Decided) -> dict[str, Any]:
        """Return what was chosen."""
        chosen = {ACTION: answer.action, ESCALATION: answer.escalation}
        return {name: word.value for name, word in chosen.items() if word is not None}

    def missing(
        self, _task: Task, _visit: Visit, answer: Decided, _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return what was not chosen: both are always needed."""
        return tuple(name for name in (ACTION, ESCALATION) if getattr(answer, name) is None)

    def grade(self, task: Task, posed: Posed, answer: Decided, _answers: Mapping[str, Any]) -> Marks:
        """Grade action and escalation on their own, and name each danger in them."""
        place = ("decide", answer.action, answer.escalation)
        marks: Marks | None = posed.memory.get(place)
        if marks is None:
            marks = posed.memory[place] = self._marks(task, posed, answer)
        return marks

    @staticmethod
    def _marks(task: Task, posed: Posed, answer: Decided) -> Marks:
        key, row = posed.key, task.row
        action = DecisionGrade(
            ACTION,
            None if answer.action is None else answer.action.value,
            key.action.value,
            _action_credit(posed, answer.action),
            row,
            task.key,
        )
        escalation = DecisionGrade(
            ESCALATION,
            None if answer.escalation is None else answer.escalation.value,
            key.escalation.value,
            _escalation_credit(key.escalation, answer.escalation),
            row,
            task.key,
        )
        return Marks((action, escalation), harms=tuple(_harms(posed, answer)))

    def possible_harms(self, _task: Task, posed: Posed) -> frozenset[Harm]:
        """Return what going ahead, with or without calling anybody, would be."""
        carefree = (Decided(Action.PROCEED, escalation) for escalation in Escalation)
        return frozenset(error.harm for answer in carefree for error in _harms(posed, answer))

    def perfect(self, _task: Task, posed: Posed) -> dict[str, Any]:
        """Return the key."""
        return {ACTION: posed.key.action.value, ESCALATION: posed.key.escalation.value}

    def careless(self, _task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the decision to go ahead and tell nobody."""
        return {ACTION: Action.PROCEED.value, ESCALATION: Escalation.NONE.value}

    def show(self, _task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> DecideView:
        """Return what was chosen so far."""
        return DecideView(_shown(given, ACTION), _shown(given, ESCALATION))

    def label(self, _task: Task, _protocol: Protocol, name: str) -> str:
        """Return the words for the decision or the referral."""
        return _("Decision") if name == ACTION else _("Referral")

    def words(self, _task: Task, _protocol: Protocol, name: str, value: object) -> str:
        """Return the words for an action or an escalation."""
        if value is None:
            return _("Not answered")
        return action_label(str(value)) if name == ACTION else escalation_label(str(value))

    def text(self, _task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return both questions with their choices."""
        lines = [_("Decision for today"), *(f"- {action_label(one)}" for one in ACTIONS)]
        return "\n".join((*lines, _("Referral"), *(f"- {escalation_label(one)}" for one in ESCALATIONS)))


def _shown(given: Given, name: str) -> str | None:
    value = given.get(name)
    return one_text({name: value}, name) if isinstance(value, str) else None


def _action_credit(posed: Posed, given: Action | None) -> float:
    key = posed.key.action
    if given is key:
        return 1.0
    if given is None or given.strictness < key.strictness or not posed.partial_credit:
        return 0.0
    return min(1.0, max(0.0, posed.visit.partial_credit.get(given, 0.0)))


def _escalation_credit(key: Escalation, given: Escalation | None) -> float:
    if given is None:
        return 0.0
    return {0: 1.0, 1: OVER_BY_ONE_CREDIT}.get(given.urgency - key.urgency, 0.0)


def _harms(posed: Posed, answer: Decided) -> Iterator[SafetyError]:
    """Yield each safety-critical rule that the answer undercuts.

    A contested case, and a rule that varies by place where no region is known, never count.
    """
    if posed.case.contested:
        return
    for reason in posed.key.reasons:
        if not reason.safety_critical or (reason.varies_by_region and posed.region is None):
            continue
        if reason.sign is not None and _is_late(reason, answer):
            yield _error(reason, answer.escalation, reason.escalation, "ignored_sign", ESCALATION)
        elif answer.action is not None and answer.action.strictness < reason.action.strictness:
            yield _error(reason, answer.action, reason.action, "less_strict", ACTION)


def _is_late(reason: Reason, answer: Decided) -> bool:
    """Whether nobody is called, or too late, at a sign that needs somebody now."""
    return answer.escalation is not None and answer.escalation.urgency < reason.escalation.urgency


def _error(
    reason: Reason,
    given: Action | Escalation | None,
    required: Action | Escalation,
    harm: Harm,
    decision: str,
) -> SafetyError:
    return SafetyError(
        rule=reason.rule,
        finding=reason.finding,
        finding_key=reason.subject,
        text=reason.why,
        given="" if given is None else given.value,
        required=required.value,
        harm=harm,
        decision=decision,
    )


INTERACTION = Decide()
