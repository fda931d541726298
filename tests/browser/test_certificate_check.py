"""The academy's check in the browser: every answer in its own words and tone, and nothing signed left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lms.certificates.number import ALPHABET, new_number
from lms.core.text import show_date
from tests.browser.sites import Site
from tests.support.journeys import earn_certificate
from tests.support.visitor import Visitor

MACHINERY = {"@context", "type", "id", "salt", "proof", "statusListCredential"}
"""Members whose values are addresses and types for programs; the page shows those that name something."""


@pytest.fixture(scope="module")
def holder(site: Site) -> Visitor:
    """Somebody who has earned a certificate, in a browser of their own."""
    return site.factories.signed_in(site.factories.person(name="Zoë Ågård-O'Neill"))


@pytest.fixture(scope="module")
def number(site: Site, holder: Visitor) -> str:
    return earn_certificate(site.app, holder)


def look_up(page: Page, number: str) -> str:
    """Type a number into the public form; return the tone of the answer."""
    page.goto("/check")
    page.get_by_label("Certificate number").fill(number)
    page.get_by_role("button", name="Check number").click()
    page.wait_for_url("**/check?number=*")
    return str(page.locator(".verdict-state").get_attribute("data-tone"))


def statements(value: Any, name: str = "") -> list[str]:
    """Return every text of a credential that says something to people, in order."""
    if name in MACHINERY:
        return []
    if isinstance(value, dict):
        return [
            text
            for key, part in value.items()
            if not (key == "resultDescription" and isinstance(part, str))
            for text in statements(part, key)
        ]
    if isinstance(value, list):
        return [text for part in value for text in statements(part, name)]
    return [value] if isinstance(value, str) else []


def test_a_true_number_shows_every_signed_field(
    holder: Visitor, number: str, page: Page, picture: Callable[..., None]
) -> None:
    assert look_up(page, number) == "ok"
    expect(page.get_by_role("heading", level=1)).to_have_text("Valid certificate")
    page.locator("details.signed-fields summary").click()
    shown = " ".join(page.locator("main").inner_text().split())
    picture(page, "check-valid")
    credential: Any = holder.get(f"/certificates/{number}/credential.json").get_json(force=True)
    facts = {
        **{
            credential[name]: show_date(datetime.fromisoformat(credential[name]))
            for name in ("validFrom", "validUntil")
        },
        credential["credentialSubject"]["achievement"]["achievementType"]: "Certificate of assessment",
        "assessment-based certificate": "Certificate of assessment, not of attendance",
        "language:en": "English",
        "name": "Name",
        "emailAddress": "E-mail address of the holder, hashed",
        "ext:certificateNumber": "Number",
        "ext:courseRevision": "Course",
        "ext:protocolRevision": "Clinical protocol",
        "ext:providerNumber": "Provider number",
        "PerformanceLevel": "Result",
    }
    missing = [
        text
        for text in statements(credential)
        if " ".join(facts.get(text, text).replace("@", ", revision ").split()) not in shown
    ]
    assert missing == []
    for step in ("The signature holds", "The key belongs to the issuer", "The register agrees", "In date"):
        assert step in shown


def test_the_way_it_is_typed_does_not_matter(number: str, page: Page) -> None:
    assert look_up(page, f" {number.lower().replace('-', ' ')} ") == "ok"


def test_one_wrong_symbol_is_a_typing_slip_and_no_verdict(number: str, page: Page) -> None:
    place = len("PAP-")
    slip = number[:place] + next(one for one in ALPHABET if one != number[place]) + number[place + 1 :]
    assert look_up(page, slip) == "none"
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the number for a typing slip")
    expect(page.locator(".verdict-state")).to_contain_text("This says nothing about the certificate itself.")
    expect(page.get_by_label("Certificate number")).to_have_value(slip)
    assert [part for part in red_parts(page) if "<svg" not in part and "<use" not in part] == []


def red_parts(page: Page) -> list[str]:
    """Return what is drawn in the colours of danger: text, grounds and edges."""
    found: list[str] = page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            document.adoptedStyleSheets = [sheet];
            const probe = document.body.appendChild(document.createElement('i'));
            probe.className = 'probe';
            const reds = ['--danger', '--danger-soft'].map((name) => {
                sheet.replaceSync(`.probe { color: var(${name}) !important; }`);
                return getComputedStyle(probe).color;
            });
            probe.remove();
            document.adoptedStyleSheets = [];
            const isRed = ({ color, backgroundColor, borderTopColor }) =>
                [color, backgroundColor, borderTopColor].some((one) => reds.includes(one));
            return [...document.querySelectorAll('main *')]
                .filter((element) => isRed(getComputedStyle(element)))
                .map((element) => element.outerHTML.slice(0, 80));
        }"""
    )
    return found


def test_an_unknown_number_is_never_red(page: Page) -> None:
    assert look_up(page, str(new_number())) == "none"
    expect(page.get_by_role("heading", level=1)).to_have_text("No certificate found")
    expect(page.locator(".verdict-state")).to_contain_text("compare it with the certificate once more")
    assert red_parts(page) == []


def test_a_link_needs_neither_account_nor_script(
    number: str, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"/check/{number}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Valid certificate")
    expect(page.get_by_text("Zoë Ågård-O'Neill").first).to_be_visible()
