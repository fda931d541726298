from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import ContentError, InvalidInput
from lms.publishing.documents import Marked, read_document, structure


class Action(StrEnum):
    PROCEED = "proceed"
    DO_NOT_TREAT = "do_not_treat"


@dataclass(frozen=True, slots=True)
class Range:
    minimum: float
    maximum: float

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise ValueError("The minimum is above the maximum.")


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    every: tuple[Rule, ...] = ()
    unless: Rule | None = None
    since: int | None = field(default=None, metadata={"name": "from"})


@dataclass(frozen=True, slots=True)
class Wait:
    kind: Literal["wait"]
    weeks: int


@dataclass(frozen=True, slots=True)
class Clear:
    kind: Literal["clear"]
    by: str


@dataclass(frozen=True, slots=True)
class Everything:
    key: str
    count: int = 0
    share: float = 0.0
    flag: bool = False
    action: Action = Action.PROCEED
    level: Literal[1, 2, "high"] = 1
    sources: str | tuple[str, ...] = ()
    amount: float | Range | None = None
    depths: Mapping[str, Range | None] = field(default_factory=dict)
    by_action: Mapping[Action, int] = field(default_factory=dict)
    rule: Rule | None = None
    step: Wait | Clear | None = None
    pair: tuple[int, str] | None = None
    tags: frozenset[str] = frozenset()
    day: dt.date | None = None
    anything: object = None


def told(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ContentError) as caught:
        read_document(text.encode(), Everything, file="x.yaml")
    return [(problem.line, problem.field, problem.message) for problem in caught.value.problems]


def read(text: str) -> Everything:
    return read_document(f"key: k\n{text}\n".encode(), Everything, file="x.yaml")


def test_a_document_takes_the_shape_of_its_dataclass() -> None:
    assert read("count: 3").count == 3
    share = read("share: 3").share
    assert (share, type(share)) == (3.0, float)
    assert read("action: do_not_treat").action is Action.DO_NOT_TREAT
    assert read("level: high").level == "high"
    assert read("sources: a").sources == "a"
    assert read("sources: [a, b]").sources == ("a", "b")
    assert read("amount: 2").amount == 2.0
    assert read("amount: {minimum: 1, maximum: 2}").amount == Range(1.0, 2.0)
    assert read("depths: {crown: {minimum: 1, maximum: 2}, brow: null}").depths["brow"] is None
    assert read("by_action: {proceed: 1}").by_action == {Action.PROCEED: 1}
    assert read("rule: {id: a, every: [{id: b}], from: 4}").rule == Rule("a", (Rule("b"),), None, 4)
    assert read("step: {kind: wait, weeks: 2}").step == Wait("wait", 2)
    assert read("step: {kind: clear, by: the clinician}").step == Clear("clear", "the clinician")
    assert read("pair: [1, b]").pair == (1, "b")
    assert read("tags: [a, b]").tags == {"a", "b"}
    assert read("day: 2026-03-02").day == dt.date(2026, 3, 2)


def test_mappings_are_read_only() -> None:
    document = read("depths: {crown: {minimum: 1, maximum: 2}}\nanything: {a: [1, {b: 2}]}")
    with pytest.raises(TypeError):
        document.depths["crown"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        document.anything["a"] = 1  # type: ignore[index]
    assert document.anything["a"][1]["b"] == 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("line", "field_path", "said"),
    [
        ("count: true", "count", "a whole number, found true"),
        ("count: '3'", "count", "Remove the quotes"),
        ("count: 3.0", "count", "found the number 3.0"),
        ("share: true", "share", "found true"),
        ("share: '1.5'", "share", "found the text “1.5”"),
        ("flag: yes", "flag", "true or false, found the text “yes”"),
        ("flag: 1", "flag", "true or false, found the number 1"),
        ("action: proced", "action", "Did you mean “proceed”?"),
        ("action: 3", "action", "proceed, do_not_treat"),
        ("level: true", "level", "1, 2, high"),
        ("sources: [a, 3]", "sources[1]", "Put it in quotes"),
        ("sources: {a: b}", "sources", "a text or a list, found a mapping"),
        ("depths: {crown: {minimum: 3, maximum: 2}}", "depths.crown", "minimum is above the maximum"),
        ("depths: {the crown: 3}", 'depths["the crown"]', "a mapping with minimum, maximum"),
        ("by_action: {wait: 1}", "by_action.wait", "one of proceed, do_not_treat"),
        ("rule: {id: a, every: [{id: b}, {id: 3}]}", "rule.every[1].id", "a text"),
        ("rule: {id: a, form: 3}", "rule.form", "Did you mean “from”?"),
        ("rule: {id: a, since: 3}", "rule.since", "Allowed: id, every, unless, from."),
        ("step: {kind: wait, by: x}", "step.weeks", "missing"),
        ("pair: [1]", "pair", "a list of 2, found a list of 1"),
        ("tags: [a, b, a]", "tags", "“a” is listed more than once"),
        ("day: 2026-02-30", "day", "a date such as"),
        ("key2: x", "key2", "Did you mean “key”?"),
        ("count: null", "count", "found nothing"),
    ],
)
def test_nothing_is_coerced_and_every_refusal_names_its_field(line: str, field_path: str, said: str) -> None:
    found = told(f"key: k\n{line}\n")
    assert [(at, where) for at, where, message in found if said in message] == [(2, field_path)]


def test_all_problems_of_a_document_come_at_once_with_their_lines() -> None:
    found = told("count: x\nrule:\n  every:\n    - id: 1\n    - nonsense\ndepths:\n  crown: {minimum: a}\n")
    assert [(line, path) for line, path, _ in found] == [
        (1, "count"),
        (1, "key"),
        (2, "rule.id"),
        (4, "rule.every[0].id"),
        (5, "rule.every[1]"),
        (7, "depths.crown.maximum"),
        (7, "depths.crown.minimum"),
    ]


def test_a_document_of_nonsense_is_reported_up_to_a_bound() -> None:
    found = told("key: k\nsources: [" + ", ".join("1" for _ in range(3000)) + "]\n")
    assert len(found) == 501
    assert any("There are more problems" in message for _, _, message in found)


def test_invalid_input_names_the_field_it_is_about() -> None:
    with pytest.raises(ContentError) as caught:
        structure(Marked("x.yaml", {"slug": "A b"}, {"slug": 3}), Named)
    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (3, "slug")


@dataclass(frozen=True, slots=True)
class Named:
    slug: str

    def __post_init__(self) -> None:
        if " " in self.slug:
            raise InvalidInput("A slug has no spaces.", field="slug")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
FIELDS = st.sampled_from([*sorted(Everything.__dataclass_fields__), "from", "id", "kind", "unknown"])


@given(PLAIN | st.dictionaries(FIELDS, PLAIN | st.dictionaries(FIELDS, PLAIN, max_size=3), max_size=6))
def test_any_plain_value_is_structured_or_refused(value: object) -> None:
    try:
        document = structure(Marked("any", value), Everything)
    except ContentError as error:
        assert error.problems  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(document, Everything)
