"""Pages of the kinds of questions that the shipped course does not ask."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from quizzes.interactions.registry import standard_registry
from tests.browser.finding import Found, decide, decide_rightly
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.journeys import enrol, start_quiz
from tests.support.people import COURSE_FOLDER, Person
from tests.support.small_quizzes import POSTPONED, PRACTISED, publish_small_quizzes, rewrite
from tests.support.visitor import Values, Visitor

KINDS = ("matching", "schedule", "chart_error", "hotspot", "short_text", "concordance")
FACT = "CI-INF"
PLACE = PRACTISED.index(POSTPONED) + 1


def kind_scenes(site: Site) -> list[Scene]:
    """Let people meet an example of each kind, and return the pages; what is published is put back after."""
    with tempfile.TemporaryDirectory() as folder:
        course = publish_small_quizzes(site.factories, Path(folder))
        rewrite(course / "cases" / f"{POSTPONED}.yaml", _with_every_kind)
        site.factories.publish(course)
        _visitor, asked, beginner = _started(site)
        answered, waiting, writer = _started(site)
        decide_rightly(site, answered, waiting)
        missing, refused, hasty = _started(site)
        typed: Values = {"action": "postpone", "escalation": "none", "certainty": "2", "intent": "exit"}
        decide(missing, refused, typed)
    site.factories.publish(COURSE_FOLDER)
    return [
        Scene("case-every-kind", asked.address, beginner),
        Scene("case-every-kind-refused", refused.address, hasty, 422, {}),
        Scene("result-every-kind", f"{waiting.address}/result", writer),
    ]


def _with_every_kind(case: dict[str, Any]) -> dict[str, Any]:
    """Return a contested case, as one kind needs it, whose first visit asks an example of each kind."""
    registry = standard_registry()
    tasks = [_plain({"key": kind, "kind": kind, **registry[kind].examples[0].task}) for kind in KINDS]
    first, *later = case["visits"]
    first = {**first, "tasks": [{**task, "about": [FACT]} for task in tasks]}
    return {**case, "contested": True, "visits": [first, *later]}


def _plain(value: Any) -> Any:
    """Return a document of lists and dictionaries alone, as YAML writes it."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _started(site: Site) -> tuple[Visitor, Found, Person]:
    person = site.factories.person(name="Test Trainee")
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    return visitor, Found(start_quiz(visitor, "practice-set"), PLACE, 1), person
