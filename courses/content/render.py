"""A lesson as HTML: its text made safe, figures drawn in, citations numbered, sources listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from courses.content.figure import Figure
from courses.content.lesson import Lesson
from courses.content.markdown import to_html
from courses.content.sources import CitedSource, FactBase, find_source


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
    """A lesson's text as safe HTML, and its sources in the order of their numbers."""

    html: str
    sources: tuple[NumberedSource, ...]


def render_lesson(
    lesson: Lesson, base: FactBase, figures: Mapping[str, Figure], words: Words
) -> RenderedLesson:
    """Return the lesson as HTML.

    Sources are numbered in the order in which the text cites them; those only listed at the top follow.
    A figure or source that is no longer there is left out: a page must not break over it.
    """
    numbers: dict[str, NumberedSource] = {}
    for name in (*(mention.name for mention in lesson.mentions.citations), *lesson.sources):
        source = find_source(base, name)
        if source is not None and name not in numbers:
            numbers[name] = NumberedSource(len(numbers) + 1, source)

    def citation(name: str) -> str:
        if name not in numbers:
            return ""
        number = numbers[name].number
        label = escape(words.source % {"number": number}, quote=True)
        return f'<sup class="cite"><a href="#source-{number}" aria-label="{label}">{number}</a></sup>'

    def figure(key: str) -> str:
        return _figure_html(figures[key], words) if key in figures else ""

    html = to_html(lesson.text, figure=figure, citation=citation, table_label=words.table)
    return RenderedLesson(html=html, sources=tuple(numbers.values()))


def _figure_html(figure: Figure, words: Words) -> str:
    return (
        f'<figure class="figure">{figure.markup}<figcaption><p>{escape(figure.title)}</p>'
        f"<details><summary>{escape(words.long_description)}</summary><p>{escape(figure.description)}</p></details>"
        "</figcaption></figure>"
    )
