"""The learning record and its file; the minutes that the pages of lessons report."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

import flask
from flask import current_app, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from courses.learning_time.queries import CourseTime, learner_record, learning_record
from courses.learning_time.rules import LONGEST_AWAY, MINUTE, minute_numbered, minute_of, number_of
from courses.learning_time.service import InLesson, note_reported, note_seen
from courses.learning_time.showing import credit_view
from courses.learning_time.spreadsheet import as_csv
from courses.lesson_pages import LessonPart
from courses.queries.lesson import LessonPage
from lms.academies.access import Member, authorise
from lms.core.assets import static_url
from lms.core.errors import InvalidInput, NotAllowed, Unavailable
from lms.core.forms import TokenOnly
from lms.core.recent import Recent
from lms.core.text import _, current_reader
from lms.core.web import render, runtime

READ = "courses.read"
SEE_LEARNERS = "quizzes.see_attempts"
MOST_REPORTED = 5 * (LONGEST_AWAY // MINUTE)
"""Minutes that one report may name; more than can be believed, for clocks that go wrong."""
LONGEST_NUMBER = 10
_NOTED = "lms.learning_time.noted"
"""Where `app.extensions` keeps the newest minute that this process noted for each of its latest learners."""
_LEARNERS_KEPT = 4096
_STATIC = Path(__file__).parent / "static" / "lms"
_YEAR_SECONDS = 365 * 24 * 3600


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages of this slice."""
    pages = flask.Blueprint(
        "learning_time",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/learning-time",
    )
    of_learner = "/instructor/learners/<uuid:learner_uuid>/learning-record"
    pages.add_url_rule("/learning-record", "record", record)
    pages.add_url_rule("/learning-record.csv", "record_csv", record_csv)
    pages.add_url_rule(of_learner, "learner_record", record_of_learner)
    pages.add_url_rule(f"{of_learner}.csv", "learner_record_csv", record_csv_of_learner)
    pages.add_url_rule(
        "/courses/<course_key>/lessons/<lesson_key>/minutes", "report", report, methods=["POST"]
    )
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    return pages


def learning_time_asset(name: str) -> str:
    """Return the address of a file of this slice; the digest of its bytes is in the query."""
    return static_url("lms.learning_time.static", _STATIC, name)


def lesson_part(page: LessonPage) -> LessonPart:
    """Return where the page of a lesson reports activity, and the script that does so."""
    html = render("lms/learning_time/reporting.html", course_key=page.course.key, lesson_key=page.lesson.key)
    return LessonPart(
        Markup(html),  # noqa: S704 - the template escaped it
        scripts=(learning_time_asset("active-minutes.js"),),
    )


def note_visit(member: Member, course_key: str, lesson_key: str) -> None:
    """Note that somebody does something in a lesson that is open to them, once a minute.

    What a browser fetches ahead nobody has seen yet. A busy database keeps nobody from learning.
    """
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    noted: Recent[int, datetime] = current_app.extensions.setdefault(_NOTED, Recent(_LEARNERS_KEPT))
    minute = minute_of(runtime().now())
    if noted.get(member.learner_id) == minute:
        return
    where = InLesson(member.academy_id, member.learner_id, course_key, lesson_key)
    with suppress(Unavailable):
        runtime().save_in_group(lambda connection, now: note_seen(connection, now, where))
        noted.keep(member.learner_id, minute)


def report(course_key: str, lesson_key: str) -> Response:
    """Note the minutes that the script of a lesson reports; answers with those noted and with the time.

    Minutes are numbers: how many there were since the beginning of 1970, in UTC.
    """
    member = authorise(READ)
    if not TokenOnly().validate_on_submit():
        raise NotAllowed(_("This page belongs to an earlier sign-in. Reload it."))
    where = InLesson(member.academy_id, member.learner_id, course_key, lesson_key)
    reported = [minute_numbered(number) for number in _numbers(request.form.get("minutes", ""))]
    with runtime().work() as work:
        noted = note_reported(work, where, (one for one in reported if one is not None))
    return flask.jsonify({"noted": [number_of(one) for one in noted], "now": work.now.isoformat()})


def _numbers(text: str) -> list[int]:
    """Return the numbers of a report, which are separated by blanks. Raises `InvalidInput`."""
    parts = text.split()
    are_numbers = all(part.isascii() and part.isdecimal() and len(part) <= LONGEST_NUMBER for part in parts)
    if not parts or len(parts) > MOST_REPORTED or not are_numbers:
        message = _("A report names 1 to %(most)s minutes by their numbers.", most=MOST_REPORTED)
        raise InvalidInput(message, field="minutes")
    return [int(part) for part in parts]


def record() -> str:
    """Show the learner's active minutes and the credit they come to."""
    member = authorise(READ)
    return _page(_own(member), member.name)


def record_csv() -> Response:
    """Give the same as a file for spreadsheets."""
    member = authorise(READ)
    return _file(_own(member), member.name)


def _own(member: Member) -> tuple[CourseTime, ...]:
    with runtime().reading() as reading:
        return learning_record(reading, academy_id=member.academy_id, learner_id=member.learner_id)


def record_of_learner(learner_uuid: UUID) -> str:
    """Show the learning record of a learner, to those who see attempts."""
    member = authorise(SEE_LEARNERS)
    with runtime().reading() as reading:
        found = learner_record(reading, academy_id=member.academy_id, learner_uuid=learner_uuid)
    return _page(found.courses, found.learner.name, learner_uuid)


def record_csv_of_learner(learner_uuid: UUID) -> Response:
    """Give the learning record of a learner as a file for spreadsheets."""
    member = authorise(SEE_LEARNERS)
    with runtime().reading() as reading:
        found = learner_record(reading, academy_id=member.academy_id, learner_uuid=learner_uuid)
    return _file(found.courses, found.learner.name)


def _page(courses: tuple[CourseTime, ...], name: str, learner_uuid: UUID | None = None) -> str:
    return render(
        "lms/learning_time/record.html",
        courses=[(course, [credit_view(one) for one in course.credits]) for course in courses],
        learner_name=name,
        learner_uuid=learner_uuid,
        learning_time_asset=learning_time_asset,
    )


def _file(courses: tuple[CourseTime, ...], name: str) -> Response:
    response = flask.make_response(as_csv(name, courses, current_reader().time_zone))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = 'attachment; filename="learning-record.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
