from __future__ import annotations

from collections.abc import Callable, Mapping
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.checks import CaseCheck, OneBestAnswer, TaskCheck
from courses.content.figure import parse_figure
from courses.content.glossary import Term, parse_glossary
from courses.content.lesson import parse_lesson
from courses.content.markdown import Fillers, passages, read_mentions, to_html
from courses.content.render import RenderedLesson, Words, mark_terms, render_lesson
from tests.unit.courses.documents import FIGURE, GLOSSARY, LESSON, SmallProtocol

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


def fillers(
    figure: str = "", citation: Callable[[str], str] = lambda _name: "", term: str = "", value: str = ""
) -> Fillers:
    return Fillers(
        figure=lambda _key: figure, citation=citation, term=lambda _key, _text: term, value=lambda _: value
    )


def html_of(text: str) -> str:
    return to_html(text, fillers(), table_label="Table")


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
    st.lists(
        st.sampled_from(
            [*ATTACKS, "\n\n", " ", ">", '"', "'", "[[A]]", "![[a]]\n", "[[term:a]]", "{{ A }}", "<p title="]
        )
    ).map("".join)
)
def test_no_mixture_of_attacks_gets_through(text: str) -> None:
    filled = fillers(
        "<hr>", lambda _: '<sup class="cite">1</sup>', "<b>term</b>", "<img src=x onerror=alert(1)>"
    )
    html = to_html(text, filled, table_label="Table")
    assert dangers_in(html) == []


def test_the_places_of_figures_and_citations_cannot_be_forged() -> None:
    forged = 'place0n0z &#xE000; [x](https://example.org "place0n0z") [[A]]'
    html = to_html(forged, fillers("FIGURE", lambda name: f"<{name}>"), table_label="T")
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


def glossary() -> Mapping[str, Term]:
    return parse_glossary(GLOSSARY.encode(), "glossary.yaml").by_key


def rendered_with(body: str, head: str = "") -> RenderedLesson:
    text = f"---\nkey: one\ntitle: One\nminutes: 1\n{head}---\n{body}\n"
    lesson = parse_lesson(text.encode(), "lessons/one.md")
    return render_lesson(lesson, SmallProtocol(), {}, Words(), glossary())


def test_a_term_carries_its_meaning_to_where_it_stands() -> None:
    page = rendered_with("So many [[term:thing|<things>]] and [[term:other-thing]].")
    assert page.html.startswith(
        '<p>So many <span class="term"><a href="#term-thing" aria-describedby="term-thing-definition">'
        '&lt;things&gt;</a><span class="term-definition" role="tooltip" id="term-thing-definition">'
        "Something of 0.5 to 1.5 mm.</span></span> and <span"
    )
    assert ">other &lt;thing&gt;</a>" in page.html
    assert ">Something &amp; nothing &lt;else&gt;.</span></span>.</p>" in page.html
    assert [(term.key, term.definition) for term in page.terms] == [
        ("thing", "Something of 0.5 to 1.5 mm."),
        ("other-thing", "Something & nothing <else>."),
    ]


def test_a_term_that_is_gone_leaves_its_words() -> None:
    page = rendered_with("Of [[term:gone-by]] and [[term:lost|lost things]].")
    assert page.html == "<p>Of gone by and lost things.</p>\n"
    assert page.terms == ()


def test_values_stand_in_the_text_as_plain_words() -> None:
    page = rendered_with('A **{{ SPACE }}** wait, `{{ SPACE }}`, {{ "<b>3</b> *weeks*" }} and {{ GONE }}.')
    assert page.html == (
        "<p>A <strong>2 to 4 weeks</strong> wait, <code>{{ SPACE }}</code>, &lt;b&gt;3&lt;/b&gt; *weeks* "
        "and .</p>\n"
    )


def test_values_stand_in_objectives_key_points_and_checks() -> None:
    head = (
        'objectives: ["Wait {{ SPACE.minimum }}"]\nkey_points: ["Not {{ LATER.from }}"]\nchecks:\n'
        "  - question: After {{ PAUSE.study }}?\n    options:\n"
        '      - {text: "{{ PAUSE }}", correct: true, why: "{{ SPACE }}"}\n'
        "      - {text: No, correct: false, why: No}\n"
        "  - {key: order, kind: ordering, prompt: 'In {{ SPACE }}', about: [FACT-1], why: So, items: [\n"
        "      {key: a, text: A}, {key: b, text: 'B {{ PAUSE.range.maximum }}'}, {key: c, text: C}]}\n"
        "  - {case: c01, why: 'See {{ SPACE }}.'}\n"
    )
    page = rendered_with("Text.", head)
    assert page.objectives == ("Wait 2 weeks",)
    assert page.key_points == ("Not 24 hours",)
    question, task, case = page.checks
    assert isinstance(question, OneBestAnswer)
    assert question.question == "After 12 weeks?"
    assert (question.options[0].text, question.options[0].why) == ("24 hours", "2 to 4 weeks")
    assert isinstance(task, TaskCheck)
    assert task.task.prompt == "In 2 to 4 weeks"
    assert [item.text for item in task.task.body.items] == ["A", "B 1.5 mm", "C"]
    assert task.task.interaction.kind == "ordering"
    assert case == CaseCheck(case="c01", why="See 2 to 4 weeks.")


def test_the_words_of_a_page_are_read_in_passages() -> None:
    text = (
        "## A *heading*\n\nFrom {{ SPACE }}\nto [[term:thing|things]]. [[FACT-1]]\n\n- one\n- `two`\n\n![[x]]"
    )
    found = passages(text, term=lambda _key, shown: shown, value=lambda _reference: "here")
    assert found == ("A heading", "From here to things.", "one", "two")


BITS = [
    "[[term:thing]]",
    "[[term:thing|x]]",
    "{{ A }}",
    '{{ "a" }}',
    "{{",
    "}}",
    "[[",
    "]]",
    "|",
    "*",
    "`",
    "\n",
    " w ",
]


@given(st.lists(st.sampled_from(BITS)).map("".join))
def test_what_is_mentioned_is_what_is_shown(text: str) -> None:
    shown: list[tuple[str, str]] = []

    def show(kind: str, name: str) -> str:
        shown.append((kind, name))
        return ""

    to_html(
        text,
        Fillers(
            figure=lambda key: show("figure", key),
            citation=lambda name: show("citation", name),
            term=lambda key, _words: show("term", key),
            value=lambda reference: show("value", reference),
        ),
        table_label="Table",
    )
    mentions = read_mentions(text)
    assert [mention.name for mention in mentions.terms] == [name for kind, name in shown if kind == "term"]
    assert [mention.name for mention in mentions.values] == [name for kind, name in shown if kind == "value"]
    assert all(0 <= mention.line <= text.count("\n") for mention in (*mentions.terms, *mentions.values))


@given(
    st.lists(st.sampled_from(["word ", "[[term:thing]] ", "[[term:other-thing|other]] ", "\n\n"])).map(
        "".join
    )
)
def test_a_term_is_marked_once_however_often_it_stands(text: str) -> None:
    html = to_html(
        text,
        Fillers(figure=str, citation=str, term=mark_terms(glossary()), value=str),
        table_label="Table",
    )
    for key in ("thing", "other-thing"):
        assert html.count(f'id="term-{key}-definition"') == min(1, text.count(f"[[term:{key}"))
