from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lms.core.errors import Problem
from lms.publishing.commands import content
from lms.publishing.kinds import FolderReport, Siblings
from lms.publishing.library import Library
from lms.publishing.models import Document
from tests.unit.publishing.small_course import FILES, KINDS, Course, read_back, write_folder
from tests.unit.publishing.small_school import School


def run(school: School, *arguments: object) -> tuple[int, str]:
    result = school.app().test_cli_runner().invoke(content, [str(one) for one in arguments])
    return result.exit_code, result.output


def test_check_prints_every_problem_and_stores_nothing(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    assert run(school, "check", path) == (
        0,
        f"{path}: 6 documents without problems (case 2, course 1, figure 1, lesson 1, protocol 1).\n",
    )
    write_folder(path, {"cases/c01.yaml": b"key: c01\n", "stray.txt": b""})
    code, said = run(school, "check", path)
    assert code == 1
    assert "cases/c01.yaml:1: protocol: This field is missing. Add it.\n" in said
    assert "stray.txt:1: This does not belong in a content folder." in said
    assert "2 problems; nothing was stored." in said
    assert school.count(Document) == 0


def test_import_and_export_round_trip(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    code, said = run(school, "import", path)
    assert code == 0
    assert "cases/c01.yaml: revision 1 (new)\n" in said
    assert said.endswith("Course scalp: 6 documents, 6 new revisions.\n")
    assert run(school, "import", path) == (0, "Course scalp: 6 documents, 0 new revisions.\n")
    assert run(school, "export", tmp_path / "scalp")[0] == 0
    assert run(school, "export", tmp_path / "elsewhere", "--course", "scalp")[0] == 0
    assert read_back(tmp_path / "scalp") == read_back(tmp_path / "elsewhere") == FILES


def test_what_cannot_be_done_is_said_in_a_sentence(school: School, tmp_path: Path) -> None:
    code, said = run(school, "import", tmp_path / "nowhere")
    assert (code, "is not a folder" in said) == (1, True)
    code, said = run(school, "export", tmp_path / "unknown")
    assert (code, "There is no course “unknown” here." in said) == (1, True)
    without_course = write_folder(tmp_path / "part", {"protocol.yaml": FILES["protocol.yaml"]})
    code, said = run(school, "import", without_course)
    assert (code, "course.yaml:1: The file is missing." in said) == (1, True)
    assert school.count(Document) == 0


def reporting(siblings: Siblings) -> FolderReport:
    course = next(one for (kind, _), one in siblings.items() if kind == "course")
    assert isinstance(course, Course)
    title = course.title
    long = (Problem("course.yaml", 2, "title", "It is long."),) if len(title) > 10 else ()
    return FolderReport(
        lines=(f"title  {title}",), hints=(Problem("course.yaml", 2, "title", "Think twice."),), problems=long
    )


@pytest.fixture
def reporting_school(school: School) -> School:
    kinds = {**KINDS, "course": replace(KINDS["course"], report=reporting)}
    school.workshop = replace(school.workshop, documents=Library(kinds))
    return school


def test_check_prints_what_there_is_to_say_of_a_folder(reporting_school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    code, said = run(reporting_school, "check", path)
    assert (code, said.splitlines()[:2]) == (0, ["title  Scalp", "hint: course.yaml:2: title: Think twice."])
    write_folder(path, {"course.yaml": b"key: scalp\ntitle: A very long title\n"})
    code, said = run(reporting_school, "check", path)
    assert code == 1
    assert "title  A very long title\n" in said
    assert "course.yaml:2: title: It is long.\n" in said
    assert "without problems" not in said
    write_folder(path, {"cases/c01.yaml": b"key: c01\n"})
    code, said = run(reporting_school, "check", path)
    assert "title  A very long title\n" in said
    assert "2 problems; nothing was stored." in said


def test_what_a_check_reports_does_not_forbid_the_import(reporting_school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in", {**FILES, "course.yaml": b"key: scalp\ntitle: A very long title\n"})
    assert run(reporting_school, "import", path)[0] == 0


def test_check_reads_every_course_of_a_folder(reporting_school: School, tmp_path: Path) -> None:
    write_folder(tmp_path / "all" / "scalp")
    write_folder(tmp_path / "all" / "peels")
    code, said = run(reporting_school, "check", tmp_path / "all")
    assert code == 0
    assert [line for line in said.splitlines() if "hint" in line] == [
        "hint: peels/course.yaml:2: title: Think twice.",
        "hint: scalp/course.yaml:2: title: Think twice.",
    ]
    assert said.count("6 documents without problems") == 2
    write_folder(tmp_path / "all" / "peels", {"cases/c01.yaml": b"key: c01\n"})
    code, said = run(reporting_school, "check", tmp_path / "all")
    assert code == 1
    assert "peels/cases/c01.yaml:1: protocol: This field is missing. Add it.\n" in said
    assert "scalp: 6 documents without problems" in said
    code, said = run(reporting_school, "check", tmp_path / "nowhere")
    assert (code, "is not a folder" in said) == (1, True)
