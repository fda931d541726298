"""Flask-Login, confined to this module (it ships no types).

The browser's cookie holds an opaque token; `SignIn` holds its digest. A `LoginManager` is created only
for apps that have none and pass no `identify`: a second one would silently replace the host's.
"""

from __future__ import annotations

from typing import Any

import flask
import flask_login
from werkzeug.wrappers import Response

KEEPER = "lms.login"
"""Where it is noted, in `app.extensions`, that people sign in here and not in a host."""


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is for members only."""


class TokenHolder(flask_login.UserMixin):  # type: ignore[misc]
    """What Flask-Login calls a user: here no more than the token; who holds it is looked up elsewhere."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        """Return the token; Flask-Login keeps it in the signed session cookie."""
        return self.token


def install(app: flask.Flask) -> None:
    """Let people sign in to this app by a session cookie."""
    manager: Any = flask_login.LoginManager()
    manager.session_protection = None  # the token is unguessable and revocable; addresses of phones change
    manager.user_loader(TokenHolder)
    manager.init_app(app)
    app.extensions[KEEPER] = manager


def remember(token: str) -> None:
    """Keep the token in the browser, in a fresh session: a planted one must not survive a sign-in."""
    flask.session.clear()
    flask_login.login_user(TokenHolder(token))
    flask.session.permanent = True


def current_token() -> str | None:
    """Return the token the browser sent, or None."""
    if KEEPER not in flask.current_app.extensions:
        return None
    user = flask_login.current_user
    return user.token if isinstance(user._get_current_object(), TokenHolder) else None  # noqa: SLF001


def host_sign_in() -> Response | None:
    """Return the host's own answer to a person who is not signed in; None if it has no login manager."""
    manager: Any = getattr(flask.current_app, "login_manager", None)
    return None if manager is None else flask.make_response(manager.unauthorized())


def forget() -> None:
    """Remove the token from the browser."""
    flask_login.logout_user()
    flask.session.clear()
