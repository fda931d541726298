"""Whether the statements of a visit say of themselves what the computed key says of them."""

from __future__ import annotations

from collections.abc import Iterator

from lms.publishing.documents import item_path
from quizzes.cases.model import Role, Statement, Visit
from quizzes.protocols.decision import Decision

Complaint = tuple[str, str]


def role_problems(visit: Visit, decision: Decision) -> Iterator[Complaint]:
    """Yield statements whose role the key contradicts, and deciding findings that nothing reveals.

    A statement supports findings and unexpected signs, by their keys, or the `response`. Every message
    names the statement and the rule; paths are relative to the visit.
    """
    decisive = {reason.subject for reason in decision.reasons if reason.decisive}
    asking = {reason.subject for reason in decision.reasons}
    for index, statement in enumerate(visit.statements):
        here = f"{item_path('statements', index)}.role"
        if statement.role is Role.DECISIVE and not decisive.intersection(statement.supports):
            said = f"Statement “{statement.id}” is decisive, and no finding it supports decides this visit"
            asked = _asked(visit, decision, statement)
            yield here, f"{said}: {asked}. Call it supporting, or check the findings."
        elif statement.counts_as == "signal" and not asking.intersection(statement.supports):
            said = f"What statement “{statement.id}” supports asks for nothing today"
            asked = _asked(visit, decision, statement)
            yield here, f"{said}: {asked}. Call it a modifier or a distractor."
    yield from _hidden(visit, decision, decisive)


def _asked(visit: Visit, decision: Decision, statement: Statement) -> str:
    """Return what the rules make of what a statement supports, and what the key is."""
    said = []
    for name in statement.supports:
        reasons = [reason for reason in decision.reasons if reason.subject == name]
        said += [f"by rule {one.rule} “{name}” asks for “{one.action}”" for one in reasons]
        if not reasons:
            said += [
                f"by rule {one.finding} “{name}” ({one.status}) asks for nothing"
                for one in visit.findings
                if one.key == name
            ]
    key = f"the key is “{decision.action}” with escalation “{decision.escalation}”"
    return "; ".join((*said, key))


def _hidden(visit: Visit, decision: Decision, decisive: set[str]) -> Iterator[Complaint]:
    revealed = {
        key for statement in visit.statements if statement.counts_as == "signal" for key in statement.supports
    }
    rules = {reason.finding_key: reason.rule for reason in decision.reasons}
    for index, finding in enumerate(visit.findings):
        if finding.key not in decisive or finding.key in revealed:
            continue
        uncounted = [one.id for one in visit.statements if finding.key in one.supports]
        named = f" Statement “{uncounted[0]}” does, and is not counted." if uncounted else ""
        message = (
            f"“{finding.key}” decides this visit by rule {rules[finding.key]}, and no counted statement "
            f"supports it.{named} Add one, or call one decisive."
        )
        yield f"{item_path('findings', index)}.key", message
