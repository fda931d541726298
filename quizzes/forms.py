"""Forms of the quizzes slice. An answer is read against the visit it answers, whichever way it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from lms.core.errors import InvalidInput
from lms.core.forms import Form, TokenOnly
from lms.core.identifiers import new_uuid
from lms.core.text import _, lazy
from quizzes.grading.answers import VisitAnswer, read_answer
from quizzes.interactions.field_names import CERTAINTY
from quizzes.queries.places import Asked
from quizzes.rules import asks_certainty

ABOUT_THE_FORM = frozenset({"csrf_token", "tab", "revision", "intent"})
"""Fields of the player that are no part of the answer."""
LONGEST_TAB = 64
LARGEST_REVISION = 2**31 - 1
LONGEST_REVISION = len(str(LARGEST_REVISION))


class AnswerForm(TokenOnly):
    """The case player; its answer is read by `read_strictly` or `read_leniently`."""


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


class ReviewForm(Form):
    """The review page, whose button commits the answer it shows."""

    revision = HiddenField()

    @property
    def read_revision(self) -> int:
        """Return the number of the answer that was read; 0, which is no answer's, if none was sent."""
        return _whole_number(self.revision.data or "") or 0


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """What a posted form says: the answer, the fields that cannot be read, and what was typed, as typed."""

    answer: VisitAnswer
    malformed: tuple[str, ...]
    typed: dict[str, Any]


def raw_answer(posted: MultiDict[str, str]) -> dict[str, Any]:
    """Return the fields of an answer from a posted form: a text each, or a list where several were sent.

    What is left blank is not answered. Names that no visit asks for stay in, so that they are refused.
    """
    ours = ABOUT_THE_FORM | {current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")}
    raw: dict[str, Any] = {}
    for name in posted:
        given = [text for text in map(str.strip, posted.getlist(name)) if text]
        if name not in ours and given:
            raw[name] = given[0] if len(given) == 1 else given
    return raw


def read_strictly(posted: MultiDict[str, str], asked: Asked) -> VisitAnswer:
    """Return the answer of a posted form. Raises `InvalidInput` with the first field that cannot be read."""
    return _read(raw_answer(posted), asked)


def read_leniently(posted: MultiDict[str, str], asked: Asked) -> ReadAnswer:
    """Return the answer of a posted form; a field that cannot be read is named, and the rest still counts."""
    typed = raw_answer(posted)
    raw = dict(typed)
    malformed: list[str] = []
    while True:
        try:
            return ReadAnswer(_read(raw, asked), tuple(malformed), typed)
        except InvalidInput as error:
            if error.field is None or error.field not in raw:
                raise
            malformed.append(error.field)
            del raw[error.field]


def _read(raw: Mapping[str, Any], asked: Asked) -> VisitAnswer:
    if CERTAINTY in raw and not asks_certainty(asked.mode):
        raise InvalidInput(_("An exam does not ask how sure you are."), field=CERTAINTY)
    return read_answer(asked.visit, raw)


def sent_by_tab(posted: MultiDict[str, str]) -> tuple[str, int]:
    """Return which browser tab sent an autosave, and which of its saves this is. Raises `InvalidInput`."""
    tab, revision = posted.get("tab", ""), posted.get("revision", "")
    if not tab or len(tab) > LONGEST_TAB or not tab.isascii() or not tab.isprintable():
        raise InvalidInput(_("The save does not say which tab sent it. Reload the page."), field="tab")
    number = _whole_number(revision)
    if number is None:
        raise InvalidInput(_("The save carries no number. Reload the page."), field="revision")
    return tab, number


def _whole_number(text: str) -> int | None:
    """Return the number of a save that a text spells, or None."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_REVISION
    return int(text) if is_number and int(text) <= LARGEST_REVISION else None


def sent_by_form() -> tuple[str, int]:
    """Return the mark of an answer sent by a plain form: each posting counts as a tab of its own.

    Without script a page cannot count its saves, so that going back and posting again is a new answer.
    """
    return str(new_uuid()), 1


def posted_form() -> MultiDict[str, str]:
    """Return the fields of this request's form."""
    return cast("MultiDict[str, str]", request.form)
