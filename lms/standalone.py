"""Papilla as an app of its own, without a host."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.core.clock import Clock, utc_now
from lms.core.logs import install_logs
from lms.core.runtime import Runtime
from lms.extension import LMS

YOUNG_OBJECTS = 10_000
SECRET_KEY_FILE = "secret-key"  # noqa: S105 - the name of the file, not the key


def create_app(config: Mapping[str, Any] | None = None, *, clock: Clock = utc_now) -> flask.Flask:
    """Return the stand-alone app, at the root of its address.

    Settings come from `config` and the environment; the instance folder is `LMS_INSTANCE_PATH`, by
    default `instance/` in the current folder.
    """
    config = dict(config or {})
    instance = Path(
        config.get("LMS_INSTANCE_PATH") or os.environ.get("LMS_INSTANCE_PATH") or "instance"
    ).absolute()
    app = flask.Flask("papilla", instance_path=str(instance), static_folder=None)
    app.config.from_mapping(config)
    runtime = LMS(clock=clock).init_app(app, owns_site=True)
    _configure_sessions(app, runtime)
    install_logs(runtime.settings.log_level)
    if runtime.settings.trusted_proxies:
        hops = runtime.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def serving_app() -> flask.Flask:
    """Return the stand-alone app for a server process, with the garbage collector set for it.

    What stands after the start stays for good, so the collector need not look at it again; and with Python's
    own threshold every request would be interrupted twice to look for cycles among its few objects.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    return app


def _configure_sessions(app: flask.Flask, runtime: Runtime) -> None:
    settings = runtime.settings
    app.config["SESSION_COOKIE_NAME"] = "papilla"
    app.config["SESSION_COOKIE_SECURE"] = settings.is_https
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["WTF_CSRF_TIME_LIMIT"] = 12 * 60 * 60
    app.permanent_session_lifetime = timedelta(days=settings.session_days)
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.secret_key = settings.secret_key or app.secret_key or _secret_key(Path(settings.instance_path))


def _secret_key(instance: Path) -> str:
    """Return the key that signs session cookies, created on first use for the owner's eyes only."""
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = instance / SECRET_KEY_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()
