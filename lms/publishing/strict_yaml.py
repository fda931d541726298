"""A strict reader for YAML 1.2: it refuses whatever authors and machines could understand differently.

Refused, each with its line: bytes that are not UTF-8, control and hidden line-break characters, repeated
keys, keys that are not text, anchors, aliases, tags, directives, several documents in one file, numbers
with leading zeros, in another base or out of range, and documents over the bounds below. `yes`, `no`,
`on`, `off`, `12:30` and `2026-03-02` are texts, as YAML 1.2 has it.
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

import yaml

from lms.core.errors import ContentError, Problem
from lms.publishing.marks import LONGEST_KEY_SHOWN, Marked, item_path, key_path

MAX_BYTES = 1024 * 1024
"""Size of one document, in bytes."""

MAX_DEPTH = 32
"""Mappings and lists inside one another."""

MAX_KEY_LENGTH = 200
"""Characters of one key."""

MAX_PROBLEMS = 500
"""Problems reported for one file; a file with more is broken as a whole."""

LARGEST_WHOLE_NUMBER = 2**53 - 1
"""The largest whole number that JSON carries exactly (RFC 8785)."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_LONGEST_NUMBER = 40

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Wrong(ValueError):
    """A plain scalar that looks like a number and is not a usable one."""


def decode(source: bytes, *, file: str) -> str:
    """Return the text of a file, without a byte order mark.

    Raises `ContentError` when it is over `MAX_BYTES`, is not UTF-8 (with the byte offset), or holds
    characters that do not show.
    """
    if len(source) > MAX_BYTES:
        _refuse(file, 1, f"The file has {len(source)} bytes; at most {MAX_BYTES} are allowed. Split it.")
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(
            file,
            source.count(b"\n", 0, error.start) + 1,
            f"Byte {error.start} (0x{source[error.start]:02x}) is not valid UTF-8. Save the file as UTF-8.",
        )
    text = text.removeprefix("\ufeff")
    if unwanted := _UNWANTED.search(text):
        _refuse(
            file,
            text.count("\n", 0, unwanted.start()) + 1,
            f"The character U+{ord(unwanted[0]):04X} does not show in an editor. Remove it.",
        )
    return text


def compose(text: str, *, file: str, first_line: int = 1) -> Marked:
    """Return the one YAML document of the text; `first_line` is the file's line on which the text starts.

    Raises `ContentError` with all problems up to the first error of syntax.
    """
    composer = _Composer(file, first_line)
    try:
        value = composer.document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        composer.refuse(mark, "", f"This is not valid YAML: {said}. Check indentation, quotes and colons.")
        value = None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        composer.refuse(None, "", f"This is not valid YAML: {error}")
        value = None
    if composer.problems:
        raise ContentError(composer.problems)
    return Marked(file=file, value=value, lines=composer.lines, first_line=first_line)


def _refuse(file: str, line: int, message: str) -> NoReturn:
    raise ContentError([Problem(file=file, line=line, field="", message=message)])


