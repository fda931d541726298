"""Importing and exporting content folders: all or nothing, and byte for byte."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from lms.core.errors import ContentError, InvalidInput, NotFound, Problem
from lms.core.identifiers import new_uuid
from lms.core.work import Reading, Work
from lms.publishing.checks import CheckedDocument, check_folder, cross_check
from lms.publishing.events import FolderPublished
from lms.publishing.kinds import COURSE
from lms.publishing.library import Library
from lms.publishing.rules import Newest, Outcome, Step, left_out, next_step
from lms.publishing.statements import (
    DOCUMENTS,
    EDITIONS,
    FOLDER_FILES,
    NEWEST_BY_KEY,
    NEWEST_OF_ACADEMY,
    NEWEST_OF_FOLDER,
    REVISIONS,
    find,
    parsed,
    sources,
)

_ACADEMIES = sa.table("lms_academy", sa.column("id", sa.Integer))

_Place = tuple[str, str]
"""Kind and key of a document."""


@dataclass(frozen=True, slots=True)
class ImportedDocument:
    """What an import made of one file: its outcome and the number of the revision it stands at now."""

    kind: str
    key: str
    file: str
    outcome: Outcome
    number: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: every document of the folder, and the files that are published no longer."""

    course_key: str
    documents: tuple[ImportedDocument, ...]
    withdrawn: tuple[str, ...]

    @property
    def new_revisions(self) -> int:
        """Return how many revisions were stored."""
        return sum(each.outcome is not Outcome.UNCHANGED for each in self.documents)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote: the course and the relative paths of its files."""

    course_key: str
    files: tuple[str, ...]


def import_folder(work: Work, *, academy_id: int, path: Path) -> ImportReport:
    """Import a content folder into an academy: everything or, with any problem, nothing.

    Raises `ContentError` with all problems of all files. Reading them takes a moment: while others wait
    to write, call `check_folder` first and give its documents to `import_documents`.
    """
    library: Library = work.documents
    return import_documents(work, academy_id=academy_id, documents=check_folder(path, library.kinds))


def import_documents(work: Work, *, academy_id: int, documents: Iterable[CheckedDocument]) -> ImportReport:
    """Store the checked documents of one content folder; unchanged bytes make no new revision.

    Documents that the folder held before and no course holds now are withdrawn. Raises `ContentError`
    when a document shared with another course would break that course, `NotFound` without the academy.
    """
    checked = {(each.kind, each.key): each for each in documents}
    course = next(place for place in checked if place[0] == COURSE)
    _lock_academy(work, academy_id)
    ids, steps = _decide(work, academy_id, checked)
    ids |= _store_documents(work, academy_id, [place for place in checked if place not in ids])
    _store_revisions(work, checked, ids, steps)
    folders = _folders(work, academy_id)
    present = {ids[place] for place in checked}
    withdrawn = left_out(ids[course], folders, present)
    _store_folder(work, ids[course], before=folders[ids[course]], after=present)
    _withdraw(work, withdrawn, present)
    changed = {ids[place] for place, step in steps.items() if step.makes_revision}
    _require_other_courses_sound(work, ids[course], folders, changed)
    if changed or present != folders[ids[course]]:
        _count_edition(work, academy_id)
    places = {document_id: place for place, document_id in ids.items()}
    touched = {one for one, held in folders.items() if held & changed} | {ids[course]}
    for course_id in sorted(touched):
        work.publish(FolderPublished(academy_id, places[course_id][1]))
    return ImportReport(
        course_key=course[1],
        documents=tuple(
            ImportedDocument(each.kind, each.key, each.file, steps[place].outcome, steps[place].number)
            for place, each in checked.items()
        ),
        withdrawn=tuple(sorted(_file(work, places[document_id]) for document_id in withdrawn)),
    )


def export_folder(reading: Reading, *, academy_id: int, course_key: str, path: Path) -> ExportReport:
    """Write the content folder of a course: the newest revision of each document, byte for byte.

    `path` must not exist yet or be an empty folder; it appears complete or not at all. Raises `NotFound`
    without such a course, `InvalidInput` when the path cannot be written.
    """
    course = find(reading.connection, NEWEST_BY_KEY, academy_id=academy_id, kind=COURSE, key=course_key)
    if not course:
        raise NotFound(f"There is no course “{course_key}” here.")
    found = find(reading.connection, NEWEST_OF_FOLDER, course_id=course[0].document_id)
    contents = sources(reading.connection, [each.revision_id for each in found])
    files = {_file(reading, (each.kind, each.key)): contents[each.revision_id] for each in found}
    _write_folder(path, files)
    return ExportReport(course_key=course_key, files=tuple(sorted(files)))


def _lock_academy(work: Work, academy_id: int) -> None:
    """Let imports into one academy follow one another (SQLite has one writer at a time anyway)."""
    statement = sa.select(_ACADEMIES.c.id).where(_ACADEMIES.c.id == academy_id).with_for_update()
    if work.connection.execute(statement).first() is None:
        raise NotFound("There is no such academy.")


def _decide(
    work: Work, academy_id: int, checked: Mapping[_Place, CheckedDocument]
) -> tuple[dict[_Place, int], dict[_Place, Step]]:
    """Return the ids of all documents of the academy, and the step for each of the checked ones."""
    newest = {
        (each.kind, each.key): each
        for each in find(work.connection, NEWEST_OF_ACADEMY, academy_id=academy_id)
    }
    steps: dict[_Place, Step] = {}
    for place, each in checked.items():
        stored = newest.get(place)
        before = stored and Newest(stored.number, stored.digest, stored.source_digest)
        steps[place] = next_step(before, digest=each.digest, source_digest=each.source_digest)
    return {place: each.document_id for place, each in newest.items()}, steps


def _store_documents(work: Work, academy_id: int, places: Collection[_Place]) -> dict[_Place, int]:
    if not places:
        return {}
    rows = [
        {"uuid": new_uuid(), "academy_id": academy_id, "kind": kind, "key": key, "created_at": work.now}
        for kind, key in places
    ]
    statement = sa.insert(DOCUMENTS).returning(DOCUMENTS.c.kind, DOCUMENTS.c.key, DOCUMENTS.c.id)
    return {(kind, key): document_id for kind, key, document_id in work.connection.execute(statement, rows)}


def _store_revisions(
    work: Work,
    checked: Mapping[_Place, CheckedDocument],
    ids: Mapping[_Place, int],
    steps: Mapping[_Place, Step],
) -> None:
    rows = [
        {
            "uuid": new_uuid(),
            "document_id": ids[place],
            "number": steps[place].number,
            "digest": each.digest,
            "source_digest": each.source_digest,
            "source": each.source,
            "created_at": work.now,
        }
        for place, each in checked.items()
        if steps[place].makes_revision
    ]
    if rows:
        work.connection.execute(sa.insert(REVISIONS), rows)


def _folders(work: Work, academy_id: int) -> defaultdict[int, set[int]]:
    """Return the documents of every course folder of the academy, by the id of the course's document."""
    statement = (
        sa.select(FOLDER_FILES.c.course_id, FOLDER_FILES.c.document_id)
        .join(DOCUMENTS, DOCUMENTS.c.id == FOLDER_FILES.c.course_id)
        .where(DOCUMENTS.c.academy_id == academy_id)
    )
    folders: defaultdict[int, set[int]] = defaultdict(set)
    for course_id, document_id in work.connection.execute(statement):
        folders[course_id].add(document_id)
    return folders


