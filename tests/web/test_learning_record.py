"""Active minutes and the learning record: what is noted, what is refused, the page, the file, who sees it."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from werkzeug.test import TestResponse

from courses.learning_time.models import ActiveMinuteRow
from courses.learning_time.rules import MINUTE, minute_of, number_of
from courses.service import enrol
from lms.core.runtime import Runtime
from tests.support.attempts import JSON, POSTPONE, at_once, rows
from tests.support.checked_course import ADDRESS, ASKING, KEY, LOCKED, PICKING, write_checked_course
from tests.support.clock import START, FrozenClock
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, visible_text

RECORD = "/learning-record"
DASH = "\N{EN DASH}"
SCHEME = {
    "key": "own",
    "name": "Own record",
    "body": "none",
    "unit": "hours",
    "minutes_per_unit": 60,
    "step": 0.01,
    "counts": ["lessons", "cases"],
    "note": "Ask first.",
}


def lesson(key: str = ASKING) -> str:
    return f"{ADDRESS}/lessons/{key}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = write_checked_course(tmp_path)
    file = folder / "course.yaml"
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**written, "credit_schemes": [SCHEME]}), encoding="utf-8")
    return folder


@pytest.fixture
def leila(factories: Factories, runtime: Runtime, content: Path) -> Person:
    factories.publish(content)
    person = factories.person(name="=Leila Haddad", time_zone="Europe/Berlin")
    with runtime.work() as work:
        enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


@pytest.fixture
def reader(visitor: Visitor, clock: FrozenClock) -> Visitor:
    """Leila, who opened the first lesson five minutes ago."""
    visitor.get(lesson())
    clock.advance(minutes=5)
    return visitor


def report(visitor: Visitor, *minutes: datetime, key: str = ASKING) -> TestResponse:
    """Report minutes as the script of a lesson does."""
    numbers = " ".join(str(number_of(minute_of(minute))) for minute in minutes)
    return visitor.send(f"{lesson(key)}/minutes", {"minutes": numbers}, headers=JSON)


def noted(runtime: Runtime) -> list[tuple[str, str, int]]:
    """Return lesson, source and minutes since the start of what is stored."""
    stored = sorted(rows(runtime, ActiveMinuteRow), key=lambda row: row.minute)
    return [(row.lesson_key, row.source, (row.minute - START) // MINUTE) for row in stored]


def ago(clock: FrozenClock, minutes: float) -> datetime:
    return clock() - timedelta(minutes=minutes)


@pytest.mark.usefixtures("any_database")
def test_without_a_script_what_is_done_notes_its_minute(
    visitor: Visitor, runtime: Runtime, clock: FrozenClock
) -> None:
    page = visitor.get(lesson())
    visitor.get(lesson())
    clock.advance(minutes=2, seconds=59)
    visitor.send(f"{lesson()}/checks/short_text", {"short_text": "Words"})
    clock.advance(minutes=1)
    visitor.submit(page, to="/done")
    clock.advance(minutes=1)
    visitor.get(lesson(), headers={"If-None-Match": page.headers["ETag"]})
    assert noted(runtime) == [(ASKING, "seen", minute) for minute in (0, 2, 3, 4)]


@pytest.mark.usefixtures("any_database")
def test_a_report_counts_once_however_often_it_comes(
    reader: Visitor, runtime: Runtime, clock: FrozenClock
) -> None:
    minutes = (ago(clock, 2), ago(clock, 1), clock())
    first, second = report(reader, *minutes), report(reader, *minutes)
    assert first.get_json() == second.get_json()
    assert first.get_json()["noted"] == [number_of(minute_of(minute)) for minute in minutes]
    assert datetime.fromisoformat(first.get_json()["now"]) == clock()
    assert noted(runtime) == [(ASKING, "seen", 0), *((ASKING, "script", at) for at in (3, 4, 5))]


@pytest.mark.usefixtures("any_database")
def test_two_tabs_share_a_minute(
    reader: Visitor, factories: Factories, leila: Person, runtime: Runtime, clock: FrozenClock
) -> None:
    reader.get(lesson(PICKING))
    clock.advance(minutes=1)
    other = factories.signed_in(leila)
    answers = at_once(
        lambda: report(reader, clock(), ago(clock, 1)), lambda: report(other, clock(), key=PICKING)
    )
    assert [getattr(answer, "status_code", answer) for answer in answers] == [200, 200]
    assert [at for _lesson, _source, at in noted(runtime)] == [0, 5, 6]


def test_what_cannot_be_true_is_not_noted(reader: Visitor, runtime: Runtime, clock: FrozenClock) -> None:
    soon, before_opening = clock() + MINUTE, ago(clock, 6)
    answer = report(reader, soon, before_opening, ago(clock, 1))
    assert answer.get_json()["noted"] == [number_of(minute_of(ago(clock, 1)))]
    clock.advance(days=1)
    assert report(reader, ago(clock, 11)).get_json()["noted"] == []
    assert report(reader, ago(clock, 10)).status_code == 200
    assert noted(runtime) == [(ASKING, "seen", 0), (ASKING, "script", 4), (ASKING, "script", 1435)]


def test_only_a_lesson_that_is_open_and_was_opened_takes_minutes(
    reader: Visitor, factories: Factories, runtime: Runtime, clock: FrozenClock
) -> None:
    locked = report(reader, clock(), key=LOCKED)
    unopened = report(reader, clock(), key=PICKING)
    stranger = report(factories.signed_in(), clock())
    assert (locked.status_code, unopened.status_code, stranger.status_code) == (409, 409, 409)
    assert unopened.get_json()["detail"] == "You have not opened this lesson yet. Open it first."
    assert report(reader, clock(), key="unknown").status_code == 404
    assert noted(runtime) == [(ASKING, "seen", 0)]


def test_a_lesson_that_is_locked_again_takes_no_more_minutes(
    reader: Visitor, factories: Factories, content: Path, runtime: Runtime, clock: FrozenClock
) -> None:
    reader.get(lesson(PICKING))
    file = content / "course.yaml"
    course = yaml.safe_load(file.read_text(encoding="utf-8"))
    first = course["modules"][0]
    course["modules"][0] = {**first, "minutes": 1, "lessons": [ASKING]}
    course["modules"][1] = {**course["modules"][1], "minutes": 2, "lessons": [PICKING, LOCKED]}
    file.write_text(yaml.safe_dump(course), encoding="utf-8")
    factories.publish(content)
    clock.advance(minutes=1)
    refused = report(reader, clock(), key=PICKING)
    assert (refused.status_code, refused.get_json()["detail"]) == (409, "Finish module 1 first.")
    assert len(noted(runtime)) == 2


@pytest.mark.parametrize("minutes", ["", "now", "-1", "1.5", "\u0661", "1" * 11, "1 " * 51])
def test_a_report_that_cannot_be_read_is_refused(visitor: Visitor, minutes: str) -> None:
    visitor.get(lesson())
    answer = visitor.send(f"{lesson()}/minutes", {"minutes": minutes}, headers=JSON)
    assert answer.status_code == 422


def test_a_number_beyond_all_calendars_is_not_noted(reader: Visitor, runtime: Runtime) -> None:
    answer = reader.send(f"{lesson()}/minutes", {"minutes": "9999999999"}, headers=JSON)
    assert (answer.status_code, answer.get_json()["noted"]) == (200, [])


def test_a_report_needs_a_token_and_a_sign_in(visitor: Visitor, client: Visitor, runtime: Runtime) -> None:
    visitor.get(lesson())
    here = f"{lesson()}/minutes"
    assert visitor.post(here, data={"minutes": "1"}, headers=JSON).status_code == 403
    assert client.send(here, {"minutes": "1"}, headers=JSON).status_code == 401


def test_a_page_that_is_fetched_ahead_or_locked_notes_nothing(visitor: Visitor, runtime: Runtime) -> None:
    visitor.get(lesson(), headers={"Sec-Purpose": "prefetch;prerender"})
    assert visitor.get(lesson(LOCKED)).status_code == 403
    assert noted(runtime) == []


@pytest.mark.usefixtures("any_database")
def test_the_record_adds_up_lessons_and_cases_and_says_the_rule(
    reader: Visitor, runtime: Runtime, clock: FrozenClock
) -> None:
    report(reader, ago(clock, 1), clock())
    clock.advance(hours=14)
    reader.submit(reader.get(lesson()), to="/done")
    attempt = str(reader.send(f"{lesson()}/cases/example").location).partition("/cases/")[0]
    clock.advance(minutes=1)
    reader.send(f"{attempt}/cases/1", {**POSTPONE, "intent": "exit"})
    clock.advance(minutes=1)
    reader.send(f"{attempt}/cases/1", {**POSTPONE, "intent": "exit"})
    text = visible_text(reader.get(RECORD))
    assert "=Leila Haddad" in text
    assert f"1.1 A lesson about asking 1 March 2027 {DASH} 2 March 2027 1 4 " in text
    assert "1.2 A lesson about picking 1 0 " in text
    assert f"Practice cases 2 March 2027 {DASH} 2 " in text
    assert "Active 6 minutes" in text
    rule = "6 active minutes, capped at 3 planned, rounded down to steps of 0.01 hours: 0.05 hours"
    assert rule in text
    assert "What counts: lessons, practice cases." in text
    assert "No body has approved this course for credit. Ask first." in text


def test_an_answer_within_a_lessons_minute_counts_once(reader: Visitor, clock: FrozenClock) -> None:
    attempt = str(reader.send(f"{lesson()}/cases/example").location).partition("/cases/")[0]
    reader.get(lesson())
    reader.send(f"{attempt}/cases/1", {**POSTPONE, "intent": "exit"})
    text = visible_text(reader.get(RECORD))
    assert "Active 2 minutes" in text
    assert "Practice cases 1 March" not in text


def test_the_minutes_of_a_lesson_that_the_course_dropped_still_count(
    reader: Visitor, factories: Factories, content: Path, clock: FrozenClock
) -> None:
    reader.get(lesson(PICKING))
    file = content / "course.yaml"
    course = yaml.safe_load(file.read_text(encoding="utf-8"))
    course["modules"][0] |= {"minutes": 1, "lessons": [ASKING]}
    file.write_text(yaml.safe_dump({**course, "minutes": 2}), encoding="utf-8")
    (content / "lessons" / f"{PICKING}.md").unlink()
    factories.publish(content)
    text = visible_text(reader.get(RECORD))
    assert f"Lessons that the course no longer has 1 March 2027 {DASH} 1 " in text
    assert "Active 2 minutes" in text


def test_the_file_holds_the_same_and_no_formula(reader: Visitor) -> None:
    answer = reader.get(f"{RECORD}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="learning-record.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    written = answer.get_data(as_text=True).removeprefix("\ufeff")
    table = list(csv.DictReader(io.StringIO(written)))
    assert [row["kind"] for row in table] == ["lesson", "lesson", "lesson", "total", "credit"]
    assert {row["learner"] for row in table} == {"'=Leila Haddad"}
    assert (table[0]["active_minutes"], table[0]["first_day"]) == ("1", "2027-03-01")
    assert (table[-1]["credit"], table[-1]["unit"]) == ("0.01", "hours")


def test_an_instructor_sees_the_record_of_a_learner(
    reader: Visitor, leila: Person, factories: Factories
) -> None:
    instructor = factories.signed_in(factories.person("instructor"))
    here = f"/instructor/learners/{leila.uuid}"
    assert f'href="{here}/learning-record"' in instructor.get(here).get_data(as_text=True)
    assert "Active 1 minute" in visible_text(instructor.get(f"{here}/learning-record"))
    assert instructor.get(f"{here}/learning-record.csv").mimetype == "text/csv"
    for address in (f"{here}/learning-record", f"{here}/learning-record.csv"):
        assert reader.get(address).status_code == 403
        assert instructor.get(address.replace(str(leila.uuid), "0" * 32)).status_code == 404


def test_the_record_is_found_from_the_course_and_the_menu(visitor: Visitor, factories: Factories) -> None:
    link = f'href="{RECORD}"'
    assert visitor.get(ADDRESS).get_data(as_text=True).count(link) == 2
    newcomer = factories.signed_in()
    assert newcomer.get(ADDRESS).get_data(as_text=True).count(link) == 1
    assert "No course has been joined yet." in visible_text(newcomer.get(RECORD))
