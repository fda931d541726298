"""The pages of search, of a course's glossary and of its protocol."""

from __future__ import annotations

from pathlib import Path

import flask
from flask import request

from courses.search.queries import glossary_page, protocol_page, search_page
from courses.search.rules import MOST_CHARACTERS, MOST_WORDS
from courses.search.showing import chapter_title, window_words
from lms.academies.access import authorise
from lms.core.assets import static_url
from lms.core.fragments import fragment
from lms.core.web import render, runtime

READ = "courses.read"
_STATIC = Path(__file__).parent / "static" / "lms"
_YEAR_SECONDS = 365 * 24 * 3600
Answer = str | tuple[str, int]


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint(
        "search",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/search",
    )
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    pages.add_url_rule("/search", "search", search)
    pages.add_url_rule("/courses/<course_key>/glossary", "glossary", glossary)
    pages.add_url_rule("/courses/<course_key>/protocol", "protocol", protocol)
    return pages


def search() -> str:
    """Show what was found in the courses of the academy, or how to search."""
    member = authorise(READ)
    typed = request.args.get("q", "")
    with runtime().reading() as reading:
        page = search_page(reading, academy_id=member.academy_id, learner_id=member.learner_id, typed=typed)
    return render(
        "lms/search/search.html",
        page=page,
        stylesheet=_stylesheet(),
        most_characters=MOST_CHARACTERS,
        most_words=MOST_WORDS,
    )


def glossary(course_key: str) -> Answer:
    """Show the words of a course with their meanings, to whoever takes it."""
    member = authorise(READ)
    with runtime().reading() as reading:
        page = glossary_page(
            reading, academy_id=member.academy_id, learner_id=member.learner_id, course_key=course_key
        )
    if not page.is_joined:
        return render("lms/search/to_join.html", course=page.course), 403
    terms = fragment("lms/search/_terms.html", page.made_of, page=page)
    return render("lms/search/glossary.html", page=page, terms=terms, stylesheet=_stylesheet())


def protocol(course_key: str) -> Answer:
    """Show the facts of a course's protocol with their sources, to whoever takes it."""
    member = authorise(READ)
    with runtime().reading() as reading:
        page = protocol_page(
            reading, academy_id=member.academy_id, learner_id=member.learner_id, course_key=course_key
        )
    if not page.is_joined:
        return render("lms/search/to_join.html", course=page.course), 403
    chapters = [(key, chapter_title(key, page.titles), facts) for key, facts in page.chapters]
    shown = fragment("lms/search/_facts.html", page.made_of, chapters=chapters, window_words=window_words)
    return render("lms/search/protocol.html", page=page, facts=shown, stylesheet=_stylesheet())


def _stylesheet() -> str:
    return static_url("lms.search.static", _STATIC, "search.css")
