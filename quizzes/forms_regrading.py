"""Forms of regrading: setting a marker, and applying what a dry run showed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, ValidationError

from lms.core.errors import InvalidInput
from lms.core.forms import Form
from lms.core.identifiers import new_uuid
from lms.core.text import _, lazy
from quizzes.grading.grade import Marker
from quizzes.regrading import Choice

LONGEST_REASON = 2000
EFFECTS: tuple[Marker, ...] = ("disregard", "always_correct")


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _reason() -> TextAreaField:
    return TextAreaField(
        lazy("Reason"),
        filters=[_stripped],
        validators=[
            DataRequired(lazy("Say why. The reason is kept with the grades it concerns.")),
            Length(max=LONGEST_REASON, message=lazy("Keep the reason under 2000 characters.")),
        ],
        render_kw={"rows": "3"},
    )


class MarkerForm(Form):
    """Marks a decision or a statement of a case."""

    target = StringField(
        lazy("What is flawed"),
        validators=[InputRequired(lazy("Choose the decision or line that is flawed."))],
    )
    effect = StringField(
        lazy("How it counts from now on"),
        default="disregard",
        validators=[AnyOf(EFFECTS, lazy("Choose how it counts."))],
    )
    reason = _reason()

    def __init__(self, targets: Collection[str]) -> None:
        self._targets = targets
        super().__init__()

    def validate_target(self, field: StringField) -> None:
        """Refuse what the case does not have; `targets` spell visit and name, such as `1:action`."""
        if field.data not in self._targets:
            raise ValidationError(_("Choose a decision or line of this case."))

    @property
    def place(self) -> tuple[int, str]:
        """Return the visit and the target that was chosen; the choices hold nothing else."""
        visit, _colon, target = str(self.target.data).partition(":")
        return int(visit), target

    @property
    def chosen_effect(self) -> Marker:
        """Return how the target shall count."""
        return "always_correct" if self.effect.data == "always_correct" else "disregard"


class RegradeForm(Form):
    """Applies a dry run: the reason, and whether grades may fall, which takes a choice and a tick."""

    choice = StringField(
        lazy("Which changes to apply"),
        default=Choice.RAISE_ONLY.value,
        validators=[AnyOf(tuple(Choice), lazy("Choose which changes to apply."))],
    )
    lowers = BooleanField(lazy("Yes, lower the grades of the learners named in the list"))
    reason = _reason()
    digest = HiddenField()
    order = HiddenField()

    @property
    def chosen(self) -> Choice:
        """Return which changes to apply."""
        return Choice(self.choice.data or Choice.RAISE_ONLY)

    @property
    def order_uuid(self) -> UUID:
        """Return what names the regrading to come. Raises `InvalidInput` when the form was tampered with."""
        try:
            return UUID(self.order.data or "")
        except ValueError:
            raise InvalidInput(_("This form is incomplete. Open the case and start again.")) from None

    def prepare(self, digest: str) -> None:
        """Make the form apply this dry run and no other, whatever was posted before."""
        self.digest.data = digest
        self.order.data = str(new_uuid())

    def forget_choice(self) -> None:
        """Let the safe choice stand again: what was chosen was chosen for another list."""
        self.choice.data, self.lowers.data = Choice.RAISE_ONLY.value, False

    def is_decided(self) -> bool:
        """Return whether the form was posted rightly and, where grades shall fall, expressly so."""
        is_valid = bool(self.validate_on_submit())
        if self.choice.data == Choice.APPLY_ALL.value and not self.lowers.data:
            self.lowers.errors = [_("Tick this box if grades shall get lower, or choose to raise only.")]
            return False
        return is_valid
