"""Reading a case document, and checking it against its protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, item_path, read_yaml, structure, suggestion
from quizzes.cases.model import Case, Role, Visit
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol
from quizzes.protocols.records import record_problems

Complaint = tuple[str, str]


def parse_case(source: bytes, file: str) -> Case:
    """Return the case that a document describes.

    Raises `ContentError` with every problem that shows without the protocol: wrong YAML or shape, repeated
    ids, visits out of order, statements that support findings the visit does not have.
    """
    marked = read_yaml(source, file=file)
    case = structure(marked, Case)
    problems = [marked.problem(path, message) for path, message in _case_problems(case)]
    if problems:
        raise ContentError(problems)
    object.__setattr__(case, "lines", MappingProxyType(dict(marked.lines)))
    return case


def check_case(case: object, siblings: Mapping[tuple[str, str], object], file: str) -> Iterable[Problem]:
    """Yield every problem that shows only next to the protocol of the same folder.

    Findings, attributes, zones, signs, components and facts must exist there, a key must be computable,
    and roles and partial credit must agree with it.
    """
    if not isinstance(case, Case):
        raise TypeError(f"check_case needs a Case, not {type(case).__name__}.")
    marked = Marked(file, None, case.lines)
    protocol = siblings.get(("protocol", case.protocol))
    if not isinstance(protocol, Protocol):
        known = [key for kind, key in siblings if kind == "protocol"]
        message = f"There is no protocol “{case.protocol}” here.{suggestion(case.protocol, known)}"
        yield marked.problem("protocol", message)
        return
    for path, message in _fact_problems(protocol, case):
        yield marked.problem(path, message)
    for index, visit in enumerate(case.visits):
        here = item_path("visits", index)
        for path, message in _visit_problems(protocol, visit):
            yield marked.problem(f"{here}.{path}", message)


def _case_problems(case: Case) -> Iterator[Complaint]:
    try:
        require_key(case.key)
    except InvalidInput as error:
        yield "key", str(error)
    if not case.visits:
        yield "visits", "A case has one visit at least. Add it."
    for index, visit in enumerate(case.visits):
        here = item_path("visits", index)
        if visit.number != index + 1:
            yield f"{here}.number", f"Visits are numbered from 1 in order. This one is number {index + 1}."
        for path, message in (*_number_problems(visit), *_statement_problems(visit)):
            yield f"{here}.{path}", message
    ids = Counter(statement.id for visit in case.visits for statement in visit.statements)
    for statement_id, count in ids.items():
        if count > 1:
            yield (
                "visits",
                f"The statement “{statement_id}” stands there {count} times. Give each its own id.",
            )


def _number_problems(visit: Visit) -> Iterator[Complaint]:
    for name in ("weeks_since_start", "sessions_done"):
        if getattr(visit, name) < 0:
            yield name, "This cannot be below zero."
    for action, credit in visit.partial_credit.items():
        if not 0 <= credit <= 1:
            yield f"partial_credit.{action}", "Credit lies between 0 and 1."


def _statement_problems(visit: Visit) -> Iterator[Complaint]:
    keys = [finding.key for finding in visit.findings]
    for index, statement in enumerate(visit.statements):
        here = item_path("statements", index)
        for place, key in enumerate(statement.supports):
            if key not in keys:
                near = suggestion(key, keys)
                yield item_path(f"{here}.supports", place), f"This visit has no finding “{key}”.{near}"
        if statement.counts_as == "signal" and not statement.supports:
            yield here, f"A {statement.role} statement supports a finding. Name it in “supports”."
        if statement.counts_as == "noise" and statement.supports:
            yield (
                f"{here}.supports",
                f"A {statement.role} supports no finding. Change the role or remove this.",
            )


def _fact_problems(protocol: Protocol, case: Case) -> Iterator[Complaint]:
    named: list[tuple[str, tuple[str, ...]]] = [("protocol_refs", case.protocol_refs)]
    for index, visit in enumerate(case.visits):
        here = item_path("visits", index)
        named.append((f"{here}.aftercare", visit.aftercare))
        named += [
            (f"{item_path(f'{here}.statements', place)}.about", statement.about)
            for place, statement in enumerate(visit.statements)
        ]
    for path, facts in named:
        for index, fact in enumerate(facts):
            if fact not in protocol.facts:
                near = suggestion(fact, protocol.facts)
                yield item_path(path, index), f"The protocol has no fact “{fact}”.{near}"


def _visit_problems(protocol: Protocol, visit: Visit) -> Iterator[Complaint]:
    problems = record_problems(protocol, visit.record)
    yield from problems
    if problems:
        return
    decision = decide(protocol, visit.record)
    yield from _role_problems(visit, decision)
    for action, credit in visit.partial_credit.items():
        if action is decision.action:
            yield (
                f"partial_credit.{action}",
                "This is the key itself, which always earns the full mark. Remove it.",
            )
        elif credit > 0 and action.strictness < decision.action.strictness:
            message = (
                f"“{action}” is less strict than the key “{decision.action}” and can earn nothing. Remove it."
            )
            yield f"partial_credit.{action}", message


def _role_problems(visit: Visit, decision: Decision) -> Iterator[Complaint]:
    """Yield statements whose role the decision contradicts, and deciding findings that nothing reveals."""
    decisive = {reason.finding_key for reason in decision.reasons if reason.decisive and reason.finding_key}
    asking = {reason.finding_key for reason in decision.reasons}
    revealed = {
        key for statement in visit.statements if statement.counts_as == "signal" for key in statement.supports
    }
    for index, statement in enumerate(visit.statements):
        here = f"{item_path('statements', index)}.role"
        if statement.role is Role.DECISIVE and not decisive.intersection(statement.supports):
            yield (
                here,
                "No finding it supports decides this visit. Call it supporting, or check the findings.",
            )
        elif statement.counts_as == "signal" and not asking.intersection(statement.supports):
            yield here, "The findings it supports ask for nothing today. Call it a modifier or a distractor."
    for index, finding in enumerate(visit.findings):
        if finding.key in decisive and finding.key not in revealed:
            message = f"“{finding.key}” decides this visit, and no counted statement supports it. Add one."
            yield f"{item_path('findings', index)}.key", message
