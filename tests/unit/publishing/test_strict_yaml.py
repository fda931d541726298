from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.core.errors import ContentError, Problem
from lms.publishing.documents import MAX_BYTES, MAX_DEPTH, digest_of, read_front_matter, read_yaml


def problems_of(source: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as caught:
        read_yaml(source, file="x.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("2026-03-02", "2026-03-02"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    value = read_yaml(f"a: {written}\n".encode(), file="x.yaml").value
    assert isinstance(value, dict)
    assert value["a"] == meant
    assert type(value["a"]) is type(meant)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        (b"a: &here 1\n", 1, "Anchors"),
        (b"a: 1\nb: *here\n", 2, "Aliases"),
        (b"a: !!int 1\n", 1, "Tags"),
        (b"%YAML 1.2\n---\na: 1\n", 1, "Directives"),
        (b"a: 1\n---\nb: 2\n", 2, "second document"),
        (b"a: 1\n7: 2\n", 2, "not text"),
        (b"a: 1\n? [b]\n: 2\n", 2, "plain word"),
        (b"a: 1\n" + b"k" * 201 + b": 2\n", 2, "too long"),
        (b"a: 007\n", 1, "starts with a zero"),
        (b"a: 0x1f\n", 1, "ambiguous"),
        (b"a: .nan\n", 1, "not a number"),
        (b"a: 9007199254740993\n", 1, "too large"),
        (b"a: 1e999\n", 1, "too large"),
        (b"a: 1\nb: \x07\n", 2, "U+0007"),
        (b'a: "\\0"\n', 1, "U+0000"),
        (b"a: x\xe2\x80\xa8y\n", 1, "U+2028"),
        (b"a: 1\n\tb: 2\n", 2, "not valid YAML"),
        (b"a: [1\n", 2, "not valid YAML"),
        (b"", 1, "empty"),
        (b"# nothing\n", 1, "empty"),
        (b"a: " + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, 1, "levels"),
        (b"a" * (MAX_BYTES + 1), 1, "bytes"),
    ],
)
def test_what_could_be_misread_is_refused_with_its_line(source: bytes, line: int, said: str) -> None:
    found = problems_of(source)
    assert [problem.line for problem in found if said in problem.message] == [line]


def test_invalid_utf_8_is_named_with_line_and_byte_offset() -> None:
    (problem,) = problems_of(b"a: 1\nb: caf\xe9\n")
    assert (problem.file, problem.line) == ("x.yaml", 2)
    assert "Byte 11 (0xe9)" in problem.message


def test_a_repeated_key_names_both_lines_and_its_path() -> None:
    (problem,) = problems_of(b"a:\n  - b: 1\n    c: 2\n    b: 3\n")
    assert (problem.line, problem.field) == (4, "a[0].b")
    assert "line 2" in problem.message


def test_all_problems_come_at_once() -> None:
    found = problems_of(b"a: 1\na: 2\nb: 01\nc: &x y\n- d\n")
    assert [problem.line for problem in found] == [2, 3, 4, 5]


def test_lines_are_known_for_every_path_and_for_missing_ones() -> None:
    marked = read_yaml(b'a: 1\nb:\n  - c: 1\n    "d e": 2\n  -\n    f: 3\n', file="x.yaml")
    assert marked.line("b") == 2
    assert marked.line("b[0].c") == 3
    assert marked.line('b[0]["d e"]') == 4
    assert marked.line("b[1].f") == 6
    assert marked.line("b[0].missing") == 3
    assert marked.line("missing") == 1


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1\n", file="x.yaml").value == {"a": 1}


def test_the_digest_does_not_see_comments_order_and_white_space() -> None:
    one = read_yaml(b"a: 1\nb: [x, y]\n", file="x.yaml")
    other = read_yaml(b"# note\nb:\n  - x\n  - 'y'\na:   1\n", file="x.yaml")
    different = read_yaml(b"a: 1\nb: [y, x]\n", file="x.yaml")
    assert digest_of(one) == digest_of(other)
    assert digest_of(one) != digest_of(different)


def test_front_matter_keeps_the_lines_of_the_file_and_the_text_as_it_is() -> None:
    source = b"---\r\nkey: a\r\ntitle: T\r\n---\r\n\r\n# Body\r\n---\r\nmore"
    marked, body, first_line = read_front_matter(source, file="l.md")
    assert marked.value == {"key": "a", "title": "T"}
    assert marked.line("title") == 3
    assert (body, first_line) == ("\r\n# Body\r\n---\r\nmore", 5)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"", 1),
        (b"key: a\n", 1),
        (b"---\nkey: a\n", 1),
        (b"---\nkey: a\nkey: b\n---\n", 3),
        (b"---\n---\n", 2),
    ],
)
def test_wrong_front_matter_is_refused(source: bytes, line: int) -> None:
    with pytest.raises(ContentError) as caught:
        read_front_matter(source, file="l.md")
    assert caught.value.problems[0].line == line


YAML_PIECES = st.lists(
    st.sampled_from([*"ab:[]{}'\"?%\t\r\\10.~é>\0\n", ": ", "- ", "  ", ", ", "&x", "*x", "!t ", " #", "e9"])
    | st.sampled_from(["true", "<<", "|\n", "\n---\n", "\n...\n", "\n- ", "\n  a: ", "\na: "]),
    max_size=60,
).map("".join)


@given(st.binary(max_size=200) | YAML_PIECES.map(str.encode) | st.text(max_size=80).map(str.encode))
@example(b"\xef\xbb\xbf")
@example(b'"\\ud800"')
@example(b'"\\UFFFFFFFF"')
@example(b"[" * 5000)
@example(b"{a: " * 5000)
@example(b"- " * 5000)
@example(b"? " * 5000)
def test_any_bytes_are_read_or_refused_with_a_place(source: bytes) -> None:
    for read in (read_yaml, read_front_matter):
        try:
            read(source, file="any")
        except ContentError as error:
            assert error.problems  # noqa: PT017 - either outcome is right
            assert all(problem.line >= 1 and problem.message for problem in error.problems)  # noqa: PT017


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text("abc:#-'\"\\ é{}[],&*!|>%@`\n", max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc .[]", max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcxyz", min_size=1, max_size=6), PLAIN, min_size=1, max_size=5))
def test_json_is_read_as_what_it_says(value: dict[str, object]) -> None:
    marked = read_yaml(json.dumps(value, ensure_ascii=False, indent=1).encode(), file="x.yaml")
    assert marked.value == value
