from __future__ import annotations

from pathlib import Path

import pytest

from lms.core.errors import ContentError, NotFound
from lms.publishing.queries import edition, published, published_folder
from lms.publishing.service import import_folder
from tests.unit.publishing.small_course import FILES, write_folder
from tests.unit.publishing.small_school import School


def bring(school: School, path: Path) -> None:
    with school.work() as work:
        import_folder(work, academy_id=school.academy_id, path=path)


def edition_of(school: School, academy_id: int | None = None) -> int:
    with school.reading() as reading:
        return edition(reading, academy_id=academy_id or school.academy_id)


def test_the_edition_counts_changes_of_what_is_published(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    assert edition_of(school) == 0
    bring(school, path)
    assert edition_of(school) == 1
    bring(school, path)
    assert edition_of(school) == 1, "the same bytes change nothing"
    write_folder(path, {"cases/c01.yaml": b"key: c01\nprotocol: needling\nfindings: [fever]\n"})
    bring(school, path)
    assert edition_of(school) == 2


def test_a_withdrawn_document_is_a_change(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    write_folder(path, {"course.yaml": FILES["course.yaml"].replace(b"c01, c02", b"c01")})
    (path / "cases" / "c02.yaml").unlink()
    bring(school, path)
    assert edition_of(school) == 2


def test_an_import_that_fails_is_no_change(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    write_folder(path, {"cases/c01.yaml": b"key: c01\nprotocol: nowhere\nfindings: []\n"})
    with pytest.raises(ContentError):
        bring(school, path)
    assert edition_of(school) == 1


def test_academies_count_apart(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    assert edition_of(school, school.other_academy_id) == 0


def test_a_folder_is_read_whole_in_its_newest_state(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    write_folder(path, {"cases/c01.yaml": b"key: c01\nprotocol: needling\nfindings: [fever]\n"})
    bring(school, path)
    with school.reading() as reading:
        folder = published_folder(reading, academy_id=school.academy_id, course_key="scalp")
        case = published(reading, academy_id=school.academy_id, kind="case", key="c01")
        assert len(folder) == len(FILES)
        assert folder["case", "c01"] == case
        with pytest.raises(NotFound):
            published_folder(reading, academy_id=school.academy_id, course_key="nothing")
        with pytest.raises(NotFound):
            published_folder(reading, academy_id=school.other_academy_id, course_key="scalp")
