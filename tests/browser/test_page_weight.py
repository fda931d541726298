"""How much a first visit downloads: the budgets of the front end, fonts included."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Response

from tests.browser.finding import asks, reach
from tests.browser.scenes import FIRST
from tests.browser.sites import Site
from tests.support.journeys import enrol
from tests.support.people import Person

PAGE_BUDGET_BYTES = 150 * 1024
SCRIPT_BUDGET_BYTES = 30 * 1024


@dataclass(frozen=True, slots=True)
class Weight:
    """What one visit downloads, in bytes: texts as gzip leaves them, fonts and pictures as they are."""

    total: int
    scripts: int
    each: dict[str, int]


@pytest.fixture
def weigh(new_context: Callable[..., BrowserContext], site: Site) -> Callable[[str, Person], Weight]:
    """Open a page in an empty browser and add up what came over the wire."""

    def weigh(address: str, person: Person) -> Weight:
        context = new_context()
        context.add_cookies([site.cookie_of(person)])
        page = context.new_page()
        received: list[Response] = []

        def take(response: Response) -> None:
            received.append(response)

        page.on("response", take)
        page.goto(address, wait_until="networkidle")
        sizes = {response.url: _sent(response) for response in received if response.status == 200}
        scripts = {response.url for response in received if response.request.resource_type == "script"}
        return Weight(sum(sizes.values()), sum(sizes[url] for url in scripts), sizes)

    return weigh


def _sent(response: Response) -> int:
    """Return the size of a response as it was sent: headers, and the body as compressed by the server."""
    body = response.body()
    is_packed = response.headers.get("content-encoding") == "gzip"
    headers = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
    return len(gzip.compress(body, 9) if is_packed else body) + headers


def test_the_first_visit_stays_within_the_budgets(site: Site, weigh: Callable[[str, Person], Weight]) -> None:
    person = site.factories.person()
    visitor = site.factories.signed_in(person)
    enrol(visitor)
    (case,) = reach(site, visitor, asks("ordering"))
    for address in (FIRST, case.address, "/", "/check"):
        weight = weigh(address, person)
        assert len(weight.each) > 5
        assert weight.total <= PAGE_BUDGET_BYTES, f"{address}: {weight}"
        assert weight.scripts <= SCRIPT_BUDGET_BYTES, f"{address}: {weight}"
