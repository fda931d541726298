from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import ConfigurationError, ContentError, InvalidInput
from lms.publishing import folders
from lms.publishing.checks import check_folder
from lms.publishing.kinds import kinds_by_name
from tests.unit.publishing.small_course import FILES, KINDS, Lesson, write_folder


def told(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        check_folder(path, KINDS)
    return [str(problem) for problem in caught.value.problems]


def test_a_sound_folder_gives_its_documents_in_order(tmp_path: Path) -> None:
    checked = check_folder(write_folder(tmp_path), KINDS)
    assert [each.file for each in checked] == sorted(FILES)
    lesson = next(each for each in checked if each.kind == "lesson")
    assert lesson.document == Lesson("hygiene", "Hygiène", "\n# Body\n")
    assert lesson.source == FILES["lessons/hygiene.md"]


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path,
        {
            **FILES,
            "course.yaml": b"key: scalp\ntitle: 3\ncases: [c01, c99]\n",
            "cases/c01.yaml": b"key: c01\nprotocol: needling\nfindings: [keloid, gout]\n",
            "cases/c02.yaml": b"key: c02\nprotocol: other\n",
            "cases/c03.yaml": b"key: c03\nprotocol: needling\n\xff",
            "lessons/hygiene.md": b"---\nkey: hygiene\n---\n",
        },
    )
    assert told(path) == [
        "cases/c01.yaml:1: findings[1]: There is no finding “gout”.",
        "cases/c02.yaml:1: protocol: There is no protocol “other”.",
        "cases/c03.yaml:3: Byte 28 (0xff) is not valid UTF-8. Save the file as UTF-8.",
        "course.yaml:2: title: Expected a text, found the number 3. Put it in quotes.",
        "lessons/hygiene.md:2: title: This field is missing. Add it.",
    ]


def test_a_broken_file_does_not_look_missing_to_the_others(tmp_path: Path) -> None:
    path = write_folder(tmp_path, {**FILES, "protocol.yaml": b"key: needling\nfindngs: []\n"})
    (only,) = told(path)
    assert only.startswith(
        "protocol.yaml:2: findngs: There is no field “findngs” here. Did you mean “findings”?"
    )
    (tmp_path / "protocol.yaml").write_bytes(FILES["protocol.yaml"])
    (tmp_path / "cases/c01.yaml").write_bytes(b"key: c01\n")
    assert told(path) == ["cases/c01.yaml:1: protocol: This field is missing. Add it."]


def test_file_names_follow_the_key_and_keys_the_pattern(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path,
        {
            **FILES,
            "cases/c03.yaml": b"protocol: needling\nkey: c04\n",
            "cases/C 5.yaml": b"protocol: p\nkey: C 5\n",
        },
    )
    upper, moved = told(path)
    assert upper.startswith("cases/C 5.yaml:2: key: “C 5” is not a key.")
    assert moved.startswith(
        "cases/c03.yaml:2: key: The key is “c04”, so the file must be named cases/c04.yaml."
    )


def test_files_that_do_not_belong_are_named(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path, {**FILES, "notes.txt": b"", ".DS_Store": b"", "cases/c01.yml": b"", "cases/old/x.yaml": b""}
    )
    assert [line.split(":")[0] for line in told(path)] == [
        ".DS_Store",
        "cases/c01.yml",
        "cases/old",
        "notes.txt",
    ]


def test_symbolic_links_and_pipes_are_never_opened(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "course")
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(b"key: c03\nprotocol: needling\n")
    (path / "cases/c03.yaml").symlink_to(outside)
    (path / "quizzes").symlink_to(tmp_path)
    os.mkfifo(path / "cases/c04.yaml")
    assert [line.split(".")[0] for line in told(path)] == [
        "cases/c03",
        "cases/c04",
        "quizzes:1: Symbolic links are not followed",
    ]


def test_a_folder_without_a_course_says_so(tmp_path: Path) -> None:
    assert told(tmp_path) == ["course.yaml:1: The file is missing. A content folder starts with it."]
    with pytest.raises(InvalidInput, match="is not a folder"):
        check_folder(tmp_path / "nowhere", KINDS)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_folder(tmp_path, {**FILES, "figures/big.svg": b" " * (1024 * 1024 + 1)})
    (only,) = told(path)
    assert only.startswith("figures/big.svg:1: The file has more than 1048576 bytes.")
    monkeypatch.setattr(folders, "MAX_FILES", 3)
    (only,) = told(path)
    assert "more than 3 files" in only


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="“case”"):
        kinds_by_name([KINDS["case"], KINDS["case"]])


@given(
    files=st.dictionaries(
        st.sampled_from([*FILES, "cases/c03.yaml", "lessons/other.md"]),
        st.binary(max_size=40) | st.sampled_from(sorted(FILES.values())),
    )
)
def test_any_folder_is_sound_or_refused(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    path = write_folder(tmp_path_factory.mktemp("course"), files)
    try:
        checked = check_folder(path, KINDS)
    except ContentError as error:
        assert all(problem.line >= 1 for problem in error.problems)  # noqa: PT017 - either outcome is right
    else:
        assert {each.file: each.source for each in checked} == files
