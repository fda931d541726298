"""Content folders on disk: which files they hold, and reading them without following symbolic links."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.publishing.kinds import COURSE, DocumentKind
from lms.publishing.strict_yaml import MAX_BYTES

COURSE_FILE = f"{COURSE}.yaml"
MAX_FILES = 2000
"""Files in one content folder."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a content folder: its kind, the name without suffix, its relative path and its bytes."""

    kind: DocumentKind
    stem: str
    file: str
    source: bytes = field(repr=False)


def read_folder(
    path: Path, kinds: Mapping[str, DocumentKind]
) -> tuple[tuple[FoundFile, ...], tuple[Problem, ...]]:
    """Return the documents of a content folder, sorted by path, and what else stands in it, as problems.

    Raises `InvalidInput` when there is no folder, and `ContentError` when it holds too many files.
    """
    if not path.is_dir():
        raise InvalidInput(f"{path} is not a folder. Give the path of a folder that holds course.yaml.")
    problems: list[Problem] = []
    files: list[FoundFile] = []
    for seen, (kind, entry, file) in enumerate(_walk(path, kinds, problems), start=1):
        if seen > MAX_FILES:
            raise ContentError(
                [Problem(".", 1, "", f"The folder holds more than {MAX_FILES} files. Split it.")]
            )
        try:
            source = _read(Path(entry.path))
        except OSError as error:
            message = f"The file cannot be read: {error.strerror}. Check its permissions."
            problems.append(Problem(file, 1, "", message))
            continue
        if len(source) > MAX_BYTES:
            message = f"The file has more than {MAX_BYTES} bytes. Split it or make it smaller."
            problems.append(Problem(file, 1, "", message))
            continue
        stem = entry.name.removesuffix(kind.suffix)
        files.append(FoundFile(kind=kind, stem=stem, file=file, source=source))
    return tuple(sorted(files, key=lambda found: found.file)), tuple(problems)


def course_folders(path: Path) -> tuple[Path, ...]:
    """Return the content folders that a path names: itself, or those in it, sorted, where it has no course.

    Raises `InvalidInput` when there is no folder.
    """
    if not path.is_dir():
        raise InvalidInput(f"{path} is not a folder. Give the path of a folder that holds course.yaml.")
    if (path / COURSE_FILE).exists():
        return (path,)
    inside = sorted(folder for folder in path.iterdir() if (folder / COURSE_FILE).is_file())
    return tuple(inside) or (path,)


def _walk(
    path: Path, kinds: Mapping[str, DocumentKind], problems: list[Problem]
) -> Iterator[tuple[DocumentKind, os.DirEntry[str], str]]:
    """Yield the files of known kinds; everything else becomes a problem."""
    at_top = {kind.file_of(""): kind for kind in kinds.values() if not kind.folder}
    folders = {kind.folder: kind for kind in kinds.values() if kind.folder}
    expected = ", ".join([*at_top, *(f"{kind.folder}/*{kind.suffix}" for kind in folders.values())])
    for entry in _entries(path):
        name = _shown(entry.name)
        if _is_link(entry, name, problems):
            continue
        if entry.name in at_top and entry.is_file(follow_symlinks=False):
            yield at_top[entry.name], entry, name
        elif entry.name in folders and entry.is_dir(follow_symlinks=False):
            yield from _walk_kind(folders[entry.name], entry, problems)
        else:
            message = f"This does not belong in a content folder. Move it elsewhere; expected are {expected}."
            problems.append(Problem(name, 1, "", message))


def _walk_kind(
    kind: DocumentKind, folder: os.DirEntry[str], problems: list[Problem]
) -> Iterator[tuple[DocumentKind, os.DirEntry[str], str]]:
    for entry in _entries(Path(folder.path)):
        file = f"{kind.folder}/{_shown(entry.name)}"
        if _is_link(entry, file, problems):
            continue
        if entry.name.endswith(kind.suffix) and entry.is_file(follow_symlinks=False):
            yield kind, entry, file
        else:
            message = f"Only files named <key>{kind.suffix} belong into {kind.folder}/. Move it elsewhere."
            problems.append(Problem(file, 1, "", message))


def _entries(path: Path) -> list[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _is_link(entry: os.DirEntry[str], file: str, problems: list[Problem]) -> bool:
    if not entry.is_symlink():
        return False
    message = "Symbolic links are not followed. Put the file itself here."
    problems.append(Problem(file, 1, "", message))
    return True


def _shown(name: str) -> str:
    """Return a file name that can be printed, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _read(path: Path) -> bytes:
    """Return the bytes of a regular file, one more than allowed at most; never through a link or a pipe."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(os.open(path, flags), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(0, "it is not a regular file")
        return stream.read(MAX_BYTES + 1)
