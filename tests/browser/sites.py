"""Installations with the shipped course, each on a database of its own and served by a real server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask

from lms.core.clock import utc_now
from lms.core.runtime import Runtime
from lms.standalone import create_app
from tests.support import databases
from tests.support.people import Factories, Person
from tests.support.served import Served, free_port, served
from tests.support.visitor import Visitor

ACADEMY = {
    "LMS_ACADEMY_NAME": "Meadow Academy",
    "LMS_ACADEMY_ADDRESS": "1 Example Street, Exampleton",
    "LMS_ACADEMY_PROVIDER_NUMBER": "EX-0001",
    "LMS_SIGNATORY_NAME": "A. Signatory",
    "LMS_SIGNATORY_ROLE": "Head of training",
    "LMS_CONTACT_EMAIL": "office@example.org",
    "LMS_INCIDENT_EMAIL": "incidents@example.org",
}
"""Every detail that a page shows only where it is set; all of it invented."""


@dataclass(slots=True)
class ShiftedClock:
    """The time of the tests' side of an installation, some days off the server's for what is long ago."""

    days: float = 0

    def __call__(self) -> datetime:
        """Return the instant, timezone-aware in UTC."""
        return utc_now() + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Site:
    """An installation: `app` and `factories` work on its database, `serve` starts its server at `url`."""

    app: flask.Flask
    factories: Factories
    folder: Path
    settings: Mapping[str, str]
    clock: ShiftedClock
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        """The address of its root, without a slash at the end; the same each time it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def runtime(self) -> Runtime:
        """The runtime of `app`."""
        return self.factories.runtime

    @contextmanager
    def serve(self) -> Iterator[Served]:
        """Serve it until the block ends; it may be served again afterwards, at the same address."""
        with served("the site", self.settings, self.folder / "server.log", port=self.port) as server:
            yield server

    def cookie_of(self, person: Person) -> Any:
        """Return the cookie of a browser in which somebody is signed in."""
        name = str(self.app.config["SESSION_COOKIE_NAME"])
        cookie = self.factories.signed_in(person).get_cookie(name)
        assert cookie is not None
        return {"name": name, "value": cookie.value, "url": self.url, "httpOnly": True}


@contextmanager
def installation(folder: Path, **settings: str) -> Iterator[Site]:
    """Set up an installation in a folder; further settings by their `LMS_` names."""
    chosen = {
        "LMS_INSTANCE_PATH": str(folder),
        "LMS_DATABASE_URL": databases.copy_sqlite("course", folder),
        "LMS_SECRET_KEY": "a key for tests only",
        "LMS_LOG_LEVEL": "WARNING",
        "LMS_CHECKS_PER_MINUTE": "6000",
        **ACADEMY,
        **settings,
    }
    clock = ShiftedClock()
    app = create_app({**chosen, "TESTING": True}, clock=clock)
    app.test_client_class = Visitor
    try:
        yield Site(app, Factories(app), folder, chosen, clock)
    finally:
        app.extensions["lms"].workshop.engine.dispose()
