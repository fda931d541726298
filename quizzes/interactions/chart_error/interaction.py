"""Finding the errors in a chart: every row may be marked, and at least one is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.text import _
from quizzes.cases.model import Visit
from quizzes.interactions.chart_error.examples import EXAMPLES
from quizzes.interactions.contract import Complaint, Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.parts import key_problems, text_problems
from quizzes.interactions.picking import DEFAULT_METHOD, hint, method_problems, read_picks, shown_picks
from quizzes.interactions.reading import Given
from quizzes.interactions.scoring import METHODS
from quizzes.protocols.model import Protocol

FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row of the chart: what it is about, what was entered, and why that is wrong or right."""

    key: str
    item: str
    entry: str
    why: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class ChartErrorBody:
    """The rows in page order, and the method by which marks on them are scored."""

    rows: tuple[ChartRow, ...]
    scoring: str = DEFAULT_METHOD
    most: int | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """One row on the page, and whether it is marked as wrong."""

    key: str
    id: str
    item: str
    entry: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChartErrorView:
    """The chart as the page shows it."""

    name: str
    prompt: str
    hint: str
    most: int | None
    rows: tuple[RowView, ...]


class ChartError(Interaction[ChartErrorBody, frozenset[str]]):
    """Check boxes on the rows of a chart; the answer is the set of rows marked as wrong."""

    kind = "chart_error"
    body_shape = ChartErrorBody
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def problems(self, task: Task, _visit: Visit, protocol: Protocol | None) -> Iterator[Complaint]:
        """Yield too few rows, repeated keys, a chart without an error, and what is wrong with the scoring."""
        body: ChartErrorBody = task.body
        if protocol is not None:
            return
        if len(body.rows) < FEWEST_ROWS:
            yield "rows", f"Write {FEWEST_ROWS} rows at least."
        yield from key_problems("rows", [one.key for one in body.rows])
        for name in ("item", "entry", "why"):
            yield from text_problems("rows", name, [getattr(one, name) for one in body.rows], unique=False)
        wrong = len(_wrong(body))
        if not 0 < wrong < len(body.rows):
            yield "rows", f"{wrong} of {len(body.rows)} rows are wrong. Let some be wrong and some be right."
        yield from method_problems(body.scoring, body.most, wrong, len(body.rows))

    def fields(self, task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field, which may be given many times."""
        return (task.key,)

    def read(self, task: Task, _visit: Visit, given: Given) -> frozenset[str]:
        """Return the rows marked; too many of them are refused."""
        body: ChartErrorBody = task.body
        return read_picks(given, task.key, {one.key for one in body.rows}, body.most)

    def to_json(self, task: Task, answer: frozenset[str]) -> dict[str, Any]:
        """Return the rows marked, in a fixed order."""
        return {task.key: sorted(answer)} if answer else {}

    def missing(
        self, task: Task, _visit: Visit, answer: frozenset[str], _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the field while no row is marked: every chart has an error."""
        return () if answer else (task.key,)

    def grade(self, task: Task, _posed: Posed, answer: frozenset[str], _answers: Mapping[str, Any]) -> Marks:
        """Grade the marks by the method of the task."""
        body: ChartErrorBody = task.body
        wrong = _wrong(body)
        credit = METHODS[body.scoring](answer, wrong, len(body.rows))
        return Marks((DecisionGrade(task.key, sorted(answer), sorted(wrong), credit, task.row, task.key),))

    def perfect(self, task: Task, _posed: Posed) -> dict[str, Any]:
        """Return the wrong rows."""
        return {task.key: sorted(_wrong(task.body))}

    def show(self, task: Task, _visit: Visit, _protocol: Protocol, given: Given) -> ChartErrorView:
        """Return the chart with the marks given."""
        body: ChartErrorBody = task.body
        marked = shown_picks(given, task.key)
        rows = tuple(
            RowView(
                one.key,
                f"{task.key}-{one.key}" if place else task.key,
                one.item,
                one.entry,
                one.key in marked,
            )
            for place, one in enumerate(body.rows)
        )
        return ChartErrorView(task.key, task.prompt, _hint(body), body.most, rows)

    def words(self, task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return the marked or the wrong rows as they stand in the chart."""
        keys = value if isinstance(value, list | tuple) else ()
        rows = [f"{one.item}: {one.entry}" for one in task.body.rows if one.key in keys]
        return "; ".join(rows) or _("No row")

    def notes(self, task: Task) -> tuple[tuple[str, str], ...]:
        """Return every row with why it is wrong or right, the wrong ones first."""
        rows = sorted(task.body.rows, key=lambda one: not one.wrong)
        return tuple((f"{one.item}: {one.entry}", one.why) for one in rows)

    def text(self, task: Task, _visit: Visit, _protocol: Protocol) -> str:
        """Return the question with the chart, row by row."""
        body: ChartErrorBody = task.body
        return "\n".join((task.prompt, _hint(body), *(f"- {one.item}: {one.entry}" for one in body.rows)))


def _wrong(body: ChartErrorBody) -> frozenset[str]:
    return frozenset(one.key for one in body.rows if one.wrong)


def _hint(body: ChartErrorBody) -> str:
    return _("Mark every row that is wrong.") if body.most is None else hint(body.most)


INTERACTION = ChartError()
