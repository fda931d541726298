"""Papilla mounted in another app below /training: its people sign in at the host and learn here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.player import choose, expect_saved
from tests.support import databases
from tests.support.served import Served, served


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Served]:
    """The clinic's app of the interop tests, served."""
    settings = {
        "LMS_INSTANCE_PATH": str(tmp_path),
        "LMS_DATABASE_URL": databases.copy_sqlite("course", tmp_path),
        "LMS_LOG_LEVEL": "WARNING",
    }
    target = "tests.interop.hosts.minimal_host:create_app()"
    with served(
        "the host", settings, tmp_path / "server.log", target=target, health="/training/healthz"
    ) as server:
        yield server


@pytest.fixture
def visitor(host: Served, chromium: Browser, watch: Any) -> Iterator[Page]:
    context = chromium.new_context(base_url=host.url, reduced_motion="reduce", locale="en-GB")
    page = context.new_page()
    page.on("console", watch.on_console)
    page.on("pageerror", watch.on_error)
    yield page
    context.close()


def test_somebody_signed_in_at_the_host_takes_a_lesson_and_a_case(visitor: Page, watch: Any) -> None:
    watch.allow("favicon.ico")
    page = visitor
    page.goto("/enter/1")
    page.goto("/training/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Test Nurse")
    page.get_by_role("link", name=re.compile(r"^See the course\W+Microneedling")).click()
    page.get_by_role("button", name="Join this course").click()
    page.get_by_role("link", name=re.compile("^Continue: 1.1")).click()
    expect(page.locator("article figure svg").first).to_be_visible()
    page.get_by_role("button", name="Mark done and continue").click()
    page.wait_for_url("**/training/courses/*/lessons/from-puncture-to-follicle")

    page.goto("/training/courses/microneedling-hair-loss")
    page.get_by_role("link", name=re.compile("^Start Practice cases")).click()
    page.get_by_role("button", name="Start attempt").click()
    page.get_by_role("link", name="Go to case 1").click()
    page.wait_for_url("**/training/attempts/*/cases/1")
    choose(page, "action", "postpone")
    expect_saved(page)
    page.reload()
    expect(page.locator("input[value=postpone]")).to_be_checked()

    page.goto("/training/certificates")
    expect(page.get_by_text(re.compile("^No certificates yet"))).to_be_visible()
    page.goto("/")
    assert page.locator("body").inner_text() == "clinic says hello"
