"""Every kind of task keeps the contract on its own examples; kinds of third parties come in with care."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.core.errors import ConfigurationError
from quizzes.interactions.registry import GROUP, Registry, load_registry, standard_registry
from quizzes.interactions.spot.interaction import Spot
from quizzes.interactions.verification import broken_promises

KINDS = sorted(standard_registry())

SLIDER = """
from dataclasses import dataclass
from quizzes.interactions.contract import Example, ExampleAnswer, Interaction
from quizzes.interactions.marks import DecisionGrade, Marks
from quizzes.interactions.reading import number

@dataclass(frozen=True, slots=True)
class Body:
    right: float

TASK = {{"prompt": "How far?", "row": "scope", "about": ["EX-INT"], "why": "So far.", "right": 4}}

class Slider(Interaction):
    kind = "{kind}"
    body_shape = Body
    qualities = ()
    examples = (Example("four", task=TASK, answers=(
        ExampleAnswer({{"example": "4"}}, "{graded}"), ExampleAnswer({{"example": "5"}}, "wrong"),
        ExampleAnswer({{"example": "far"}}, "invalid"),
    )),)
    def fields(self, task, visit): return (task.key,)
    def read(self, task, visit, given): return number(given, task.key)
    def to_json(self, task, answer): return {{}} if answer is None else {{task.key: answer}}
    def missing(self, task, visit, answer, answers): return ()
    def grade(self, task, posed, answer, answers):
        credit = float(answer == task.body.right)
        return Marks((DecisionGrade(task.key, answer, task.body.right, credit, task.row, task.key),))
    def perfect(self, task, posed): return {{task.key: task.body.right}}
    def show(self, task, visit, protocol, given): return task.prompt
    def words(self, task, protocol, name, value): return str(value)
    def text(self, task, visit, protocol): return task.prompt

INTERACTION = Slider()
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install distributions, each with a module and an entry point, for one test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    modules: list[str] = []

    def install(name: str, source: str, *, target: str = "INTERACTION", module: str = "") -> None:
        module = module or f"papilla_{name}"
        package = tmp_path / module
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text(source)
        (package / "task.html").write_text("<p>{{ task }}</p>")
        folder = tmp_path / f"{module}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (folder / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {module}:{target}\n")
        modules.append(module)

    yield install
    for module in modules:
        sys.modules.pop(module, None)


def slider(kind: str = "slider", graded: str = "correct") -> str:
    return SLIDER.format(kind=kind, graded=graded)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_keeps_every_promise_on_its_examples(kind: str) -> None:
    assert list(broken_promises(standard_registry()[kind])) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_brings_its_page_fragment(kind: str) -> None:
    folder = standard_registry()[kind].folder
    assert folder.name == kind
    fragment = (folder / "task.html").read_text(encoding="utf-8")
    assert "name=" in fragment or "num(" in fragment
    assert "style=" not in fragment
    assert "onclick" not in fragment


def test_the_examples_are_really_tried() -> None:
    class Forgetful(Spot):
        def to_json(self, _task: object, _answer: object) -> dict[str, object]:
            return {}

    broken = list(broken_promises(Forgetful()))
    assert any("does not survive being stored" in one for one in broken)


def test_a_third_party_adds_a_kind_by_an_entry_point(install: Install) -> None:
    install("slider", slider())
    registry = load_registry(("slider",))
    assert set(registry) == {*KINDS, "slider"}
    assert load_registry() is standard_registry()


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("1 / 0", "INTERACTION", "cannot be loaded from papilla_slider:INTERACTION: ZeroDivisionError"),
        ("INTERACTION = 3", "INTERACTION", "is a int, not an Interaction"),
        (slider(), "NOTHING", "cannot be loaded"),
        (slider(kind="choice"), "INTERACTION", "Two interactions are of kind “choice”"),
        (slider(graded="wrong"), "INTERACTION", "breaks the contract on its own examples"),
    ],
)
def test_a_broken_kind_stops_the_start_with_a_clear_message(
    install: Install, source: str, target: str, message: str
) -> None:
    install("slider", source, target=target)
    with pytest.raises(ConfigurationError) as caught:
        load_registry(("slider",))
    assert message in str(caught.value)


def test_a_kind_that_is_not_installed_or_installed_twice_stops_the_start(install: Install) -> None:
    with pytest.raises(ConfigurationError, match="no installed package has such an entry point"):
        load_registry(("slider",))
    install("slider", slider())
    install("slider", slider(), module="papilla_other")
    with pytest.raises(ConfigurationError, match="is there twice: papilla_other"):
        load_registry(("slider",))


def test_two_of_one_kind_are_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="Two interactions are of kind “spot”"):
        Registry([Spot(), Spot()])
