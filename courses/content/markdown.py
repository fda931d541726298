"""Lesson Markdown: CommonMark with tables, figures and citations, made into HTML that cannot run anything.

Authored text passes three gates: the parser refuses dangerous link targets, an allow-list drops every
element and attribute that is not plain prose, and the page's content security policy runs no inline
script. Figures and citations are put in after the second gate, at places that an author cannot forge.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_CITATION = re.compile(r"\[\[([A-Za-z0-9][A-Za-z0-9._-]{0,79})\]\]")
_FIGURE = re.compile(r"!\[\[([a-z0-9-]{1,80})\]\][ \t]*$")
_ALIGNMENT = re.compile(r"text-align:(left|center|right)")

_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "br"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
    *("strong", "em", "b", "i", "code", "kbd", "sub", "sup", "abbr", "a"),
}
_ALIGNED = {"align-left", "align-center", "align-right"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "textarea", "title"},
    attributes={"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, "th": {"scope"}},
    allowed_classes={"th": _ALIGNED, "td": _ALIGNED},
    url_schemes={"http", "https", "mailto"},
    url_relative=lambda address: address if address.startswith("#") else None,
    link_rel="noopener noreferrer",
    strip_comments=True,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure or source that the text names, and the line of the text on which it does, from 0."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a text names: figures and citations in their order, pictures by address, heading leaps."""

    figures: tuple[Mention, ...]
    citations: tuple[Mention, ...]
    pictures: tuple[Mention, ...]
    heading_leaps: tuple[Mention, ...]


@dataclass(slots=True)
class _Places:
    """Where figures and citations go; the mark is random, so that authored text cannot hold it."""

    mark: str = field(default_factory=lambda: f"place{secrets.token_hex(16)}n")
    wanted: list[tuple[str, str]] = field(default_factory=list)

    def take(self, kind: str, name: str) -> str:
        self.wanted.append((kind, name))
        return f"{self.mark}{len(self.wanted) - 1}z"

    def filled(self, html: str, fill: Callable[[str, str], str]) -> str:
        """Return the HTML with each place filled; a blank before a note's number goes."""
        place = re.compile(rf" ?{self.mark}(\d+)z")
        return place.sub(lambda match: fill(*self.wanted[int(match[1])]), html)


def read_mentions(text: str) -> Mentions:
    """Return what a lesson's Markdown names, with lines, for checks against the other documents."""
    figures: list[Mention] = []
    citations: list[Mention] = []
    pictures: list[Mention] = []
    leaps: list[Mention] = []
    level = 2
    for token in _PARSER.parse(text):
        line = token.map[0] if token.map else 0
        if token.type == "figure":
            figures.append(Mention(token.content, line))
        elif token.type == "heading_open":
            here = int(token.tag[1])
            if here > level + 1:
                leaps.append(Mention(token.markup, line))
            level = here
        for child, child_line in _children(token, line):
            if child.type == "citation":
                citations.append(Mention(child.content, child_line))
            elif child.type == "image":
                pictures.append(Mention(str(child.attrs.get("src", "")), child_line))
    return Mentions(tuple(figures), tuple(citations), tuple(pictures), tuple(leaps))


def to_html(
    text: str, *, figure: Callable[[str], str], citation: Callable[[str], str], table_label: str
) -> str:
    """Return Markdown as safe HTML.

    `figure` and `citation` return trusted HTML for a key or an id, in the order of the text; nothing
    they return is looked through again. `table_label` names a table's scrolling region to screen readers.
    """
    places = _Places()
    html = _CLEANER.clean(_PARSER.render(text, {"places": places}))
    html = _framed_tables(html, table_label)
    fillers = {"figure": figure, "citation": citation}
    return places.filled(html, lambda kind, name: fillers[kind](name))


def _framed_tables(html: str, label: str) -> str:
    """Give each table a frame of its own that scrolls, so that a wide one never widens a phone's page."""
    opening = (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{nh3.clean_text(label)}"><table>'
    )
    return html.replace("<table>", opening).replace("</table>", "</table></div>")


def _children(token: Token, line: int) -> Iterator[tuple[Token, int]]:
    for child in token.children or ():
        yield child, line
        if child.type in {"softbreak", "hardbreak"}:
            line += 1


# --- the parser ---------------------------------------------------------------------------------------


def _read_citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature
    match = _CITATION.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("citation", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _read_figure(state: StateBlock, start: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    if state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = _FIGURE.fullmatch(line)
    if match is None:
        return False
    if not silent:
        token = state.push("figure", "", 0)
        token.content = match[1]
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _fit_page(state: StateCore) -> None:
    """Make headings start at h2, below the page's own; columns name themselves; alignment is a class."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"
        elif token.type in {"th_open", "td_open"}:
            match = _ALIGNMENT.fullmatch(str(token.attrs.pop("style", "")))
            if match:
                token.attrSet("class", f"align-{match[1]}")
            if token.type == "th_open":
                token.attrSet("scope", "col")


def _place(kind: str) -> Callable[..., str]:
    def render(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
        places: _Places = env["places"]
        return places.take(kind, tokens[index].content)

    return render


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.inline.ruler.before("link", "citation", _read_citation)
    parser.block.ruler.before(
        "paragraph", "figure", _read_figure, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.core.ruler.push("fit_page", _fit_page)
    parser.add_render_rule("citation", _place("citation"))
    parser.add_render_rule("figure", _place("figure"))
    return parser


_PARSER = _parser()
