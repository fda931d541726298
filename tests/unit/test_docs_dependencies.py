"""docs/dependencies.md explains every dependency, and the lock files can be trusted anywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-mutate.txt")
ROW = re.compile(r"^\| `(?P<name>[a-z0-9-]+)` \|(?P<cells>.*)\|$", re.MULTILINE)
PINNED = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def _named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", one)[0].lower() for one in requirements}


def _declared() -> tuple[set[str], set[str], set[str]]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert set(extras) == {"test", "mutate"}
    return _named(project["dependencies"]), _named(extras["test"]), _named(extras["mutate"])


def _documented(text: str) -> set[str]:
    return {row["name"] for row in ROW.finditer(text)}


def _locked(name: str) -> dict[str, str]:
    return dict(PINNED.findall((PROJECT / name).read_text(encoding="utf-8")))


def test_every_dependency_has_its_line_in_its_section() -> None:
    runtime, testing, mutating = _declared()
    page = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    first, second = page.split("## For tests and checks only")
    assert _documented(first) == runtime
    assert _documented(second) == testing | mutating


def test_each_line_says_what_for_why_what_else_and_the_licence() -> None:
    page = (PROJECT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for row in ROW.finditer(page):
        cells = [cell.strip() for cell in row["cells"].split("|")]
        assert len(cells) == 4, row["name"]
        assert all(cells), row["name"]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_host_and_no_folder(name: str) -> None:
    for line in (PROJECT / name).read_text(encoding="utf-8").splitlines():
        assert "://" not in line, line
        assert " /" not in line, line
        option = line.startswith("-")
        assert not option, line


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (PROJECT / name).read_text(encoding="utf-8"))
    for block in blocks:
        if PINNED.match(block):
            assert "--hash=sha256:" in block, block[:80]


def test_the_lock_files_agree_and_cover_what_is_declared() -> None:
    runtime, testing, mutating = _declared()
    first, second, third = (_locked(name) for name in LOCKS)
    assert runtime <= first.keys()
    assert testing <= second.keys()
    assert mutating <= third.keys()
    assert {name: second.get(name) for name in first} == first
    assert {name: third.get(name) for name in first} == first
    shared = second.keys() & third.keys()
    assert {name: third[name] for name in shared} == {name: second[name] for name in shared}
