"""A small course of made-up content whose lessons ask every kind of knowledge check; it teaches nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

import quizzes.interactions
from quizzes.interactions.registry import standard_registry

KEY = "example-course"
ADDRESS = f"/courses/{KEY}"
ASKING, PICKING, LOCKED = "asking", "picking", "later"
CASE, EXAMINED = "example", "examined"
KINDS = ("choice", "ordering", "number", "matching", "schedule", "chart_error", "hotspot", "short_text")
FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 240">
<title>A line through the skin</title>
<desc>A line runs from the left to the right, with a word at its end.</desc>
<line class="fig-line" x1="20" y1="120" x2="560" y2="120"/>
<text class="fig-label" x="580" y="126">Skin</text>
</svg>
"""
COURSE: dict[str, Any] = {
    "key": KEY,
    "title": "A course of examples",
    "summary": "A course for tests.",
    "protocol": "example",
    "minutes": 3,
    "audience": "Nobody.",
    "entry_requirement": "None.",
    "scope_statement": "Made up.",
    "modules": [
        {"key": "one", "title": "One", "minutes": 2, "lessons": [ASKING, PICKING]},
        {"key": "two", "title": "Two", "minutes": 1, "requires": ["one"], "lessons": [LOCKED]},
    ],
    "practice": "practice",
    "assessment": "exam",
    "certificate": {"title": "Example", "validity_months": 12, "hours": 0.1, "credit": "None claimed."},
    "credits": ["Made up."],
}
QUIZ: dict[str, Any] = {
    "course": KEY,
    "about": "Made up.",
    "pass_mark_percent": 70,
    "attempts_allowed": None,
    "minutes": None,
}
GLOSSARY: dict[str, Any] = {
    "key": "words",
    "terms": [
        {
            "key": "follicle",
            "term": "Follicle",
            "definition": "The small pocket in the skin that a hair grows from.",
        },
        {"key": "dermis", "term": "Dermis", "definition": "The layer of the skin below the outermost one."},
    ],
}
ONE_BEST = {
    "question": "Which layer is below the outermost one?",
    "options": [
        {"text": "The dermis.", "correct": True, "why": "It lies right below."},
        {"text": "The bone.", "correct": False, "why": "That is much deeper."},
    ],
}
AMOUNT = re.compile(r"(?:\d+|one|two|four) (?:mm|weeks?|sessions?)\b")
TEXT = """\
A hair grows from its [[term:follicle]], a pocket in the skin. [[EX-RASH]]

## Layers

The [[term:dermis|layer below]] holds it, and the rule says how often to come. [[EX-INT]]

![[skin]]
"""


def example_task(kind: str, **fields: Any) -> dict[str, Any]:
    """Return the first example of a kind as an author writes it in a lesson: without a row."""
    task = {**standard_registry()[kind].examples[0].task, "key": kind, "kind": kind, **fields}
    if kind == "number":
        task |= {"accepts": {"parameter": "interval_weeks"}}
    return {name: _quoted(value) for name, value in _plain(task).items() if name != "row"}


def write_checked_course(folder: Path) -> Path:
    """Write the course below a folder; returns its path, ready to be published."""
    course = folder / KEY
    for name in ("lessons", "figures", "quizzes", "cases"):
        (course / name).mkdir(parents=True)
    example = Path(quizzes.interactions.__file__).parent / "example"
    shutil.copy(example / "protocol.yaml", course / "protocol.yaml")
    written = (example / "case.yaml").read_text(encoding="utf-8")
    for case in (CASE, EXAMINED):
        text = written.replace("key: example\n", f"key: {case}\n", 1)
        (course / "cases" / f"{case}.yaml").write_text(text, encoding="utf-8")
    (course / "figures" / "skin.svg").write_text(FIGURE, encoding="utf-8")
    _write(course / "course.yaml", COURSE)
    _write(course / "glossary.yaml", GLOSSARY)
    practice = {"key": "practice", "title": "Practice", "mode": "practice", "feedback": "after_case"}
    exam = {"key": "exam", "title": "Exam", "mode": "exam", "feedback": "after_submit"}
    for quiz, key in ((practice, CASE), (exam, EXAMINED)):
        _write(course / "quizzes" / f"{quiz['key']}.yaml", {**quiz, **QUIZ, "cases": [key]})
    tried = {"case": CASE, "why": "Look for what has to be left out."}
    _lesson(course, ASKING, [ONE_BEST, example_task("ordering"), example_task("short_text"), tried])
    _lesson(course, PICKING, [example_task(kind) for kind in ("choice", "hotspot", "chart_error", "number")])
    _lesson(course, LOCKED, [example_task("matching"), example_task("schedule")])
    return course


def _lesson(course: Path, key: str, checks: list[dict[str, Any]]) -> None:
    fields = {
        "key": key,
        "title": f"A lesson about {key}",
        "minutes": 1,
        "objectives": ["Say what a lesson is."],
        "key_points": ["A lesson has points."],
        "figures": ["skin"],
        "sources": ["EX-RASH", "EX-INT"],
        "checks": checks,
    }
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)
    (course / "lessons" / f"{key}.md").write_text(f"---\n{front}---\n\n{TEXT}", encoding="utf-8")


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _quoted(value: Any) -> Any:
    """Return a part of a task with its amounts as those of an example: a lesson types none itself."""
    if isinstance(value, dict):
        return {name: _quoted(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_quoted(part) for part in value]
    return AMOUNT.sub(r'{{ "\g<0>" }}', value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    """Return a document of lists and dictionaries alone, as YAML writes it."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
