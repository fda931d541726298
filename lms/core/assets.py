"""Addresses of static files with the digest of their bytes, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import flask
from flask import current_app, request

STATIC = Path(__file__).parent / "static" / "lms"
BASES = "lms.asset_bases"
"""Where the address of the static folder is kept for each mount, in `app.extensions`: a page has twenty."""


@cache
def digest_of_file(path: Path) -> str:
    """Return the first 12 hex digits of the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(path: str) -> str:
    """Return the address of a file under `static/lms`, such as `app.css`; its digest is in the query."""
    bases: dict[str, str] = current_app.extensions.setdefault(BASES, {})
    root = request.script_root
    if root not in bases:
        bases[root] = flask.url_for("lms.static", filename="lms/")
    return f"{bases[root]}{path}?v={digest_of_file(STATIC / path)}"
