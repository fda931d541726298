"""The command that prints computed keys."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizzes.commands import cases


@pytest.fixture
def folder(library: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    copy.mkdir()
    shutil.copy(library / "protocol.yaml", copy)
    shutil.copytree(library / "cases", copy / "cases")
    return copy


def test_a_content_folder_gives_one_object_per_case_and_visit(library: Path) -> None:
    result = CliRunner().invoke(cases, ["derive", str(library), "--json"])
    assert result.exit_code == 0
    derived = json.loads(result.stdout)
    assert len(derived) == 18
    assert set(derived[0]) == {"case", "visit", "action", "escalation", "reasons", "conditions", "ranges"}
    assert (derived[0]["case"], derived[0]["visit"]) == ("C01", 1)
    assert derived[0]["ranges"] == {
        "depth_mm": {"crown": [0.5, 0.9]},
        "interval_weeks": [2, 4],
        "initial_sessions": [4, 6],
        "maintenance_months": [3, 6],
    }
    c09 = next(key for key in derived if key["case"] == "C09")
    assert (c09["action"], c09["escalation"], c09["ranges"]) == ("medical_clearance", "none", None)
    assert c09["reasons"][0]["sources"][0]["key"] == "S07"


@pytest.mark.parametrize("part", ["cases", "cases/c09-palpitations-sorted-out.yaml"])
def test_a_folder_of_cases_or_one_file_will_do(folder: Path, part: str) -> None:
    result = CliRunner().invoke(cases, ["derive", str(folder / part)])
    assert result.exit_code == 0
    assert "C09 visit 1: medical_clearance, none (CI-BLEED)" in result.stdout
    assert len(result.stdout.splitlines()) == (18 if part == "cases" else 1)


def test_the_problems_of_all_files_come_at_once_and_no_key(folder: Path) -> None:
    for name, old, new in (
        ("c07-itchy-ring", "finding: CI-INF", "finding: CI-INV"),
        ("c12-back-from-the-beach", "age: 46", "age: old"),
    ):
        file = folder / "cases" / f"{name}.yaml"
        file.write_text(file.read_text().replace(old, new))
    result = CliRunner().invoke(cases, ["derive", str(folder), "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "cases/c07-itchy-ring.yaml:28: visits[0].findings[0].finding: " in result.stderr
    assert "cases/c12-back-from-the-beach.yaml:10: patient.age: " in result.stderr


def test_a_folder_without_protocol_or_cases_says_so(folder: Path, tmp_path: Path) -> None:
    (folder / "protocol.yaml").unlink()
    result = CliRunner().invoke(cases, ["derive", str(folder)])
    assert result.exit_code == 1
    assert "protocol.yaml:1: The protocol cannot be read" in result.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There is no case here" in CliRunner().invoke(cases, ["derive", str(empty)]).stderr


def test_two_cases_of_one_source_are_refused(folder: Path) -> None:
    file = folder / "cases" / "c12-back-from-the-beach.yaml"
    file.write_text(file.read_text().replace("source_id: C12", "source_id: C10"))
    result = CliRunner().invoke(cases, ["derive", str(folder)])
    assert result.exit_code == 1
    assert "c12-back-from-the-beach.yaml:2: source_id: “C10” is the source of" in result.stderr
