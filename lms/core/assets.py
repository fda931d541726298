"""Addresses of static files with the digest of their bytes, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import flask

STATIC = Path(__file__).parent / "static" / "lms"


@cache
def digest_of_file(path: Path) -> str:
    """Return the first 12 hex digits of the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(path: str) -> str:
    """Return the address of a file under `static/lms`, such as `app.css`; its digest is in the query."""
    return flask.url_for("lms.static", filename=f"lms/{path}", v=digest_of_file(STATIC / path))
