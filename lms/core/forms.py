"""Forms: Flask-WTF with a CSRF token each, texts translated for whoever reads them."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError
from wtforms.csrf.core import CSRFTokenField

from lms.core.text import _, lazy

LONGEST_SESSION_SECONDS = 366 * 24 * 60 * 60
STALE_FORM = lazy(
    "This page was open for a long time. Nothing is lost: check what you typed and send it again."
)


class _Translations:
    """Hands the messages of WTForms' own validators to our gettext."""

    def gettext(self, string: str) -> str:
        """Return the message in the reader's language."""
        return _(string.replace("%", "%%")) if "%" in string else _(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return the form for the number."""
        return self.gettext(singular if n == 1 else plural)


class Form(FlaskForm):  # type: ignore[misc]
    """A form with a CSRF token; `validate_on_submit()` is true when it was posted and is right.

    A missing or stale token is an error of the form like any other: the page comes back with what was
    typed and a fresh token.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The CSRF check is ours alone, whatever the host app has switched off."""

        csrf = True

        def get_translations(self, _form: Any) -> Any:
            """Return the translations of the reader."""
            return _Translations()

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return (field id, text) of every error, for the error summary; a stale token comes first."""
        found: list[tuple[str, str]] = []
        for field in self:
            for error in field.errors:
                if isinstance(field, CSRFTokenField):
                    found.insert(0, ("", str(STALE_FORM)))
                else:
                    found.append((field.id, str(error)))
        found.extend(("", str(error)) for error in self.form_errors)
        return found


class TokenOnly:
    """A form that is checked for its token alone, without WTForms: it comes with every answer somebody gives.

    The token is good for as long as the browser's session: a case may be read for hours.
    """

    def validate_on_submit(self) -> bool:
        """Return whether the request was posted with a token of this browser's session."""
        name = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
        try:
            validate_csrf(request.form.get(name), time_limit=LONGEST_SESSION_SECONDS)
        except ValidationError:
            return False
        return True


class EmptyForm(Form):
    """A form for a button that posts: nothing but the CSRF token."""
