"""The case player as somebody at a mouse uses it, and what it says about its savings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from playwright.sync_api import Locator, Page, Response, expect

from lms.core.runtime import Runtime
from quizzes.models import AnswerLogEntry, Attempt

Fields = Mapping[str, str | list[str]]
SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
UNSURE, FAIRLY_SURE, CERTAIN = "1", "2", "3"
KINDS = """() => Object.fromEntries([...document.getElementById('case').elements]
    .filter((control) => control.name)
    .map((control) => [control.name, control.closest('[data-ordering]') ? 'place' : control.type]))"""


def line(page: Page, statement: str) -> Locator:
    """Return the row of a statement of the record."""
    return page.locator(f"label.stmt:has(input[value='{statement}'])")


def choose(page: Page, name: str, value: str) -> None:
    """Choose one of a row of choices by its label."""
    page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()


def fill_in(page: Page, fields: Fields) -> None:
    """Give an answer with the mouse, and numbers with the keys; lines are put in order by their arrows."""
    kinds = kinds_of(page)
    places = {name: int(str(fields[name])) for name in fields if kinds[name] == "place"}
    for name, value in fields.items():
        if kinds[name] in {"checkbox", "radio"}:
            for one in [value] if isinstance(value, str) else value:
                choose(page, name, one)
        elif kinds[name] == "select-one":
            page.locator(f"[name='{name}']").select_option(str(value))
        elif name not in places:
            page.locator(f"[name='{name}']").fill(str(value))
    for group in dict.fromkeys(name.partition("__")[0] for name in places):
        _arrange(page, [name for name in sorted(places, key=places.__getitem__) if name.startswith(group)])


def kinds_of(page: Page) -> dict[str, str]:
    """Return the kind of control of each field: its `type`, or `place` for a line of an ordering."""
    found: dict[str, str] = page.evaluate(KINDS)
    return found


def _arrange(page: Page, names: list[str]) -> None:
    """Put lines into an order: by the arrows where scripts run, else by the place of each."""
    if page.locator(".order-moves").count() == 0:
        for place, name in enumerate(names, start=1):
            page.locator(f"[name='{name}']").select_option(str(place))
        return
    move(page, names[0], down=True)
    move(page, names[0], down=False)
    for place, name in enumerate(names):
        for _step in range(order_of(page, name).index(name) - place):
            move(page, name, down=False)


def move(page: Page, name: str, *, down: bool) -> None:
    """Move a line of an ordering one place by its arrow; at the end of its way nothing happens."""
    arrow = page.locator(f".order-item:has([name='{name}']) [data-move='{1 if down else -1}']")
    if arrow.is_enabled():
        arrow.click()


def order_of(page: Page, name: str) -> list[str]:
    """Return the fields of an ordering as their lines stand on the page; `name` is one of them."""
    found: list[str] = page.evaluate(
        "name => [...document.querySelector(`[name='${name}']`).closest('.order').querySelectorAll('select')]"
        ".map((one) => one.name)",
        name,
    )
    return found


def given(page: Page) -> dict[str, str | list[str]]:
    """Return what the page holds at this moment, by the names of the fields; empty ones are left out."""
    pairs: list[list[str]] = page.evaluate("[...new FormData(document.getElementById('case'))]")
    found: dict[str, list[str]] = {"flag": []}
    for name, value in pairs:
        if name != "csrf_token" and value:
            found.setdefault(name, []).append(value)
    return same(found)


def same(fields: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Return an answer as `given` returns it: a text, or a sorted list of several and of flags."""
    lists = {name: [value] if isinstance(value, str) else sorted(value) for name, value in fields.items()}
    return {
        name: values if name == "flag" or len(values) != 1 else values[0] for name, values in lists.items()
    }


def save_state(page: Page) -> Locator:
    """Return the words beside the clock that say where the answer is."""
    return page.locator("#save-state [data-text]")


def expect_saved(page: Page) -> None:
    """Wait until everything on the page is acknowledged, and its draft is gone."""
    expect(save_state(page)).to_have_text(SAVED)
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert drafts(page) == []


def drafts(page: Page) -> list[str]:
    """Return the names of the drafts that the browser keeps."""
    found: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('lms:draft:'))"
    )
    return found


def submit(page: Page) -> None:
    """Press the button that makes the answer the decision, in practice."""
    page.get_by_role("button", name="Submit decision").click()


def review_and_confirm(page: Page) -> None:
    """In an exam: press the button that leads to the review, and there the one that confirms the answer."""
    page.get_by_role("button", name="Review decision").click()
    page.wait_for_url("**/review")
    page.get_by_role("button", name="Confirm this decision").click()
    page.wait_for_url(lambda url: not url.endswith("/review"))


@contextmanager
def acknowledgements(page: Page) -> Iterator[list[dict[str, Any]]]:
    """Collect what the server acknowledges: the tab and the number of each autosave."""
    received: list[dict[str, Any]] = []

    def take(response: Response) -> None:
        if not response.url.endswith("/answer") or not response.ok:
            return
        sent = dict(re.findall(r"(?:^|&)(tab|revision)=([^&]*)", response.request.post_data or ""))
        received.append({"tab": sent["tab"], "client_revision": int(sent["revision"])})

    page.on("response", take)
    yield received
    page.remove_listener("response", take)


def attempt_in(address: str) -> UUID:
    """Return the attempt that an address names."""
    found = re.search(r"/attempts/([0-9a-f-]{36})", address)
    assert found is not None, address
    return UUID(found[1])


def answer_log(runtime: Runtime, address: str, position: int = 1) -> list[AnswerLogEntry]:
    """Return every stored answer to a case of the attempt that an address names, oldest first."""
    with runtime.reading() as reading:
        found = reading.session.scalars(
            sa.select(AnswerLogEntry)
            .join(Attempt, Attempt.id == AnswerLogEntry.attempt_id)
            .where(Attempt.uuid == attempt_in(address), AnswerLogEntry.position == position)
            .order_by(AnswerLogEntry.sequence)
        )
        return list(found)
