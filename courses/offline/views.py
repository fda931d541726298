"""The service worker, the page it shows without a network, and what a lesson needs to be kept.

Only lessons are kept, only those that were opened, and only by the browser that opened them: never cases,
attempts, results or certificates. What is kept belongs to one reader; another reader, a sign-out and an
ended sign-in remove it.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import flask
from flask import after_this_request, current_app
from markupsafe import Markup
from werkzeug.wrappers import Response

from courses.lesson_pages import LessonPart
from courses.queries.lesson import LessonPage
from lms.academies.access import require_member
from lms.core.assets import digest_of_file, static_url
from lms.core.web import allow_worker, render

READER = "X-Reader"
"""Header of a lesson: an opaque mark of who reads it, so that a kept copy is never shown to somebody else."""
LESSON = "X-Lesson"
"""Header of a lesson: its title, percent-encoded, for the list of what can be read offline."""
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
MARK_DIGITS = 32
_STATIC = Path(__file__).parent / "static" / "lms"
_WORKER = "service-worker.js"
_YEAR_SECONDS = 365 * 24 * 3600


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the worker and its page."""
    pages = flask.Blueprint(
        "offline",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/offline",
    )
    pages.add_url_rule(f"/{_WORKER}", "worker", worker)
    pages.add_url_rule("/offline", "page", page)
    pages.get_send_file_max_age = lambda _name: _YEAR_SECONDS  # type: ignore[method-assign, assignment]
    return pages


def offline_asset(name: str) -> str:
    """Return the address of a file of this slice; the digest of its bytes is in the query."""
    return static_url("lms.offline.static", _STATIC, name)


def worker() -> Response:
    """Send the service worker. It stands at the root of the installation, as it serves what lies below."""
    response = flask.send_from_directory(_STATIC, _WORKER, mimetype="text/javascript", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response


def page() -> str:
    """Show what can be read without a network; the browser that kept it fills in the list."""
    return render(
        "lms/offline/offline.html", root=flask.url_for("lms.courses.home"), script=offline_asset("kept.js")
    )


def lesson_part(page: LessonPage) -> LessonPart:
    """Return what lets a browser keep a lesson, and mark its answer with reader and title."""
    member = require_member()
    mark = _mark(member.academy_id, member.learner_id)
    title = quote(f"{page.lesson.title} · {page.course.title}")
    allow_worker()

    @after_this_request
    def with_headers(response: Response) -> Response:
        response.headers[READER] = mark
        response.headers[LESSON] = title
        return response

    html = render(
        "lms/offline/keeping.html",
        root=flask.url_for("lms.courses.home"),
        worker=f"{flask.url_for('lms.offline.worker')}?v={digest_of_file(_STATIC / _WORKER)}",
    )
    return LessonPart(Markup(html), scripts=(offline_asset("keeping.js"),))  # noqa: S704 - the template escaped it


def _mark(academy_id: int, learner_id: int) -> str:
    """Return an opaque mark of a reader, which tells nothing to who sees it and cannot be made up."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"reader:{academy_id}:{learner_id}".encode(), sha256).hexdigest()[:MARK_DIGITS]
