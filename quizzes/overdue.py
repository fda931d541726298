"""Attempts that are met past their deadline: whoever meets one closes it, then goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from lms.core.web import runtime
from lms.core.work import Reading
from quizzes.rules import AttemptOverdue
from quizzes.service.closing import close_attempt_if_overdue

Result = TypeVar("Result")


@contextmanager
def closing_overdue() -> Iterator[None]:
    """Close the attempt that the block finds past its deadline, then let the conflict through."""
    try:
        yield
    except AttemptOverdue as overdue:
        _close(overdue)
        raise


def settled(read: Callable[[Reading], Result]) -> Result:
    """Return what a page reads; an attempt found past its deadline is closed first and read again."""
    try:
        with runtime().reading() as reading:
            return read(reading)
    except AttemptOverdue as overdue:
        _close(overdue)
    with runtime().reading() as reading:
        return read(reading)


def _close(overdue: AttemptOverdue) -> None:
    with runtime().work() as work:
        close_attempt_if_overdue(work, attempt_uuid=overdue.attempt_uuid)
