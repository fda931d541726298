"""The styles and scripts of interactions, served from their folders."""

from __future__ import annotations

from collections.abc import Iterable

import flask
from flask import current_app, request

from lms.core.assets import digest_of_file
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.web import runtime
from quizzes.interactions.contract import Task

STYLE, SCRIPT = "style.css", "script.js"
ADDRESSES = "lms.interaction_addresses"
"""Where addresses are kept once made, in `app.extensions`."""
YEAR_SECONDS = 365 * 24 * 60 * 60


def add_files(pages: flask.Blueprint) -> None:
    """Add the address of the files to the blueprint of the slice; its name lets them go out compressed."""
    pages.add_url_rule("/static/interactions/<kind>/<name>", "interaction_static", interaction_static)


def interaction_static(kind: str, name: str) -> flask.Response:
    """Send the style or script of a kind of task; the address carries a digest, so it never goes stale."""
    found = runtime().interactions.get(kind)
    if found is None or name not in {STYLE, SCRIPT} or not (found.folder / name).is_file():
        raise NotFound(_("There is no such file."))
    return flask.send_from_directory(found.folder, name, max_age=YEAR_SECONDS)


def addresses_of(tasks: Iterable[Task], name: str) -> tuple[str, ...]:
    """Return the addresses of the style or script of every kind among the tasks that has one."""
    return tuple(
        address for address in dict.fromkeys(_address(task, name) for task in tasks) if address is not None
    )


def _address(task: Task, name: str) -> str | None:
    kept: dict[tuple[str, str, str], str | None] = current_app.extensions.setdefault(ADDRESSES, {})
    place = (request.script_root, task.kind, name)
    if place not in kept:
        path = task.interaction.folder / name
        address = flask.url_for("lms.quizzes.interaction_static", kind=task.kind, name=name)
        kept[place] = f"{address}?v={digest_of_file(path)}" if path.is_file() else None
    return kept[place]
