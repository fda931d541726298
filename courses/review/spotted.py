"""Which contraindications a graded visit shows to be known: seen, and not taken lightly. Pure."""

from __future__ import annotations

from quizzes.cases.model import Visit
from quizzes.grading.result import VisitGrade
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol


def contraindications_of(protocol: Protocol) -> tuple[str, ...]:
    """Return the findings of which it is kept when they were last confirmed, in the protocol's order.

    They are those that the protocol classes as contraindications, and all on which safety depends.
    """
    return tuple(
        kind.id
        for kind in protocol.findings.values()
        if kind.contraindication_class is not None or kind.safety_critical
    )


def confirmed_by(visit: Visit, grade: VisitGrade) -> frozenset[str]:
    """Return the findings that the answer to a visit decided rightly.

    Each asks for something other than going ahead; a line of the record that shows it was flagged; the
    action chosen is no less strict than the finding asks for; and nothing dangerous was done about it. One
    line is enough: who flags the medicine has seen the finding, whatever else would have shown it. A case
    whose key is contested confirms nothing, and neither does a visit that asks for no decision.
    """
    action = grade.decision("action")
    if grade.contested or action is None or action.given is None:
        return frozenset()
    chosen = Action(action.given)
    flagged = {one.id for one in grade.statements if one.flagged}
    seen = {
        key
        for one in visit.statements
        if one.id in flagged and one.counts_as == "signal"
        for key in one.supports
    }
    harmed = {error.finding_key for error in grade.safety_errors}
    return frozenset(
        reason.finding
        for reason in grade.key.reasons
        if reason.finding is not None
        and reason.action is not Action.PROCEED
        and reason.finding_key in seen
        and reason.finding_key not in harmed
        and chosen.strictness >= reason.action.strictness
    )
