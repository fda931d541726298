"""Reading a case document, and checking it against its protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, item_path, read_yaml, structure, suggestion
from quizzes.cases.model import Case, Visit
from quizzes.cases.role_checks import role_problems
from quizzes.cases.tasks import bind_task, standard_tasks
from quizzes.cases.variant_checks import variant_problems
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import RESPONSE
from quizzes.protocols.model import Protocol
from quizzes.protocols.records import record_problems

if TYPE_CHECKING:
    from quizzes.interactions.contract import Interaction

    Interactions = Mapping[str, Interaction[Any, Any]]

Complaint = tuple[str, str]


def parse_case(source: bytes, file: str, interactions: Interactions | None = None) -> Case:
    """Return the case that a document describes, its tasks bound to their interactions.

    `interactions` are those of the installation, by kind; None stands for those that come with Papilla.
    Raises `ContentError` with every problem that shows without the protocol: wrong YAML or shape, repeated
    ids, visits out of order, statements that support findings the visit does not have.
    """
    marked = read_yaml(source, file=file)
    case = structure(marked, Case)
    problems = [marked.problem(path, message) for path, message in _case_problems(case)]
    problems += _bind_tasks(case, marked, interactions or _standard_interactions())
    if problems:
        raise ContentError(problems)
    object.__setattr__(case, "lines", MappingProxyType(dict(marked.lines)))
    return case


def _standard_interactions() -> Interactions:
    # Interactions know cases; the other way round only at run time, and only for this default.
    from quizzes.interactions.registry import standard_registry

    return standard_registry()


def _bind_tasks(case: Case, marked: Marked, interactions: Interactions) -> list[Problem]:
    """Put bound tasks in place of the written ones; returns the problems of those that cannot be bound."""
    problems: list[Problem] = []
    written: Any = marked.value
    for index, visit in enumerate(case.visits):
        row = "aftercare" if visit.signs else "spotting"
        tasks = list(standard_tasks(visit.asks, interactions, row=row))  # type: ignore[arg-type]
        here = f"{item_path('visits', index)}.tasks"
        for place, task in enumerate(written["visits"][index].get("tasks") or ()):
            path = item_path(here, place)
            try:
                bound = bind_task(task, interactions, file=marked.file, lines=marked.lines, path=path)
            except ContentError as error:
                problems += error.problems
                continue
            tasks.append(bound)
            if bound.interaction.contested_only and not case.contested:
                message = f"“{bound.kind}” is for contested cases only. Ask another kind of question."
                problems.append(marked.problem(f"{path}.kind", message))
            problems += [
                marked.problem(f"{path}.{field}", message)
                for field, message in bound.interaction.problems(bound, visit, None)
            ]
        object.__setattr__(visit, "tasks", tuple(tasks))
    return problems


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
        for path, message in (*visit_problems(protocol, visit), *_task_problems(protocol, visit)):
            yield marked.problem(f"{here}.{path}", message)
    for path, message in variant_problems(protocol, case, _contrasted_visit_problems):
        yield marked.problem(path, message)


def _contrasted_visit_problems(protocol: Protocol, visit: Visit) -> Iterator[Complaint]:
    """Yield what is wrong in a visit with the changes of a contrast made."""
    yield from _statement_problems(visit)
    yield from visit_problems(protocol, visit)
    yield from _task_problems(protocol, visit)


def _task_problems(protocol: Protocol, visit: Visit) -> Iterator[Complaint]:
    """Yield what the protocol does not know of the further tasks, which stand after the standard ones."""
    first = len(visit.asks)
    for index, task in enumerate(visit.tasks[first:]):
        here = item_path("tasks", index)
        for place, fact in enumerate(task.about):
            if fact not in protocol.facts:
                near = suggestion(fact, protocol.facts)
                yield item_path(f"{here}.about", place), f"The protocol has no fact “{fact}”.{near}"
        if task.key in protocol.parameters.settings:
            message = f"“{task.key}” is a setting of the protocol. Name the task something else."
            yield f"{here}.key", message
        for path, message in task.interaction.problems(task, visit, protocol):
            yield f"{here}.{path}", message


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
        for path, message in (*_number_problems(visit), *_statement_problems(visit), *_ask_problems(visit)):
            yield f"{here}.{path}", message
        yield from ((f"{here}.{path}", message) for path, message in _telling_problems(case, visit))
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


def _ask_problems(visit: Visit) -> Iterator[Complaint]:
    if len(set(visit.asks)) != len(visit.asks):
        yield "asks", "Each standard task is asked once. Remove the repeated one."
    if "decide" not in visit.asks:
        yield "asks", "Every visit asks for a decision. Add decide."
    if "spot" in visit.asks and not visit.statements:
        yield "statements", "There is nothing to flag. Add statements, or leave spot out of asks."
    if "plan" in visit.asks and not visit.plan_prompt.strip():
        yield (
            "plan_prompt",
            "Say which session's settings are asked for; a missing prompt would betray the key.",
        )
    keys = [task["key"] for task in visit.tasks if isinstance(task, Mapping) and "key" in task]
    for key, count in Counter(map(str, keys)).items():
        if count > 1:
            yield "tasks", f"“{key}” names {count} tasks of this visit. Give each its own key."


def _telling_problems(case: Case, visit: Visit) -> Iterator[Complaint]:
    """Yield what a visit leaves untold: how a later one opens, and how each but the last one ended."""
    if visit.number > 1:
        for name in ("when", "presentation", "rationale"):
            if not getattr(visit, name).strip():
                yield name, f"A later visit needs “{name}”. Write it."
    if visit.number < len(case.visits) and not visit.outcome.strip():
        yield "outcome", "The next visit starts from what was rightly done here. Write that down."


def _statement_problems(visit: Visit) -> Iterator[Complaint]:
    keys = [*(finding.key for finding in visit.findings), *visit.signs, RESPONSE]
    for index, statement in enumerate(visit.statements):
        here = item_path("statements", index)
        for place, key in enumerate(statement.supports):
            if key not in keys:
                near = suggestion(key, keys)
                yield (
                    item_path(f"{here}.supports", place),
                    f"This visit has no finding or sign “{key}”.{near}",
                )
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


def _setting_problems(protocol: Protocol, visit: Visit) -> Iterator[Complaint]:
    """Yield settings that the plan asks for and the protocol does not have."""
    if "plan" not in visit.asks:
        return
    known = protocol.parameters.settings
    for index, name in enumerate(visit.settings):
        here = item_path("settings", index)
        if name not in known:
            message = f"The protocol has no setting “{name}”.{suggestion(name, known)}"
            yield (
                here,
                f"{message} Say under “settings” which to ask for, among {', '.join(known) or 'none'}.",
            )
        elif name in visit.settings[:index]:
            yield here, f"“{name}” stands there twice. Ask for it once."
    if not visit.settings and not visit.zones:
        yield (
            "settings",
            "The plan asks for nothing. Name a setting or a zone, or leave “plan” out of “asks”.",
        )


def visit_problems(protocol: Protocol, visit: Visit) -> Iterator[Complaint]:
    """Yield what the protocol does not know of a visit's record, and what its computed key contradicts."""
    problems = record_problems(protocol, visit.record)
    yield from problems
    yield from _setting_problems(protocol, visit)
    if problems:
        return
    decision = decide(protocol, visit.record)
    yield from role_problems(visit, decision)
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
