"""Forms of the quizzes slice. An answer is read by `parse_answer`, whichever way it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from lms.core.errors import InvalidInput
from lms.core.forms import Form, TokenOnly
from lms.core.identifiers import new_uuid
from lms.core.text import _, lazy
from quizzes.grading.answers import DEPTH_FROM, DEPTH_TO, CaseAnswer, parse_answer

SINGLE_FIELDS = frozenset(
    {"action", "escalation", "interval_weeks", "sessions", "maintenance_months", "certainty"}
)
DEPTH_PREFIXES = (DEPTH_FROM, DEPTH_TO)
LONGEST_NAME = 64
LONGEST_TAB = 64
LARGEST_REVISION = 2**31 - 1
LONGEST_REVISION = len(str(LARGEST_REVISION))


class AnswerForm(TokenOnly):
    """The case player; its answer is read by `read_answer`."""


class SubmitForm(Form):
    """Hands an attempt in; with cases undecided, the box must be ticked."""

    confirm = BooleanField(lazy("Submit although some cases have no decision"))

    def validate_for(self, remaining: int) -> bool:
        """Return whether the form was posted rightly and, with cases undecided, confirmed."""
        if not self.validate_on_submit():
            return False
        if remaining and not self.confirm.data:
            self.confirm.errors = [
                _("Some cases have no decision yet. Decide them, or tick this box to submit.")
            ]
            return False
        return True


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What a posted form says: the answer, the fields that cannot be read, and what was typed, as typed."""

    answer: CaseAnswer
    malformed: tuple[str, ...]
    typed: dict[str, Any]


def raw_answer(posted: MultiDict[str, str]) -> dict[str, Any]:
    """Return the fields of an answer from a posted form; empty ones and everything else are left out."""
    raw: dict[str, Any] = {
        name: value.strip()
        for name, value in posted.items()
        if value.strip() and (name in SINGLE_FIELDS or _is_depth(name))
    }
    raw["flag"] = posted.getlist("flag")
    return raw


def _is_depth(name: str) -> bool:
    return name.startswith(DEPTH_PREFIXES) and len(name) <= LONGEST_NAME


def read_answer(posted: MultiDict[str, str]) -> ReadAnswer:
    """Return the answer of a posted form; a field that cannot be read is named, and the rest still counts."""
    typed = raw_answer(posted)
    raw = dict(typed)
    malformed: list[str] = []
    while True:
        try:
            return ReadAnswer(parse_answer(raw), tuple(malformed), typed)
        except InvalidInput as error:
            if error.field is None or error.field not in raw:
                raise
            malformed.append(error.field)
            del raw[error.field]


def sent_by_tab(posted: MultiDict[str, str]) -> tuple[str, int]:
    """Return which browser tab sent an autosave, and which of its saves this is. Raises `InvalidInput`."""
    tab, revision = posted.get("tab", ""), posted.get("revision", "")
    if not tab or len(tab) > LONGEST_TAB or not tab.isascii() or not tab.isprintable():
        raise InvalidInput(_("The save does not say which tab sent it. Reload the page."), field="tab")
    is_number = revision.isascii() and revision.isdecimal() and len(revision) <= LONGEST_REVISION
    if not is_number or int(revision) > LARGEST_REVISION:
        raise InvalidInput(_("The save carries no number. Reload the page."), field="revision")
    return tab, int(revision)


def sent_by_form() -> tuple[str, int]:
    """Return the mark of an answer sent by a plain form: each posting counts as a tab of its own.

    Without script a page cannot count its saves, so that going back and posting again is a new answer.
    """
    return str(new_uuid()), 1


def posted_form() -> MultiDict[str, str]:
    """Return the fields of this request's form."""
    return cast("MultiDict[str, str]", request.form)
