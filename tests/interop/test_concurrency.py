"""Many at once, on a real server of two processes and both databases: nothing doubles, nothing is lost."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import flask
import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from tests.support.journeys import enrol, start_quiz
from tests.support.people import COURSE_KEY, Factories
from tests.support.served import Served, served
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.usefixtures("any_database", "course"), pytest.mark.slow]

PRACTICE = "practice-set"
PEOPLE = 6
ENOUGH_ANSWERS = 150
LIMIT_SECONDS = 60
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def environment(app: flask.Flask, tmp_path: Path) -> dict[str, str]:
    settings = app.extensions["lms"].settings
    return {
        "LMS_INSTANCE_PATH": str(tmp_path),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_SECRET_KEY": settings.secret_key,
        "LMS_LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Callable[[], Any]:
    return lambda: served("papilla", environment, tmp_path / "server.log", workers=2)


@dataclass(slots=True)
class Tab:
    """One browser tab on the first case of an attempt, and the saves it was told are safe."""

    place: str
    cookie: str
    token: str
    acknowledged: dict[int, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)

    def save(self, connection: http.client.HTTPConnection, number: int) -> None:
        """Send the save with this number, and note the revision it was acknowledged as."""
        fields = {"action": "postpone", "sessions": number % 12 + 1, "tab": "one", "revision": number}
        headers = {"Cookie": self.cookie, "Accept": "application/json", "Content-Type": FORM}
        body = urlencode({**fields, "csrf_token": self.token})
        connection.request("POST", f"{self.place}/answer", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status == http.HTTPStatus.OK:
            self.acknowledged[number] = json.loads(content)["revision"]
        else:
            self.refused.append(answer.status)


def _cookie(visitor: Visitor) -> str:
    name = visitor.application.config["SESSION_COOKIE_NAME"]
    cookie = visitor.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


@pytest.fixture
def tabs(factories: Factories) -> list[Tab]:
    opened = []
    for _person in range(PEOPLE):
        visitor = factories.signed_in()
        enrol(visitor)
        place = f"{start_quiz(visitor, PRACTICE)}/cases/1"
        token = visitor.csrf_token()
        opened.append(Tab(place, _cookie(visitor), token))
    return opened


class Answering:
    """Every tab saves one answer after the other, until told to stop or the server is gone."""

    def __init__(self, tabs: list[Tab], port: int) -> None:
        self._enough = threading.Event()
        self._stop = threading.Event()
        self._tabs = tabs
        self._threads = [threading.Thread(target=self._answer, args=(tab, port)) for tab in tabs]

    def _answer(self, tab: Tab, port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)
        number = len(tab.acknowledged)
        try:
            while not self._stop.is_set():
                number += 1
                tab.save(connection, number)
                if tab.refused or sum(len(one.acknowledged) for one in self._tabs) >= ENOUGH_ANSWERS:
                    self._enough.set()
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        enough = self._enough.wait(LIMIT_SECONDS)
        refused = [status for tab in self._tabs for status in tab.refused]
        if refused or not enough:
            self._stop.set()
        assert refused == []
        assert enough, "the server acknowledges too few answers"
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(LIMIT_SECONDS)


def _stored(runtime: Runtime, tab: Tab) -> dict[int, int]:
    """Return the saves of a tab as the database has them: the tab's number to the revision."""
    attempt = tab.place.split("/")[2].replace("-", "")
    statement = sa.text(
        "SELECT entry.client_revision, entry.sequence FROM lms_answer_log AS entry"
        " JOIN lms_attempt ON lms_attempt.id = entry.attempt_id"
        " WHERE replace(CAST(lms_attempt.uuid AS VARCHAR(36)), '-', '') = :attempt"
    )
    with runtime.workshop.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(statement, {"attempt": attempt})}


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    serve: Callable[[], Any], tabs: list[Tab], runtime: Runtime
) -> None:
    with serve() as server, Answering(tabs, server.port):
        server.kill()
    for tab in tabs:
        assert tab.refused == []
        assert tab.acknowledged.items() <= _stored(runtime, tab).items()
    with serve() as server:
        for tab in tabs:
            number = max(_stored(runtime, tab)) + 1
            with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
                tab.save(connection, number)
            assert number in tab.acknowledged


def test_saves_at_once_meet_no_lock_and_keep_their_order(
    serve: Callable[[], Any], tabs: list[Tab], runtime: Runtime, tmp_path: Path
) -> None:
    with serve() as server, Answering(tabs, server.port):
        pass
    assert "locked" not in (tmp_path / "server.log").read_text(encoding="utf-8")
    for tab in tabs:
        assert tab.refused == []
        stored = _stored(runtime, tab)
        assert tab.acknowledged.items() <= stored.items()
        assert sorted(stored.values()) == list(range(1, len(stored) + 1))
        assert [stored[number] for number in sorted(stored)] == sorted(stored.values())


@pytest.fixture
def server(serve: Callable[[], Any]) -> Iterator[Served]:
    with serve() as server:
        yield server


def _post_at_once(server: Served, visitor: Visitor, path: str, times: int) -> list[tuple[int, str]]:
    """Post an empty form several times at the same moment; return status and location of each answer."""
    body = urlencode({"csrf_token": visitor.csrf_token()})
    headers = {"Cookie": _cookie(visitor), "Content-Type": FORM}
    together = threading.Barrier(times)

    def post(_number: int) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT_SECONDS)
        together.wait(LIMIT_SECONDS)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.getheader("Location", "")

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(post, range(times)))


def test_a_quiz_started_many_times_at_once_is_one_attempt(server: Served, factories: Factories) -> None:
    visitor = factories.signed_in()
    enrol(visitor)
    answers = _post_at_once(server, visitor, f"/quizzes/{COURSE_KEY}/{PRACTICE}", times=8)
    assert {status for status, _location in answers} == {303}
    assert len({location for _status, location in answers}) == 1


def test_enrolling_many_times_at_once_enrols_once(
    server: Served, factories: Factories, runtime: Runtime
) -> None:
    visitor = factories.signed_in()
    answers = _post_at_once(server, visitor, f"/courses/{COURSE_KEY}/enrol", times=8)
    assert {status for status, _location in answers} == {303}
    with runtime.workshop.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM lms_enrolment")).scalar_one() == 1
