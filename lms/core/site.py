"""Pages that belong to no slice: health, privacy notice, accessibility statement, unknown addresses."""

from __future__ import annotations

import flask
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from lms.core.errors import NotFound
from lms.core.health import health_of
from lms.core.text import _
from lms.core.web import render, runtime
from lms.version import __version__

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def healthz() -> Response:
    """Answer load balancers: 200 when requests can be served, else 503 with the reason."""
    health = health_of(runtime())
    body = {"status": health.status, "version": __version__}
    if health.detail:
        body["detail"] = health.detail
    response: Response = flask.jsonify(body)
    response.status_code = 200 if health.is_ok else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def privacy() -> str:
    """Show the privacy notice."""
    return render("lms/privacy.html")


def accessibility() -> str:
    """Show the accessibility statement."""
    return render("lms/accessibility.html")


def unknown(**_path: str) -> Response:
    """Answer any address below a mount that is no page, or one that only takes a form."""
    adapter = request_ctx.url_adapter
    methods = [] if adapter is None else [name for name in adapter.allowed_methods() if name not in READING]
    if methods:
        raise MethodNotAllowed(valid_methods=methods)
    raise NotFound(_("There is nothing at this address. Check it, or start from the home page."))


def add_site_pages(blueprint: flask.Blueprint, *, owns_unknown: bool) -> None:
    """Add the pages of the site; with `owns_unknown` also the page for addresses that are none."""
    blueprint.add_url_rule("/healthz", view_func=healthz)
    blueprint.add_url_rule("/privacy", view_func=privacy)
    blueprint.add_url_rule("/accessibility", view_func=accessibility)
    if owns_unknown:
        blueprint.add_url_rule("/<path:unknown>", view_func=unknown)
