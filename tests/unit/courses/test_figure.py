from __future__ import annotations

import pytest

from courses.content.figure import MAX_BYTES, parse_figure
from lms.core.errors import ContentError
from tests.unit.courses.documents import FIGURE

FILE = "figures/drawing.svg"


def problems_of(text: str | bytes, file: str = FILE) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_figure(text if isinstance(text, bytes) else text.encode(), file)
    return [str(problem) for problem in caught.value.problems]


def test_a_figure_names_itself_to_screen_readers_with_ids_of_its_own() -> None:
    figure = parse_figure(FIGURE.encode(), FILE)
    assert figure.key == "drawing"
    assert figure.title == "A line & a dot"
    assert figure.description == "A line from left to right, with a dot at its end."
    assert 'role="img" aria-labelledby="figure-drawing-title figure-drawing-desc"' in figure.markup
    assert '<title id="figure-drawing-title">A line &amp; a dot</title>' in figure.markup
    assert '<marker id="figure-drawing-dot"' in figure.markup
    assert 'marker-end="url(#figure-drawing-dot)"' in figure.markup
    assert "1 &lt; 2" in figure.markup
    assert "xmlns" not in figure.markup


def inside(markup: str) -> str:
    return FIGURE.replace("</svg>", f"  {markup}\n</svg>")


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<style>* { color: red }</style>",
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://example.org/a.png"/>',
        '<a href="https://example.org/"><text>x</text></a>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<iframe/>",
    ],
)
def test_elements_that_do_more_than_draw_are_refused(markup: str) -> None:
    problems = problems_of(inside(markup))
    assert any(problem.startswith(f"{FILE}:8: ") and "is not allowed" in problem for problem in problems)


@pytest.mark.parametrize(
    "attribute",
    [
        'onload="alert(1)"',
        'ONCLICK="alert(1)"',
        'style="fill: red"',
        'fill="#ff0000"',
        'fill="url(https://example.org/a.svg#b)"',
        'class="btn"',
        'marker-end="url(//example.org/#a)"',
        'clip-path="url(javascript:alert(1))"',
        'id="a b"',
        'data-x="1"',
    ],
)
def test_attributes_that_do_more_than_draw_are_refused(attribute: str) -> None:
    (problem,) = problems_of(inside(f'<path d="M0 0" {attribute}/>'))
    assert problem.startswith(f"{FILE}:8: path.")


@pytest.mark.parametrize(
    "address", ["https://example.org/a.svg#b", "javascript:alert(1)", "//e.org", "a.svg#b", ""]
)
def test_a_reference_stays_inside_the_drawing(address: str) -> None:
    (problem,) = problems_of(inside(f'<use href="{address}"/>'))
    assert "id in the same drawing" in problem


def test_xlink_is_not_known() -> None:
    text = inside('<use xlink:href="#dot"/>').replace(
        "<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" '
    )
    (problem,) = problems_of(text)
    assert "use.xlink:href" in problem


def test_entities_cannot_be_defined() -> None:
    bomb = FIGURE.replace("<svg ", '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<svg ')
    assert problems_of(bomb) == [f"{FILE}:2: A DOCTYPE is not allowed. Remove it."]


def test_stylesheets_by_instruction_are_refused() -> None:
    (problem,) = problems_of(FIGURE.replace("<svg ", '<?xml-stylesheet href="a.css"?>\n<svg '))
    assert "xml-stylesheet" in problem


@pytest.mark.parametrize("name", ["title", "desc"])
def test_title_and_description_are_needed(name: str) -> None:
    lines = [line for line in FIGURE.splitlines() if f"<{name}>" not in line]
    (problem,) = problems_of("\n".join(lines))
    assert problem.startswith(f"{FILE}:2: {name}: ")


def test_the_extent_is_needed() -> None:
    (problem,) = problems_of(FIGURE.replace('viewBox="0 0 720 480" ', ""))
    assert "viewBox" in problem


def test_a_large_drawing_is_refused_before_it_is_read() -> None:
    (problem,) = problems_of(b"<svg" + b" " * MAX_BYTES)
    assert "bytes" in problem


def test_deep_nesting_is_refused() -> None:
    (problem,) = problems_of(inside("<g>" * 40 + "</g>" * 40))
    assert "nested" in problem


@pytest.mark.parametrize("text", [b"", b"<svg", b"\xff\xfe<svg/>", FIGURE.encode("utf-16"), b"<svg/><svg/>"])
def test_what_is_no_xml_in_utf8_is_refused(text: bytes) -> None:
    assert len(problems_of(text)) == 1


def test_the_file_name_is_the_key() -> None:
    (problem,) = problems_of(FIGURE, file="figures/My Drawing.svg")
    assert "file name" in problem
