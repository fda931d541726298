"""What lets a browser keep lessons: marks of reader and title, and a worker with a policy of its own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import flask
import pytest

from tests.support.journeys import enrol
from tests.support.people import COURSE_KEY, Factories
from tests.support.visitor import Visitor, visible_text

FIRST = f"/courses/{COURSE_KEY}/lessons/what-hair-loss-does-to-people"
LOCKED = f"/courses/{COURSE_KEY}/lessons/blood"

pytestmark = pytest.mark.usefixtures("course")


@pytest.fixture
def reader(factories: Factories) -> Visitor:
    visitor = factories.signed_in()
    enrol(visitor)
    return visitor


def test_a_lesson_names_its_reader_opaquely_and_its_title(reader: Visitor, factories: Factories) -> None:
    mine = reader.get(FIRST)
    assert unquote(mine.headers["X-Lesson"]) == "What hair loss does to people · Microneedling for hair loss"
    mark = mine.headers["X-Reader"]
    assert len(mark) == 32
    assert reader.get(FIRST).headers["X-Reader"] == mark
    other = factories.signed_in()
    enrol(other)
    assert other.get(FIRST).headers["X-Reader"] != mark


def test_only_lessons_that_may_be_read_can_be_kept(reader: Visitor) -> None:
    for address in ("/", f"/courses/{COURSE_KEY}", LOCKED, "/certificates", "/offline"):
        answer = reader.get(address)
        assert "X-Reader" not in answer.headers, address
        assert "trusted-types 'none'" in answer.headers["Content-Security-Policy"]
    policy = reader.get(FIRST).headers["Content-Security-Policy"]
    assert "trusted-types papilla-worker" in policy
    assert "worker-src 'self'" in policy


def test_the_worker_is_asked_for_each_time_and_may_only_fetch_from_here(client: Visitor) -> None:
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert b"caches.open" in answer.get_data()
    answer.close()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"


def test_the_page_without_a_network_needs_no_sign_in(client: Visitor) -> None:
    answer = client.get("/offline")
    assert answer.status_code == 200
    assert "This page needs a connection." in visible_text(answer)


def test_the_mark_depends_on_the_installation(make_app: Callable[..., flask.Flask]) -> None:
    marks = set()
    for number, secret in enumerate(("one secret of tests", "another secret of tests")):
        factories = Factories(make_app(LMS_SECRET_KEY=secret))
        visitor = factories.signed_in(factories.person(email=f"reader{number}@example.org"))
        enrol(visitor)
        marks.add(visitor.get(FIRST).headers["X-Reader"])
    assert len(marks) == 2
