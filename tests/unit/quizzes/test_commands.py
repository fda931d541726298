"""The commands for authors of cases: printing computed keys, and trying what seeds draw."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizzes.cases.model import Case
from quizzes.commands import cases as command
from tests.unit.quizzes.drawn_case import ACNE, TEXT, line_of

C09 = "c09-palpitations-sorted-out.yaml"


@pytest.fixture
def folder(library: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    copy.mkdir()
    shutil.copy(library / "protocol.yaml", copy)
    shutil.copytree(library / "cases", copy / "cases")
    return copy


def broken(file: Path, old: str, new: str) -> str:
    """Change a file once; returns its new text."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    file.write_text(changed, encoding="utf-8")
    return changed


def test_a_content_folder_gives_one_object_per_case_and_visit(
    library: Path, cases: Mapping[str, Case]
) -> None:
    result = CliRunner().invoke(command, ["derive", str(library), "--json"])
    assert result.exit_code == 0
    derived = json.loads(result.stdout)
    assert len(derived) == sum(len(case.visits) for case in cases.values())
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
def test_a_folder_of_cases_or_one_file_will_do(folder: Path, cases: Mapping[str, Case], part: str) -> None:
    result = CliRunner().invoke(command, ["derive", str(folder / part)])
    assert result.exit_code == 0
    assert "C09 visit 1: medical_clearance, none (CI-BLEED)" in result.stdout
    visits = sum(len(case.visits) for name, case in cases.items() if part == "cases" or name == "C09")
    assert len(result.stdout.splitlines()) == visits


