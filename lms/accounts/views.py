"""Pages of the accounts slice: sign in, sign up, forgotten password, sign out."""

from __future__ import annotations

import flask
from flask import current_app, request
from werkzeug.wrappers import Response

from lms.accounts import login
from lms.accounts.authentication import sign_in as authenticate
from lms.accounts.forms import ForgotForm, ResetForm, SignInForm, SignUpForm
from lms.accounts.passwords import Passwords
from lms.accounts.queries import reset_is_open
from lms.accounts.rules import require_email, require_name, require_password
from lms.accounts.service import create_account, end_sign_in, open_sign_in, request_reset, reset_password
from lms.core.errors import InvalidInput, LMSError, NotAllowed, NotFound, TooManyRequests, Unavailable
from lms.core.forms import Form, TokenOnly
from lms.core.text import _
from lms.core.web import absolute_url, client_address, render, runtime, safe_next

PASSWORDS = "lms.passwords"
"""Where the extension keeps the bounded hashing of this app."""
TRIES_PER_MINUTE = 40


def passwords() -> Passwords:
    """Return the bounded hashing of the current app."""
    found: Passwords = current_app.extensions[PASSWORDS]
    return found


def _refuse(form: Form, error: LMSError) -> int:
    """Put the error on the form, at its field if it names one, and return the status of the page."""
    field = getattr(error, "field", None)
    if field and field in form:
        form[field].errors = [*form[field].errors, str(error)]
    else:
        form.form_errors.append(str(error))
    return error.status


def _home() -> str:
    return flask.url_for("lms.courses.home")


def _limit(action: str) -> None:
    runtime().limits.take(f"{action}:{client_address()}", limit=TRIES_PER_MINUTE, per_seconds=60)


def sign_in() -> Response | tuple[str, int]:
    """Show the sign-in form, or sign in and go where the person was going."""
    form = SignInForm(next=request.args.get("next", ""))
    status = 200
    if form.validate_on_submit():
        try:
            _limit("sign-in")
            email, password = form.email.data or "", form.password.data or ""
            login.remember(authenticate(runtime(), passwords(), email=email, password=password))
            return flask.redirect(safe_next(form.next.data, default=_home()), 303)
        except (InvalidInput, TooManyRequests, Unavailable) as error:
            status = _refuse(form, error)
    elif form.is_submitted():
        status = 422
    return render("lms/accounts/sign_in.html", form=form), status


def sign_up() -> Response | tuple[str, int]:
    """Show the form for a new account, or create it and sign in."""
    if runtime().settings.sign_up != "open":
        raise NotAllowed(_("Accounts are created by the academy here. Ask it for one."))
    form = SignUpForm()
    status = 200
    if form.validate_on_submit():
        try:
            _limit("sign-up")
            login.remember(_create_account(form))
            return flask.redirect(_home(), 303)
        except LMSError as error:
            status = _refuse(form, error)
    elif form.is_submitted():
        status = 422
    return render("lms/accounts/sign_up.html", form=form), status


def _create_account(form: SignUpForm) -> str:
    """Create the account of a valid form and return the token of its first sign-in."""
    settings = runtime().settings
    email = require_email(form.email.data or "")
    name = require_name(form.name.data or "")
    password = require_password(
        form.password.data or "", minimum_length=settings.password_minimum_length, email=email
    )
    password_hash = passwords().hash(password)
    with runtime().work() as work:
        learner_id = create_account(
            work,
            email=email,
            name=name,
            password_hash=password_hash,
            academy_name=settings.academy_name,
            time_zone=form.time_zone.data or "",
        )
        return open_sign_in(work, learner_id=learner_id, days=settings.session_days)


def sign_out() -> Response:
    """End this sign-in and go to the home page; a page that was kept for long may do so too."""
    if TokenOnly().validate_on_submit():
        token = login.current_token()
        if token is not None:
            with runtime().work() as work:
                end_sign_in(work, token=token)
        login.forget()
    return flask.redirect(_home(), 303)


def forgot() -> str | tuple[str, int]:
    """Ask for a password link; the answer is the same for every address."""
    form = ForgotForm()
    if form.validate_on_submit():
        try:
            _limit("forgot")
            email = require_email(form.email.data or "")
        except (InvalidInput, TooManyRequests) as error:
            return render("lms/accounts/forgot.html", form=form), _refuse(form, error)
        with runtime().work() as work:
            request_reset(
                work, email=email, minutes=runtime().settings.reset_link_minutes, link_for=_reset_link
            )
        return render(
            "lms/accounts/forgot_sent.html", email=email, minutes=runtime().settings.reset_link_minutes
        )
    return render("lms/accounts/forgot.html", form=form), 422 if form.is_submitted() else 200


def _reset_link(token: str) -> str:
    return absolute_url("lms.accounts.reset", token=token)


def reset(token: str) -> Response | str | tuple[str, int]:
    """Set a new password by a link; every sign-in of the person ends."""
    with runtime().reading() as reading:
        if not reset_is_open(reading, token=token):
            raise NotFound(_("This link was used or is too old. Ask for a new one on the sign-in page."))
    form = ResetForm()
    status = 200
    if form.validate_on_submit():
        try:
            password = require_password(
                form.password.data or "", minimum_length=runtime().settings.password_minimum_length, email=""
            )
            password_hash = passwords().hash(password)
            with runtime().work() as work:
                reset_password(work, token=token, password_hash=password_hash)
            login.forget()
            return render("lms/accounts/reset_done.html")
        except (InvalidInput, Unavailable) as error:
            status = _refuse(form, error)
    elif form.is_submitted():
        status = 422
    return render("lms/accounts/reset.html", form=form), status


def blueprint() -> flask.Blueprint:
    """Return the pages of this slice."""
    pages = flask.Blueprint("accounts", __name__, template_folder="templates")
    pages.add_url_rule("/sign-in", view_func=sign_in, methods=["GET", "POST"])
    pages.add_url_rule("/sign-up", view_func=sign_up, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", view_func=sign_out, methods=["POST"])
    pages.add_url_rule("/forgot", view_func=forgot, methods=["GET", "POST"])
    pages.add_url_rule("/reset/<token>", view_func=reset, methods=["GET", "POST"])
    return pages
