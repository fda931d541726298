"""What a lesson may cite: the facts of its protocol, each with its own sources, and the literature itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from courses.content.course import Course, Siblings
from courses.content.values import Valued
from quizzes.protocols.sources import Publication, Source, SourceKind


class Quotable(Valued, Protocol):
    """A fact as protocols hold it."""

    @property
    def text(self) -> str:
        """Return the fact in words."""
        ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return where the fact comes from."""
        ...

    @property
    def varies_by_region(self) -> bool:
        """Whether the law or the licence of a region changes the fact."""
        ...


class FactBase(Protocol):
    """What a lesson needs of a protocol (`quizzes.protocols.model.Protocol` is one)."""

    @property
    def facts(self) -> Mapping[str, Quotable]:
        """Return all facts by id."""
        ...

    @property
    def literature(self) -> Mapping[str, Publication]:
        """Return all publications by key."""
        ...


@dataclass(frozen=True, slots=True)
class CitedSource:
    """An entry of a lesson's list of sources: the fact in words (empty for a publication) and its origins."""

    name: str
    text: str
    origins: tuple[Source, ...]
    varies_by_region: bool = False


def find_source(base: FactBase, name: str) -> CitedSource | None:
    """Return what a fact id or a literature key stands for, or None when the protocol knows neither."""
    fact = base.facts.get(name)
    if fact is not None:
        return CitedSource(name, fact.text, fact.sources, fact.varies_by_region)
    publication = base.literature.get(name)
    if publication is not None:
        return CitedSource(
            name, "", (Source(SourceKind.LITERATURE, name, publication.citation, publication.url),)
        )
    return None


def protocol_among(siblings: Siblings) -> FactBase | None:
    """Return the protocol of the folder's course; if one is missing, the course's check says so."""
    course = course_among(siblings)
    if course is None:
        return None
    return cast("FactBase | None", siblings.get(("protocol", course.protocol)))


def course_among(siblings: Siblings) -> Course | None:
    """Return the course of a folder, or None where there is none to be read."""
    course = next((siblings[kind, key] for kind, key in siblings if kind == "course"), None)
    return course if isinstance(course, Course) else None
