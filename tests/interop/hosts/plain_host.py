"""The smallest host: three lines, no sign-in of its own.

flask --app tests/interop/hosts/plain_host.py lms setup
flask --app tests/interop/hosts/plain_host.py run
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask

from lms import LMS


def create_app(config: Mapping[str, Any] | None = None) -> flask.Flask:
    """Return an app that has a page of its own, and Papilla below /training."""
    config = dict(config or {})
    app = flask.Flask("plain", instance_path=config.pop("INSTANCE_PATH", None))
    app.config.from_mapping(config, SECRET_KEY="a host's own key")
    app.add_url_rule("/", "home", lambda: "a page of the host")
    LMS(app, url_prefix="/training")
    return app
