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
CHOICES = ("action", "escalation", "certainty")
UNSURE, FAIRLY_SURE, CERTAIN = "1", "2", "3"


def line(page: Page, statement: str) -> Locator:
    """Return the row of a statement of the record."""
    return page.locator(f"label.stmt:has(input[value='{statement}'])")


def choose(page: Page, name: str, value: str) -> None:
    """Choose one of a row of choices by its label."""
    page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()


def fill_in(page: Page, fields: Fields) -> None:
    """Give an answer with the mouse, and numbers with the keys."""
    for statement in fields.get("flag", ()):
        line(page, statement).click()
    for name in CHOICES:
        if name in fields:
            choose(page, name, str(fields[name]))
    for name, value in fields.items():
        if name != "flag" and name not in CHOICES:
            page.locator(f"#{name}").fill(str(value))


def given(page: Page) -> dict[str, str | list[str]]:
    """Return what the page holds at this moment, by the names of the fields; empty ones are left out."""
    pairs: list[list[str]] = page.evaluate("[...new FormData(document.getElementById('case'))]")
    found: dict[str, str | list[str]] = {"flag": sorted(value for name, value in pairs if name == "flag")}
    found.update({name: value for name, value in pairs if name not in {"flag", "csrf_token"} and value})
    return found


def same(fields: Fields) -> dict[str, str | list[str]]:
    """Return an answer in the form that `given` returns."""
    return {**fields, "flag": sorted(fields.get("flag", ()))}


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
    """Press the button that makes the answer the decision."""
    page.get_by_role("button", name="Submit decision").click()


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
