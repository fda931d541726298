"""Fixtures of every suite: databases, apps, people, and the walls around them."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from hypothesis import HealthCheck, settings

from tests.support import databases, run_folder
from tests.support.clock import FrozenClock
from tests.support.postgresql import PostgreSQLMissing

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", parent=settings.get_profile("default"), derandomize=True, database=None, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "default")

UNDER_CI = bool(os.environ.get("CI"))
SYSTEM_VARIABLE = "LMS_TEST_DATABASE"
"""`postgresql` runs tests that name no system on PostgreSQL instead of SQLite."""


def pytest_configure(config: pytest.Config) -> None:
    """Open the run in the process that starts it; workers find its folder in the environment."""
    if not hasattr(config, "workerinput"):
        config.stash[_RUN] = run_folder.open_run()
    _block_the_network()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the run in the process that opened it."""
    folder = config.stash.get(_RUN, None)
    if folder is not None:
        databases.drop_templates(folder)
        run_folder.close_run(folder)


_RUN = pytest.StashKey[Path]()


def _block_the_network() -> None:
    """Refuse connections that would leave the machine, whatever opens them."""
    real_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(str(address[0])):
            message = f"a test tried to connect to {address[0]}: tests stay on this machine"
            raise PermissionError(message)
        real_connect(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Switch off pytest-flask's request context: it would share `g` between all clients of a test."""


@pytest.fixture
def clock() -> FrozenClock:
    """The app's clock: it stands still until `clock.advance(minutes=…)`."""
    return FrozenClock()


@pytest.fixture(params=databases.SYSTEMS)
def any_database(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database system; use it through `usefixtures` or by name."""
    return str(request.param)


@pytest.fixture
def course() -> str:
    """Have the course that Papilla ships published in the test's database; gives its key."""
    from tests.support.people import COURSE_KEY

    return COURSE_KEY


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database that is this test's own."""
    if "any_database" in request.fixturenames:
        system = str(request.getfixturevalue("any_database"))
    else:
        system = os.environ.get(SYSTEM_VARIABLE, "sqlite")
    template = "course" if "course" in request.fixturenames else "empty"
    try:
        with databases.fresh_database(system, tmp_path, template) as url:
            yield url
    except PostgreSQLMissing as missing:
        if UNDER_CI:
            raise
        pytest.skip(str(missing))


@pytest.fixture
def make_app(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Callable[..., flask.Flask]]:
    """Make stand-alone apps on the test's database; keyword arguments become its configuration."""
    from lms.standalone import create_app
    from tests.support.visitor import Visitor

    made: list[flask.Flask] = []

    def make(**overrides: Any) -> flask.Flask:
        config = {
            "TESTING": True,
            "LMS_INSTANCE_PATH": str(tmp_path),
            "LMS_DATABASE_URL": database_url,
            "LMS_SECRET_KEY": "a key for tests only",
            "LMS_LOG_LEVEL": "WARNING",
            **overrides,
        }
        app = create_app(config, clock=clock)
        app.test_client_class = Visitor
        app.jinja_env.bytecode_cache = run_folder.template_cache()
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["lms"].workshop.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., flask.Flask]) -> flask.Flask:
    """The stand-alone app with its settings as they come."""
    return make_app()


@pytest.fixture
def runtime(app: flask.Flask) -> Any:
    """The runtime of the app: units of work, settings, documents."""
    return app.extensions["lms"]


@pytest.fixture
def client(app: flask.Flask) -> Any:
    """A browser in which nobody is signed in (`tests.support.visitor.Visitor`)."""
    return app.test_client()


@pytest.fixture
def factories(app: flask.Flask) -> Any:
    """Make people, signed-in browsers and published content (`tests.support.people.Factories`)."""
    from tests.support.people import Factories

    return Factories(app)