class _Composer:
    """Builds plain values from parser events, collecting problems and the line of every field."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def document(self, text: str) -> object:
        """Return the value of the only document of the text."""
        self._events = iter(yaml.parse(text, Loader=_Loader))
        value: object = None
        documents = 0
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if event.version or event.tags:
                self.refuse(
                    event.start_mark, "", "Directives such as %YAML are not used here. Remove the line."
                )
            if documents > 1:
                self.refuse(event.start_mark, "", "A second document starts here. Give each its own file.")
                break
            first = next(self._events)
            self.lines[""] = self._line(first.start_mark)
            value = self._value(first, "", 1)
        if value is None and not self.problems:
            self.refuse(None, "", "The document is empty. Write its fields, starting with “key:”.")
        return value

    def refuse(self, mark: Any, path: str, message: str) -> None:
        """Note a problem; too many of them end the reading."""
        self.problems.append(Problem(file=self.file, line=self._line(mark), field=path, message=message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise ContentError(self.problems)

    def _line(self, mark: Any) -> int:
        return self.first_line + (mark.line if mark is not None else 0)

    def _value(self, event: Any, path: str, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(event.start_mark, path, "Aliases (*name) are not used here. Write the value out.")
            return None
        if event.anchor is not None:
            self.refuse(
                event.start_mark,
                path,
                f"Anchors (&{event.anchor[:LONGEST_KEY_SHOWN]}) are not used here. Remove it.",
            )
        if event.tag is not None:
            self.refuse(
                event.start_mark,
                path,
                f"Tags ({event.tag[:LONGEST_KEY_SHOWN]}) are not used here. Remove it.",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth > MAX_DEPTH:
            self.refuse(event.start_mark, path, f"More than {MAX_DEPTH} levels inside one another.")
            raise ContentError(self.problems)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        return self._mapping(path, depth)

    def _list(self, path: str, depth: int) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            here = item_path(path, len(items))
            self.lines[here] = self._line(event.start_mark)
            items.append(self._value(event, here, depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, object]:
        fields: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path, depth)
            here = path if key is None else key_path(path, key)
            if key is not None and key not in fields:
                self.lines[here] = self._line(event.start_mark)
                fields[key] = self._value(next(self._events), here, depth + 1)
                continue
            if key is not None:
                first = self.lines[here]
                message = (
                    f"“{key[:LONGEST_KEY_SHOWN]}” is already given on line {first}. Keep one of the two."
                )
                self.refuse(event.start_mark, here, message)
            self._value(next(self._events), here, depth + 1)
        return fields

    def _key(self, event: Any, path: str, depth: int) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            key = self._value(event, path, depth)
            if isinstance(key, str) and len(key) <= MAX_KEY_LENGTH:
                return key
            shown = event.value[:LONGEST_KEY_SHOWN]
            wanted = "is too long. Shorten it." if isinstance(key, str) else "is not text. Put it in quotes."
            self.refuse(event.start_mark, path, f"The key “{shown}” {wanted}")
        else:
            self._value(event, path, depth + 1)
            message = (
                "A key must be a plain word, not a list, mapping or alias. Quote a text that starts with “{”."
            )
            self.refuse(event.start_mark, path, message)
        return None

    def _scalar(self, event: Any, path: str) -> object:
        text: str = event.value
        if not event.style:
            try:
                return resolve_plain(text)
            except _Wrong as error:
                self.refuse(event.start_mark, path, str(error))
                return None
        if unwanted := _UNWANTED.search(text):
            message = (
                f"The text holds the character U+{ord(unwanted[0]):04X}, which does not show. Remove it."
            )
            self.refuse(event.start_mark, path, message)
        return text


def resolve_plain(text: str) -> object:
    """Return what an unquoted scalar means in the core schema of YAML 1.2.

    Raises `ValueError` with a sentence for the author when it is a number that cannot be kept exactly.
    """
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _NOT_FINITE.fullmatch(text):
        raise _Wrong(f"{text} is not a number to work with. Write a finite number or put it in quotes.")
    if _OTHER_BASE.fullmatch(text):
        raise _Wrong(f"{text[:_LONGEST_NUMBER]} is ambiguous. Write a decimal number or put it in quotes.")
    if _WHOLE.fullmatch(text):
        return _whole_number(text)
    if _DECIMAL.fullmatch(text):
        return _decimal_number(text)
    return text


def _whole_number(text: str) -> int:
    if _LEADING_ZERO.match(text):
        raise _Wrong(f"{text[:_LONGEST_NUMBER]} starts with a zero. Write it without, or put it in quotes.")
    number = int(text) if len(text) <= _LONGEST_NUMBER else None
    if number is None or abs(number) > LARGEST_WHOLE_NUMBER:
        raise _Wrong(f"{text[:_LONGEST_NUMBER]} is too large a number. Put it in quotes if it is a text.")
    return number


def _decimal_number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Wrong(f"{text[:_LONGEST_NUMBER]} is too large a number. Put it in quotes if it is a text.")
    if _LEADING_ZERO.match(text):
        raise _Wrong(f"{text[:_LONGEST_NUMBER]} starts with a zero. Write it without, or put it in quotes.")
    return number