def test_the_problems_of_all_files_come_at_once_and_no_key(folder: Path) -> None:
    for name, old, new in (
        ("c07-itchy-ring", "finding: CI-INF", "finding: CI-INV"),
        ("c12-back-from-the-beach", "age: 46", "age: old"),
    ):
        file = folder / "cases" / f"{name}.yaml"
        file.write_text(file.read_text().replace(old, new))
    result = CliRunner().invoke(command, ["derive", str(folder), "--json"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "cases/c07-itchy-ring.yaml:28: visits[0].findings[0].finding: " in result.stderr
    assert "cases/c12-back-from-the-beach.yaml:10: patient.age: " in result.stderr


def test_a_folder_without_protocol_or_cases_says_so(folder: Path, tmp_path: Path) -> None:
    (folder / "protocol.yaml").unlink()
    result = CliRunner().invoke(command, ["derive", str(folder)])
    assert result.exit_code == 1
    assert "protocol.yaml:1: The protocol cannot be read" in result.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There is no case here" in CliRunner().invoke(command, ["derive", str(empty)]).stderr


def test_two_cases_of_one_source_are_refused(folder: Path) -> None:
    file = folder / "cases" / "c12-back-from-the-beach.yaml"
    file.write_text(file.read_text().replace("source_id: C12", "source_id: C10"))
    result = CliRunner().invoke(command, ["derive", str(folder)])
    assert result.exit_code == 1
    assert "c12-back-from-the-beach.yaml:2: source_id: “C10” is the source of" in result.stderr


# --- cases test -------------------------------------------------------------------------------------


def test_the_shipped_cases_are_clean_in_every_drawing(library: Path, cases: Mapping[str, Case]) -> None:
    result = CliRunner().invoke(command, ["test", str(library), "-n", "20"])
    assert result.exit_code == 0, result.stderr
    heading, *rows, last = result.stdout.splitlines()
    assert heading.split() == ["case", "visits", "drawings", "different", "keys", "ms"]
    table = {row.split()[0]: row.split()[1:] for row in rows if not row.startswith(" ")}
    assert set(table) == set(cases)
    for name, case in cases.items():
        assert table[name][:2] == [str(len(case.visits)), "20"]
    assert last.startswith(f"clean: {len(cases)} cases, {20 * len(cases)} drawings, at most ")
    assert result.stderr == ""


def test_one_case_with_variants_says_how_its_seeds_spread(folder: Path) -> None:
    file = folder / "cases" / "tablets-for-the-heart.yaml"
    file.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(command, ["test", str(file), "-n", "50"])
    assert result.exit_code == 0, result.stderr
    spread = [line for line in result.stdout.splitlines() if line.startswith("  ")]
    assert [line.split(":")[0].strip() for line in spread] == [
        "contrast",
        "extra",
        "patient",
        "word anticoagulant",
        "word delay",
    ]
    assert "0 Rhodri P. (" in spread[2]
    (report,) = json.loads(CliRunner().invoke(command, ["test", str(file), "-n", "50", "--json"]).stdout)
    assert (report["case"], report["visits"], report["drawings"], report["keys"]) == ("T01", 2, 50, 2)
    assert report["contradictions"] == []
    assert sum(report["spread"]["contrast"].values()) == 50


def test_a_key_broken_on_purpose_names_rule_statement_and_line(folder: Path) -> None:
    text = broken(folder / "cases" / C09, "status: present", "status: absent")
    result = CliRunner().invoke(command, ["test", str(folder), "-n", "5"])
    assert result.exit_code == 1
    assert result.stdout == ""
    statement = text.index("id: i02")
    line = text.count("\n", 0, text.index("role: decisive", statement)) + 1
    assert result.stderr.splitlines()[0] == (
        f"cases/{C09}:{line}: visits[0].statements[1].role: Statement “i02” is decisive, and no finding it "
        "supports decides this visit: by rule CI-BLEED “anticoagulant” (absent) asks for nothing; the key is "
        "“proceed” with escalation “none”. Call it supporting, or check the findings."
    )
    assert "nothing was tested." in result.stderr


def test_a_hidden_finding_names_rule_statement_and_line(folder: Path) -> None:
    text = broken(folder / "cases" / C09, "role: decisive", "role: modifier")
    result = CliRunner().invoke(command, ["test", str(folder / "cases" / C09)])
    assert result.exit_code == 1
    line = line_of(text, "- key: anticoagulant")
    assert result.stderr.splitlines()[0] == (
        f"cases/{C09}:{line}: visits[0].findings[0].key: “anticoagulant” decides "
        "this visit by rule CI-BLEED, and no counted statement supports it. Statement “i01” does, and is not "
        "counted. Add one, or call one decisive."
    )


def test_a_contradiction_ends_with_status_1_and_its_place(folder: Path) -> None:
    file = folder / "cases" / "tablets-for-the-skin.yaml"
    file.write_text(ACNE, encoding="utf-8")
    result = CliRunner().invoke(command, ["test", str(file), "-n", "10"])
    assert result.exit_code == 1
    assert "clean" not in result.stdout
    line = line_of(ACNE, "- {id: i01")
    contradiction, ending = result.stderr.splitlines()
    assert contradiction == (
        f"cases/tablets-for-the-skin.yaml:{line}: T02, as written and 10 more, visit 1: A careless learner "
        "passes with 81 where the rule asks for “medical clearance”. (rule BX-ISO, statement i01)"
    )
    assert ending == "Error: 1 contradiction in 1 of 1 cases."
    as_json = CliRunner().invoke(command, ["test", str(file), "-n", "10", "--json"])
    assert as_json.exit_code == 1
    (found,) = json.loads(as_json.stdout)[0]["contradictions"]
    assert (found["rule"], found["statement"], found["line"]) == ("BX-ISO", "i01", line)
    assert found["seeds"][:2] == [None, "1"]


@pytest.mark.parametrize("count", ["0", "-1", "many", "100001"])
def test_a_count_out_of_bounds_is_refused(library: Path, count: str) -> None:
    result = CliRunner().invoke(command, ["test", str(library), "-n", count])
    assert result.exit_code == 2
    assert "-n" in result.stderr
