"""The slots of a case's texts: `{word}` takes what a drawing chose, `{{` is a brace.

A word with a capital, `{He}`, is the word `he` with a capital unless it is defined itself.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast

from lms.publishing.documents import item_path, key_path
from quizzes.cases.model import (
    Case,
    Contrast,
    Mistake,
    Patient,
    PatientVariant,
    Statement,
    Visit,
)

Thing = TypeVar("Thing")

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
"""What a word may be called."""

_SLOT = re.compile(r"\{(?:\{|(" + WORD.pattern + r")\})")
_BRACE = re.compile(r"\{(?:\{|(" + WORD.pattern + r")\})?")

_PROSE: Mapping[type, tuple[str, ...]] = {
    Case: ("title", "patient", "visits", "rationale", "mistakes"),
    Patient: ("name", "heritage", "hair_type", "goal"),
    PatientVariant: ("name", "heritage", "hair_type", "goal"),
    Statement: ("text", "why"),
    Mistake: ("mistake", "why"),
    Visit: (
        *("statements", "tasks", "plan_prompt", "rationale", "when", "presentation", "question", "outcome"),
        *("rebook_when", "modifications", "acceptable", "avoid", "interaction"),
    ),
    Contrast: ("title", "decisive", "visits", "rationale"),
}
"""The fields that hold texts; of any other dataclass, such as the body of a task, any may."""


def word_for(name: str, words: Mapping[str, str]) -> str | None:
    """Return what stands for a slot of that name, or None when no such word is defined."""
    found = words.get(name)
    if found is None and name[:1].isupper():
        found = words.get(name[:1].lower() + name[1:])
        if found is not None:
            found = found[:1].upper() + found[1:]
    return found


def fill(text: str, words: Mapping[str, str]) -> str:
    """Return a text with its slots filled; a slot without a word stays as it is."""
    if "{" not in text:
        return text

    def put(slot: re.Match[str]) -> str:
        name = slot[1]
        if name is None:
            return "{"
        found = word_for(name, words)
        return slot[0] if found is None else found

    return _SLOT.sub(put, text)


def slots(text: str) -> Iterator[str | None]:
    """Yield the name of each slot of a text, and None for each brace that opens none."""
    if "{" not in text:
        return
    for brace in _BRACE.finditer(text):
        if brace[0] != "{{":
            yield brace[1]


def filled(thing: Thing, words: Mapping[str, str]) -> Thing:
    """Return a case, or any part of one, with the slots of all its texts filled.

    What has no slot comes back as the same object, so that a case without any costs next to nothing.
    """
    result: Any = thing
    match thing:
        case str():
            # Words of a fixed set are texts to Python, and never hold a slot.
            result = fill(thing, words) if "{" in thing else thing
        case tuple():
            parts = [filled(part, words) for part in thing]
            if any(new is not old for new, old in zip(parts, thing, strict=True)):
                result = tuple(parts)
        case dict() | MappingProxyType():
            members = {key: filled(part, words) for key, part in thing.items()}
            if any(new is not thing[key] for key, new in members.items()):
                result = MappingProxyType(members)
        case _ if dataclasses.is_dataclass(thing):
            changes = {}
            for name in _text_fields(thing):
                old = getattr(thing, name)
                new = filled(old, words)
                if new is not old:
                    changes[name] = new
            if changes:
                result = changed(thing, **changes)
    return cast("Thing", result)


def changed(thing: Thing, **changes: Any) -> Thing:
    """Return a copy with other fields; a case keeps the lines of its document."""
    instance: Any = thing
    copy: Any = dataclasses.replace(instance, **changes)
    if isinstance(thing, Case):
        object.__setattr__(copy, "lines", thing.lines)
    return cast("Thing", copy)


def texts(thing: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield field path and text of every text that may hold slots, as the document writes its paths."""
    match thing:
        case str():
            yield path, thing
        case tuple():
            for index, part in enumerate(thing):
                yield from texts(part, item_path(path, index))
        case dict() | MappingProxyType():
            for key, part in thing.items():
                yield from texts(part, key_path(path, str(key)))
        case _ if dataclasses.is_dataclass(thing):
            names = _text_fields(thing)
            for name in names:
                yield from texts(getattr(thing, name), key_path(path, names[name]))


def _text_fields(thing: object) -> Mapping[str, str]:
    shape: Any = type(thing)
    return _fields(shape)


@cache
def _fields(shape: Any) -> Mapping[str, str]:
    """Return the fields of a dataclass that may hold texts: the attribute to the name in the file."""
    prose = _PROSE.get(shape)
    return {
        field.name: str(field.metadata.get("name", field.name))
        for field in dataclasses.fields(shape)
        if field.init and (prose is None or field.name in prose)
    }
