"""Glossaries: the words of a course, each with its meaning, which lessons mark where they first use them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from courses.content.course import Siblings, key_faults, repeated
from courses.content.sources import find_source, protocol_among
from courses.content.values import is_well_formed, references_in, resolve
from lms.core.errors import ContentError, InvalidInput, Problem
from lms.publishing.documents import Marked, item_path, read_yaml, structure

GLOSSARY = "glossary"
"""The kind of these documents; a course folder holds one at most."""

MOST_TERMS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word and its meaning. `also` are other words for it, `sources` facts and literature by name."""

    key: str
    term: str
    definition: str
    also: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryFields:
    """The fields of `glossary.yaml`, as written."""

    key: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary(GlossaryFields):
    """A glossary that is consistent in itself; `marked` keeps the line of every field for later checks."""

    marked: Marked = dataclasses.field(repr=False, compare=False)

    @property
    def by_key(self) -> Mapping[str, Term]:
        """Return the terms by key."""
        return {term.key: term for term in self.terms}


def parse_glossary(source: bytes, file: str) -> Glossary:
    """Return the glossary that a YAML file describes. Raises `ContentError` with all problems."""
    marked = read_yaml(source, file=file)
    fields = structure(marked, GlossaryFields)
    problems = [marked.problem(path, message) for path, message in _faults(fields)]
    if problems:
        raise ContentError(problems)
    return Glossary(key=fields.key, terms=fields.terms, marked=marked)


def check_glossary(document: object, siblings: Siblings, file: str) -> Iterator[Problem]:
    """Yield a problem for each source and value that the glossary names and the protocol does not have."""
    assert isinstance(document, Glossary)  # noqa: S101 - the registry hands every check its own kind
    protocol = protocol_among(siblings)
    if protocol is None:
        return
    for index, term in enumerate(document.terms):
        here = item_path("terms", index)
        for place, name in enumerate(term.sources):
            if find_source(protocol, name) is None:
                path = item_path(f"{here}.sources", place)
                message = f"The protocol has no fact or literature “{name}”. Correct the id, or add it there."
                yield Problem(file, document.marked.line(path), path, message)
        for reference in references_in(term.definition):
            path = f"{here}.definition"
            try:
                resolve(reference, protocol)
            except InvalidInput as error:
                yield Problem(file, document.marked.line(path), path, str(error))


def glossary_among(siblings: Siblings) -> Glossary | None:
    """Return the glossary of a folder, or None."""
    found = (document for (kind, _key), document in siblings.items() if kind == GLOSSARY)
    return next((one for one in found if isinstance(one, Glossary)), None)


def _faults(glossary: GlossaryFields) -> Iterator[tuple[str, str]]:
    keys = [(f"{item_path('terms', n)}.key", term.key) for n, term in enumerate(glossary.terms)]
    yield from key_faults([("key", glossary.key), *keys])
    yield from repeated(keys)
    if not 1 <= len(glossary.terms) <= MOST_TERMS:
        yield "terms", f"A glossary has 1 to {MOST_TERMS} terms, this one {len(glossary.terms)}."
    named: list[tuple[str, str]] = []
    for index, term in enumerate(glossary.terms):
        here = item_path("terms", index)
        words = [(f"{here}.term", term.term)]
        words += [(item_path(f"{here}.also", n), word) for n, word in enumerate(term.also)]
        named += [(path, word.strip().lower()) for path, word in words]
        for path, text in (*words, (f"{here}.definition", term.definition)):
            if not text.strip():
                yield path, "Write something here: it is shown to people."
        if not is_well_formed(term.definition):
            yield f"{here}.definition", "A “{{” must close with “}}” on the same line, around one reference."
        yield from repeated([(item_path(f"{here}.sources", n), s) for n, s in enumerate(term.sources)])
    yield from repeated(named)
