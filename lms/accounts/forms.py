"""Forms of the accounts slice."""

from __future__ import annotations

from zoneinfo import available_timezones

from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.accounts.rules import EMAIL_MAXIMUM_LENGTH, NAME_MAXIMUM_LENGTH, PASSWORD_MAXIMUM_LENGTH
from lms.core.forms import Form
from lms.core.text import lazy


def _email() -> EmailField:
    return EmailField(
        lazy("E-mail address"),
        validators=[InputRequired(lazy("Enter your e-mail address.")), Length(max=EMAIL_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )


class SignInForm(Form):
    """Address and password."""

    email = _email()
    password = PasswordField(
        lazy("Password"),
        validators=[InputRequired(lazy("Enter your password.")), Length(max=PASSWORD_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class SignUpForm(Form):
    """Name, address and a password; the time zone is filled in by the browser where it can."""

    name = StringField(
        lazy("Your name"),
        description=lazy("As it should stand on your certificate."),
        validators=[InputRequired(lazy("Enter your name.")), Length(max=NAME_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "name"},
    )
    email = _email()
    password = PasswordField(
        lazy("Password"),
        validators=[InputRequired(lazy("Choose a password.")), Length(max=PASSWORD_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "new-password"},
    )
    time_zone = HiddenField(render_kw={"data-time-zone": ""})


class ForgotForm(Form):
    """The address a password link goes to."""

    email = _email()


class ResetForm(Form):
    """A new password."""

    password = PasswordField(
        lazy("New password"),
        validators=[InputRequired(lazy("Choose a password.")), Length(max=PASSWORD_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "new-password"},
    )


class ProfileForm(Form):
    """Name and time zone."""

    name = StringField(
        lazy("Your name"),
        description=lazy("On certificates from now on; issued ones keep the name they were issued to."),
        validators=[InputRequired(lazy("Enter your name.")), Length(max=NAME_MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "name"},
    )
    time_zone = SelectField(
        lazy("Time zone"),
        description=lazy("Dates and times on your pages are shown in it."),
        choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
    )
