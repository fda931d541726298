"""The doors to Flask: the current runtime, pages, headers, and one place where errors become answers."""

from __future__ import annotations

import logging
import time
import unicodedata
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import flask
import sqlalchemy as sa
from flask import current_app, g, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from lms.core.compressing import compress_static
from lms.core.database import busy
from lms.core.errors import ConfigurationError, InvalidInput, LMSError, NotFound, TooManyRequests, Unavailable
from lms.core.runtime import Runtime
from lms.core.templating import csp_nonce, render_page
from lms.core.text import _, forget_reader, reader_of, set_reader

EXTENSION = "lms"
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
log = logging.getLogger("lms.requests")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

WORKER_POLICY_NAME = "papilla-worker"
"""The one Trusted Types policy there is: it lets a page register the service worker, and nothing else."""

PAGE_HEADERS = (
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


def runtime() -> Runtime:
    """Return the runtime of the current app."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def render(template: str, **context: Any) -> str:
    """Return a page; every template also sees what `lms.core.templating` gives."""
    return render_page(template, context)


def safe_next(target: str | None, *, default: str) -> str:
    """Return a target inside this installation, or the default: nobody is sent elsewhere after sign-in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    parts = urlsplit(target)
    has_control = any(unicodedata.category(character) == "Cc" for character in target)
    return default if parts.scheme or parts.netloc or has_control or "\\" in target else target


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return the full address of a page, under `LMS_PUBLIC_URL` where that is set.

    Without it, only loopback hosts may name themselves: a forged Host header must not steer the link in
    a mail. Raises `ConfigurationError` naming the setting otherwise.
    """
    public_url = runtime().settings.public_url
    path = flask.url_for(endpoint, **values)
    if public_url:
        mount = current_app.blueprints[EXTENSION].url_prefix or ""
        base = public_url.rstrip("/")
        inside = path.removeprefix(request.script_root).removeprefix(mount)
        return f"{base}{inside}"
    host = urlsplit(request.host_url).hostname or ""
    if host not in LOOPBACK_HOSTS:
        raise ConfigurationError("Set LMS_PUBLIC_URL to the address people use; links in mail need it.")
    return f"{request.host_url.rstrip('/')}{path}"


def client_address() -> str:
    """Return the address of the client, for rate limits only; it is never logged."""
    return request.remote_addr or "unknown"


def install(blueprint: flask.Blueprint) -> None:
    """Give a blueprint the headers and error pages of Papilla; the host keeps its own."""
    blueprint.before_request(_begin)
    blueprint.after_request(_finish)
    blueprint.teardown_request(_end)
    blueprint.register_error_handler(LMSError, show_error)
    blueprint.register_error_handler(CSRFError, show_stale_form)
    blueprint.register_error_handler(HTTPException, show_http_error)
    blueprint.register_error_handler(sa.exc.DataError, show_unstorable)
    for database_error in (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError):
        blueprint.register_error_handler(database_error, show_database_error)


def allow_worker() -> None:
    """Let the page of this request register the service worker of the installation."""
    g.lms_worker = True


def _content_policy() -> str:
    policy = CONTENT_SECURITY_POLICY.format(nonce=csp_nonce())
    if "lms_worker" not in g:
        return policy
    named = policy.replace("trusted-types 'none'", f"trusted-types {WORKER_POLICY_NAME}")
    return f"{named}; worker-src 'self'"


def _begin() -> None:
    g.lms_started = time.perf_counter()
    settings = runtime().settings
    request.max_content_length = settings.maximum_body_bytes
    set_reader(reader_of(settings.locale, settings.time_zone))
    if any("\x00" in value for value in (request.view_args or {}).values() if isinstance(value, str)):
        raise NotFound(_("There is nothing at this address. Check it, or start from the home page."))


def _finish(response: Response) -> Response:
    headers = response.headers
    if response.mimetype == "text/html":
        if "Cache-Control" not in headers:
            headers.add("Cache-Control", "no-store")
        headers.extend(PAGE_HEADERS)
        headers.add("Content-Security-Policy", _content_policy())
    else:
        compress_static(response)
    headers.add("X-Content-Type-Options", "nosniff")
    if runtime().settings.is_https:
        headers.add("Strict-Transport-Security", "max-age=31536000")
    if log.isEnabledFor(logging.INFO) and request.endpoint and not request.endpoint.endswith("static"):
        elapsed_ms = (time.perf_counter() - g.get("lms_started", time.perf_counter())) * 1000
        log.info(
            "request",
            extra={
                "endpoint": request.endpoint,
                "method": request.method,
                "status": response.status_code,
                "elapsed_ms": round(elapsed_ms, 1),
            },
        )
    return response


def _end(_error: BaseException | None) -> None:
    forget_reader()


def wants_json() -> bool:
    """Return whether the client prefers a JSON answer to a page."""
    if request.headers.get("Accept") == "application/json":  # what our own scripts say, with every answer
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def show_error(error: LMSError) -> Response:
    """Return the page, or the problem document (RFC 9457), of an error of ours."""
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, Unavailable):
        log.error("error", extra={"endpoint": request.endpoint, "error": type(error).__name__})
    retry_after = error.retry_after_seconds if isinstance(error, TooManyRequests | Unavailable) else None
    return answer_error(error.status, error.title, str(error), retry_after_seconds=retry_after)


def answer_error(status: int, title: str, detail: str, *, retry_after_seconds: int | None = None) -> Response:
    """Return an error as a problem document where JSON is wanted, else as a page."""
    if wants_json():
        body = {"type": "about:blank", "title": _(title), "status": status, "detail": detail}
        response: Response = flask.jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        page = render("lms/error.html", status=status, error_title=_(title), detail=detail)
        response = flask.make_response(page)
    response.status_code = status
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def show_http_error(error: HTTPException) -> Response:
    """Return the page of an error that Flask raised itself (unknown address, wrong method, large body)."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    if isinstance(error, RequestEntityTooLarge):
        limit_kib = runtime().settings.maximum_body_bytes // 1024
        detail = _("What you sent is larger than %(limit)s KB. Send less at once.", limit=limit_kib)
        return answer_error(413, "Too large", detail)
    if error.code == HTTPStatus.NOT_FOUND:
        return show_error(
            NotFound(_("There is nothing at this address. Check it, or start from the home page."))
        )
    response = answer_error(error.code, error.name, error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def show_stale_form(_error: CSRFError) -> Response:
    """Return a page that gives back what was typed, when a host's own CSRF check refused the form first."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if _may_be_shown(name)]
    page = render("lms/stale_form.html", typed=typed, action=request.full_path.rstrip("?"))
    return flask.make_response(page, 400)


def _may_be_shown(name: str) -> bool:
    return name != "csrf_token" and "password" not in name


def show_unstorable(_error: Exception) -> Response:
    """Return 422 for text that a database cannot hold, such as a NUL character; nothing was stored."""
    message = _("What you sent has characters that cannot be stored. Remove them and send it again.")
    return show_error(InvalidInput(message))


def show_database_error(error: Exception) -> Response:
    """Return 503 with Retry-After: the database is locked or gone, and nothing was stored."""
    log.error("database", extra={"endpoint": request.endpoint, "error": type(error).__name__})
    return show_error(busy())
