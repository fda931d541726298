"""What `make mutate` is limited to, and the counts it reads from what mutmut leaves behind."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.mutate.__main__ import COPIED, PROJECT, limit
from tests.mutate.results import read_modules, state_of, table


def _meta(folder: Path, path: str, exit_codes: dict[str, int | None]) -> None:
    file = folder / f"{path}.meta"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"exit_code_by_key": exit_codes}), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    _meta(tmp_path, "quizzes/grading/grade.py", {"g1": 1, "g2": 0, "g3": 33, "g4": -24, "g5": 3})
    _meta(tmp_path, "quizzes/grading_notes.py", {"n1": 0})
    _meta(tmp_path, "quizzes/protocols/decide.py", {"d1": 1, "d2": None})
    _meta(tmp_path, "quizzes/protocols/__init__.py", {})
    return tmp_path


@pytest.mark.parametrize(
    ("exit_code", "state"),
    [
        (0, "survived"),
        (1, "killed"),
        (33, "not covered"),
        (-24, "timeout"),
        (None, "not run"),
        (-11, "other"),
    ],
)
def test_an_exit_code_says_how_a_mutant_ended(exit_code: int | None, state: str) -> None:
    assert state_of(exit_code) == state


def test_what_no_test_noticed_or_reached_survives(folder: Path) -> None:
    survivors = {module.path: module.survivors() for module in read_modules(folder)}
    assert survivors == {
        "quizzes/grading/grade.py": ("g2", "g3"),
        "quizzes/grading_notes.py": ("n1",),
        "quizzes/protocols/decide.py": (),
    }


def test_a_run_may_be_limited_to_a_file_or_a_folder(tmp_path: Path) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_bytes((PROJECT / "pyproject.toml").read_bytes())
    before = tomllib.loads(settings.read_text(encoding="utf-8"))["tool"]["mutmut"]
    limit(settings, ("quizzes/grading/grade.py", "quizzes/protocols"))
    after = tomllib.loads(settings.read_text(encoding="utf-8"))["tool"]["mutmut"]
    assert after == {**before, "only_mutate": ["quizzes/grading/grade.py", "quizzes/protocols/*.py"]}


def test_what_is_mutated_and_what_is_run_exists() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    assert all(list(PROJECT.glob(pattern)) for pattern in settings["only_mutate"])
    assert all((PROJECT / path).exists() for path in settings["pytest_add_cli_args_test_selection"])
    assert all((PROJECT / path).exists() for path in COPIED)


def test_the_table_adds_up(folder: Path) -> None:
    lines = table(read_modules(folder)).splitlines()
    assert lines[0].split() == ["killed", "survived", "timeout", "not", "covered", "not", "run"]
    assert lines[1].split() == ["quizzes/grading/grade.py", "2", "1", "1", "1", "0"]
    assert lines[-1].split() == ["total", "3", "2", "1", "1", "1"]
