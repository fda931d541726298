"""Figures: SVG drawings with title and long description, read strictly: they stand inside a page.

Only elements and attributes that draw are allowed; anything that runs, loads or styles is refused with
its line. Colours come from the page's classes, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from xml.parsers import expat

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key

MAX_BYTES = 64 * 1024
MAX_ELEMENTS = 2000
MAX_DEPTH = 16

ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "title",
        "desc",
        "defs",
        "marker",
        "clipPath",
        "use",
    ]
)

_COMMON = frozenset(
    [
        "class",
        "id",
        "transform",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "stroke-linecap",
        "stroke-linejoin",
        "fill-rule",
        "clip-rule",
        "clip-path",
        "marker-start",
        "marker-mid",
        "marker-end",
        "opacity",
    ]
)
_TEXT = frozenset(["x", "y", "dx", "dy", "text-anchor", "dominant-baseline"])
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "svg": frozenset({"viewBox", "role", "aria-labelledby", "aria-describedby", "width", "height", "class"}),
    "title": frozenset({"id"}),
    "desc": frozenset({"id"}),
    "path": _COMMON | {"d"},
    "rect": _COMMON | frozenset(["x", "y", "width", "height", "rx", "ry"]),
    "circle": _COMMON | frozenset(["cx", "cy", "r"]),
    "ellipse": _COMMON | frozenset(["cx", "cy", "rx", "ry"]),
    "line": _COMMON | frozenset(["x1", "y1", "x2", "y2"]),
    "polyline": _COMMON | {"points"},
    "polygon": _COMMON | {"points"},
    "text": _COMMON | _TEXT,
    "tspan": _COMMON | _TEXT,
    "marker": _COMMON
    | frozenset(["viewBox", "refX", "refY", "markerWidth", "markerHeight", "orient", "markerUnits"]),
    "clipPath": _COMMON | {"clipPathUnits"},
    "use": _COMMON | frozenset(["href", "x", "y", "width", "height"]),
}
_INVISIBLE = frozenset({"xmlns", "version", "xml:space", "xmlns:xlink"})

_FUNCTION = re.compile(r"url\(\s*(#[A-Za-z][\w.-]*)\s*\)")
_VIEW_BOX = re.compile(r"\s*-?[\d.]+[\s,]+-?[\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*")


_COLOUR = re.compile(r"none|currentColor|inherit"), "Use a class for colour, or none, or currentColor."
_OTHER_VALUE = (
    re.compile(r"[^()]*|url\(\s*#[A-Za-z][\w.-]*\s*\)"),
    "A reference may only lead to an id in the same drawing, such as “url(#arrow)”.",
)
_VALUES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "fill": _COLOUR,
    "stroke": _COLOUR,
    "transform": (re.compile(r"[a-zA-Z0-9(),.\s+-]*"), "Use functions such as “translate(10 20)”."),
    "class": (re.compile(r"(?:fig-[a-z0-9-]+\s*)*"), "The names of figure classes start with “fig-”."),
    "id": (re.compile(r"[A-Za-z][\w.-]*"), "Start with a letter; then letters, digits, “.”, “_” and “-”."),
    "href": (
        re.compile(r"#[A-Za-z][\w.-]*"),
        "A reference may only lead to an id in the same drawing, such as “#arrow”.",
    ),
}
"""What the value of an attribute must look like, and what to do otherwise."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a checked drawing; a child that is text is a `str`."""

    name: str
    attributes: Mapping[str, str]
    children: tuple[Element | str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing that is safe to stand inside a page: its key, caption, long description and markup.

    `markup` is the drawing's HTML; ids and references inside it start with `figure-<key>-`, so that
    several drawings can share a page.
    """

    key: str
    title: str
    description: str
    markup: str

    @property
    def title_id(self) -> str:
        """Return the id of the title element within the page."""
        return f"figure-{self.key}-title"

    @property
    def description_id(self) -> str:
        """Return the id of the long description within the page."""
        return f"figure-{self.key}-desc"


def parse_figure(source: bytes, file: str) -> Figure:
    """Return the figure of an SVG file; its key is the file's name without `.svg`.

    Raises `ContentError` with all problems: not well-formed, too large, title or description missing,
    an element or attribute that is not for drawing, a reference to anything outside the file.
    """
    key = _key_of(file)
    if len(source) > MAX_BYTES:
        message = f"The drawing has {len(source)} bytes; {MAX_BYTES} are allowed. Simplify its paths."
        raise ContentError([Problem(file, 1, "", message)])
    reader = _Reader(file)
    root = reader.read(source)
    problems = list(reader.problems)
    if root is not None:
        problems += _root_problems(root, reader.root_line, file)
    if problems or root is None:
        raise ContentError(problems)
    title, description = _text_of(root, "title"), _text_of(root, "desc")
    return Figure(key=key, title=title, description=description, markup=_markup(root, key))


def _key_of(file: str) -> str:
    stem = PurePosixPath(file.replace("\\", "/")).stem
    try:
        return require_key(stem)
    except InvalidInput as error:
        raise ContentError(
            [Problem(file, 1, "", f"The file name must be the figure's key. {error}")]
        ) from None


@dataclass(slots=True)
class _Open:
    """An element whose end has not been read yet."""

    name: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)


class _Reader:
    """Reads one drawing with expat: checks as it goes and keeps the line of every problem."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self.root_line = 1
        self._file = file
        self._stack: list[_Open] = []
        self._root: Element | None = None
        self._count = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.ProcessingInstructionHandler = self._refuse_instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, source: bytes) -> Element | None:
        """Return the root element, or None where the file is not well-formed."""
        try:
            source.decode("utf-8")
            self._parser.Parse(source, True)  # noqa: FBT003 - the whole file at once
        except UnicodeDecodeError as error:
            line = source.count(b"\n", 0, error.start) + 1
            self.problems.append(Problem(self._file, line, "", "Not valid UTF-8. Save the file as UTF-8."))
            return None
        except expat.ExpatError as error:
            message = f"Not well-formed XML: {expat.ErrorString(error.code)}."
            self.problems.append(Problem(self._file, error.lineno, "", message))
            return None
        except _Refused:
            return None
        return self._root

    def _problem(self, name: str, message: str) -> None:
        self.problems.append(Problem(self._file, self._parser.CurrentLineNumber, name, message))

    def _refuse_doctype(self, *_ignored: object) -> None:
        self._problem("", "A DOCTYPE is not allowed. Remove it.")
        raise _Refused

    def _refuse_instruction(self, target: str, _data: str) -> None:
        self._problem("", f"The instruction “<?{target}” is not allowed. Remove it.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._stack) >= MAX_DEPTH:
            self._problem(name, f"At most {MAX_ELEMENTS} elements, nested {MAX_DEPTH} deep, are allowed.")
            raise _Refused
        if not self._stack:
            self.root_line = self._parser.CurrentLineNumber
        if name not in ELEMENTS:
            self._problem(name, f"The element “{name}” is not allowed in a figure.")
        for attribute, value in attributes.items():
            complaint = _complaint(name, attribute, value)
            if complaint and name in ELEMENTS:
                self._problem(f"{name}.{attribute}", complaint)
        self._stack.append(_Open(name, attributes))

    def _end(self, _name: str) -> None:
        opened = self._stack.pop()
        element = Element(opened.name, opened.attributes, tuple(opened.children))
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self._root = element

    def _characters(self, text: str) -> None:
        if self._stack:
            self._stack[-1].children.append(text)


class _Refused(Exception):
    """Reading stops here; the problem is already noted."""


def _complaint(name: str, attribute: str, value: str) -> str:
    """Return what is wrong with an attribute, or the empty text."""
    if attribute in _INVISIBLE:
        return ""
    if attribute not in ATTRIBUTES.get(name, _COMMON):
        return f"The attribute “{attribute}” is not allowed here. Colours and styles come from classes."
    pattern, message = _VALUES.get(attribute, _OTHER_VALUE)
    return "" if pattern.fullmatch(value.strip()) else f"“{value[:40]}” is not allowed. {message}"


def _root_problems(root: Element, line: int, file: str) -> Iterator[Problem]:
    if root.name != "svg":
        yield Problem(file, line, root.name, "The outermost element must be “svg”.")
        return
    if root.attributes.get("xmlns") != "http://www.w3.org/2000/svg":
        message = 'The “svg” element must say xmlns="http://www.w3.org/2000/svg".'
        yield Problem(file, line, "svg.xmlns", message)
    match = _VIEW_BOX.fullmatch(root.attributes.get("viewBox", ""))
    if not match:
        yield Problem(file, line, "svg.viewBox", 'Give the extent, such as viewBox="0 0 720 480".')
    for name, wanted in (("title", "a title, which is its caption"), ("desc", "a long description")):
        found = [child for child in root.children if isinstance(child, Element) and child.name == name]
        if len(found) != 1 or not _text_of(root, name):
            yield Problem(file, line, name, f"The drawing needs exactly one “{name}” with text: {wanted}.")
    if not any(isinstance(child, Element) and child.name not in {"title", "desc"} for child in root.children):
        yield Problem(file, line, "svg", "The drawing is empty.")


def _text_of(root: Element, name: str) -> str:
    for child in root.children:
        if isinstance(child, Element) and child.name == name:
            return " ".join("".join(part for part in child.children if isinstance(part, str)).split())
    return ""


def _markup(root: Element, key: str) -> str:
    prefix = f"figure-{key}-"
    title, description = _text_of(root, "title"), _text_of(root, "desc")
    inside = "".join(
        _serialised(child, prefix)
        for child in root.children
        if isinstance(child, Element) and child.name not in {"title", "desc"}
    )
    view_box = escape(root.attributes["viewBox"], quote=True)
    return (
        f'<svg class="figure-drawing" viewBox="{view_box}" role="img" '
        f'aria-labelledby="{prefix}title {prefix}desc">'
        f'<title id="{prefix}title">{escape(title)}</title>'
        f'<desc id="{prefix}desc">{escape(description)}</desc>{inside}</svg>'
    )


def _serialised(node: Element | str, prefix: str) -> str:
    if isinstance(node, str):
        return escape(node, quote=False)
    if node.name in {"title", "desc"}:
        return ""
    attributes = "".join(
        f' {name}="{escape(_prefixed(name, value, prefix), quote=True)}"'
        for name, value in node.attributes.items()
        if name not in _INVISIBLE
    )
    inside = "".join(_serialised(child, prefix) for child in node.children)
    return f"<{node.name}{attributes}>{inside}</{node.name}>" if inside else f"<{node.name}{attributes}/>"


def _prefixed(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value[1:]}"
    return _FUNCTION.sub(lambda match: f"url(#{prefix}{match[1][1:]})", value)
