"""Every text that authors wrote, as an installation shows it: what no catalogue is to translate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cached_property
from typing import Any

import sqlalchemy as sa
import yaml

from courses.content.render import Words
from courses.queries.shelf import shelf_of
from lms.publishing.queries import published
from quizzes.cases.variants import realise
from quizzes.models import Attempt, AttemptCase, GradeMarker, Regrade
from quizzes.pinned import drawn_case
from tests.browser.sites import ACADEMY, Site
from tests.support.people import COURSE_FOLDER

LIBRARY = COURSE_FOLDER.parent
SHORT = 16
"""Authored texts below this length count only as a whole, lest they hide a part of a forgotten one."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
SLOT = re.compile(r"\{\w+\}")
BETWEEN = re.compile(r"[,;:.·()“”/]")


def leaves(value: Any) -> Iterator[str]:
    """Return every text of a parsed document, white space made single."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield " ".join(value.split())
    elif is_dataclass(value):
        for one in fields(value):
            if one.compare:
                yield from leaves(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)


def pieces(text: str) -> list[str]:
    """Return the parts of a text between its punctuation that have letters, without numbers around them."""
    parts = (part.strip(" 0123456789") for part in BETWEEN.split(text))
    return [part for part in parts if LETTERS.search(part)]


class Authored:
    """The texts of an installation: its course, the patients its attempts drew, what instructors typed."""

    def __init__(self, site: Site) -> None:
        found = {*ACADEMY.values(), *_shipped(), *_rendered(site), *_drawn(site), *_typed(site)}
        self.texts = sorted((text for text in found if len(text) > 1), key=len, reverse=True)

    @cached_property
    def short_pieces(self) -> frozenset[str]:
        """The pieces of every short text."""
        return frozenset(piece for text in self.texts if len(text) < SHORT for piece in pieces(text))

    def without(self, text: str) -> str:
        """Return what is left of a text without every longer authored text in it."""
        for authored in self.texts:
            if len(authored) < SHORT or not LETTERS.search(text):
                break
            text = text.replace(authored, " ")
        return text

    def foreign(self, text: str) -> str:
        """Return the pieces of a text that are no authored text, or nothing."""
        return "; ".join(part for part in pieces(self.without(text)) if part not in self.short_pieces)


def _shipped() -> Iterator[str]:
    """Return every text of the shipped courses, and what stands around its slots."""
    for file in LIBRARY.rglob("*.yaml"):
        for text in leaves(yaml.safe_load(file.read_text(encoding="utf-8"))):
            yield text
            yield text[:1].upper() + text[1:]
            yield from (part for part in SLOT.split(text) if len(part) >= SHORT)
    for file in LIBRARY.rglob("*.md"):
        _before, head, _body = file.read_text(encoding="utf-8").split("---\n", 2)
        yield from leaves(yaml.safe_load(head))


def _rendered(site: Site) -> Iterator[str]:
    """Return what lessons say around their text, with the values of the protocol in it."""
    with site.runtime.reading() as reading:
        for folder in LIBRARY.iterdir():
            shelf = shelf_of(reading, academy_id=site.factories.academy_id, course_key=folder.name)
            for key in shelf.lessons:
                lesson = shelf.rendered(key, Words())
                for part in (lesson.objectives, lesson.key_points, lesson.checks, lesson.terms):
                    yield from leaves(part)


def _drawn(site: Site) -> Iterator[str]:
    """Return the texts of every case as written and as attempts drew it, with the words of its slots."""
    with site.runtime.reading() as reading:
        for file in (COURSE_FOLDER / "cases").glob("*.yaml"):
            key = str(yaml.safe_load(file.read_text(encoding="utf-8"))["key"])
            case: Any = published(
                reading, academy_id=site.factories.academy_id, kind="case", key=key
            ).document
            yield from leaves(realise(case, None, contrasts=False))
        rows = reading.session.execute(
            sa.select(Attempt, AttemptCase).join(AttemptCase, AttemptCase.attempt_id == Attempt.id)
        )
        for attempt, row in rows:
            yield from leaves(drawn_case(reading, attempt, row)[1])


def _typed(site: Site) -> Iterator[str]:
    """Return what instructors gave as reasons."""
    with site.runtime.reading() as reading:
        for model in (Regrade, GradeMarker):
            yield from reading.session.scalars(sa.select(model.reason))
