"""Whether the other half of a minimal pair is a case of its own, with another key and a true story."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lms.core.errors import ContentError
from lms.publishing.documents import item_path, suggestion
from quizzes.cases.model import Case, Contrast, Visit, VisitChange
from quizzes.cases.variants import contrasted
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Protocol

Complaint = tuple[str, str]

_ITEM = re.compile(r"(statements|findings)\[(\d+)\](.*)")
_NAMES = {"statements": "id", "findings": "key"}


def contrast_problems(
    protocol: Protocol,
    case: Case,
    contrast: Contrast,
    visit_checks: Callable[[Protocol, Visit], Iterator[Complaint]],
) -> Iterator[Complaint]:
    """Yield what is wrong in a contrast; paths are relative to it, and the empty one is the whole."""
    yield from _blank(contrast)
    if not contrast.visits:
        yield "visits", "A contrast changes one visit at least. Name it."
        return
    misplaced = tuple(_misplaced(case, contrast))
    yield from misplaced
    if misplaced:
        return
    changed = contrasted(case, contrast)
    faulty = False
    for index, change in enumerate(contrast.visits):
        here = item_path("visits", index)
        visit = changed.visits[change.number - 1]
        reported = {message for _, message in visit_checks(protocol, case.visits[change.number - 1])}
        for path, message in (*_fact_problems(protocol, change), *visit_checks(protocol, visit)):
            faulty = True
            if message in reported:  # the visit as written has it too, and says so itself
                continue
            place, said = _located(visit, change, path, message)
            yield f"{here}.{place}" if place else here, said
    if not faulty:
        yield from _key_problems(protocol, case, contrast, changed)


def decides_alike(one: Decision, other: Decision) -> bool:
    """Whether two keys ask for the same action, escalation and plan."""
    return _settled(one) == _settled(other)


def _settled(key: Decision) -> tuple[object, ...]:
    """Return what a key asks for, without the reasons for it."""
    ranges = key.ranges
    if ranges is None:
        return key.action, key.escalation
    return key.action, key.escalation, dict(ranges.depth_mm), dict(ranges.settings)


def _blank(contrast: Contrast) -> Iterator[Complaint]:
    for name in ("title", "decisive"):
        if not getattr(contrast, name).strip():
            yield name, "This is empty. Write a sentence."


def _misplaced(case: Case, contrast: Contrast) -> Iterator[Complaint]:
    """Yield changes to visits and findings that the case does not have."""
    counts = Counter(change.number for change in contrast.visits)
    for index, change in enumerate(contrast.visits):
        here = item_path("visits", index)
        if not 1 <= change.number <= len(case.visits):
            yield f"{here}.number", f"The case has no visit {change.number}; it has {len(case.visits)}."
            continue
        if counts[change.number] > 1:
            message = f"Visit {change.number} is changed {counts[change.number]} times. Put it all in one."
            yield f"{here}.number", message
        keys = [finding.key for finding in case.visits[change.number - 1].findings]
        for place, key in enumerate(change.drop_findings):
            if key not in keys:
                near = suggestion(key, keys)
                path = item_path(f"{here}.drop_findings", place)
                yield path, f"Visit {change.number} has no finding “{key}”.{near}"


def _fact_problems(protocol: Protocol, change: VisitChange) -> Iterator[Complaint]:
    for index, statement in enumerate(change.statements):
        for place, fact in enumerate(statement.about):
            if fact not in protocol.facts:
                path = item_path(f"new.{item_path('statements', index)}.about", place)
                yield path, f"The protocol has no fact “{fact}”.{suggestion(fact, protocol.facts)}"


def _located(visit: Visit, change: VisitChange, path: str, message: str) -> tuple[str, str]:
    """Return a problem of the changed visit at the place in the contrast that causes it.

    What the contrast did not write, it broke: then the message names what stands in the case itself.
    """
    if path.startswith("new."):
        return path.removeprefix("new."), message
    item = _ITEM.fullmatch(path)
    if item is None:
        name = re.split(r"[.\[]", path, maxsplit=1)[0]
        return (path, message) if getattr(change, name, None) is not None else ("", f"{path}: {message}")
    kind, name = item[1], _NAMES[item[1]]
    called = getattr(getattr(visit, kind)[int(item[2])], name)
    given: Sequence[Any] = getattr(change, kind)
    for index, one in enumerate(given):
        if getattr(one, name) == called:
            return item_path(kind, index) + item[3], message
    field = item[3].removeprefix(".")
    return "", f"With this change “{called}” of the case no longer fits ({field or kind}): {message}"


def _key_problems(protocol: Protocol, case: Case, contrast: Contrast, changed: Case) -> Iterator[Complaint]:
    """Yield a contrast that decides nothing anew, and texts left over from the key it changes."""
    try:
        keys = {
            change.number: (
                decide(protocol, case.visits[change.number - 1].record),
                decide(protocol, changed.visits[change.number - 1].record),
            )
            for change in contrast.visits
        }
    except ContentError:  # the written visit has no key, which its own check reports
        return
    differing = [number for number, (one, other) in keys.items() if not decides_alike(one, other)]
    if not differing:
        message = f"“{contrast.key}” differs in nothing that decides: the key stays {_said(keys)}."
        yield "", f"{message} Change a fact on which the decision rests."
    for index, change in enumerate(contrast.visits):
        if change.number in differing:
            yield from _stale(case, contrast, change, item_path("visits", index))


def _said(keys: Mapping[int, tuple[Decision, Decision]]) -> str:
    return "; ".join(
        f"“{key.action}” and “{key.escalation}” at visit {number}" for number, (key, _) in keys.items()
    )


def _stale(case: Case, contrast: Contrast, change: VisitChange, here: str) -> Iterator[Complaint]:
    explained = change.rationale or (contrast.rationale if change.number == 1 else "")
    if not explained:
        message = f"The key of visit {change.number} changes, and its rationale does not. Write why."
        yield ("rationale" if change.number == 1 else f"{here}.rationale"), message
    written = case.visits[change.number - 1].outcome
    if written and change.outcome is None and change.number < len(case.visits):
        message = f"The key of visit {change.number} changes, and its outcome still tells of the written one."
        yield f"{here}.outcome", message
