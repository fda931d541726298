from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.errors import ContentError, InvalidInput, NotFound
from lms.publishing.events import FolderPublished
from lms.publishing.models import Document, FolderFile, Revision
from lms.publishing.queries import published, published_many, revision, revisions
from lms.publishing.rules import Outcome
from lms.publishing.service import ImportReport, export_folder, import_folder
from tests.unit.publishing.small_course import FILES, Case, Course, read_back, write_folder
from tests.unit.publishing.small_school import School

OTHER_COURSE = {
    "course.yaml": b"key: beard\ntitle: Beard\ncases: [c09]\n",
    "protocol.yaml": FILES["protocol.yaml"],
    "cases/c09.yaml": b"key: c09\nprotocol: needling\nfindings: [keloid]\n",
}


def bring(school: School, path: Path) -> ImportReport:
    with school.work() as work:
        return import_folder(work, academy_id=school.academy_id, path=path)


def taken_out(school: School, path: Path, course_key: str = "scalp") -> dict[str, bytes]:
    with school.reading() as reading:
        export_folder(reading, academy_id=school.academy_id, course_key=course_key, path=path)
    return read_back(path)


def test_an_export_gives_back_what_was_imported(school: School, tmp_path: Path) -> None:
    report = bring(school, write_folder(tmp_path / "in"))
    assert (report.course_key, report.new_revisions, report.withdrawn) == ("scalp", 6, ())
    assert {each.outcome for each in report.documents} == {Outcome.NEW}
    assert taken_out(school, tmp_path / "out") == FILES


