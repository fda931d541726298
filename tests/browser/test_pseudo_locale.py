"""Every page in the pseudo-locale: what stays plain was forgotten, and longer words must not break a page.

The pseudo-locale puts each translated text in brackets. What remains must be authored content, a name, a
number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lms.core.text import PSEUDO_LOCALE
from tests.browser.authored import Authored
from tests.browser.scene import Scene
from tests.browser.scenes import scenes
from tests.browser.sites import Site, installation
from tests.browser.visiting import NARROW, too_wide, visit

PARTS = 2
BRACKETED = re.compile(r"\[[^\[\]]*·\]")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
PLAIN = re.compile(
    r"https?://\S+|urn:\S+|did:\S+|sha256\S+|\S+@\S+\.\S+|PAP(?:-[0-9A-Z]+)+|\b(?:C\d+|[A-Z]{1,5}(?:-[A-Z0-9]+)+)\b"
)
"""Addresses, hashes, numbers of certificates, and the ids of cases and rules."""
NAMES = re.compile(r"Test [A-Z][a-z]+(?: \d+)?|Somebody Else")
AUTHORED = (
    "#lesson-text, figure svg, .numbered-sources, .sources, .cert, .signed-fields, "
    "[aria-labelledby=facts-title] dd, [aria-labelledby=scope-title] p, "
    "select:not(.order select), code, [data-authored]"
)
"""What is nobody's to translate here: rendered lessons, citations, what was signed, zones, seeds."""
COLLECT = """authored => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!parent || parent.closest('script, style, template') || parent.closest(authored)) continue;
        found.push(walker.currentNode.textContent);
    }
    for (const one of document.querySelectorAll('*')) {
        if (one.closest(authored)) continue;
        for (const { name, value } of one.attributes) {
            if (/^(aria-label|placeholder|alt|title|data-(text|say|label|flag).*)$/.test(name)) {
                found.push(value);
            }
        }
    }
    found.push(document.title);
    return found.map((text) => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
}"""


def untranslated(text: str, names: Iterable[str], authored: Authored) -> str:
    """Return what is left of a text without everything that needs no translation, or nothing."""
    left, before = text, ""
    while left != before:
        left, before = BRACKETED.sub(";", left), left
    left = authored.without(left)
    for known in (*names, *MONTHS):
        left = left.replace(known, " ")
    return authored.foreign(PLAIN.sub(" ", NAMES.sub(" ", left)))


@pytest.fixture(scope="session")
def pseudo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with installation(tmp_path_factory.mktemp("pseudo"), LMS_LOCALE=PSEUDO_LOCALE) as site, site.serve():
        yield site


@pytest.fixture(scope="session")
def pseudo_scenes(pseudo_site: Site) -> list[Scene]:
    return scenes(pseudo_site)


@pytest.fixture(scope="session")
def authored(pseudo_site: Site, pseudo_scenes: list[Scene]) -> Authored:
    assert pseudo_scenes, "what attempts drew is known once there are attempts"
    return Authored(pseudo_site)


@pytest.fixture
def pseudo_page(pseudo_site: Site, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=pseudo_site.url, viewport=NARROW, reduced_motion="reduce", locale="en-GB"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_was_forgotten_and_longer_words_fit(
    part: int,
    *,
    pseudo_scenes: list[Scene],
    pseudo_site: Site,
    pseudo_page: Page,
    authored: Authored,
    picture: Any,
) -> None:
    people = {scene.person for scene in pseudo_scenes if scene.person}
    names = sorted({one.name for one in people}, key=len, reverse=True)
    faults: list[str] = []
    for scene in pseudo_scenes[part::PARTS]:
        visit(pseudo_page, pseudo_site, scene)
        picture(pseudo_page, f"pseudo-{scene.name}", themes=("light",))
        faults += [f"{scene.name}: too wide: {one}" for one in too_wide(pseudo_page)]
        for text in pseudo_page.evaluate(COLLECT, AUTHORED):
            left = untranslated(text, names, authored)
            if left:
                faults.append(f"{scene.name}: “{left[:120]}” in “{text[:160]}”")
    assert faults == [], "\n".join(faults)
