"""Addresses of static files with the digest of their bytes, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import flask
from flask import current_app, request

STATIC = Path(__file__).parent / "static" / "lms"
ADDRESSES = "lms.asset_addresses"
"""Where addresses are kept once made, in `app.extensions`: a page has twenty of them."""


@cache
def digest_of_file(path: Path) -> str:
    """Return the first 12 hex digits of the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_url(path: str) -> str:
    """Return the address of a file under core's `static/lms`, such as `app.css`."""
    return static_url("lms.static", STATIC, path)


def static_url(endpoint: str, folder: Path, path: str) -> str:
    """Return the address of a file in a slice's `static/lms` folder; its digest is in the query."""
    addresses: dict[tuple[str, str, str], str] = current_app.extensions.setdefault(ADDRESSES, {})
    place = (request.script_root, endpoint, path)
    address = addresses.get(place)
    if address is None:
        base = flask.url_for(endpoint, filename=f"lms/{path}")
        address = addresses[place] = f"{base}?v={digest_of_file(folder / path)}"
    return address
