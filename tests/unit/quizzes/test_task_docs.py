"""What the documentation says of tasks holds: its kinds, fields and examples, and the package it builds."""

from __future__ import annotations

import dataclasses
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

from lms.core.text import _, show_date
from lms.publishing.documents import Marked, read_yaml
from quizzes.cases.model import Case
from quizzes.cases.tasks import bind_task
from quizzes.grading.answers import VisitAnswer
from quizzes.grading.grade import grade_visit
from quizzes.interactions.registry import GROUP, load_registry, standard_registry
from quizzes.interactions.verification import example_documents
from quizzes.protocols.model import Protocol

ROOT = Path(__file__).parents[3]
CHAPTER = (ROOT / "docs" / "content-format" / "task.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
WRITTEN = {kind: one for kind, one in standard_registry().items() if one.body_shape is not None}
SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", CHAPTER, re.MULTILINE | re.DOTALL))


def example_of(kind: str) -> Marked:
    (source,) = re.findall(r"```yaml\n(.*?)```", SECTIONS[kind], re.DOTALL)
    return read_yaml(source.encode(), file=f"{kind}.yaml")


def test_every_kind_has_a_section_and_no_section_is_about_none() -> None:
    assert set(SECTIONS) == set(WRITTEN)


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_field_of_a_kind_is_documented(kind: str) -> None:
    shape = WRITTEN[kind].body_shape
    assert shape is not None
    names = {field.name for field in dataclasses.fields(shape) if field.init}
    assert {name for name in names if f"`{name}`" not in SECTIONS[kind]} == set()


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_example_of_a_kind_is_a_task_without_problems(
    kind: str, protocol: Protocol, cases: dict[str, Case]
) -> None:
    marked = example_of(kind)
    assert isinstance(marked.value, list)
    task = bind_task(marked.value[0], WRITTEN, file=marked.file)
    visit = cases["C01"].visits[0]
    assert list(task.interaction.problems(task, visit, None)) == []
    assert list(task.interaction.problems(task, visit, protocol)) == []
    assert [fact for fact in task.about if fact not in protocol.facts] == []


def file_blocks() -> dict[str, str]:
    return dict(re.findall(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package that the guide builds, as an installer would leave it."""
    files = file_blocks()
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = "\n".join(f"{name} = {value}" for name, value in project["entry-points"][GROUP].items())
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{points}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    sys.modules.pop("papilla_true_or_false", None)


def test_the_package_of_the_guide_adds_a_kind_that_grades(installed: Path) -> None:
    assert sorted(file_blocks()) == [
        "papilla_true_or_false/__init__.py",
        "papilla_true_or_false/task.html",
        "pyproject.toml",
    ]
    registry = load_registry(("true_or_false",))
    assert set(registry) - set(standard_registry()) == {"true_or_false"}
    kind = registry["true_or_false"]
    protocol, case = example_documents()
    written = {"key": "sure", "kind": "true_or_false", **kind.examples[0].task}
    task = bind_task(written, registry, file="case.yaml")
    visit = dataclasses.replace(case.visits[0], tasks=(*case.visits[0].tasks, task))
    case = dataclasses.replace(case, visits=(visit,))
    answer = VisitAnswer(
        {one.key: one.interaction.read(one, visit, {"sure": "false"}) for one in visit.tasks}
    )
    decision = grade_visit(protocol, case, 0, answer).decision("sure")
    assert decision is not None
    assert (decision.credit, decision.row) == (1.0, "protocol")


def test_the_fragment_of_the_guide_renders(installed: Path) -> None:
    kind = load_registry(("true_or_false",))["true_or_false"]
    loader = jinja2.FileSystemLoader([kind.folder, ROOT / "lms" / "core" / "templates"])
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals |= {"_": _, "asset": lambda name: f"/{name}"}
    environment.filters["lms_date"] = show_date
    task = SimpleNamespace(name="sure", prompt="Is this true?", statement="One week.", chosen="true")
    page = environment.get_template("task.html").render(task=task, problems={"sure": "Choose one."})
    assert "<legend>Is this true?</legend>" in page
    assert 'id="sure" value="true" checked' in page
    assert 'id="sure-error"' in page
