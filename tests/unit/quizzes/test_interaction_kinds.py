"""What holds for every kind of task and any input, and what each page fragment shows and hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import InvalidInput
from lms.core.text import _, ngettext, show_date
from quizzes.cases.slots import filled
from quizzes.interactions.contract import Example, Posed, Task
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.registry import standard_registry
from quizzes.interactions.verification import example_posed, example_task
from quizzes.protocols.actions import Action

KINDS = {kind: one for kind, one in standard_registry().items() if one.body_shape is not None}
EXAMPLES = [(kind, example) for kind, one in KINDS.items() for example in one.examples]
NAMES = [f"{kind}: {example.name}" for kind, example in EXAMPLES]
READ = frozenset({"prompt", "text", "item", "entry", "thinking", "learning", "about", "why", "model"})
"""The fields of all kinds that hold prose."""
CORE_TEMPLATES = Path(__file__).parents[3] / "lms" / "core" / "templates"

every_example = pytest.mark.parametrize(("kind", "example"), EXAMPLES, ids=NAMES)


def placed(kind: str, example: Example) -> tuple[Task, Posed]:
    return example_task(KINDS[kind], example), example_posed(example.visit)


def texts_of(value: object) -> Iterator[str]:
    """Every text an author wrote in a body."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))


def values(task: Task) -> st.SearchStrategy[Any]:
    plausible = st.sampled_from([*texts_of(task.body), "1", "2", "0,5", "2027-03-22", "less"])
    single = st.one_of(
        plausible, st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()
    )
    return st.one_of(single, st.lists(single, max_size=5), st.dictionaries(st.text(max_size=5), single))


def test_every_standard_kind_is_there() -> None:
    assert set(standard_registry()) - set(KINDS) == {"spot", "decide", "plan"}
    assert set(KINDS) == {
        *("choice", "ordering", "number", "matching", "schedule"),
        *("chart_error", "hotspot", "short_text", "concordance"),
    }


@every_example
@given(data=st.data())
def test_anything_given_is_refused_with_its_field_or_grades(
    kind: str, example: Example, data: st.DataObject
) -> None:
    task, posed = placed(kind, example)
    names = task.interaction.fields(task, posed.visit)
    raw = data.draw(st.dictionaries(st.sampled_from([*names, "elsewhere"]), values(task)))
    task.interaction.show(task, posed.visit, posed.protocol, raw)
    try:
        answer = task.interaction.read(task, posed.visit, raw)
    except InvalidInput as error:
        refused = error.field
    else:
        refused = None
        check_grade(task, posed, answer, data.draw(st.sampled_from([None, *Action])))
    assert refused is None or refused in names


def check_grade(task: Task, posed: Posed, answer: Any, action: Action | None) -> None:
    names = task.interaction.fields(task, posed.visit)
    stored = task.interaction.to_json(task, answer)
    assert task.interaction.read(task, posed.visit, stored) == answer
    answers = {"decide": Decided(action), task.key: answer}
    assert set(task.interaction.missing(task, posed.visit, answer, answers)) <= set(names) - set(stored)
    marks = task.interaction.grade(task, posed, answer, answers)
    for decision in marks.decisions:
        assert decision.name == task.key
        assert 0 <= decision.credit <= 1
        assert all(0 <= part.credit <= 1 for part in decision.parts)
        rows: list[Any] = [decision, *decision.parts]
        for one in rows:
            assert task.interaction.label(task, posed.protocol, one.name)
            assert task.interaction.words(task, posed.protocol, one.name, one.given)
            assert task.interaction.words(task, posed.protocol, one.name, one.accepted)
    assert all(harm.decision == task.key for harm in marks.harms)


@every_example
def test_an_example_has_no_problem_even_as_a_file_alone(kind: str, example: Example) -> None:
    task, posed = placed(kind, example)
    assert list(task.interaction.problems(task, posed.visit, None)) == []


def with_slots(written: Any) -> Any:
    """The task as written, with a word of variants in every text that a learner reads."""
    if isinstance(written, dict):
        return {
            name: f"{value} {{drug}}" if name in READ and isinstance(value, str) else with_slots(value)
            for name, value in written.items()
        }
    return [with_slots(one) for one in written] if isinstance(written, list) else written


@every_example
def test_the_words_of_a_variant_reach_every_text(kind: str, example: Example) -> None:
    task, posed = placed(kind, Example("slots", (), with_slots(dict(example.task))))
    drawn = filled(task, {"drug": "Eliquis"})
    plain = drawn.interaction.text(drawn, posed.visit, posed.protocol)
    assert plain.count("Eliquis") == task.interaction.text(task, posed.visit, posed.protocol).count("{drug}")
    assert drawn.prompt.endswith("Eliquis")
    assert "{" not in plain
    assert drawn.interaction is task.interaction


def rendered(kind: str, task: Task, posed: Posed, raw: dict[str, Any], problems: dict[str, str]) -> str:
    loader = jinja2.FileSystemLoader([KINDS[kind].folder, CORE_TEMPLATES])
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals |= {"_": _, "ngettext": ngettext, "asset": lambda name: f"/static/{name}"}
    environment.filters["lms_date"] = show_date
    shown = task.interaction.show(task, posed.visit, posed.protocol, raw)
    return environment.get_template("task.html").render(task=shown, problems=problems)


@every_example
def test_a_fragment_offers_every_field_and_says_what_is_wrong_with_it(kind: str, example: Example) -> None:
    task, posed = placed(kind, example)
    names = task.interaction.fields(task, posed.visit)
    page = rendered(kind, task, posed, {}, {name: f"Mend {name}" for name in names})
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for name in names:
        assert name in ids
        assert f'name="{name}"' in page
        assert f"Mend {name}" in page
        assert re.search(rf'aria-describedby="[^"]*\b{name}-error"', page)
    described = " ".join(re.findall(r'aria-describedby="([^"]*)"', page)).split()
    assert set(described) <= set(ids)
    assert unescape(page).count(task.prompt) == 1


@every_example
def test_a_fragment_tells_nothing_of_the_key(kind: str, example: Example) -> None:
    task, posed = placed(kind, example)
    page = unescape(rendered(kind, task, posed, {}, {}))
    hidden = [why for _part, why in task.interaction.notes(task)] + [task.why, "stops_medicine"]
    assert [text for text in hidden if text in page] == []
    assert " checked" not in page
    assert " selected" not in page
    everything = unescape(rendered(kind, task, posed, task.interaction.perfect(task, posed), {}))
    assert everything != page


@every_example
def test_the_plain_text_says_what_the_page_says(kind: str, example: Example) -> None:
    task, posed = placed(kind, example)
    plain = task.interaction.text(task, posed.visit, posed.protocol)
    page = unescape(rendered(kind, task, posed, {}, {}))
    offered = [text for text in texts_of(task.body) if re.search(rf">(?:\d+\. )?{re.escape(text)}<", page)]
    assert task.prompt in plain
    assert [text for text in offered if text not in plain] == []
    assert not any(why in plain for _part, why in task.interaction.notes(task))
