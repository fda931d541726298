"""The errors of Papilla, one tree.

LMSError
├── NotFound             404  no such thing, or not for this person
├── NotAllowed           403  signed in, but the action is not theirs
├── Conflict             409  the state of things forbids it
├── InvalidInput         422  what was typed cannot be used
├── TooManyRequests      429  slow down, and when to come back
├── Unavailable          503  the database is busy or gone, and when to come back
├── ContentError         422  authored documents with problems, all of them at once
└── ConfigurationError   500  the installation is set up wrongly

They are raised in rules and services and become a page or a problem document (RFC 9457) in one
place, `lms.core.web`. The text of an error is a sentence for the person who reads it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class LMSError(Exception):
    """The base of every error that Papilla raises on purpose."""

    status = 500
    title = "Something went wrong"


class NotFound(LMSError):
    """There is no such thing, or it belongs to somebody else: the two are told apart to nobody."""

    status = 404
    title = "Not found"


class NotAllowed(LMSError):
    """The person is known, and the action is not theirs."""

    status = 403
    title = "Not allowed"


class Conflict(LMSError):
    """The action is theirs, and the state of things forbids it (already submitted, locked, closed)."""

    status = 409
    title = "Not possible now"


class InvalidInput(LMSError):
    """What was sent cannot be used; `field` names the part at fault, where one is."""

    status = 422
    title = "Please correct this"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TooManyRequests(LMSError):
    """Somebody asks too often; `retry_after_seconds` says when to come back."""

    status = 429
    title = "Too many tries"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(LMSError):
    """The database is locked or gone; nothing was stored, and the same request may be sent again."""

    status = 503
    title = "Not available for a moment"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ConfigurationError(LMSError):
    """The installation is set up wrongly; the text names the setting and what to do."""

    title = "Wrong configuration"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in an authored document: file, line (from 1), field path and what to do."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Return the problem as one line, `file:line: field: message`."""
        where = f"{self.file}:{self.line}: "
        return f"{where}{self.field}: {self.message}" if self.field else f"{where}{self.message}"


class ContentError(LMSError):
    """Authored documents have problems; `problems` holds all of them, sorted by file and line."""

    status = 422
    title = "The content has problems"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems) or "The content has problems.")
