"""Kinds of authored documents. The slices above hand them in; publishing knows none of them itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from lms.core.errors import ConfigurationError, Problem

COURSE = "course"
"""The kind that a content folder is about: exactly one such document stands at its top."""


class Keyed(Protocol):
    """A parsed document, which knows its own key."""

    @property
    def key(self) -> str:
        """Return the authored key, unique per academy and kind."""
        ...


Siblings = Mapping[tuple[str, str], object]
"""The parsed documents of the same content folder, by kind and key."""


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What there is to say of the documents of a folder beside problems that forbid its import.

    `lines` are for people. `hints` are worth a look; `problems` fail the check, and only the check.
    """

    lines: tuple[str, ...] = ()
    hints: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """How documents of one kind are found in a content folder, read and checked against their siblings.

    `folder` is empty for a kind with a single document at the top of the folder, named after the kind.
    `parse(source, file)` returns the document or raises `ContentError` with all problems of the file.
    `check(document, siblings, file)` yields problems between documents, such as a key that is not there.
    `report(siblings)` describes all documents of a folder without problems to somebody who checks it.
    """

    name: str
    folder: str
    suffix: str
    parse: Callable[[bytes, str], Keyed]
    check: Callable[[Any, Siblings, str], Iterable[Problem]]
    report: Callable[[Siblings], FolderReport] | None = None

    def file_of(self, key: str) -> str:
        """Return where the document with this key stands, relative to the content folder."""
        return f"{self.folder}/{key}{self.suffix}" if self.folder else f"{self.name}{self.suffix}"


def kinds_by_name(kinds: Iterable[DocumentKind]) -> Mapping[str, DocumentKind]:
    """Return kinds by name, read-only. Raises `ConfigurationError` for two of one name or one place."""
    by_name: dict[str, DocumentKind] = {}
    places: dict[str, str] = {}
    for kind in kinds:
        place = kind.folder or kind.file_of("")
        if kind.name in by_name or place in places:
            raise ConfigurationError(
                f"Two kinds of documents are named “{kind.name}” or kept in “{place}”. Register each once."
            )
        by_name[kind.name] = kind
        places[place] = kind.name
    return MappingProxyType(by_name)
