"""Answers are saved as they are given: what the page says, what the server holds, and what a crash leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from quizzes.grading.answers import answer_to_json, read_answer
from tests.browser.player import (
    acknowledgements,
    answer_log,
    choose,
    drafts,
    expect_saved,
    fill_in,
    given,
    line,
    same,
    save_state,
    submit,
)
from tests.browser.sites import Site
from tests.support.journeys import enrol, right_answer_at, shown_at, start_quiz
from tests.support.people import Person

KEPT = "Kept on this device"
PATIENCE_MS = 30_000

NewContext = Callable[..., BrowserContext]


def start_practice(site: Site, person: Person) -> str:
    """Let somebody join the course and start the practice set; return the address of its first case."""
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    return f"{start_quiz(visitor, 'practice-set')}/cases/1"


@pytest.fixture
def person(site: Site) -> Person:
    return site.factories.person()


@pytest.fixture
def case(site: Site, person: Person) -> str:
    return start_practice(site, person)


@pytest.fixture
def player(page: Page, case: str, person: Person, arrive: Callable[..., Person]) -> Page:
    """The case player in the browser of somebody who has just opened it."""
    arrive(page, person)
    page.goto(case)
    return page


def stored(site: Site, case: str) -> dict[str, Any]:
    """Return the newest stored answer."""
    return answer_log(site.runtime, case)[-1].answer


def as_stored(site: Site, case: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return an answer given on the page as the server stores it."""
    _mode, _protocol, shown = shown_at(site.runtime, case, 1, 1)
    visit = shown.visits[0]
    return answer_to_json(visit, read_answer(visit, fields))


def test_every_answer_is_saved_and_the_page_says_so(
    player: Page, site: Site, case: str, person: Person
) -> None:
    expect(save_state(player)).to_have_text("Saves as you answer")
    states: list[str] = []

    def note(state: str) -> None:
        states.append(state)

    player.expose_function("noteState", note)
    player.evaluate(
        """() => new MutationObserver(() => noteState(document.getElementById('save-state').dataset.state))
        .observe(document.getElementById('save-state'), {attributeFilter: ['data-state']})"""
    )
    answer = right_answer_at(site.runtime, case, 1)
    fill_in(player, answer)
    expect_saved(player)
    assert given(player) == same(answer)
    assert stored(site, case) == as_stored(site, case, dict(answer))
    assert set(states) == {"saving", "saved"}
    assert (states[0], states[-1]) == ("saving", "saved")


def test_another_browser_shows_what_was_saved(
    player: Page, site: Site, case: str, person: Person, new_context: NewContext
) -> None:
    answer = right_answer_at(site.runtime, case, 1)
    fill_in(player, answer)
    expect_saved(player)
    player.context.close()
    context = new_context()
    context.add_cookies([site.cookie_of(person)])
    again = context.new_page()
    again.goto(case)
    assert given(again) == same(answer)
    expect(save_state(again)).to_contain_text("Saved")


def test_leaving_at_once_loses_nothing(player: Page, site: Site, case: str) -> None:
    """What was given in the last instant goes out while the page is left, and stands there on return."""
    choose(player, "action", "postpone")
    player.goto("/accessibility")
    player.goto(case)
    assert given(player)["action"] == "postpone"
    expect_saved(player)
    assert stored(site, case)["action"] == "postpone"


