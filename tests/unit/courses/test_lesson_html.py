from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.figure import parse_figure
from courses.content.lesson import parse_lesson
from courses.content.markdown import to_html
from courses.content.render import RenderedLesson, Words, render_lesson
from tests.unit.courses.documents import FIGURE, LESSON, SmallProtocol

SAFE_TAGS = {
    "p",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "hr",
    "br",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
    "b",
    "i",
    "code",
    "kbd",
    "sub",
    "sup",
    "abbr",
    "a",
    "div",
}
SAFE_ATTRIBUTES = {"href", "title", "rel", "start", "scope", "class", "role", "tabindex", "aria-label"}


class Auditor(HTMLParser):
    """Collects what a browser would find dangerous in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SAFE_TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name not in SAFE_ATTRIBUTES:
                self.found.append(f"{tag} {name}")
            if name == "href" and not (value or "").startswith(("http://", "https://", "mailto:", "#")):
                self.found.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def html_of(text: str) -> str:
    return to_html(text, figure=lambda _key: "", citation=lambda _name: "", table_label="Table")


def dangers_in(html: str) -> list[str]:
    auditor = Auditor()
    auditor.feed(html)
    auditor.close()
    return auditor.found


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://example.org/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<p onclick="alert(1)">text</p>',
    '<p style="background:url(javascript:alert(1))">text</p>',
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=x></object><embed src=x>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    '<form action="https://example.org"><input name=password><button>Go</button></form>',
    '<base href="https://example.org/">',
    '<meta http-equiv="refresh" content="0;url=https://example.org">',
    '<link rel="stylesheet" href="https://example.org/a.css">',
    "<style>* { display: none }</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='//example.org/'>x</a>",
    "<a href='https://example.org' target=_blank onmouseover=alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//example.org)",
    '[x](https://example.org "t" onclick=alert(1))',
    '[x](https://example.org "\\" onmouseover=\\"alert(1)")',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](https://example.org/x.png)',
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "```<img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```",
    "<!-- --!><script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<p id=main class=btn>text</p>",
    "<div><details open ontoggle=alert(1)>x</details></div>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "<x onfocus=alert(1) autofocus tabindex=1>",
    "<button formaction=javascript:alert(1)>x</button>",
    "[[<script>alert(1)</script>]]",
    "![[<img src=x onerror=alert(1)>]]",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_authored_text_cannot_run_anything(attack: str) -> None:
    html = html_of(f"Before.\n\n{attack}\n\nAfter.")
    assert dangers_in(html) == []
    assert "Before." in html


def test_the_text_around_an_attack_stays() -> None:
    html = html_of("Before.\n\n<script>alert(1)</script>\n\nAfter.")
    assert "After." in html
    assert "alert" not in html


@given(
    st.lists(st.sampled_from([*ATTACKS, "\n\n", " ", ">", '"', "'", "[[A]]", "![[a]]\n", "<p title="])).map(
        "".join
    )
)
def test_no_mixture_of_attacks_gets_through(text: str) -> None:
    html = to_html(
        text, figure=lambda _: "<hr>", citation=lambda _: '<sup class="cite">1</sup>', table_label="Table"
    )
    assert dangers_in(html) == []


def test_the_places_of_figures_and_citations_cannot_be_forged() -> None:
    forged = 'place0n0z &#xE000; [x](https://example.org "place0n0z") [[A]]'
    html = to_html(forged, figure=lambda _: "FIGURE", citation=lambda name: f"<{name}>", table_label="T")
    assert "FIGURE" not in html
    assert html.count("<A>") == 1


def test_headings_start_below_the_title_of_the_page() -> None:
    assert html_of("# One\n\n## Two\n\n### Three") == "<h2>One</h2>\n<h2>Two</h2>\n<h3>Three</h3>\n"


def test_tables_name_their_columns_and_scroll_in_a_frame() -> None:
    html = html_of("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<th scope="col">a</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert html.startswith('<div class="table-scroll" role="region" tabindex="0" aria-label="Table"><table>')
    assert "style=" not in html


def test_links_that_leave_take_no_referrer_along() -> None:
    html = html_of("[x](https://example.org/a)")
    assert '<a href="https://example.org/a" rel="noopener noreferrer">x</a>' in html


def rendered(text: str = LESSON, words: Words = Words()) -> RenderedLesson:  # noqa: B008 - frozen
    lesson = parse_lesson(text.encode(), "lessons/one.md")
    figures = {"drawing": parse_figure(FIGURE.encode(), "figures/drawing.svg")}
    return render_lesson(lesson, SmallProtocol(), figures, words)


def test_citations_are_numbered_in_the_order_of_the_text_and_lead_to_the_sources() -> None:
    page = rendered()
    cite = '<sup class="cite"><a href="#source-{0}" aria-label="Source {0}">{0}</a></sup>'
    assert f"Something is so.{cite.format(1)}" in page.html
    assert f"Somebody found it.{cite.format(2)}{cite.format(1)}" in page.html
    assert [(entry.number, entry.source.name) for entry in page.sources] == [
        (1, "FACT-1"),
        (2, "someone2020"),
    ]
    assert page.sources[0].source.text == "A fact in words"
    assert page.sources[1].source.origins[0].url == "https://doi.org/10.1000/1"


def test_sources_that_the_text_does_not_cite_follow() -> None:
    page = rendered(LESSON.replace("sources: [FACT-1]", "sources: [FACT-2, FACT-1]"))
    assert [entry.source.name for entry in page.sources] == ["FACT-1", "someone2020", "FACT-2"]
    assert page.sources[2].source.varies_by_region


def test_a_figure_stands_in_the_text_with_caption_and_long_description() -> None:
    html = rendered().html
    assert html.count("<svg ") == 1
    assert (
        "<figcaption><p>A line &amp; a dot</p><details><summary>Description of the figure</summary>" in html
    )
    assert "<p>A line from left to right, with a dot at its end.</p></details>" in html


def test_a_source_or_figure_that_is_gone_is_left_out() -> None:
    lesson = parse_lesson(LESSON.replace("[[someone2020]]", "[[gone]]").encode(), "lessons/one.md")
    page = render_lesson(lesson, SmallProtocol(), {}, Words())
    assert "gone" not in page.html
    assert "<figure" not in page.html


def test_the_words_around_a_lesson_are_in_the_language_of_the_reader() -> None:
    html = rendered(words=Words(source="Quelle %(number)s", long_description="<Bild>", table="Tabelle")).html
    assert 'aria-label="Quelle 1"' in html
    assert "<summary>&lt;Bild&gt;</summary>" in html
