"""The page of lessons that quote changed values: some wait for somebody, and one was looked at."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.scene import Scene
from tests.browser.sites import Site
from tests.support.content import copy_course, replace_in
from tests.support.visitor import read_forms

PAGE = "/instructor/lessons-to-review"
LONG_NAME = "Maximiliane Hohenstaufen-Wolfenbüttel"
SEE_OTHER = 303
DAYS_LATER = 1000
"""Later than the course was published by any clock of the tests."""


def quoting_scenes(site: Site) -> list[Scene]:
    """Publish another number of days, which decides nothing, and look at one lesson."""
    instructor = site.factories.person("instructor", name=LONG_NAME)
    _publish_another_value(site)
    visitor = site.factories.signed_in(instructor)
    forms = [form for form in read_forms(visitor.get(PAGE)) if form.action.startswith(PAGE)]
    assert len(forms) > 1, "several lessons quote the value"
    looked = visitor.send(forms[0].action, {name: values[0] for name, values in forms[0].values.items()})
    assert looked.status_code == SEE_OTHER
    return [
        Scene("lessons-to-review", PAGE, instructor),
        Scene("home-with-lessons-to-review", "/", instructor),
    ]


def _publish_another_value(site: Site) -> None:
    before = site.clock.days
    with TemporaryDirectory() as folder:
        copy = copy_course(Path(folder))
        old = "quantities: {duration: {value: 7, unit: days}}"
        replace_in(copy / "protocol.yaml", old, old.replace("7", "8"))
        site.clock.days = DAYS_LATER
        site.factories.publish(copy)
        site.clock.days = before
