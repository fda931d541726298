"""What instructors see: cases with the keys the protocol derives and why, and what a learner answered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from quizzes.cases.derive import derive
from quizzes.cases.parse import parse_case
from quizzes.cases.variants import realise
from quizzes.protocols.actions import Action
from quizzes.protocols.parse import parse_protocol
from quizzes.wording import action_label, escalation_label
from tests.browser.finding import (
    answer_by,
    decide,
    decide_rightly,
    find,
    is_dangerous,
    is_later,
    posed_at,
    reach,
    take_exam_failing_on_safety_alone,
    treating,
)
from tests.browser.sites import Site
from tests.support.journeys import enrol, read_all_lessons
from tests.support.people import COURSE_FOLDER, Person
from tests.support.visitor import Visitor

SEE_OTHER = 303
SAFETY_CASE = "c08-no-skin-problems"
"""A case of the assessment with a safety-critical finding."""


@pytest.fixture
def learner(site: Site) -> Visitor:
    """Somebody who has failed the assessment by treating two people whom the protocol forbids to treat."""
    visitor = site.factories.signed_in(site.factories.person(name="Ida Irrtum"))
    enrol(visitor)
    read_all_lessons(site.runtime, visitor)
    take_exam_failing_on_safety_alone(site, visitor)
    return visitor


@pytest.fixture
def instructor(site: Site, page: Page, arrive: Callable[[Page, Person], Person]) -> Page:
    arrive(page, site.factories.person("instructor"))
    return page


def test_every_case_stands_there_with_the_key_that_is_derived_from_its_file(instructor: Page) -> None:
    page = instructor
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Cases").click()
    files = sorted(COURSE_FOLDER.parent.glob("*/cases/*.yaml"))
    expect(page.locator("tbody tr")).to_have_count(len(files))
    for file in files:
        case = parse_case(file.read_bytes(), file.name)
        protocol = parse_protocol((file.parents[1] / "protocol.yaml").read_bytes(), "protocol.yaml")
        key = derive(protocol, case)[0]
        row = page.get_by_role("row", name=re.compile(f"^{case.source_id} "))
        expect(row).to_contain_text(action_label(key["action"]))
        expect(row).to_contain_text(escalation_label(key["escalation"]))

    protocol = parse_protocol((COURSE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")
    case = parse_case((COURSE_FOLDER / "cases" / f"{SAFETY_CASE}.yaml").read_bytes(), SAFETY_CASE)
    page.get_by_role("link", name=re.compile(f"^{case.source_id} ")).click()
    text = page.locator("main").inner_text()
    for reason in derive(protocol, case)[0]["reasons"]:
        assert reason["rule"] in text
        assert reason["why"] in text
    for statement in realise(case, None, contrasts=False).visits[0].statements:
        assert statement.text in text


def test_a_learners_attempts_down_to_each_saved_answer(
    instructor: Page, learner: Visitor, site: Site, picture: Callable[..., None]
) -> None:
    page, person = instructor, learner.person
    assert person is not None
    (unsafe,) = find(site, learner, is_dangerous)
    decide(learner, unsafe, {**answer_by(site, unsafe, treating), "flag": [], "certainty": "3"})
    assert learner.send(f"{unsafe.attempt}/submit", {"confirm": "y"}).status_code == SEE_OTHER
    page.goto("/instructor/learners")
    page.locator(f"a[href$='/learners/{person.uuid}']").click()
    expect(page.get_by_text("Not yet: safety error")).to_be_visible()
    page.locator(f"a[href$='{unsafe.attempt}']").click()
    first = page.locator("main ol li").first
    expect(first).to_contain_text("Confident and unsafe")
    first.get_by_role("link").click()
    answer = page.locator("main")
    expect(answer.get_by_role("heading", name="Confident and unsafe")).to_be_visible()
    decision = answer.get_by_role("row", name="Decision")
    expect(decision.first).to_contain_text(action_label(Action.PROCEED))
    expect(answer.get_by_role("heading", name="The key it was graded against")).to_be_visible()
    expect(answer.get_by_role("region", name="Saved answers").locator("tbody tr")).to_have_count(1)
    picture(page, "instructor-unsafe-answer")


def test_every_visit_of_a_case_has_its_answers(instructor: Page, learner: Visitor, site: Site) -> None:
    page = instructor
    (later,) = reach(site, learner, is_later)
    decide_rightly(site, learner, later)
    page.goto(f"/instructor{later.attempt}")
    page.locator(f"a[href$='{later.address}']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"visit {later.visit}")
    shown = posed_at(site, later.attempt, later.position, later.visit).visit
    for statement in shown.statements:
        expect(page.get_by_role("region", name="Record")).to_contain_text(statement.text)
    expect(page.get_by_role("region", name="Saved answers").locator("tbody tr")).to_have_count(1)


def test_learners_are_turned_away(
    page: Page, site: Site, arrive: Callable[..., Person], watch: object
) -> None:
    watch.allow("status of 403")  # type: ignore[attr-defined]
    arrive(page, site.factories.person())
    for address in ("/instructor/cases", "/instructor/learners", "/register"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 403
        expect(page.get_by_role("heading", level=1)).to_be_visible()
