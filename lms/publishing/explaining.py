"""What went wrong in structuring, in words for an author: one field path and one sentence per problem."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from lms.core.errors import InvalidInput, LMSError
from lms.publishing.marks import LONGEST_KEY_SHOWN, item_path, key_path

_MOST_UNKNOWN_FIELDS = 20
_LONGEST_TEXT_SHOWN = 60


def describe(value: object) -> str:
    """Return what a plain value is, in words for an author."""
    match value:
        case None:
            said = "nothing"
        case bool():
            said = "true" if value else "false"
        case str():
            shown = value if len(value) <= _LONGEST_TEXT_SHOWN else f"{value[:_LONGEST_TEXT_SHOWN]}…"
            said = f"the text “{shown}”"
        case list():
            said = "a list"
        case dict():
            said = "a mapping"
        case _:
            said = f"the number {value}"
    return said


def suggestion(given: str, allowed: Iterable[str]) -> str:
    """Return “ Did you mean …?” for the nearest allowed word, or the empty text when none is near."""
    if len(given) > LONGEST_KEY_SHOWN:
        return ""
    near = difflib.get_close_matches(given, list(allowed), n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


def field_names(shape: type[Any]) -> dict[str, str]:
    """Return the fields of a dataclass that a file may give: the attribute's name to the name in the file."""
    return {f.name: str(f.metadata.get("name", f.name)) for f in dataclasses.fields(shape) if f.init}


def explain(error: Exception, path: str) -> Iterator[tuple[str, str]]:
    """Yield field path and message of everything inside an error of structuring at `path`.

    An error that is no fault of the document (a shape that cattrs does not know, say) is raised again.
    """
    if isinstance(error, ClassValidationError):
        names = field_names(error.cl)
        noted, bare = error.group_exceptions()
        for inner, note in noted:
            yield from explain(inner, key_path(path, names[note.name]))
        for inner in bare:
            yield from explain(inner, path)
    elif isinstance(error, IterableValidationError):
        for inner, place in error.group_exceptions()[0]:
            index = place.index
            here = item_path(path, index) if isinstance(index, int) else key_path(path, index)
            yield from explain(inner, here)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield from _unknown_fields(error, path)
    elif isinstance(error, KeyError):
        yield path, "This field is missing. Add it."
    elif isinstance(error, InvalidInput) and error.field:
        yield f"{path}.{error.field}" if path else error.field, str(error)
    elif isinstance(error, ValueError | LMSError):
        yield path, str(error)
    else:
        raise error


def _unknown_fields(error: ForbiddenExtraKeysError, path: str) -> Iterator[tuple[str, str]]:
    allowed = tuple(field_names(error.cl).values())
    unknown = sorted(error.extra_fields)
    for name in unknown[:_MOST_UNKNOWN_FIELDS]:
        shown = name[:LONGEST_KEY_SHOWN]
        message = (
            f"There is no field “{shown}” here.{suggestion(name, allowed)} Allowed: {', '.join(allowed)}."
        )
        yield key_path(path, name), message
    if len(unknown) > _MOST_UNKNOWN_FIELDS:
        yield path, f"{len(unknown) - _MOST_UNKNOWN_FIELDS} more fields here are unknown too."
