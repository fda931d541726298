"""The pages of marking: an answer that waits, one that is marked, and what their learners see of it.

No shipped case asks for a text, so the learners start while a small edition is published that does; the
shipped course is published again at once, and their attempts keep what they started with.
"""

from __future__ import annotations

from typing import Any

from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.journeys import (
    case_address,
    enrol,
    read_all_lessons,
    right_answer_at,
    seats_of,
    start_quiz,
)
from tests.support.people import COURSE_FOLDER, Person
from tests.support.small_quizzes import POSTPONED, publish_small_quizzes, rewrite
from tests.support.visitor import Values, Visitor

LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"
SEE_OTHER = 303
MODEL = "We saw a rash after the balm. May the treatment go on?"
LETTER: dict[str, Any] = {
    "key": "letter",
    "kind": "short_text",
    "prompt": "Write to the prescriber in two sentences.",
    "row": "scope",
    "about": ["CI-ALLERGY"],
    "why": "The letter says what was seen and what is asked.",
    "longest": 300,
    "model": MODEL,
    "rubric": [
        {"key": "seen", "text": "Says what was seen", "points": 1},
        {"key": "asked", "text": "Says what is asked", "points": 2},
    ],
}


def marking_scenes(site: Site) -> list[Scene]:
    """Bring two answers before those who mark, mark one of them, and return the pages that show it."""
    folder = publish_small_quizzes(site.factories, site.folder / "marking")
    rewrite(folder / "cases" / f"{POSTPONED}.yaml", _asking_for_a_letter)
    site.factories.publish(folder)
    waiting, marked = (_learner(site) for _number in range(2))
    waits, done = (_answered(site, visitor) for visitor, _person in (waiting, marked))
    site.factories.publish(COURSE_FOLDER)
    instructor = site.factories.person("instructor", name=LONG_NAME)
    points = {"letter__seen": "1", "letter__asked": "1.5", "comment": str(LETTER["why"])}
    _mark(site.factories.signed_in(instructor), done, points)
    wrong: Values = {"letter__seen": "9", "letter__asked": ""}
    lower: Values = {"letter__seen": "0"}
    return [
        Scene("marking-list", "/instructor/marking", instructor),
        Scene("mark", f"/instructor{waits}/mark/letter", instructor),
        Scene("mark-refused", f"/instructor{waits}/mark/letter", instructor, 422, wrong),
        Scene("mark-again", f"/instructor{done}/mark/letter", instructor),
        Scene("mark-lower-refused", f"/instructor{done}/mark/letter", instructor, 422, lower),
        Scene("marked-instructor-answer", f"/instructor{done}", instructor),
        Scene("result-waiting", f"{waits}/result", waiting[1]),
        Scene("attempt-waiting", waits.partition("/cases/")[0], waiting[1]),
        Scene("result-marked", f"{done}/result", marked[1]),
    ]


def _asking_for_a_letter(case: dict[str, Any]) -> dict[str, Any]:
    first, *later = case["visits"]
    return {**case, "visits": [{**first, "tasks": [LETTER]}, *later]}


def _learner(site: Site) -> tuple[Visitor, Person]:
    person = site.factories.person(name=LONG_NAME)
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    read_all_lessons(site.runtime, visitor)
    return visitor, person


def _answered(site: Site, visitor: Visitor) -> str:
    """Write the letter in a practice and hand that in; return the address of the case."""
    attempt = start_quiz(visitor, "practice-set")
    position = next(one.position for one in seats_of(site.runtime, attempt) if one.case_key == POSTPONED)
    address = case_address(attempt, position)
    decided = visitor.send(address, right_answer_at(site.runtime, attempt, position))
    assert decided.status_code == SEE_OTHER, decided.get_data(as_text=True)[:2000]
    assert visitor.send(f"{attempt}/submit", {"confirm": "y"}).status_code == SEE_OTHER
    return address


def _mark(visitor: Visitor, address: str, points: dict[str, str]) -> None:
    page = visitor.get(f"/instructor{address}/mark/letter")
    stored = visitor.submit(page, to="/letter", **points)
    assert stored.status_code == SEE_OTHER, stored.get_data(as_text=True)[:2000]
