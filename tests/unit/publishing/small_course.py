"""A small course folder with kinds of its own: publishing is tested without the slices above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lms.core.errors import Problem
from lms.publishing.documents import read_document, read_front_matter, structure
from lms.publishing.kinds import DocumentKind, Siblings, kinds_by_name


@dataclass(frozen=True, slots=True)
class Protocol:
    key: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    key: str
    protocol: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    key: str
    title: str
    protocol: str = "needling"
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonHead:
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Lesson:
    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Figure:
    key: str
    size_bytes: int


def parse_lesson(source: bytes, file: str) -> Lesson:
    marked, body, _ = read_front_matter(source, file=file)
    head = structure(marked, LessonHead)
    return Lesson(head.key, head.title, body)


def parse_figure(source: bytes, file: str) -> Figure:
    return Figure(Path(file).stem, len(source))


def check_nothing(_document: object, _siblings: Siblings, _file: str) -> tuple[Problem, ...]:
    return ()


def check_case(case: Case, siblings: Siblings, file: str) -> Iterator[Problem]:
    protocol = siblings.get(("protocol", case.protocol))
    if not isinstance(protocol, Protocol):
        yield Problem(file, 1, "protocol", f"There is no protocol “{case.protocol}”.")
        return
    for index, finding in enumerate(case.findings):
        if finding not in protocol.findings:
            yield Problem(file, 1, f"findings[{index}]", f"There is no finding “{finding}”.")


def check_course(course: Course, siblings: Siblings, file: str) -> Iterator[Problem]:
    for index, key in enumerate(course.cases):
        if ("case", key) not in siblings:
            yield Problem(file, 1, f"cases[{index}]", f"There is no case “{key}”.")


KINDS = kinds_by_name(
    (
        DocumentKind(
            "course", "", ".yaml", lambda s, file: read_document(s, Course, file=file), check_course
        ),
        DocumentKind(
            "protocol", "", ".yaml", lambda s, file: read_document(s, Protocol, file=file), check_nothing
        ),
        DocumentKind("case", "cases", ".yaml", lambda s, file: read_document(s, Case, file=file), check_case),
        DocumentKind("lesson", "lessons", ".md", parse_lesson, check_nothing),
        DocumentKind("figure", "figures", ".svg", parse_figure, check_nothing),
    )
)

FILES: Mapping[str, bytes] = {
    "course.yaml": b"key: scalp\ntitle: Scalp  # the first\ncases: [c01, c02]\n",
    "protocol.yaml": b"key: needling\nfindings: [keloid, fever]\n",
    "cases/c01.yaml": b"key: c01\r\nprotocol: needling\r\nfindings: [keloid]\r\n",
    "cases/c02.yaml": b"key: c02\nprotocol: needling",
    "lessons/hygiene.md": "---\nkey: hygiene\ntitle: Hygiène\n---\n\n# Body\n".encode(),
    "figures/layers.svg": b"<svg/>\n",
}


def write_folder(path: Path, files: Mapping[str, bytes] = FILES) -> Path:
    for name, source in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(source)
    return path


def read_back(path: Path) -> dict[str, bytes]:
    return {str(place.relative_to(path)): place.read_bytes() for place in path.rglob("*") if place.is_file()}