def test_without_a_connection_the_device_keeps_the_answer_even_when_the_page_is_closed(
    player: Page, site: Site, case: str, watch: Any
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    player.context.set_offline(True)
    choose(player, "action", "postpone")
    expect(save_state(player)).to_have_text(KEPT)
    assert len(drafts(player)) == 1
    context = player.context
    player.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(case)
    assert given(again)["action"] == "postpone"
    expect_saved(again)
    assert stored(site, case)["action"] == "postpone"


def test_a_submission_that_never_arrived_leaves_its_draft(player: Page, case: str, watch: Any) -> None:
    """Other pages of the attempt drop a draft only once the server says that it holds the answer."""
    watch.allow("ERR_INTERNET_DISCONNECTED")
    player.context.set_offline(True)
    choose(player, "action", "postpone")
    choose(player, "escalation", "none")
    choose(player, "certainty", "2")
    expect(save_state(player)).to_have_text(KEPT)
    submit(player)
    player.wait_for_url("chrome-error://**")
    player.context.set_offline(False)
    player.goto(case.replace("/cases/1", "/cases/2"))
    player.goto(case.removesuffix("/cases/1"))
    assert len(drafts(player)) == 1
    player.goto(case)
    assert given(player) == {"flag": [], "action": "postpone", "escalation": "none", "certainty": "2"}
    expect_saved(player)


def test_what_is_given_while_a_save_is_under_way_survives_a_crash(
    player: Page, case: str, watch: Any
) -> None:
    """It is older than the time of that save, and yet no part of it."""
    watch.allow("ERR_FAILED")
    answered: list[Route] = []

    def late(route: Route) -> None:
        if answered:
            route.abort()
            return
        answered.append(route)
        choose_at_once(player, "do_not_treat")
        route.continue_()

    player.route("**/answer", late)
    choose(player, "action", "postpone")
    expect(save_state(player)).to_have_text(KEPT)
    player.unroute("**/answer")
    crashed = player.context.new_page()
    crashed.goto(case)
    assert given(crashed)["action"] == "do_not_treat"


def choose_at_once(page: Page, action: str) -> None:
    """Choose a decision in the page's own thread, between two events."""
    page.evaluate("action => document.querySelector(`input[value=${action}]`).click()", action)


def test_a_signed_out_page_says_so_and_keeps_the_answer(player: Page, case: str, watch: Any) -> None:
    watch.allow("401")
    player.context.clear_cookies()
    choose(player, "action", "postpone")
    expect(save_state(player)).to_have_text("Not saved: sign in again")
    assert len(drafts(player)) == 1


def test_two_tabs_on_a_case_the_newest_wins(player: Page, site: Site, case: str) -> None:
    other = player.context.new_page()
    other.goto(case)
    choose(player, "action", "postpone")
    expect_saved(player)
    choose(other, "action", "do_not_treat")
    expect_saved(other)
    assert stored(site, case)["action"] == "do_not_treat"
    choose(player, "certainty", "2")
    expect_saved(player)
    assert stored(site, case) == {"action": "postpone", "certainty": 2}
    log = answer_log(site.runtime, case)
    assert [entry.sequence for entry in log] == [1, 2, 3]
    assert len({entry.tab for entry in log}) == 2


def test_a_case_decided_in_another_tab_takes_no_more_answers(
    player: Page, site: Site, case: str, person: Person, watch: Any
) -> None:
    watch.allow("409")
    other = player.context.new_page()
    other.goto(case)
    fill_in(player, right_answer_at(site.runtime, case, 1))
    submit(player)
    player.wait_for_url("**/result")
    before = len(answer_log(site.runtime, case))
    choose(other, "action", "do_not_treat")
    expect(save_state(other)).to_have_text("Not saved: this attempt is closed")
    assert len(answer_log(site.runtime, case)) == before
    other.reload()
    expect(other).to_have_url(player.url)


def test_a_double_click_decides_once_and_going_back_changes_nothing(
    player: Page, site: Site, case: str, person: Person
) -> None:
    fill_in(player, right_answer_at(site.runtime, case, 1))
    expect_saved(player)
    player.get_by_role("button", name="Submit decision").dblclick()
    player.wait_for_url("**/result")
    decided = stored(site, case)
    player.go_back()
    player.reload()
    expect(player).to_have_url(f"{site.url}{case}/result")
    expect(player.locator("h1")).to_be_visible()
    assert stored(site, case) == decided
    assert drafts(player) == []


@contextmanager
def browsing(chromium: Browser, site: Site, person: Person) -> Iterator[Page]:
    """Open a browser on a site that is not the shared one."""
    context = chromium.new_context(base_url=site.url, reduced_motion="reduce", locale="en-GB")
    context.add_cookies([site.cookie_of(person)])
    yield context.new_page()
    context.close()


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(chromium: Browser, own_site: Site) -> None:
    person = own_site.factories.person()
    case = start_practice(own_site, person)
    with browsing(chromium, own_site, person) as page, acknowledgements(page) as received:
        with own_site.serve() as server:
            page.goto(case)
            flags = [str(box.get_attribute("value")) for box in page.locator("input[name=flag]").all()[:3]]
            for flag in flags:
                line(page, flag).click()
                expect_saved(page)
            choose(page, "action", "postpone")
            server.kill()
        choose(page, "action", "do_not_treat")
        choose(page, "certainty", "3")
        expect(save_state(page)).to_have_text(KEPT)
        assert len(drafts(page)) == 1
        with own_site.serve():
            expect(page.locator("#save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
            expect_saved(page)
            log = answer_log(own_site.runtime, case)
            assert {(one["tab"], one["client_revision"]) for one in received} <= {
                (entry.tab, entry.client_revision) for entry in log
            }
            assert [entry.sequence for entry in log] == list(range(1, len(log) + 1))
            assert len(received) > len(flags)
            wanted = {"flag": sorted(flags), "action": "do_not_treat", "certainty": 3}
            assert log[-1].answer == wanted
            page.reload()
            assert given(page) == {**wanted, "certainty": "3"}


def test_a_page_reopened_after_the_crash_brings_its_draft_back(chromium: Browser, own_site: Site) -> None:
    """Closed while the server is gone, opened when it is back: the answer is there and goes to the server."""
    person = own_site.factories.person()
    case = start_practice(own_site, person)
    with browsing(chromium, own_site, person) as page:
        with own_site.serve() as server:
            page.goto(case)
            choose(page, "action", "postpone")
            expect_saved(page)
            server.kill()
        choose(page, "action", "medical_clearance")
        choose(page, "escalation", "routine_referral")
        expect(save_state(page)).to_have_text(KEPT)
        context = page.context
        page.close()
        with own_site.serve():
            again = context.new_page()
            again.goto(case)
            expect_saved(again)
            assert given(again) == {
                "flag": [],
                "action": "medical_clearance",
                "escalation": "routine_referral",
            }
            assert stored(own_site, case) == {"action": "medical_clearance", "escalation": "routine_referral"}
