"""The form of a mark: points for each criterion, a comment, and a reason where one is needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from lms.core.errors import InvalidInput
from lms.core.forms import Form
from lms.core.text import _, lazy
from quizzes.forms import posted_form
from quizzes.interactions.contract import Task
from quizzes.interactions.parts import field_of
from quizzes.interactions.reading import number
from quizzes.queries.marks import StandingMark

LONGEST_COMMENT = 2000


def _stripped(text: str | None) -> str:
    return (text or "").strip()


class MarkForm(Form):
    """Marks one answer; the fields for points are those of the rubric, named like parts of the task."""

    comment = TextAreaField(
        lazy("Comment for the learner (optional)"),
        filters=[_stripped],
        validators=[
            Length(max=LONGEST_COMMENT, message=lazy("Keep the comment under 2000 characters.")),
        ],
        render_kw={"rows": "4"},
    )
    reason = TextAreaField(
        lazy("Reason for the change"),
        filters=[_stripped],
        validators=[Length(max=LONGEST_COMMENT, message=lazy("Keep the reason under 2000 characters."))],
        render_kw={"rows": "3"},
    )
    seen = HiddenField()

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task
        self.typed: dict[str, str] = {}
        self.points: dict[str, float] = {}
        self.point_errors: dict[str, str] = {}

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return every error, those of the points first, for they stand first on the page."""
        return [*self.point_errors.items(), *super().problems]

    def start_from(self, mark: StandingMark | None) -> None:
        """Show the mark that stands, if there is one."""
        self.know(mark)
        if mark is not None:
            self.comment.data = mark.comment
            given = {one.key: mark.points.get(one.key) for one in self._task.interaction.rubric(self._task)}
            self.typed = {
                field_of(self._task, key): f"{points:g}"
                for key, points in given.items()
                if points is not None
            }

    def know(self, mark: StandingMark | None) -> None:
        """Note which mark the page shows, so that one given meanwhile by somebody else is not overwritten."""
        self.seen.data = "" if mark is None else mark.marked_at.isoformat()

    @property
    def seen_at(self) -> datetime | None:
        """Return when the mark was given that the page showed, or None; what cannot be read is no moment."""
        try:
            return datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None

    def is_filled_in(self) -> bool:
        """Return whether the form was posted rightly, with points for every criterion."""
        self._read_points({name: str(value) for name, value in posted_form().items()})
        return bool(self.validate_on_submit()) and not self.point_errors

    def _read_points(self, posted: Mapping[str, str]) -> None:
        for one in self._task.interaction.rubric(self._task):
            name = field_of(self._task, one.key)
            self.typed[name] = posted.get(name, "")
            try:
                points = number(posted, name, largest=one.points)
            except InvalidInput as error:
                self.point_errors[name] = str(error)
                continue
            if points is None:
                self.point_errors[name] = _(
                    "Give points for “%(criterion)s”; 0 is possible.", criterion=one.text
                )
            else:
                self.points[one.key] = points

    def refuse(self, error: InvalidInput) -> None:
        """Show an error of the service at its field."""
        if error.field == self.reason.name:
            self.reason.errors = [str(error)]
        else:
            self.point_errors[error.field or ""] = str(error)
