"""A small edition of the shipped course: a short practice and a short exam, each with a case of two visits.

Tests of attempts use it where they need to know which patient sits where and what is asked. The patients are
those of the shipped cases, without what the library may draw, compare or ask beyond the standard tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.support.content import copy_course
from tests.support.people import COURSE_KEY, Factories

TWO_VISITS, POSTPONED, SUNBURNT, SCARRED = (
    "c01-crown-thinning",
    "c07-itchy-ring",
    "c12-back-from-the-beach",
    "c16-shiny-tender-crown",
)
PRACTISED = (TWO_VISITS, POSTPONED, SUNBURNT, SCARRED)
EXAM_TWO_VISITS, REFUSED, BLEEDING, INFLAMED = (
    "c02-after-minoxidil-alone",
    "c08-no-skin-problems",
    "c09-palpitations-sorted-out",
    "c18-feeding-a-newborn",
)
EXAMINED = (EXAM_TWO_VISITS, REFUSED, BLEEDING, INFLAMED)
OUTCOME = "The crown was needled in the shallow band, and the record was kept."
OTHER_PATIENT = "Tharindu P."
"""The name that a seed may draw for the first patient of the practice."""

PRACTICE_QUIZ = {
    "key": "practice-set",
    "title": "Practice cases",
    "course": COURSE_KEY,
    "mode": "practice",
    "feedback": "after_case",
    "pass_mark_percent": 70,
    "attempts_allowed": None,
    "minutes": None,
    "cases": list(PRACTISED),
}
EXAM_QUIZ = {
    "key": "final-assessment",
    "title": "Final assessment",
    "course": COURSE_KEY,
    "mode": "exam",
    "feedback": "after_submit",
    "pass_mark_percent": 70,
    "attempts_allowed": 3,
    "minutes": 60,
    "cases": list(EXAMINED),
}
SECOND_VISIT = {
    "number": 2,
    "when": "Three weeks later, before session 2",
    "presentation": "The patient is back for the second session.",
    "weeks_since_start": 3,
    "sessions_done": 1,
    "phase": "series",
    "plan_prompt": "Set the depth for the second session.",
    "zones": [{"zone": "crown", "thinning": "mild", "tolerated": True}],
    "plan": {"needle_metal": "required", "local_anaesthetic": "required"},
    "statements": [
        {
            "id": "v2-01",
            "section": "history",
            "text": "Pink until the next morning; nothing since",
            "role": "distractor",
            "why": "The reaction was short and expected.",
        },
        {
            "id": "v2-02",
            "section": "exam",
            "text": "Skin calm everywhere",
            "role": "candidate",
            "why": "Nothing stands in the way.",
        },
    ],
    "rationale": "The shallow band was tolerated, so the series goes on.",
}


def publish_small_quizzes(factories: Factories, folder: Path) -> Path:
    """Publish the small edition and return its folder; attempts that run keep what they started with."""
    course = copy_course(folder)
    for key in (*PRACTISED, *EXAMINED):
        rewrite(course / "cases" / f"{key}.yaml", _plain)
    for key in (TWO_VISITS, EXAM_TWO_VISITS):
        rewrite(course / "cases" / f"{key}.yaml", _with_second_visit)
    rewrite(course / "cases" / f"{TWO_VISITS}.yaml", _with_other_patient)
    for lesson in (course / "lessons").glob("*.md"):
        open_practised_cases(lesson, PRACTISED)
    for quiz in (PRACTICE_QUIZ, EXAM_QUIZ):
        rewrite(course / "quizzes" / f"{quiz['key']}.yaml", lambda _written, quiz=quiz: quiz)
    factories.publish(course)
    return course


def rewrite(path: Path, change: Any) -> None:
    """Put what a function makes of a document in its place."""
    changed = change(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    written = yaml.dump(changed, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    path.write_text(written, encoding="utf-8")


def open_practised_cases(lesson: Path, practised: Iterable[str]) -> None:
    """Let the knowledge checks of a lesson open none but practised cases."""
    text = lesson.read_text(encoding="utf-8")
    spare = iter(practised)
    lesson.write_text(
        re.sub(r"(?m)^  - case: .*$", lambda _case: f"  - case: {next(spare)}", text), encoding="utf-8"
    )


def _plain(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case with its first visit alone, the standard tasks alone, and one word for each slot."""
    words = {name: listed[:1] for name, listed in case.get("variants", {}).get("words", {}).items()}
    visit = {
        name: value for name, value in case["visits"][0].items() if name not in {"asks", "tasks", "outcome"}
    }
    left = {name: value for name, value in case.items() if name not in {"variants", "contrasts"}}
    return {**left, "visits": [visit], **({"variants": {"words": words}} if words else {})}


def _with_second_visit(case: dict[str, Any]) -> dict[str, Any]:
    return {**case, "visits": [{**case["visits"][0], "outcome": OUTCOME}, SECOND_VISIT]}


def _with_other_patient(case: dict[str, Any]) -> dict[str, Any]:
    variants = {**case.get("variants", {}), "patients": [{"name": OTHER_PATIENT, "age": 36}]}
    return {**case, "variants": variants}