def test_importing_the_same_bytes_again_makes_nothing(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    again = bring(school, path)
    assert again.new_revisions == 0
    assert {(each.outcome, each.number) for each in again.documents} == {(Outcome.UNCHANGED, 1)}
    assert (school.count(Document), school.count(Revision), school.count(FolderFile)) == (6, 6, 6)


def test_changed_bytes_make_the_next_revision_and_keep_the_old_one(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    with school.reading() as reading:
        before = published(reading, academy_id=school.academy_id, kind="case", key="c01")
    write_folder(path, {"cases/c01.yaml": b"key: c01\nprotocol: needling\nfindings: [fever]\n"})
    outcomes = {each.file: (each.outcome, each.number) for each in bring(school, path).documents}
    assert outcomes["cases/c01.yaml"] == (Outcome.CHANGED, 2)
    assert outcomes["cases/c02.yaml"] == (Outcome.UNCHANGED, 1)
    with school.reading() as reading:
        after = published(reading, academy_id=school.academy_id, kind="case", key="c01")
        pinned = revision(reading, revision_id=before.revision_id)
    assert (after.number, after.document) == (2, Case("c01", "needling", ("fever",)))
    assert (pinned, pinned.document) == (before, Case("c01", "needling", ("keloid",)))


def test_a_changed_comment_makes_a_revision_of_the_same_digest(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    with school.reading() as reading:
        before = published(reading, academy_id=school.academy_id, kind="course", key="scalp")
    write_folder(path, {"course.yaml": FILES["course.yaml"].replace(b"# the first", b"# changed")})
    (changed,) = [each for each in bring(school, path).documents if each.outcome is not Outcome.UNCHANGED]
    assert (changed.file, changed.outcome, changed.number) == ("course.yaml", Outcome.REWORDED, 2)
    with school.reading() as reading:
        after = published(reading, academy_id=school.academy_id, kind="course", key="scalp")
    assert (after.number, after.digest, after.document) == (2, before.digest, before.document)
    assert after.revision_id != before.revision_id


def test_one_problem_keeps_everything_out(school: School, tmp_path: Path) -> None:
    path = write_folder(
        tmp_path / "in", {**FILES, "cases/c02.yaml": b"key: c02\n", "cases/c03.yaml": b"\xff"}
    )
    with pytest.raises(ContentError) as caught:
        bring(school, path)
    assert len(caught.value.problems) == 2
    assert (school.count(Document), school.count(Revision)) == (0, 0)


def test_what_leaves_the_folder_is_withdrawn_and_may_return(school: School, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "in")
    bring(school, path)
    with school.reading() as reading:
        pinned = published(reading, academy_id=school.academy_id, kind="case", key="c02")
    without = {**FILES, "course.yaml": b"key: scalp\ntitle: Scalp\ncases: [c01]\n"}
    del without["cases/c02.yaml"]
    report = bring(school, write_folder(tmp_path / "without", without))
    assert report.withdrawn == ("cases/c02.yaml",)
    assert taken_out(school, tmp_path / "out") == without
    with school.reading() as reading:
        cases = published_many(reading, academy_id=school.academy_id, kind="case")
        assert [each.key for each in cases] == ["c01"]
        with pytest.raises(NotFound):
            published(reading, academy_id=school.academy_id, kind="case", key="c02")
        assert revision(reading, revision_id=pinned.revision_id) == pinned
    back = bring(school, path)
    assert {each.file: each.number for each in back.documents}["cases/c02.yaml"] == 1
    with school.reading() as reading:
        assert published(reading, academy_id=school.academy_id, kind="case", key="c02") == pinned


def test_a_shared_document_stays_while_one_course_holds_it(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "scalp"))
    bring(school, write_folder(tmp_path / "beard", OTHER_COURSE))
    assert school.count(Document) == len(FILES) + 2
    without = {"course.yaml": b"key: beard\ntitle: Beard\n"}
    report = bring(school, write_folder(tmp_path / "bare", without))
    assert report.withdrawn == ("cases/c09.yaml",)
    assert taken_out(school, tmp_path / "out") == FILES


def test_an_import_may_not_break_another_course(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "scalp"))
    path = write_folder(
        tmp_path / "beard", {**OTHER_COURSE, "protocol.yaml": b"key: needling\nfindings: [fever]\n"}
    )
    write_folder(path, {"cases/c09.yaml": b"key: c09\nprotocol: needling\n"})
    with pytest.raises(ContentError) as caught:
        bring(school, path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.field) == ("scalp/cases/c01.yaml", "findings[0]")
    assert "“keloid”" in problem.message
    assert "the course “scalp” shares" in problem.message
    assert school.count(Document) == len(FILES)


def test_every_course_that_an_import_touches_is_announced(school: School, tmp_path: Path) -> None:
    announced: list[FolderPublished] = []
    school.workshop.events.subscribe(FolderPublished, lambda _work, event: announced.append(event))

    def courses_of(path: Path) -> set[str]:
        announced.clear()
        bring(school, path)
        assert {event.academy_id for event in announced} == {school.academy_id}
        assert len({event.course_key for event in announced}) == len(announced)
        return {event.course_key for event in announced}

    assert courses_of(write_folder(tmp_path / "scalp")) == {"scalp"}
    beard = write_folder(tmp_path / "beard", OTHER_COURSE)
    assert courses_of(beard) == {"beard"}, "what it shares is unchanged"
    write_folder(beard, {"protocol.yaml": FILES["protocol.yaml"] + b"# other bytes\n"})
    assert courses_of(beard) == {"beard", "scalp"}
    assert courses_of(beard) == {"beard"}


def test_academies_do_not_see_each_other(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    with school.reading() as reading:
        assert published_many(reading, academy_id=school.other_academy_id, kind="case") == ()
        with pytest.raises(NotFound):
            published(reading, academy_id=school.other_academy_id, kind="course", key="scalp")
        with pytest.raises(NotFound):
            export_folder(
                reading, academy_id=school.other_academy_id, course_key="scalp", path=tmp_path / "out"
            )
    assert not (tmp_path / "out").exists()
    with school.work() as work, pytest.raises(NotFound, match="no such academy"):
        import_folder(work, academy_id=999, path=tmp_path / "in")


def test_an_export_never_overwrites(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    with pytest.raises(InvalidInput, match="exists already"):
        taken_out(school, tmp_path / "in")
    (tmp_path / "empty").mkdir()
    assert taken_out(school, tmp_path / "empty") == FILES
    with pytest.raises(InvalidInput, match="cannot be written"):
        taken_out(school, tmp_path / "in" / "course.yaml" / "out")
    assert read_back(tmp_path / "in") == FILES


def test_pinned_revisions_come_together_and_unknown_ones_are_refused(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    with school.reading() as reading:
        cases = published_many(reading, academy_id=school.academy_id, kind="case")
        pinned = revisions(reading, revision_ids=[each.revision_id for each in cases])
        assert pinned == {each.revision_id: each for each in cases}
        assert revisions(reading, revision_ids=[]) == {}
        with pytest.raises(NotFound):
            revisions(reading, revision_ids=[*pinned, 10_000])


def test_every_query_is_one_statement_once_documents_are_parsed(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    said: list[str] = []
    sa.event.listen(school.engine, "before_cursor_execute", lambda *seen: said.append(seen[2]))

    def statements() -> list[int]:
        counts = []
        with school.reading() as reading:
            for ask in (
                lambda: published(reading, academy_id=school.academy_id, kind="course", key="scalp"),
                lambda: published_many(reading, academy_id=school.academy_id, kind="case"),
                lambda: revision(reading, revision_id=1),
                lambda: revisions(reading, revision_ids=[1, 2, 3]),
            ):
                said.clear()
                ask()
                counts.append(len([one for one in said if one.startswith("SELECT")]))
        return counts

    school.forget_documents()
    first = statements()
    assert first[:2] == [2, 2]
    assert statements() == [1, 1, 1, 1]
    assert all("source," not in one.split("FROM")[0] for one in said)


def spoil(school: School, deed: str) -> None:
    with school.work() as work:
        stored = work.session.scalars(sa.select(Revision).limit(1)).one()
        if deed == "change":
            stored.digest = "0" * 64
        else:
            work.session.delete(stored)


@pytest.mark.parametrize("deed", ["change", "delete"])
def test_a_revision_cannot_be_changed_or_deleted(school: School, tmp_path: Path, deed: str) -> None:
    bring(school, write_folder(tmp_path / "in"))
    with pytest.raises(RuntimeError, match="never changed"):
        spoil(school, deed)
    assert school.count(Revision) == len(FILES)


def test_the_documents_are_parsed_as_their_kinds_say(school: School, tmp_path: Path) -> None:
    bring(school, write_folder(tmp_path / "in"))
    with school.reading() as reading:
        course = published(reading, academy_id=school.academy_id, kind="course", key="scalp")
    assert course.document == Course("scalp", "Scalp", "needling", ("c01", "c02"))
    assert (course.kind, course.key, course.number) == ("course", "scalp", 1)


WHITE = st.text(" \n", max_size=5)
WORDS = st.lists(st.sampled_from(["keloid", "fever"]), max_size=3)


@st.composite
def folders(draw: st.DrawFn) -> dict[str, bytes]:
    files = {"course.yaml": f"{draw(WHITE).replace(' ', '')}key: scalp\ntitle: {draw(st.integers(0, 9))}x\n"}
    files["protocol.yaml"] = f"findings: [keloid, fever]\nkey: needling{draw(WHITE)}\n"
    for key in draw(st.sets(st.sampled_from(["c01", "c02", "c03"]))):
        files[f"cases/{key}.yaml"] = f"key: {key}\nprotocol: needling\nfindings: {draw(WORDS)}\n{draw(WHITE)}"
    sources = {name: text.encode() for name, text in files.items()}
    for key in draw(st.sets(st.sampled_from(["layers", "depth"]))):
        sources[f"figures/{key}.svg"] = draw(st.binary(max_size=30))
    return sources


@given(history=st.lists(folders(), min_size=1, max_size=4))
@settings(max_examples=25)
def test_an_export_equals_the_last_import(
    history: list[dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tmp_path_factory.mktemp("school")
    school = School(base)
    seen: set[tuple[str, bytes]] = set()
    changes = 0
    last: dict[str, bytes] = {}
    for number, files in enumerate(history):
        report = bring(school, write_folder(base / f"in{number}", files))
        assert taken_out(school, base / f"out{number}") == files
        changes += report.new_revisions
        assert report.new_revisions >= len({*files.items()} - seen)
        assert set(report.withdrawn) == last.keys() - files.keys()
        seen |= {*files.items()}
        last = files
    assert school.count(Revision) == changes
    school.close()
