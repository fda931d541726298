from __future__ import annotations

from pathlib import Path

from lms.publishing.commands import content
from lms.publishing.models import Document
from tests.unit.publishing.small_course import FILES, read_back, write_folder
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
