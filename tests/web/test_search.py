"""Searching lessons, glossary and protocol: what is found, what of it is shown to whom, and the index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.search.models import ENTRIES, FULL_TEXT
from courses.search.queries import SearchPage, search_page
from courses.search.rules import MOST_RESULTS, Access
from courses.search.service import index_course
from lms.core.runtime import Runtime
from tests.support.content import copy_course, replace_in
from tests.support.course_taking import course_of, do_lessons, join
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, read_forms, visible_text

pytestmark = pytest.mark.usefixtures("course")

COURSE = f"/courses/{COURSE_KEY}"
OPEN_LESSON, LOCKED_LESSON = "from-puncture-to-follicle", "depth"
LOCKED_TITLE, LOCKED_SENTENCE = "Depth", "Nobody starts in the deeper band"
PATIENT_OF_AN_EXAM = "Zawadi"


@pytest.fixture
def leila(factories: Factories) -> Person:
    return factories.person(name="Leila Haddad")


@pytest.fixture
def visitor(factories: Factories, leila: Person) -> Visitor:
    return factories.signed_in(leila)


@pytest.fixture
def joined(runtime: Runtime, leila: Person) -> Person:
    join(runtime, leila)
    return leila


def found(runtime: Runtime, person: Person, typed: str) -> SearchPage:
    with runtime.reading() as reading:
        return search_page(reading, academy_id=person.academy_id, learner_id=person.learner_id, typed=typed)


def results(page: SearchPage) -> list[Any]:
    return [*page.lessons, *page.terms, *page.facts]


def words_of(pieces: Any) -> str:
    return "".join(piece.text for piece in pieces)


def index(runtime: Runtime) -> dict[tuple[str, str, str, int], tuple[int, str, str, str]]:
    """Return the whole index: the words of each entry by its place."""
    statement = sa.select(ENTRIES, FULL_TEXT.c.title, FULL_TEXT.c.heading, FULL_TEXT.c.text).join(
        FULL_TEXT, FULL_TEXT.c.rowid == ENTRIES.c.id
    )
    with runtime.reading() as reading:
        rows = reading.connection.execute(statement).all()
        assert reading.connection.scalar(sa.select(sa.func.count()).select_from(FULL_TEXT)) == len(rows)
    return {
        (row.course_key, row.kind, row.document_key, row.position): (
            row.id,
            row.title,
            row.heading,
            row.text,
        )
        for row in rows
    }


# --- what is found ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database", "joined")
def test_lessons_terms_and_facts_are_found_with_the_words_marked(visitor: Visitor) -> None:
    page = visitor.get("/search", query_string={"q": "hair follicle"})
    text, html = visible_text(page), page.get_data(as_text=True)
    assert "for “hair follicle”." in text
    for heading in ("Lessons (", "Glossary ("):
        assert heading in text
    assert f'href="{COURSE}/glossary#follicle"' in html
    assert f'href="{COURSE}/lessons/{OPEN_LESSON}' in html
    assert "<mark>follicle</mark>" in html
    assert "Not reviewed by a clinician." in text
    assert [form.values["q"] for form in read_forms(page) if "q" in form.values] == [["hair follicle"]]


@pytest.mark.usefixtures("any_database")
def test_facts_are_found_by_number_and_by_word_and_lead_to_the_protocol(
    visitor: Visitor, joined: Person, runtime: Runtime
) -> None:
    assert [one.key for one in found(runtime, joined, "AFT-01").facts][:1] == ["AFT-01"]
    assert "AFT-01" in {one.key for one in found(runtime, joined, "shampoos conditioners").facts}
    html = visitor.get("/search", query_string={"q": "AFT-01"}).get_data(as_text=True)
    assert f'href="{COURSE}/protocol#AFT-01"' in html


@pytest.mark.usefixtures("any_database")
def test_other_forms_of_a_word_and_an_unfinished_last_word_are_found(
    runtime: Runtime, joined: Person
) -> None:
    assert found(runtime, joined, "follicles opened").terms
    assert "minoxidil" in {one.key for one in found(runtime, joined, "minox").terms}


@pytest.mark.usefixtures("any_database")
def test_where_nothing_holds_every_word_some_are_enough_and_it_says_so(
    runtime: Runtime, joined: Person, visitor: Visitor
) -> None:
    page = found(runtime, joined, "papilla nowhereatall")
    assert page.is_loose
    assert page.count
    text = visible_text(visitor.get("/search", query_string={"q": "papilla nowhereatall"}))
    assert "Nothing holds all of these words." in text


@pytest.mark.usefixtures("any_database")
def test_thirty_results_at_most(runtime: Runtime, joined: Person, visitor: Visitor) -> None:
    do_lessons(runtime, joined)
    assert found(runtime, joined, "needling").count == MOST_RESULTS
    text = visible_text(visitor.get("/search?q=needling"))
    assert f"The best {MOST_RESULTS} results for “needling”. There may be more" in text


def test_nothing_found_gives_advice(visitor: Visitor) -> None:
    text = visible_text(visitor.get("/search?q=xylophone"))
    assert "Nothing found for “xylophone”." in text
    assert "Use fewer words" in text


def test_an_empty_search_says_what_can_be_found(visitor: Visitor) -> None:
    text = visible_text(visitor.get("/search"))
    assert "Lessons, words of the glossary and facts of the protocol are found here." in text
    assert "Nothing found" not in text
    assert "There is no word in “?!”." in visible_text(visitor.get("/search", query_string={"q": "?!"}))


@pytest.mark.usefixtures("joined")
def test_what_was_typed_is_shown_as_text(visitor: Visitor) -> None:
    html = visitor.get("/search", query_string={"q": "<b>papilla</b>"}).get_data(as_text=True)
    assert "<b>papilla" not in html
    assert "&lt;b&gt;papilla" in html


@pytest.mark.usefixtures("joined")
def test_too_many_words_are_cut_and_it_says_so(visitor: Visitor) -> None:
    many = " ".join(f"word{number}" for number in range(20))
    assert "Only the first 12 words" in visible_text(visitor.get("/search", query_string={"q": many}))


@pytest.mark.usefixtures("any_database")
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=250) | st.text(alphabet="ab0'\"\\&|!:*()<>-./,^{}+~ \n\x00", max_size=60))
def test_any_text_is_answered(runtime: Runtime, joined: Person, typed: str) -> None:
    page = found(runtime, joined, typed)
    assert page.count <= MOST_RESULTS
    assert not page.count or page.query.words


# --- who may see what -------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_a_locked_lesson_shows_its_title_and_not_a_word_of_its_text(
    runtime: Runtime, joined: Person, visitor: Visitor
) -> None:
    page = found(runtime, joined, LOCKED_SENTENCE)
    (locked,) = [one for one in page.lessons if one.key == LOCKED_LESSON]
    assert locked.access is Access.LOCKED
    assert (words_of(locked.title), locked.heading, locked.text) == (LOCKED_TITLE, (), ())
    answer = visitor.get("/search", query_string={"q": LOCKED_SENTENCE})
    text = visible_text(answer)
    assert "module" in text.split(LOCKED_TITLE, 1)[1]
    assert "Locked" in text
    assert "starts in the deeper band" not in text.replace(LOCKED_SENTENCE, "")
    assert f"/lessons/{LOCKED_LESSON}" not in answer.get_data(as_text=True)


@pytest.mark.usefixtures("any_database")
def test_the_same_lesson_shows_its_text_once_it_is_open(runtime: Runtime, joined: Person) -> None:
    do_lessons(runtime, joined)
    page = found(runtime, joined, LOCKED_SENTENCE)
    (result,) = [one for one in page.lessons if one.key == LOCKED_LESSON]
    assert result.access is Access.OPEN
    assert LOCKED_SENTENCE in words_of(result.text)
    assert words_of(result.heading)


@pytest.mark.usefixtures("any_database")
def test_of_a_course_not_joined_there_are_titles_alone(
    runtime: Runtime, leila: Person, visitor: Visitor
) -> None:
    page = found(runtime, leila, "papilla")
    assert page.count
    assert {one.access for one in results(page)} == {Access.NOT_JOINED}
    assert all(not one.text and not one.heading for one in results(page))
    answer = visitor.get("/search?q=papilla")
    assert "Join the course" in visible_text(answer)
    assert f"{COURSE}/glossary" not in answer.get_data(as_text=True)


@pytest.mark.usefixtures("any_database")
def test_no_case_is_indexed(runtime: Runtime, joined: Person) -> None:
    do_lessons(runtime, joined)
    assert {kind for _course, kind, _key, _position in index(runtime)} == {"lesson", "term", "fact"}
    with runtime.reading() as reading:
        kinds = sa.text(
            "SELECT DISTINCT d.kind FROM lms_search_entry e JOIN lms_revision r ON r.id = e.revision_id "
            "JOIN lms_document d ON d.id = r.document_id"
        )
        assert set(reading.connection.execute(kinds).scalars()) == {"lesson", "glossary", "protocol"}


def test_search_is_for_people_who_are_signed_in(client: Visitor) -> None:
    answer = client.get("/search?q=depth")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location
    assert 'href="/search"' not in client.get("/").get_data(as_text=True)


@pytest.mark.usefixtures("joined")
def test_search_is_in_the_bar_and_on_the_page_of_a_course(visitor: Visitor) -> None:
    assert 'href="/search"' in visitor.get("/").get_data(as_text=True)
    html = visitor.get(COURSE).get_data(as_text=True)
    assert 'action="/search"' in html
    assert f'href="{COURSE}/glossary"' in html
    assert f'href="{COURSE}/protocol"' in html


# --- where results lead -----------------------------------------------------------------------------


@pytest.mark.usefixtures("joined")
def test_the_glossary_explains_every_term(visitor: Visitor) -> None:
    answer = visitor.get(f"{COURSE}/glossary")
    html, text = answer.get_data(as_text=True), visible_text(answer)
    assert '<div id="dermal-papilla">' in html
    assert "First used in:" in text
    assert "{{" not in text
    assert f'href="{COURSE}/protocol#' in html


@pytest.mark.usefixtures("joined")
def test_the_protocol_shows_facts_with_sources_times_and_what_differs(visitor: Visitor) -> None:
    answer = visitor.get(f"{COURSE}/protocol")
    html, text = answer.get_data(as_text=True), visible_text(answer)
    fact = text.split("AFT-01", 1)[1].split("AFT-02", 1)[0]
    assert "No hair products at all" in fact
    assert "First 24 hours" in fact
    assert "Article, section S08" in fact
    assert "0.5 to 1.5 mm" in text
    assert "Until healed" in text
    assert "Differs by region" in text
    assert "Not reviewed by a clinician." in text
    assert html.count('id="AFT-01"') == 1


@pytest.mark.parametrize("page", ["glossary", "protocol"])
def test_they_are_for_people_on_the_course(visitor: Visitor, page: str) -> None:
    answer = visitor.get(f"{COURSE}/{page}")
    assert answer.status_code == 403
    assert "Join the course first" in visible_text(answer)
    assert visitor.get(f"/courses/no-such-course/{page}").status_code == 404


# --- the index --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("any_database")
def test_an_import_replaces_what_changed_and_leaves_the_rest(
    runtime: Runtime, joined: Person, factories: Factories, tmp_path: Path
) -> None:
    do_lessons(runtime, joined)
    before = index(runtime)
    course = copy_course(tmp_path)
    replace_in(course / "lessons" / f"{LOCKED_LESSON}.md", LOCKED_SENTENCE, "Nobody begins with quokkas")
    factories.publish(course)
    after = index(runtime)
    other = {place: words for place, words in after.items() if place[2] != LOCKED_LESSON}
    assert other == {place: words for place, words in before.items() if place[2] != LOCKED_LESSON}
    assert [one.key for one in found(runtime, joined, "quokkas").lessons] == [LOCKED_LESSON]
    assert LOCKED_SENTENCE not in " ".join(text for _id, _title, _heading, text in after.values())


@pytest.mark.usefixtures("any_database")
def test_a_changed_value_of_the_protocol_reaches_the_lessons_that_quote_it(
    runtime: Runtime, joined: Person, factories: Factories, tmp_path: Path
) -> None:
    do_lessons(runtime, joined)
    course = copy_course(tmp_path)
    protocol = course / "protocol.yaml"
    written = protocol.read_text(encoding="utf-8")
    protocol.write_text(
        written.replace("No hair products at all", "No quokkas and no hair products"), encoding="utf-8"
    )
    factories.publish(course)
    assert [one.key for one in found(runtime, joined, "quokkas").facts] == ["AFT-01"]


@pytest.mark.usefixtures("any_database")
def test_rebuilding_gives_the_same_index(app: flask.Flask, runtime: Runtime, joined: Person) -> None:
    def words() -> dict[Any, Any]:
        return {place: found[1:] for place, found in index(runtime).items()}

    before = words()
    with runtime.work() as work:
        unchanged = index_course(work, academy_id=joined.academy_id, course_key=COURSE_KEY)
        work.connection.execute(sa.update(FULL_TEXT).values(text="gone astray"))
    assert (unchanged.read, unchanged.removed) == (0, 0)
    assert unchanged.kept == len(course_of(runtime, joined).lesson_keys) + 2
    said = app.test_cli_runner().invoke(args=["lms", "search", "rebuild"])
    assert said.exit_code == 0, said.output
    assert f"Course {COURSE_KEY}: {unchanged.kept} documents indexed." in said.output
    assert words() == before
