"""Which lesson teaches which part of the article, which disagreement and which fact, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from courses.content.course import Course, Siblings
from courses.content.lesson import Lesson
from courses.content.sources import course_among
from quizzes.protocols.model import Protocol
from quizzes.protocols.sources import SourceKind

HEADING = "# Coverage"
INTRODUCTION = (
    "Which lessons cite what. A lesson stands here with the facts that its text cites. Nobody keeps this\n"
    "page by hand: `flask lms content coverage courses/library` writes it anew."
)
NOBODY = "no lesson"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A course with its protocol, and the facts that each lesson cites, in the order of the course."""

    course: Course
    protocol: Protocol
    cited: Mapping[str, tuple[str, ...]]

    def lessons_citing(self, facts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the lessons that cite any of these facts, each with those it cites."""
        wanted = frozenset(facts)
        found = {key: tuple(name for name in names if name in wanted) for key, names in self.cited.items()}
        return {key: names for key, names in found.items() if names}

    @property
    def untaught(self) -> tuple[str, ...]:
        """Return the facts that no lesson cites."""
        taught = {name for names in self.cited.values() for name in names}
        return tuple(name for name in self.protocol.facts if name not in taught)


def coverage_of(siblings: Siblings) -> Coverage | None:
    """Return the coverage of a folder, or None where its course or protocol cannot be read."""
    course = course_among(siblings)
    protocol = siblings.get(("protocol", course.protocol)) if course is not None else None
    if course is None or not isinstance(protocol, Protocol):
        return None
    cited: dict[str, tuple[str, ...]] = {}
    for key in course.lesson_keys:
        lesson = siblings.get(("lesson", key))
        if isinstance(lesson, Lesson):
            names = (mention.name for mention in lesson.mentions.citations)
            cited[key] = tuple(dict.fromkeys(name for name in names if name in protocol.facts))
    return Coverage(course, protocol, cited)


def coverage_page(courses: Iterable[Coverage]) -> str:
    """Return the page as Markdown, with a chapter for each course."""
    lines = [HEADING, "", INTRODUCTION]
    for coverage in courses:
        lines += ["", f"## {coverage.course.title}", *_sections(coverage), *_disagreements(coverage)]
        lines += _untaught(coverage)
    return "\n".join(lines) + "\n"


def _sections(coverage: Coverage) -> Iterator[str]:
    protocol = coverage.protocol
    if protocol.article is None:
        return
    yield from ("", "### The article, section by section", "")
    yield from ("| section | heading | lessons, with the facts they cite |", "|---|---|---|")
    for key, heading in protocol.article.sections.items():
        facts = [
            name
            for name, fact in protocol.facts.items()
            if any(one.kind is SourceKind.ARTICLE and one.key == key for one in fact.sources)
        ]
        yield f"| {key} | {_cell(heading)} | {_lessons(coverage.lessons_citing(facts))} |"


def _disagreements(coverage: Coverage) -> Iterator[str]:
    if not coverage.protocol.disagreements:
        return
    yield from ("", "### Where article and literature part", "")
    yield from ("| id | topic | lessons |", "|---|---|---|")
    for one in coverage.protocol.disagreements:
        lessons = coverage.lessons_citing([one.document.id])
        yield f"| {one.document.id} | {_cell(one.document.topic)} | {', '.join(lessons) or NOBODY} |"


def _untaught(coverage: Coverage) -> Iterator[str]:
    yield from ("", "### Facts that no lesson cites", "")
    if not coverage.untaught:
        yield "None: every fact of the protocol is cited by a lesson."
        return
    yield from ("| id | fact |", "|---|---|")
    for name in coverage.untaught:
        yield f"| {name} | {_cell(coverage.protocol.facts[name].text)} |"


def _lessons(lessons: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{key} ({', '.join(names)})" for key, names in lessons.items()) or NOBODY


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
