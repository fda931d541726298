"""Templates: an environment of our own that overlays the host's.

It finds templates where the host's does, so that a host overrides any page by a file of the same name.
Its globals and filters are ours: the host's `_` stays the host's, and macros are compiled and imported
once instead of once for every page.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import flask
import sqlalchemy as sa
from flask import current_app, g, request
from flask_wtf.csrf import generate_csrf
from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader
from markupsafe import Markup

from lms.core.assets import asset_url
from lms.core.errors import LMSError
from lms.core.runtime import Runtime
from lms.core.text import _, current_reader, ngettext, show_date, show_datetime, show_time

TEMPLATES = "lms.templates"
"""Where the environment of an app is kept, in `app.extensions`."""
KEPT_PARTS = "lms.kept_parts"
"""Where parts of the frame are kept, in `app.extensions`; there are few languages and sets of roles."""
WHO_IS_ASKING = "lms.who_is_asking"
"""Where `app.extensions` keeps the function that finds out who is asking; a slice above provides it."""
CLINICAL_REVIEW = "lms.clinical_review"
"""Where `app.extensions` keeps the function that says who has signed a course; a slice above provides it."""
NAVIGATION = frozenset(
    f"lms.{name}"
    for name in (
        "academies.account",
        "courses.home",
        "learning_time.record",
        "search.search",
        "certificates.holdings",
        "certificates.check",
        "certificates.register",
        "quizzes.instructor_cases",
        "quizzes.instructor_learners",
    )
)
"""The pages that the navigation leads to, by endpoint: they mark their own entry as current."""


def environment() -> Environment:
    """Return the template environment of the current app, made when first used."""
    found: Environment | None = current_app.extensions.get(TEMPLATES)
    if found is None:
        found = current_app.jinja_env.overlay(loader=_loader())
        found.globals = {
            **current_app.jinja_env.globals,
            "_": _,
            "ngettext": ngettext,
            "asset": asset_url,
            "clinical_review": clinical_review,
            "csp_nonce": csp_nonce,
            "csrf_field": csrf_field,
            "kept": kept,
        }
        found.filters = {
            **current_app.jinja_env.filters,
            "lms_date": show_date,
            "lms_datetime": show_datetime,
            "lms_time": show_time,
        }
        current_app.extensions[TEMPLATES] = found
    return found


def _loader() -> BaseLoader:
    """Return the host's way of finding templates, then the folders that stand outside the blueprints."""
    roots: Mapping[str, Path] = current_app.extensions["lms"].template_roots

    def outside(name: str) -> str | None:
        prefix, _slash, file = name.rpartition("/")
        path = roots[prefix] / file if prefix in roots else None
        return path.read_text(encoding="utf-8") if path is not None and path.is_file() else None

    host = current_app.jinja_env.loader
    return ChoiceLoader([*([] if host is None else [host]), FunctionLoader(outside)])


def render_page(template: str, context: Mapping[str, Any]) -> str:
    """Return a rendered template with the facts of the request that every page may show."""
    runtime: Runtime = current_app.extensions["lms"]
    reader = current_reader()
    facts = {
        "request": request,
        "member": member_asking(),
        "settings": runtime.settings,
        "academy_name": runtime.settings.academy_name,
        "page_language": "en" if reader.language == "en-XA" else reader.language,
        "text_direction": reader.locale.text_direction,
        "now": runtime.now(),
    }
    return environment().get_template(template).render({**facts, **context})


def clinical_review(course_key: str | None = None) -> Any:
    """Return who has signed what is published of a course, or of the least reviewed one."""
    return current_app.extensions[CLINICAL_REVIEW](course_key)


def csp_nonce() -> str:
    """Return the nonce of this response, the only thing that lets a script run."""
    if "lms_nonce" not in g:
        g.lms_nonce = secrets.token_urlsafe(16)
    nonce: str = g.lms_nonce
    return nonce


def csrf_field() -> Markup:
    """Return the hidden field of a form that is only a button, without building a form for it."""
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, generate_csrf())


def kept(name: str, make: Callable[[], Markup]) -> Markup:
    """Return a part of the page's frame, made once for each language, set of roles and current entry.

    `make` may use nothing else: what it returns is shown to everybody with the same.
    """
    parts = g.get("lms_kept_parts")
    if parts is None:
        member = member_asking()
        roles = None if member is None else member.roles
        entry = request.endpoint if request.endpoint in NAVIGATION else None
        place = (current_reader().language, request.script_root, roles, entry)
        kept_parts = current_app.extensions.setdefault(KEPT_PARTS, defaultdict(dict))
        parts = g.lms_kept_parts = kept_parts[place]
    part: Markup | None = parts.get(name)
    if part is None:
        part = parts[name] = make()
    return part


def member_asking() -> Any:
    """Return who is asking, for the page's frame; nobody on the page of an error in finding that out."""
    if "lms_member" not in g:
        try:
            current_app.extensions[WHO_IS_ASKING]()
        except (sa.exc.SQLAlchemyError, LMSError):
            g.lms_member = None
    return flask.g.get("lms_member")
