"""Pages that need no account say the same with and without scripts."""

from __future__ import annotations

from playwright.sync_api import Page

PUBLIC = ("/", "/sign-in", "/sign-up", "/forgot", "/check", "/privacy", "/accessibility")


def test_the_same_text_stands_there_without_javascript(page: Page, plain_page: Page) -> None:
    for path in PUBLIC:
        page.goto(path)
        plain_page.goto(path)
        heading = page.locator("h1").inner_text()
        assert heading
        assert plain_page.locator("h1").inner_text() == heading
