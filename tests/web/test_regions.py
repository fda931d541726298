"""Where a learner works: choosing it, what differs there, and which limits cases are marked by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lms.core.runtime import Runtime
from quizzes.models import Attempt, AttemptCase
from quizzes.regions.models import LearnerRegion
from quizzes.regrading import Basis
from quizzes.service.dry_runs import dry_run
from tests.support import attempts
from tests.support.attempts import PRACTICE, case, commit, rows, started, treating
from tests.support.clock import FrozenClock
from tests.support.course_taking import do_lessons, join
from tests.support.journeys import seats_of
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.small_quizzes import TWO_VISITS, rewrite
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = attempts.small

COURSE = f"/courses/{COURSE_KEY}"
ON_DEPTH, ON_VEINS = f"{COURSE}/lessons/depth", f"{COURSE}/lessons/blood"
FIELD = "region-scalp-microneedling"
CAROLINA, ARIZONA = "us-north-carolina", "us-arizona"
NOT_CHOSEN = "You have not chosen a region"
STRICTEST = "The strictest limit of a licence: 0.5 mm (Arizona)"
NO_REGION = "No region is set: the limits of the course protocol apply here."
LIMIT = "Your limit: 1.0 mm (North Carolina, licence)"
PAST_THE_LAST_DAY = 90


def choose(visitor: Visitor, region: str, **query: str) -> str:
    """Choose a region on its page, as a person would; return where saving leads."""
    answer = visitor.submit(visitor.get("/regions", query_string=query), **{FIELD: region})
    assert answer.status_code == 303
    return str(answer.location)


def plan_too_deep(visitor: Visitor, attempt: str, runtime: Runtime) -> tuple[str, dict[str, Any]]:
    """Decide the first visit with 1.2 mm in every zone; return the address of the result and the grade."""
    position = next(seat.position for seat in seats_of(runtime, attempt) if seat.case_key == TWO_VISITS)
    fields = treating(visitor, attempt, position)
    deep = {name: "1.2" for name in fields if name.startswith("depth_")}
    answer = commit(visitor, attempt, position, 1, **{**fields, **deep})
    assert answer.status_code == 303
    newest = max(row.attempt_id for row in rows(runtime, AttemptCase))
    (row,) = [
        one
        for one in rows(runtime, AttemptCase)
        if (one.attempt_id, one.position, one.visit) == (newest, position, 1)
    ]
    return str(answer.location), row.grade


def harms(grade: dict[str, Any]) -> list[str]:
    return [error["harm"] for error in grade["safety_errors"]]


# --- choosing ---------------------------------------------------------------------------------------


def test_before_a_choice_the_course_shows_the_strictest_rule_and_says_so(visitor: Visitor) -> None:
    text = visible_text(visitor.get(COURSE))
    assert NOT_CHOSEN in text
    assert STRICTEST in text
    assert "Exosomes: not allowed (Arizona; North Carolina; United States (another state);" in text
    assert "Cases are marked by the limits of the course protocol alone." in text


def test_the_page_lists_every_region_with_what_differs_and_its_sources(visitor: Visitor) -> None:
    text = visible_text(visitor.get("/regions"))
    for name in ("Arizona", "England", "European Union", "North Carolina", "Utah (master aesthetician)"):
        assert name in text
    assert "names no depth" in text
    assert "Secondary source" in text
    assert "Official source" in text
    assert "Draft, checked on 24 November 2026, counts until 24 May 2027." in text
    assert "Read your own board's text" in text
    assert "No lower limit is known here for England." in text


def test_a_choice_leads_back_to_the_course_and_shows_there_in_a_line(
    visitor: Visitor, leila: Person, runtime: Runtime
) -> None:
    assert choose(visitor, CAROLINA, next=COURSE) == COURSE
    text = visible_text(visitor.get(COURSE))
    assert "Your region: North Carolina." in text
    assert LIMIT in text
    assert "What differs in North Carolina" in text
    assert NOT_CHOSEN not in text
    (stored,) = rows(runtime, LearnerRegion)
    assert (stored.learner_id, stored.region_key) == (leila.learner_id, CAROLINA)


def test_a_choice_can_be_changed_and_taken_back(visitor: Visitor, runtime: Runtime) -> None:
    choose(visitor, CAROLINA)
    assert "Saved" in visible_text(visitor.get(choose(visitor, ARIZONA)))
    assert [one.region_key for one in rows(runtime, LearnerRegion)] == [ARIZONA]
    choose(visitor, "")
    assert rows(runtime, LearnerRegion) == []
    assert NOT_CHOSEN in visible_text(visitor.get(COURSE))


@pytest.mark.usefixtures("any_database")
def test_a_choice_belongs_to_one_person(visitor: Visitor, factories: Factories, runtime: Runtime) -> None:
    choose(visitor, CAROLINA)
    choose(visitor, CAROLINA)
    other = factories.signed_in(factories.person())
    assert NOT_CHOSEN in visible_text(other.get(COURSE))
    choose(other, ARIZONA)
    assert [one.region_key for one in rows(runtime, LearnerRegion)] == [CAROLINA, ARIZONA]


@pytest.mark.parametrize("region", ["atlantis", "final-assessment"])
def test_a_region_that_is_not_listed_is_refused(visitor: Visitor, runtime: Runtime, region: str) -> None:
    answer = visitor.submit(visitor.get("/regions"), **{FIELD: region})
    assert answer.status_code == 422
    assert "There is no such region in this list." in visible_text(answer)
    assert rows(runtime, LearnerRegion) == []


def test_a_stale_page_changes_nothing_and_saving_leads_nowhere_else(
    visitor: Visitor, runtime: Runtime
) -> None:
    assert visitor.post("/regions", data={FIELD: CAROLINA}).status_code == 422
    assert rows(runtime, LearnerRegion) == []
    assert choose(visitor, CAROLINA, next="https://elsewhere.example/") == "/regions?saved=yes"


def test_regions_are_for_people_who_are_signed_in(client: Visitor) -> None:
    assert client.get("/regions").status_code == 302


# --- lessons ----------------------------------------------------------------------------------------


def test_a_lesson_shows_what_its_facts_come_to_in_the_learners_region(visitor: Visitor) -> None:
    before = visible_text(visitor.get(ON_DEPTH))
    assert "In your region" in before
    assert NOT_CHOSEN in before
    assert STRICTEST in before
    choose(visitor, CAROLINA)
    after = visible_text(visitor.get(ON_DEPTH))
    assert "In North Carolina: A secondary web page gives 1.0 mm" in after
    assert LIMIT in after
    assert "platelet-rich plasma" not in after.partition("In your region")[2].lower()


def test_what_one_person_chose_shows_on_no_page_of_another(visitor: Visitor, factories: Factories) -> None:
    other = factories.person()
    runtime: Runtime = visitor.application.extensions["lms"]
    join(runtime, other)
    do_lessons(runtime, other)
    choose(visitor, CAROLINA)
    visitor.get(ON_DEPTH)
    text = visible_text(factories.signed_in(other).get(ON_DEPTH))
    assert "North Carolina: A secondary" not in text
    assert NOT_CHOSEN in text


# --- cases ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_beyond_the_limit_of_the_licence_is_a_safety_error(
    visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    choose(visitor, CAROLINA)
    attempt = started(visitor, PRACTICE)
    assert "Region: North Carolina. Its limits count in this attempt." in visible_text(visitor.get(attempt))
    page = visible_text(visitor.get(case(attempt)))
    assert LIMIT in page
    assert NO_REGION not in page
    address, grade = plan_too_deep(visitor, attempt, runtime)
    assert harms(grade) == ["too_deep"]
    assert grade["safety_errors"][0]["rule"] == "DEP-CAP"
    text = visible_text(visitor.get(address))
    assert "1.2 mm. Allowed: 1 mm or less." in text
    assert LIMIT in text
    assert "What differs in North Carolina" in text


def test_the_same_plan_without_a_region_is_none(visitor: Visitor, small: Path, runtime: Runtime) -> None:
    attempt = started(visitor, PRACTICE)
    page = visible_text(visitor.get(case(attempt)))
    assert NO_REGION in page
    assert LIMIT not in page
    address, grade = plan_too_deep(visitor, attempt, runtime)
    assert harms(grade) == []
    assert "What differs in" not in visible_text(visitor.get(address))
    (row,) = rows(runtime, Attempt)
    assert (row.region_revision_id, row.region_digest) == (None, None)


def test_a_running_attempt_keeps_its_region_whatever_is_chosen_later(
    visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    choose(visitor, CAROLINA)
    attempt = started(visitor, PRACTICE)
    choose(visitor, "")
    assert LIMIT in visible_text(visitor.get(case(attempt)))
    assert harms(plan_too_deep(visitor, attempt, runtime)[1]) == ["too_deep"]


def test_a_running_attempt_gets_no_region_that_is_chosen_later(
    visitor: Visitor, small: Path, runtime: Runtime
) -> None:
    attempt = started(visitor, PRACTICE)
    choose(visitor, CAROLINA)
    assert NO_REGION in visible_text(visitor.get(case(attempt)))
    assert harms(plan_too_deep(visitor, attempt, runtime)[1]) == []


def test_a_running_attempt_keeps_the_edition_of_its_region(
    visitor: Visitor, small: Path, runtime: Runtime, factories: Factories
) -> None:
    choose(visitor, CAROLINA)
    attempt = started(visitor, PRACTICE)
    region = small / "regions" / f"{CAROLINA}.yaml"
    rewrite(region, lambda written: {**written, "licence_maximum_mm": 1.5})
    factories.publish(small)
    assert "Your limit: 1.5 mm (North Carolina, licence)" in visible_text(visitor.get(COURSE))
    assert LIMIT in visible_text(visitor.get(case(attempt)))
    assert harms(plan_too_deep(visitor, attempt, runtime)[1]) == ["too_deep"]


@pytest.mark.usefixtures("any_database")
def test_a_regrading_marks_by_the_region_of_the_attempt(
    visitor: Visitor, small: Path, runtime: Runtime, leila: Person, clock: FrozenClock
) -> None:
    choose(visitor, CAROLINA)
    attempt = started(visitor, PRACTICE)
    plan_too_deep(visitor, attempt, runtime)
    visitor.send(f"{attempt}/submit", {"confirm": "y"})
    choose(visitor, "")
    clock.advance(days=PAST_THE_LAST_DAY)
    for basis in Basis:
        with runtime.reading() as reading:
            found = dry_run(reading, academy_id=leila.academy_id, case_key=TWO_VISITS, basis=basis)
        assert found.counts == {"raised": 0, "lowered": 0, "unchanged": 1}


def test_the_receipt_names_the_region(visitor: Visitor, small: Path) -> None:
    choose(visitor, CAROLINA)
    attempt = started(visitor, PRACTICE)
    assert "Region: North Carolina" in visitor.get(f"{attempt}/receipt.txt").get_data(as_text=True)
    receipt = json.loads(visitor.get(f"{attempt}/receipt.json").get_data(as_text=True))
    assert receipt["region"] == {
        "key": CAROLINA,
        "name": "North Carolina",
        "licence_maximum_mm": 1.0,
        "device_maximum_mm": None,
    }


# --- out of date, unchecked, withdrawn --------------------------------------------------------------


def test_an_expired_region_counts_no_longer_and_says_so(
    small: Path, runtime: Runtime, clock: FrozenClock, factories: Factories, leila: Person
) -> None:
    choose(factories.signed_in(leila), CAROLINA)
    clock.advance(days=PAST_THE_LAST_DAY)
    visitor = factories.signed_in(leila)
    text = visible_text(visitor.get(COURSE))
    assert "The rules of your region, North Carolina, are out of date" in text
    assert STRICTEST in text
    assert "Out of date" in visible_text(visitor.get("/regions"))
    attempt = started(visitor, PRACTICE)
    assert NO_REGION in visible_text(visitor.get(case(attempt)))
    assert harms(plan_too_deep(visitor, attempt, runtime)[1]) == []


def test_a_region_that_nobody_checked_counts_not_yet(
    visitor: Visitor, small: Path, runtime: Runtime, factories: Factories
) -> None:
    def unchecked(written: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in written.items() if name not in {"checked_on", "expires_on"}}

    rewrite(small / "regions" / f"{CAROLINA}.yaml", unchecked)
    factories.publish(small)
    choose(visitor, CAROLINA)
    text = visible_text(visitor.get(COURSE))
    assert "The rules of your region, North Carolina, are not checked yet" in text
    assert "Nobody has checked it yet." in visible_text(visitor.get("/regions"))
    attempt = started(visitor, PRACTICE)
    assert NO_REGION in visible_text(visitor.get(case(attempt)))


def test_a_region_that_is_withdrawn_is_no_longer_the_learners(
    visitor: Visitor, small: Path, factories: Factories
) -> None:
    choose(visitor, CAROLINA)
    running = started(visitor, PRACTICE)
    (small / "regions" / f"{CAROLINA}.yaml").unlink()
    factories.publish(small)
    text = visible_text(visitor.get(COURSE))
    assert "Your region is no longer listed" in text
    assert LIMIT in visible_text(visitor.get(case(running)))


def test_a_course_without_regions_says_nothing_of_them(
    visitor: Visitor, small: Path, factories: Factories
) -> None:
    for region in (small / "regions").iterdir():
        region.unlink()
    factories.publish(small)
    assert "region" not in visible_text(visitor.get(COURSE)).lower()
    assert "None of the courses here has rules that differ by region." in visible_text(
        visitor.get("/regions")
    )
