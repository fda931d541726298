"""Knowledge checks as a lesson's page prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from courses.checks.rules import CheckResult
from courses.content.checks import LESSON_VISIT, CaseCheck, Check, OneBestAnswer, TaskCheck
from lms.core.text import _
from quizzes.interactions.contract import Task
from quizzes.interactions.short_text.interaction import ShortTextView
from quizzes.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of answering one check: its fields as typed, what is wrong with them, or the result.

    `refusal` says why the form as a whole was not taken, such as a stale page; else it is empty.
    """

    key: str
    typed: Mapping[str, Any]
    problems: Mapping[str, str] = field(default_factory=dict)
    result: CheckResult | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check of a lesson, numbered from 1. `anchor` is the id of its part of the page.

    Of a task: its key, the template of its kind, what that prints, and what came of an answer.
    """

    number: int
    anchor: str
    form: str
    question: OneBestAnswer | None = None
    case: CaseCheck | None = None
    key: str = ""
    template: str = ""
    task: Any = None
    problems: Mapping[str, str] = field(default_factory=dict)
    summary: tuple[tuple[str, str], ...] = ()
    """The field and the message of every problem, for the list above the question."""
    result: CheckResult | None = None
    is_compared: bool = False
    """Whether the learner compares their own words instead of having them judged."""


def check_views(
    checks: Iterable[Check], protocol: Protocol, answered: Answered | None = None
) -> tuple[CheckView, ...]:
    """Return the checks of a lesson in its order, one of them with what came of an answer."""
    views = []
    for number, check in enumerate(checks, start=1):
        match check:
            case OneBestAnswer():
                views.append(CheckView(number, f"check-{number}", check.form, question=check))
            case CaseCheck():
                views.append(CheckView(number, f"check-{number}", check.form, case=check))
            case TaskCheck():
                mine = answered if answered is not None and answered.key == check.key else None
                views.append(_task_view(number, check, protocol, mine or Answered(check.key, {})))
    return tuple(views)


def _task_view(number: int, check: TaskCheck, protocol: Protocol, answered: Answered) -> CheckView:
    task = check.task
    refusals = [("", answered.refusal)] if answered.refusal else []
    return CheckView(
        number=number,
        anchor=f"check-{check.key}",
        form=check.form,
        key=check.key,
        template=f"lms/interactions/{check.kind}/task.html",
        task=_shown(task, protocol, answered.typed),
        problems=answered.problems,
        summary=(*refusals, *_summed_up(task, protocol, answered.problems)),
        result=answered.result,
        is_compared=check.kind == "short_text",
    )


def _summed_up(task: Task, protocol: Protocol, problems: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the messages by field; a field that is one of several is named."""
    for name, message in problems.items():
        label = task.interaction.label(task, protocol, name)
        yield name, message if label == task.prompt else f"{label}: {message}"


def _shown(task: Task, protocol: Protocol, typed: Mapping[str, Any]) -> Any:
    """Return what the template of a kind prints; of a text of one's own, that one compares it oneself."""
    view = task.interaction.show(task, LESSON_VISIT, protocol, typed)
    if isinstance(view, ShortTextView):
        hint = _(
            "Write %(number)s characters at most, then compare your words with a model answer.",
            number=view.longest,
        )
        return replace(view, hint=hint)
    return view
