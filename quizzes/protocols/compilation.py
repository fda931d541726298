"""Resolving what a protocol document refers to: sources and ids, with every problem noted on its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lms.core.errors import Problem
from lms.publishing.documents import Marked, item_path, key_path, suggestion
from quizzes.protocols.actions import Action
from quizzes.protocols.document import (
    ChapterDocument,
    FactDocument,
    ListsDocument,
    ProtocolDocument,
    Quantities,
    StatementDocument,
    Word,
)
from quizzes.protocols.model import Chapter, Fact, Lists, Range, Sources, Wait
from quizzes.protocols.quantities import Quantity
from quizzes.protocols.sources import Source, SourceKind, read_source

TAKEN_NAMES = frozenset({"minimum", "maximum", "number", "from", "to"})
"""What a lesson may ask of a quantity or a window; no quantity has one of these names."""

_NAME = re.compile(r"[a-z][a-z_]{0,30}")


class Compilation:
    """The state of compiling one document: what was found so far, and what is wrong."""

    def __init__(self, document: ProtocolDocument, marked: Marked) -> None:
        self.document = document
        self.facts: dict[str, Fact] = {}
        self.problems: list[Problem] = []
        self._marked = marked
        self._paths: dict[str, str] = {}
        self._sources: dict[str, Source] = {}

    def complain(self, path: str, message: str) -> None:
        """Note a problem with the field at a path."""
        self.problems.append(self._marked.problem(path, message))

    def complain_all(self, complaints: Iterable[tuple[str, str]]) -> None:
        """Note several problems, each a path and a message."""
        for path, message in complaints:
            self.complain(path, message)

    def resolve(self, references: tuple[str, ...], path: str) -> Sources:
        """Return the sources that references name; there must be one at least, and none twice."""
        if not references:
            self.complain(path, "Every fact names its source. Add one, or leave the fact out.")
        if len(set(references)) != len(references):
            self.complain(path, "A source stands there twice. Keep one.")
        return tuple(
            source
            for index, reference in enumerate(references)
            if (source := self._source(reference, item_path(path, index))) is not None
        )

    def _source(self, reference: str, path: str) -> Source | None:
        if reference in self._sources:
            return self._sources[reference]
        document = self.document
        source = read_source(reference, document.article, document.literature)
        if source is None:
            sections = document.article.sections if document.article is not None else ()
            known = [
                *(f"{SourceKind.ARTICLE}:{key}" for key in sections),
                *(f"{SourceKind.LITERATURE}:{key}" for key in document.literature),
                str(SourceKind.COURSE_CONVENTION),
            ]
            self.complain(
                path,
                f"“{reference}” is no source of this protocol.{suggestion(reference, known)} Name "
                "article:<section>, literature:<key> or course_convention.",
            )
            return None
        self._sources[reference] = source
        return source

    def quote(self, fact: Fact, path: str) -> Fact:
        """Make a fact quotable by its id, which must be new in the protocol."""
        if fact.id in self._paths:
            self.complain(
                path, f"The id “{fact.id}” is already used at {self._paths[fact.id]}. Choose another."
            )
        else:
            self._paths[fact.id] = path
            self.facts[fact.id] = fact
        return fact

    def fact(self, document: FactDocument, chapter: str, path: str) -> Fact:
        """Return a written fact with its sources."""
        sources = self.resolve(document.sources, f"{path}.sources")
        return self.quote(
            Fact(
                id=document.id,
                text=document.text,
                sources=sources,
                chapter=chapter,
                note=document.note,
                reason=document.reason,
                window=document.window,
                varies_by_region=document.varies_by_region,
                quantities=self.quantities(document.quantities, path),
            ),
            path,
        )

    def quantities(self, documents: Quantities, path: str) -> Mapping[str, Quantity]:
        """Return the quantities of a fact by name; a name is a plain word that means nothing else yet."""
        for name in documents:
            if not _NAME.fullmatch(name) or name in TAKEN_NAMES:
                taken = ", ".join(sorted(TAKEN_NAMES))
                message = f"“{name}” cannot name a quantity. Use one small word, and none of {taken}."
                self.complain(key_path(f"{path}.quantities", name), message)
        return MappingProxyType({name: written.quantity for name, written in documents.items()})

    def fact_list(self, documents: tuple[FactDocument, ...], chapter: str, path: str) -> tuple[Fact, ...]:
        """Return the facts of a list at a path."""
        return tuple(
            self.fact(document, chapter, item_path(path, index)) for index, document in enumerate(documents)
        )

    def chapter(self, document: ChapterDocument, path: str) -> Chapter:
        """Return a chapter with its facts."""
        facts = self.fact_list(document.facts, document.key, f"{path}.facts")
        return Chapter(document.key, document.title, facts)

    def lists(self, document: ListsDocument | None, path: str) -> Lists | None:
        """Return lists of words with their sources."""
        if document is None:
            return None
        return Lists(document.lists, self.resolve(document.sources, f"{path}.sources"))

    def wait(
        self, action: Action, document: StatementDocument | None, path: str, *, otherwise: Wait | None = None
    ) -> Wait | None:
        """Return the event after which a patient who is not treated may be; what treats has none.

        `otherwise` is the event where nothing is written. What postpones or asks for clearance needs one.
        """
        written = (
            Wait(document.text, self.resolve(document.sources, f"{path}.wait.sources")) if document else None
        )
        if action.waits and written is None and otherwise is None:
            self.complain(path, f"“{action}” waits for something. Name the event that ends it: add “wait”.")
        if action.treats and written is not None:
            self.complain(
                f"{path}.wait", f"“{action}” treats today, so nothing is waited for. Leave “wait” out."
            )
        return None if action.treats else written or otherwise

    def range(self, minimum: float, maximum: float, path: str) -> Range:
        """Return a range; the minimum may not be above the maximum, nor below zero."""
        if minimum < 0 or minimum > maximum:
            self.complain(path, f"The range {minimum:g} to {maximum:g} is not one. Start at zero or above.")
        return Range(minimum, maximum)

    def vocabulary(self, names: Iterable[str]) -> Mapping[str, tuple[Word, ...]]:
        """Return the attributes of those names with their values; unknown names are left out."""
        attributes = self.document.attributes
        return MappingProxyType({name: attributes[name].values for name in names if name in attributes})
