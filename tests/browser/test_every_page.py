"""Every page in every state: clean for axe on phone and desk (dark contrast too), and no wider than 320 px.

The console is watched all the while: an error, a warning or a refused script fails the sweep.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import THEMES
from tests.browser.scene import Scene
from tests.browser.scenes import scenes
from tests.browser.sites import Site
from tests.browser.visiting import NARROW, too_wide, visit

PHONE = {"width": 390, "height": 844}
PARTS = 4
"""Into how many tests the pages are dealt, so that workers share them."""


@pytest.fixture(scope="session")
def all_scenes(site: Site) -> list[Scene]:
    return scenes(site)


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    part: int,
    *,
    all_scenes: list[Scene],
    site: Site,
    page: Page,
    watch: object,
    axe: Callable[..., None],
    picture: Callable[..., None],
) -> None:
    faults = []
    desk = page.viewport_size
    assert desk is not None
    for scene in all_scenes[part::PARTS]:
        page.set_viewport_size(desk)
        if scene.status != 200:
            watch.allow(f"status of {scene.status}")  # type: ignore[attr-defined]
        visit(page, site, scene)
        for name, size in (("desk", desk), ("phone", PHONE), ("narrow", NARROW)):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            picture(page, f"{scene.name}-{name}")
            faults += [f"{scene.name}, {name}, too wide: {one}" for one in too_wide(page)]
            if name != "narrow":
                try:
                    axe(page, THEMES if name == "desk" else THEMES[:1])
                except AssertionError as found:
                    faults.append(f"{scene.name}, {name}: {found}")
    assert faults == [], "\n".join(faults)


def test_the_page_list_is_complete(all_scenes: list[Scene], site: Site) -> None:
    """Every address that answers a browser with a page is visited by some scene."""
    files = {
        "static",
        "healthz",
        "credential",
        "qr",
        "status_list",
        "did",
        "well_known_did",
        "unknown",
        "worker",
    }
    files |= {
        "interaction_static",
        "receipt",
        "receipt_json",
        "instructor_receipt",
        "instructor_receipt_json",
        "record_csv",
        "learner_record_csv",
    }
    adapter = site.app.url_map.bind("localhost")
    seen = {str(adapter.match(scene.address.partition("?")[0], method="GET")[0]) for scene in all_scenes}
    pages = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.rpartition(".")[2] not in files
    }
    assert pages - seen == set()
