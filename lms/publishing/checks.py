"""Checking a content folder: every file by itself, then against the others; all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from lms.core.errors import ContentError, LMSError, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import digest_of, read_front_matter, read_yaml
from lms.publishing.folders import FoundFile, read_folder
from lms.publishing.kinds import COURSE, DocumentKind, Keyed
from lms.publishing.parsing import meaning_digest, parse_document


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document of a content folder that has no problems, ready to be stored."""

    kind: str
    key: str
    file: str
    digest: str
    source_digest: str
    source: bytes = field(repr=False)
    document: object = field(repr=False)


class _Unreadable(Exception):
    """A check asked for a sibling that exists and could not be read; its own problems are reported."""


class FolderSiblings(Mapping[tuple[str, str], object]):
    """The readable documents of a folder, by kind and key.

    Asking for one that exists and has problems of its own ends the asking check, so that one broken
    file does not appear as missing in all the others.
    """

    def __init__(
        self, documents: Mapping[tuple[str, str], object], *, unreadable: AbstractSet[tuple[str, str | None]]
    ) -> None:
        self._documents = documents
        self._unreadable = unreadable

    def __getitem__(self, place: tuple[str, str]) -> object:
        """Return a document. Raises `KeyError` when there is none."""
        if place not in self._documents and ({place, (place[0], None)} & self._unreadable):
            raise _Unreadable
        return self._documents[place]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Iterate over all of them, which needs all of them to be readable."""
        if self._unreadable:
            raise _Unreadable
        return iter(self._documents)

    def __len__(self) -> int:
        """Return how many readable documents there are."""
        return len(self._documents)


def check_folder(path: Path, kinds: Mapping[str, DocumentKind]) -> tuple[CheckedDocument, ...]:
    """Return the documents of a content folder, sorted by file.

    Raises `ContentError` with all problems of all files, and `InvalidInput` when there is no such folder.
    """
    checked, problems = examine_folder(path, kinds)
    if problems:
        raise ContentError(problems)
    return checked


def examine_folder(
    path: Path, kinds: Mapping[str, DocumentKind]
) -> tuple[tuple[CheckedDocument, ...], tuple[Problem, ...]]:
    """Return the documents of a content folder that can be read, sorted by file, and all its problems.

    Raises `InvalidInput` when there is no such folder.
    """
    found, stray = read_folder(path, kinds)
    problems = list(stray)
    checked: list[CheckedDocument] = []
    unreadable: set[tuple[str, str | None]] = set()
    for file in found:
        try:
            checked.append(_check_file(file))
        except ContentError as error:
            problems.extend(error.problems)
            unreadable.add((file.kind.name, file.stem if file.kind.folder else None))
    if COURSE in kinds and not any(file.kind.name == COURSE for file in found):
        name = kinds[COURSE].file_of("")
        problems.append(Problem(name, 1, "", "The file is missing. A content folder starts with it."))
    problems.extend(cross_check(checked, kinds, unreadable=unreadable))
    return tuple(checked), tuple(problems)


def cross_check(
    checked: Iterable[CheckedDocument],
    kinds: Mapping[str, DocumentKind],
    *,
    unreadable: AbstractSet[tuple[str, str | None]] = frozenset(),
) -> tuple[Problem, ...]:
    """Return the problems between documents of one folder.

    `unreadable` are kinds and keys of files with problems of their own (None for any key of the kind).
    """
    documents = tuple(checked)
    siblings = FolderSiblings({(d.kind, d.key): d.document for d in documents}, unreadable=unreadable)
    problems: list[Problem] = []
    for each in documents:
        try:
            problems.extend(kinds[each.kind].check(each.document, siblings, each.file))
        except _Unreadable:
            continue
        except ContentError as error:
            problems.extend(error.problems)
        except LMSError as error:
            problems.append(Problem(each.file, 1, getattr(error, "field", None) or "", str(error)))
    return tuple(problems)


def source_problem(kind: DocumentKind, source: bytes, file: str, path: str, message: str) -> Problem:
    """Return a problem with a field of a file, on the line of that field where the format has lines."""
    if kind.suffix == ".yaml":
        return read_yaml(source, file=file).problem(path, message)
    if kind.suffix == ".md":
        return read_front_matter(source, file=file)[0].problem(path, message)
    return Problem(file, 1, path, message)


def _check_file(found: FoundFile) -> CheckedDocument:
    kind, file, source = found.kind, found.file, found.source
    try:
        document = parse_document(kind.parse, source, file)
        key = require_key(document.key)
    except ContentError:
        raise
    except LMSError as error:
        place = getattr(error, "field", None) or ""
        raise ContentError([source_problem(kind, source, file, place, str(error))]) from error
    _require_name(found, document)
    source_digest = digest_of(source)
    meaning = meaning_digest(source, file) if kind.suffix == ".yaml" else source_digest
    return CheckedDocument(kind.name, key, file, meaning, source_digest, source, document)


def _require_name(found: FoundFile, document: Keyed) -> None:
    if found.kind.folder and found.stem != document.key:
        wanted = found.kind.file_of(document.key)
        message = f"The key is “{document.key}”, so the file must be named {wanted}. Change one of the two."
        raise ContentError([source_problem(found.kind, found.source, found.file, "key", message)])
