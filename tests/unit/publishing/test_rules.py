from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.publishing.rules import Newest, Outcome, Step, left_out, next_step


def test_the_first_revision_has_the_number_1() -> None:
    assert next_step(None, digest="d", source_digest="s") == Step(Outcome.NEW, 1)


def test_the_same_bytes_make_no_revision() -> None:
    step = next_step(Newest(4, "d", "s"), digest="d", source_digest="s")
    assert (step, step.makes_revision) == (Step(Outcome.UNCHANGED, 4), False)


def test_other_bytes_make_a_revision_whatever_they_mean() -> None:
    newest = Newest(4, "d", "s")
    assert next_step(newest, digest="d", source_digest="t") == Step(Outcome.REWORDED, 5)
    assert next_step(newest, digest="e", source_digest="t") == Step(Outcome.CHANGED, 5)


def test_a_document_of_another_course_stays() -> None:
    assert left_out(1, {1: {1, 10, 11, 12}, 2: {2, 11}}, {1, 10}) == {12}
    assert left_out(3, {1: {1, 10}}, {3}) == frozenset()


@given(
    folders=st.dictionaries(st.integers(1, 4), st.frozensets(st.integers(1, 9))),
    course=st.integers(1, 4),
    present=st.frozensets(st.integers(1, 9)),
)
def test_nothing_that_a_folder_holds_is_left_out(
    folders: dict[int, frozenset[int]], course: int, present: frozenset[int]
) -> None:
    gone = left_out(course, folders, present)
    after = {**folders, course: present}
    assert not gone & frozenset().union(*after.values())
    assert gone <= folders.get(course, frozenset())
