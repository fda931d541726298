"""Pages that a browser keeps and asks about each time: 304 when it has what would be sent again.

The tag is made of the page as it would be sent, so that whatever it shows, for whomever, is part of it. Left
out are the two texts that are new with every answer: the nonce of the content policy and the form token. A
kept page runs by the policy that came with it, and its token is good for as long as the session, which is
part of the tag: whoever signs in anew gets a new page.
"""

from __future__ import annotations

import hashlib

import flask
from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from lms.core.templating import csp_nonce

KEPT = "private, no-cache"
"""Kept by this browser alone, and asked about each time."""


def revalidated(page: str) -> Response:
    """Return a page, or 304 without a body when the browser that asks has it as it is.

    Forms of such a page must take a token of any age (`lms.core.forms.TokenOnly`).
    """
    tag = tag_of(page)
    is_known = request.if_none_match.contains_weak(tag)
    response = flask.make_response("" if is_known else page)
    if is_known:
        response.status_code = 304
        # Without a type it gets no content policy, whose new nonce would lock out the kept page's scripts.
        response.headers.remove("Content-Type")
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = KEPT
    return response


def tag_of(page: str) -> str:
    """Return what tells a page apart from every other state of it, whatever token and nonce it carries."""
    token: str = generate_csrf()
    plain = page.replace(csp_nonce(), "").replace(token, "")
    name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
    return hashlib.sha256(f"{session.get(name, '')}\n{plain}".encode()).hexdigest()[:32]
