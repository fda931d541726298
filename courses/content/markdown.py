"""Lesson Markdown: CommonMark with tables, figures, citations, terms and values, made into safe HTML.

Authored text passes three gates: the parser refuses dangerous link targets, an allow-list drops every
element and attribute that is not plain prose, and the page's content security policy runs no inline
script. Figures, citations and terms are put in after the second gate, at places that an author cannot
forge; values are plain text before it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from courses.content.values import OPENING, REFERENCE

_CITATION = re.compile(r"\[\[([A-Za-z0-9][A-Za-z0-9._-]{0,79})\]\]")
_TERM = re.compile(r"\[\[term:([a-z0-9-]{1,80})(?:\|([^\[\]|\n]{1,200}))?\]\]")
_FIGURE = re.compile(r"!\[\[([a-z0-9-]{1,80})\]\][ \t]*$")
_OPENINGS = (OPENING, "[[term:")
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
    """What a text names: figures, citations, terms and values in their order; pictures by address; leaps.

    `broken` are openings of terms and values that are neither.
    """

    figures: tuple[Mention, ...]
    citations: tuple[Mention, ...]
    pictures: tuple[Mention, ...]
    heading_leaps: tuple[Mention, ...]
    terms: tuple[Mention, ...] = ()
    values: tuple[Mention, ...] = ()
    broken: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Fillers:
    """What a text is made complete with.

    `figure` and `citation` return trusted HTML for a key or an id, `term` for a key and the words to show
    (empty for the term itself); nothing they return is looked through again. `value` returns plain words
    for a reference. Each is called in the order of the text.
    """

    figure: Callable[[str], str]
    citation: Callable[[str], str]
    term: Callable[[str, str], str]
    value: Callable[[str], str]


@dataclass(slots=True)
class _Places:
    """Where figures, citations and terms go; the mark is random, so that authored text cannot hold it."""

    value: Callable[[str], str]
    mark: str = field(default_factory=lambda: f"place{secrets.token_hex(16)}n")
    wanted: list[Token] = field(default_factory=list)

    def take(self, token: Token) -> str:
        self.wanted.append(token)
        return f"{self.mark}{len(self.wanted) - 1}z"

    def filled(self, html: str, fillers: Fillers) -> str:
        """Return the HTML with each place filled; a blank before a note's number goes."""

        def fill(match: re.Match[str]) -> str:
            token = self.wanted[int(match[2])]
            if token.type == "term":
                return match[1] + fillers.term(token.content, token.info)
            return (fillers.figure if token.type == "figure" else fillers.citation)(token.content)

        return re.sub(rf"( ?){self.mark}(\d+)z", fill, html)


def read_mentions(text: str) -> Mentions:
    """Return what a lesson's Markdown names, with lines, for checks against the other documents."""
    found: dict[str, list[Mention]] = {
        kind: [] for kind in ("figure", "citation", "image", "leap", "term", "value", "broken")
    }
    level = 2
    for token in _PARSER.parse(text):
        line = token.map[0] if token.map else 0
        if token.type == "figure":
            found["figure"].append(Mention(token.content, line))
        elif token.type == "heading_open":
            here = int(token.tag[1])
            if here > level + 1:
                found["leap"].append(Mention(token.markup, line))
            level = here
        for child, child_line in _children(token, line):
            if child.type == "image":
                found["image"].append(Mention(str(child.attrs.get("src", "")), child_line))
            elif child.type in {"citation", "term", "value"}:
                found[child.type].append(Mention(child.content, child_line))
            elif child.type == "text":
                found["broken"] += [Mention(one, child_line) for one in _OPENINGS if one in child.content]
    return Mentions(*(tuple(found[kind]) for kind in found))


def to_html(text: str, fillers: Fillers, *, table_label: str) -> str:
    """Return Markdown as safe HTML. `table_label` names a table's scrolling region to screen readers."""
    places = _Places(fillers.value)
    html = _CLEANER.clean(_PARSER.render(text, {"places": places}))
    return places.filled(_framed_tables(html, table_label), fillers)


def passages(text: str, *, term: Callable[[str, str], str], value: Callable[[str], str]) -> tuple[str, ...]:
    """Return the words that a text shows, a passage for each paragraph, heading, list entry and cell.

    `term` and `value` return plain words. Figures, citations and HTML are left out.
    """
    return tuple(passage for _is_heading, passage in _said(text, term, value))


def sections(
    text: str, *, term: Callable[[str, str], str], value: Callable[[str], str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each heading of a text with the passages below it, the one before the first heading empty.

    `term` and `value` return plain words, as for `passages`.
    """
    found: list[tuple[str, list[str]]] = [("", [])]
    for is_heading, passage in _said(text, term, value):
        if is_heading:
            found.append((passage, []))
        else:
            found[-1][1].append(passage)
    return tuple((heading, tuple(below)) for heading, below in found if heading or below)


def _said(
    text: str, term: Callable[[str, str], str], value: Callable[[str], str]
) -> Iterator[tuple[bool, str]]:
    """Yield each passage of a text, and whether it is a heading."""
    shown: dict[str, Callable[[Token], str]] = {
        "text": lambda token: token.content,
        "code_inline": lambda token: token.content,
        "softbreak": lambda _token: " ",
        "hardbreak": lambda _token: " ",
        "term": lambda token: term(token.content, token.info),
        "value": lambda token: value(token.content),
    }
    is_heading = False
    for token in _PARSER.parse(text):
        if token.type in {"heading_open", "heading_close"}:
            is_heading = token.type == "heading_open"
        passage = "".join(shown[child.type](child) for child in token.children or () if child.type in shown)
        if passage.strip():
            yield is_heading, passage.strip()


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


def _read_term(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as above
    match = _TERM.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("term", "", 0)
        token.content, token.info = match[1], match[2] or ""
    state.pos = match.end()
    return True


def _read_value(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as above
    match = REFERENCE.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("value", "", 0).content = match[1]
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


def _place(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    places: _Places = env["places"]
    return places.take(tokens[index])


def _show_value(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: Any, env: Any) -> str:
    places: _Places = env["places"]
    return escapeHtml(places.value(tokens[index].content))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.inline.ruler.before("link", "citation", _read_citation)
    parser.inline.ruler.before("link", "term", _read_term)
    parser.inline.ruler.before("link", "value", _read_value)
    parser.block.ruler.before(
        "paragraph", "figure", _read_figure, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    parser.core.ruler.push("fit_page", _fit_page)
    for kind in ("citation", "figure", "term"):
        parser.add_render_rule(kind, _place)
    parser.add_render_rule("value", _show_value)
    return parser


_PARSER = _parser()
