"""A lesson as HTML: its text made safe, values and terms in place, figures drawn in, sources listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from courses.content.checks import Check
from courses.content.figure import Figure
from courses.content.glossary import Term
from courses.content.lesson import Lesson
from courses.content.markdown import Fillers, to_html
from courses.content.sources import CitedSource, FactBase, find_source
from courses.content.values import filled, resolved_or_none

NO_TERMS: Mapping[str, Term] = MappingProxyType({})
"""The terms of a course without a glossary."""


@dataclass(frozen=True, slots=True)
class Words:
    """The few words that rendering adds, in the reader's language; `source` holds `%(number)s`."""

    source: str = "Source %(number)s"
    long_description: str = "Description of the figure"
    table: str = "Table"


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """An entry of the list of sources; citations in the text link to `source-<number>`."""

    number: int
    source: CitedSource


@dataclass(frozen=True, slots=True)
class RenderedLesson:
    """A lesson as a page shows it: its text as safe HTML, and its other texts, with the values in place.

    `sources` are in the order of their numbers, `terms` those of the glossary in the order of the text.
    """

    html: str
    sources: tuple[NumberedSource, ...]
    objectives: tuple[str, ...] = ()
    key_points: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    terms: tuple[Term, ...] = ()


def render_lesson(
    lesson: Lesson,
    base: FactBase,
    figures: Mapping[str, Figure],
    words: Words,
    terms: Mapping[str, Term] = NO_TERMS,
) -> RenderedLesson:
    """Return the lesson as a page shows it; `terms` are those of the course's glossary, by key.

    Sources are numbered in the order in which the text cites them; those only listed at the top follow.
    A figure, source, term or value that is no longer there is left out: a page must not break over it.
    """
    numbers: dict[str, NumberedSource] = {}
    for name in (*(mention.name for mention in lesson.mentions.citations), *lesson.sources):
        source = find_source(base, name)
        if source is not None and name not in numbers:
            numbers[name] = NumberedSource(len(numbers) + 1, source)

    def value(reference: str) -> str:
        return resolved_or_none(reference, base) or ""

    used = dict.fromkeys(mention.name for mention in lesson.mentions.terms if mention.name in terms)
    marked = {key: filled(terms[key], value) for key in used}
    fillers = Fillers(
        figure=lambda key: _figure_html(figures[key], words) if key in figures else "",
        citation=lambda name: _citation_html(numbers[name].number, words) if name in numbers else "",
        term=mark_terms(marked),
        value=value,
    )
    return RenderedLesson(
        html=to_html(lesson.text, fillers, table_label=words.table),
        sources=tuple(numbers.values()),
        objectives=filled(lesson.objectives, value),
        key_points=filled(lesson.key_points, value),
        checks=filled(lesson.checks, value),
        terms=tuple(marked.values()),
    )


def _citation_html(number: int, words: Words) -> str:
    label = escape(words.source % {"number": number}, quote=True)
    return f'<sup class="cite"><a href="#source-{number}" aria-label="{label}">{number}</a></sup>'


def mark_terms(terms: Mapping[str, Term]) -> Callable[[str, str], str]:
    """Return what makes HTML of a term: marked at its first use, plain words afterwards."""
    waiting = dict(terms)

    def html(key: str, text: str) -> str:
        shown = escape(text or (terms[key].term if key in terms else key.replace("-", " ")))
        term = waiting.pop(key, None)
        if term is None:
            return shown
        name = escape(f"term-{key}", quote=True)
        return (
            f'<span class="term"><a href="#{name}" aria-describedby="{name}-definition">{shown}</a>'
            f'<span class="term-definition" role="tooltip" id="{name}-definition">{escape(term.definition)}'
            "</span></span>"
        )

    return html


def _figure_html(figure: Figure, words: Words) -> str:
    return (
        f'<figure class="figure">{figure.markup}<figcaption><p>{escape(figure.title)}</p>'
        f"<details><summary>{escape(words.long_description)}</summary><p>{escape(figure.description)}</p></details>"
        "</figcaption></figure>"
    )
