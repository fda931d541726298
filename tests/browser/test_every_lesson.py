"""Every lesson that Papilla ships: clean for axe on a phone, and no wider than 320 px."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from courses.queries.shelf import shelf_of
from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.browser.visiting import NARROW, too_wide, visit
from tests.support.people import COURSE_FOLDER

PHONE = {"width": 390, "height": 844}
COURSES = sorted(folder.name for folder in COURSE_FOLDER.parent.iterdir() if folder.is_dir())
SEE_OTHER = 303


@pytest.mark.parametrize("course", COURSES)
def test_a_phone_shows_every_lesson_whole(
    course: str, site: Site, page: Page, axe: Callable[..., None], picture: Callable[..., None]
) -> None:
    person = site.factories.person()
    visitor = site.factories.signed_in(person)
    assert visitor.send(f"/courses/{course}/enrol").status_code == SEE_OTHER
    with site.runtime.reading() as reading:
        lessons = shelf_of(reading, academy_id=person.academy_id, course_key=course).course.lesson_keys
    faults = []
    for lesson in lessons:
        address = f"/courses/{course}/lessons/{lesson}"
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        visit(page, site, Scene(lesson, address, person))
        picture(page, f"lesson-{lesson}-phone")
        try:
            axe(page, ("light",))
        except AssertionError as found:
            faults.append(f"{lesson}: {found}")
        page.set_viewport_size(NARROW)
        faults += [f"{lesson}, too wide: {one}" for one in too_wide(page)]
        assert visitor.send(f"{address}/done").status_code == SEE_OTHER
    assert faults == [], "\n".join(faults)
