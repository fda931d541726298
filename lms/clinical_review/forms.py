"""The forms of a signature and of taking it back."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.clinical_review.rules import LONGEST_CREDENTIALS, LONGEST_NAME, LONGEST_TEXT
from lms.core.forms import Form
from lms.core.text import lazy

STATEMENT = lazy(
    "I am a clinician. I have read the protocol, the lessons and the cases of this edition, and I judge them "
    "fit for teaching within the stated scope."
)


class SignForm(Form):
    """Signs the edition that the page showed."""

    edition = HiddenField()
    name = StringField(
        lazy("Your full name"),
        validators=[InputRequired(lazy("Enter your full name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
    credentials = StringField(
        lazy("Your credentials"),
        description=lazy("Profession, registration body and number, as the course page will show them."),
        validators=[InputRequired(lazy("Enter your credentials.")), Length(max=LONGEST_CREDENTIALS)],
    )
    comment = TextAreaField(
        lazy("Comment (optional)"), validators=[Length(max=LONGEST_TEXT)], render_kw={"rows": "3"}
    )
    agreed = BooleanField(
        STATEMENT,
        validators=[InputRequired(lazy("Tick this if it is so. Without it nothing is signed."))],
    )


class WithdrawForm(Form):
    """Takes a signature back."""

    reason = StringField(
        lazy("Why you take it back"),
        validators=[InputRequired(lazy("Say why.")), Length(max=LONGEST_TEXT)],
    )
