"""A learner's answer to one visit of a case, and how it travels as JSON.

Field names are those of the form: `flag`, `action`, `escalation`, `depth_from_mm__<zone>`,
`depth_to_mm__<zone>`, `interval_weeks`, `sessions`, `maintenance_months`, `certainty`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from lms.core.errors import InvalidInput
from quizzes.cases.model import Visit
from quizzes.protocols.actions import Action, Escalation

DEPTH_FROM = "depth_from_mm__"
DEPTH_TO = "depth_to_mm__"

MOST_FLAGS = 200
LONGEST_FLAG = 80
MOST_ZONES = 40
LARGEST_NUMBER = 1000.0
MOST_CERTAIN = 3

_ZONE = re.compile(r"[a-z0-9_-]{1,40}")
_DECIMAL = re.compile(r"[0-9]{1,8}(?:[.,][0-9]{1,8})?|[.,][0-9]{1,8}", re.ASCII)
_PLAN = ("interval_weeks", "sessions", "maintenance_months")
_Word = TypeVar("_Word", bound=StrEnum)

Depth = tuple[float | None, float | None]
"""Shallowest and deepest setting of a zone in millimetres; None is not set."""


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What a learner has answered so far; None is not answered yet.

    `flags` are statement ids; `certainty` runs from 1 (unsure) to 3 (certain).
    """

    flags: frozenset[str] = frozenset()
    action: Action | None = None
    escalation: Escalation | None = None
    depth_mm: Mapping[str, Depth] = field(default_factory=dict)
    interval_weeks: float | None = None
    sessions: int | None = None
    maintenance_months: float | None = None
    certainty: int | None = None


def parse_answer(raw: Mapping[str, Any]) -> CaseAnswer:
    """Return the answer that JSON values or form values spell; absent and empty fields are not answered.

    Numbers may be texts, as forms send them, with a point or a comma. Raises `InvalidInput` with the field
    on anything malformed, unknown, too long or too large.
    """
    depth: dict[str, Depth] = {}
    for name in raw:
        if name.startswith((DEPTH_FROM, DEPTH_TO)):
            _note_depth(depth, name, raw[name])
        elif name not in _READ:
            shown = str(name)[:LONGEST_FLAG]
            raise InvalidInput(f"An answer has no field “{shown}”.", field=shown)
    return CaseAnswer(
        flags=_flags(raw.get("flag")),
        action=_word(raw, "action", Action),
        escalation=_word(raw, "escalation", Escalation),
        depth_mm=depth,
        interval_weeks=_number(raw, "interval_weeks"),
        sessions=_whole(raw, "sessions", LARGEST_NUMBER),
        maintenance_months=_number(raw, "maintenance_months"),
        certainty=_certainty(raw),
    )


def answer_to_json(answer: CaseAnswer) -> dict[str, Any]:
    """Return the answer as JSON values that `parse_answer` reads back; what is not answered is left out."""
    raw: dict[str, Any] = {}
    if answer.flags:
        raw["flag"] = sorted(answer.flags)
    for name in ("action", "escalation"):
        word: StrEnum | None = getattr(answer, name)
        if word is not None:
            raw[name] = word.value
    for zone, (start, end) in sorted(answer.depth_mm.items()):
        if start is not None:
            raw[DEPTH_FROM + zone] = start
        if end is not None:
            raw[DEPTH_TO + zone] = end
    for name in (*_PLAN, "certainty"):
        number: float | None = getattr(answer, name)
        if number is not None:
            raw[name] = number
    return raw


def missing_fields(answer: CaseAnswer, visit: Visit) -> tuple[str, ...]:
    """Return the fields still to be answered before the visit can be committed.

    Action, escalation and certainty always; the plan only when the chosen action treats. Flags never:
    flagging nothing is an answer.
    """
    missing = [name for name in ("action", "escalation") if getattr(answer, name) is None]
    if answer.action is not None and answer.action.treats:
        for zone in visit.zones:
            start, end = answer.depth_mm.get(zone.zone, (None, None))
            if start is None:
                missing.append(DEPTH_FROM + zone.zone)
            if end is None:
                missing.append(DEPTH_TO + zone.zone)
        missing += [name for name in _PLAN if getattr(answer, name) is None]
    if answer.certainty is None:
        missing.append("certainty")
    return tuple(missing)


_READ = frozenset({"flag", "action", "escalation", *_PLAN, "certainty"})


def _flags(value: object) -> frozenset[str]:
    if value is None or value == "":
        return frozenset()
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list | tuple | frozenset | set) or len(given) > MOST_FLAGS:
        raise InvalidInput(f"Flags are a list of at most {MOST_FLAGS} statements.", field="flag")
    if not all(isinstance(flag, str) and 0 < len(flag) <= LONGEST_FLAG for flag in given):
        raise InvalidInput("A flag names a statement of the record.", field="flag")
    return frozenset(given)


def _word(raw: Mapping[str, Any], name: str, words: type[_Word]) -> _Word | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    try:
        return words(value)
    except ValueError:
        allowed = ", ".join(word.value for word in words)
        raise InvalidInput(f"Choose one of {allowed}.", field=name) from None


def _number(raw: Mapping[str, Any], name: str) -> float | None:
    return _read_number(raw.get(name), name)


def _read_number(value: object, name: str) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    number = math.nan
    if isinstance(value, str):
        if _DECIMAL.fullmatch(value.strip()):
            number = float(value.strip().replace(",", "."))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        # A whole number too large for a float is too large for us; comparing it first avoids overflow.
        number = float(value) if abs(value) <= LARGEST_NUMBER else math.inf
    if not 0 <= number <= LARGEST_NUMBER:
        raise InvalidInput(f"Enter a number from 0 to {LARGEST_NUMBER:g}.", field=name)
    return number + 0.0  # minus zero becomes zero


def _whole(raw: Mapping[str, Any], name: str, largest: float) -> int | None:
    number = _number(raw, name)
    if number is None:
        return None
    if not number.is_integer() or number > largest:
        raise InvalidInput(f"Enter a whole number up to {largest:g}.", field=name)
    return int(number)


def _certainty(raw: Mapping[str, Any]) -> int | None:
    certainty = _whole(raw, "certainty", MOST_CERTAIN)
    if certainty == 0:
        raise InvalidInput(f"Certainty runs from 1 to {MOST_CERTAIN}.", field="certainty")
    return certainty


def _note_depth(depth: dict[str, Depth], name: str, value: object) -> None:
    prefix = DEPTH_FROM if name.startswith(DEPTH_FROM) else DEPTH_TO
    zone = name.removeprefix(prefix)
    if not _ZONE.fullmatch(zone) or (zone not in depth and len(depth) >= MOST_ZONES):
        raise InvalidInput("This is no zone of the record.", field=name[:LONGEST_FLAG])
    number = _read_number(value, name)
    if number is None:
        return
    start, end = depth.get(zone, (None, None))
    depth[zone] = (number, end) if prefix == DEPTH_FROM else (start, number)
