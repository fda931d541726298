"""Reading authored documents: strict YAML, structured into frozen dataclasses, with true line numbers.

Pure: PyYAML, cattrs and rfc8785 only. Every failure is a `ContentError` that holds all problems at once,
each with file, line and field path.
"""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

import rfc8785

from lms.core.errors import ContentError, Problem
from lms.publishing.explaining import describe, suggestion
from lms.publishing.marks import Marked, item_path, key_path
from lms.publishing.strict_yaml import MAX_BYTES, MAX_DEPTH, compose, decode
from lms.publishing.structuring import structure

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Marked",
    "describe",
    "digest_of",
    "item_path",
    "key_path",
    "read_document",
    "read_front_matter",
    "read_yaml",
    "structure",
    "suggestion",
]

Shape = TypeVar("Shape")

_FENCE = "---"


def read_yaml(source: bytes, *, file: str) -> Marked:
    """Return the plain values of a YAML file with the line of every field; `file` is named in problems.

    Raises `ContentError` with all problems up to the first error of syntax.
    """
    return compose(decode(source, file=file), file=file)


def read_document(source: bytes, shape: type[Shape], *, file: str) -> Shape:
    """Return a YAML file in the shape of a frozen dataclass. Raises `ContentError` with all problems."""
    return structure(read_yaml(source, file=file), shape)


def read_front_matter(source: bytes, *, file: str) -> tuple[Marked, str, int]:
    """Return the YAML between the two `---` lines at the top of a file, the text after, and its first line.

    Lines count from the top of the file in both parts. The text is exactly what follows the second
    `---` line. Raises `ContentError` when the front matter is missing, never ends or is not strict YAML.
    """
    text = decode(source, file=file)
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != _FENCE:
        message = "The file must start with a line “---”, then its fields, then a second line “---”."
        raise ContentError([Problem(file, 1, "", message)])
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            marked = compose("".join(lines[1:index]), file=file, first_line=2)
            return marked, "".join(lines[index + 1 :]), index + 2
    message = "The fields at the top never end: add a second line “---” after the last of them."
    raise ContentError([Problem(file, 1, "", message)])


def digest_of(value: Any) -> str:
    """Return the SHA-256 of a document, in hexadecimal.

    Of bytes as they are (Markdown, SVG); of plain YAML values, or of a `Marked`, over their canonical JSON
    (RFC 8785), so that comments, order and white space do not count.
    """
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    plain: Any = value.value if isinstance(value, Marked) else value
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