def _store_folder(work: Work, course_id: int, *, before: set[int], after: set[int]) -> None:
    if gone := before - after:
        work.connection.execute(
            sa.delete(FOLDER_FILES).where(
                FOLDER_FILES.c.course_id == course_id, FOLDER_FILES.c.document_id.in_(gone)
            )
        )
    if added := after - before:
        rows = [{"course_id": course_id, "document_id": document_id} for document_id in sorted(added)]
        work.connection.execute(sa.insert(FOLDER_FILES), rows)


def _count_edition(work: Work, academy_id: int) -> None:
    """Say that what is published has changed; the academy is locked, so that no two imports count as one."""
    counted = work.connection.execute(
        sa.update(EDITIONS).where(EDITIONS.c.academy_id == academy_id).values(number=EDITIONS.c.number + 1)
    )
    if counted.rowcount == 0:
        work.connection.execute(sa.insert(EDITIONS).values(academy_id=academy_id, number=1))


def _withdraw(work: Work, withdrawn: Collection[int], present: Collection[int]) -> None:
    """Take documents off the published ones; those in the folder are published, or published again."""
    for ids, is_withdrawn in ((withdrawn, True), (present, False)):
        work.connection.execute(
            sa.update(DOCUMENTS)
            .where(DOCUMENTS.c.id.in_(ids), DOCUMENTS.c.is_withdrawn.is_(not is_withdrawn))
            .values(is_withdrawn=is_withdrawn)
        )


def _require_other_courses_sound(
    work: Work, course_id: int, folders: Mapping[int, set[int]], changed: set[int]
) -> None:
    """Check the other courses that hold a changed document against its new revision."""
    problems: list[Problem] = []
    for other_id, held in folders.items():
        if other_id != course_id and held & changed:
            problems.extend(_problems_of_course(work, other_id))
    if problems:
        raise ContentError(problems)


def _problems_of_course(work: Work, course_id: int) -> Iterator[Problem]:
    """Yield what is wrong between the newest revisions in the folder of another course."""
    library: Library = work.documents
    found = find(work.connection, NEWEST_OF_FOLDER, course_id=course_id)
    documents = parsed(work.connection, library, found)
    course_key = next(each.key for each in found if each.document_id == course_id)
    checked = [
        CheckedDocument(
            kind=each.kind,
            key=each.key,
            file=_file(work, (each.kind, each.key)),
            digest=each.digest,
            source_digest=each.source_digest,
            source=b"",
            document=documents[each.revision_id],
        )
        for each in found
    ]
    for problem in cross_check(checked, library.kinds):
        said = f"{problem.message} (This import changes a document that the course “{course_key}” shares.)"
        yield replace(problem, file=f"{course_key}/{problem.file}", message=said)


def _file(reading: Reading, place: _Place) -> str:
    library: Library = reading.documents
    return library.kind(place[0]).file_of(place[1])


def _write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder beside the target, then put it in place at once."""
    if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
        raise InvalidInput(f"{path} exists already. Give a new path or an empty folder.")
    target = path.absolute()
    beside = target.with_name(f".{target.name}.{new_uuid()}")
    try:
        for file, source in files.items():
            place = beside / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source)
        beside.replace(target)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise InvalidInput(f"{path} cannot be written: {error.strerror}. Choose another place.") from error
