"""The page of a lesson: kept by a browser and asked about again, words and sources explained, its files."""

from __future__ import annotations

from pathlib import Path

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug.test import TestResponse

from courses.service import enrol
from lms.core.runtime import Runtime
from tests.support.checked_course import ADDRESS, ASKING, KEY, PICKING, write_checked_course
from tests.support.content import replace_in
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

LESSON = f"{ADDRESS}/lessons/{ASKING}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_checked_course(tmp_path)


@pytest.fixture
def leila(factories: Factories, runtime: Runtime, content: Path) -> Person:
    factories.publish(content)
    person = factories.person(name="Leila Haddad")
    with runtime.work() as work:
        enrol(work, academy_id=person.academy_id, learner_id=person.learner_id, course_key=KEY)
    return person


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


def again(visitor: Visitor, page: TestResponse, address: str = LESSON) -> TestResponse:
    """Ask for a page as a browser does that has kept it."""
    return visitor.get(address, headers={"If-None-Match": page.headers["ETag"]})


def test_a_browser_that_has_the_page_gets_304_from_the_first_visit_on(visitor: Visitor) -> None:
    first = visitor.get(LESSON)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    second = again(visitor, first)
    assert second.status_code == 304
    assert second.data == b""
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "private, no-cache"
    # A policy with a new nonce would take the place of the one that the kept page's scripts run by.
    assert "Content-Security-Policy" not in second.headers


def test_the_page_is_new_once_the_learner_is_further(visitor: Visitor) -> None:
    first = visitor.get(LESSON)
    visitor.submit(first, to="/done")
    later = again(visitor, first)
    assert later.status_code == 200
    assert "1 of 3 done" in visible_text(later)


def test_the_page_is_new_once_its_content_is(visitor: Visitor, factories: Factories, content: Path) -> None:
    first = visitor.get(LESSON)
    replace_in(content / "lessons" / f"{ASKING}.md", "## Layers", "## The layers")
    factories.publish(content)
    assert again(visitor, first).status_code == 200


def test_the_page_of_one_is_no_page_of_another(
    visitor: Visitor, factories: Factories, runtime: Runtime, leila: Person
) -> None:
    first = visitor.get(LESSON)
    other = factories.person(name="Zoë Example")
    with runtime.work() as work:
        enrol(work, academy_id=other.academy_id, learner_id=other.learner_id, course_key=KEY)
    assert again(factories.signed_in(other), first).status_code == 200
    # The same person in a new session: the kept token would be good for nothing there.
    assert again(factories.signed_in(leila), first).status_code == 200


class ThreeDaysAgo(TimestampSigner):
    """Signs as somebody did three days ago."""

    def get_timestamp(self) -> int:
        """Return the second of then."""
        return super().get_timestamp() - 3 * 24 * 60 * 60


def test_the_forms_of_a_page_that_was_kept_for_days_still_work(visitor: Visitor) -> None:
    page = visitor.get(LESSON)
    with visitor.session_transaction() as session:
        raw = session["csrf_token"]
    key = str(visitor.application.secret_key)
    token = URLSafeTimedSerializer(key, salt="wtf-csrf-token", signer=ThreeDaysAgo).dumps(raw)
    posting = [form for form in read_forms(page) if form.method == "post"]
    forms = sorted(posting, key=lambda form: form.action.endswith("/sign-out"))
    assert len(forms) == 6
    for form in forms:
        answer = visitor.post(form.action, data={**form.values, "short_text": "Words", "csrf_token": token})
        assert "This page was open for a long time." not in visible_text(answer), form.action
    assert visitor.get(LESSON).location.startswith("/sign-in")


def test_a_locked_lesson_and_an_answer_are_not_kept(visitor: Visitor) -> None:
    locked = visitor.get(f"{ADDRESS}/lessons/later")
    assert (locked.status_code, locked.headers["Cache-Control"]) == (403, "no-store")
    answered = visitor.send(f"{LESSON}/checks/short_text", {"short_text": "Words"})
    assert answered.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answered.headers


def test_words_lead_to_their_meanings_and_citations_to_their_sources(visitor: Visitor) -> None:
    html = visitor.get(LESSON).get_data(as_text=True)
    for word in ("follicle", "dermis"):
        assert html.count(f'href="#term-{word}"') == 1
        assert html.count(f'id="term-{word}"') == 1
    assert html.count('id="source-1"') == 1
    assert html.index("Words in this lesson") < html.index('id="sources-title"')


def test_nothing_that_needs_a_script_stands_in_the_page_without_one(visitor: Visitor) -> None:
    text = visible_text(visitor.get(LESSON))
    assert "Enlarge" not in text
    assert "Close" not in text


def test_the_title_comes_before_the_outline(visitor: Visitor) -> None:
    html = visitor.get(LESSON).get_data(as_text=True)
    assert html.index('id="lesson-title"') < html.index('class="outline"') < html.index("<article")


def test_only_the_files_of_the_kinds_asked_are_linked(visitor: Visitor) -> None:
    asking = visitor.get(LESSON).get_data(as_text=True)
    picking = visitor.get(f"{ADDRESS}/lessons/{PICKING}").get_data(as_text=True)
    assert "interactions/ordering/script.js" in asking
    assert "interactions/hotspot" not in asking
    assert "interactions/hotspot/script.js" in picking
    assert "interactions/ordering" not in picking
