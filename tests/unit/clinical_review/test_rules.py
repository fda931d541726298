"""When a course counts as reviewed: two people, exactly this edition, nothing taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.clinical_review.rules import (
    NEEDED,
    Place,
    Signature,
    changed_since,
    edition_of,
    require_text,
    state_of,
)
from lms.core.errors import InvalidInput

START = datetime(2027, 3, 1, tzinfo=UTC)
PLACES: list[Place] = [("lesson", "depth", "aa"), ("protocol", "scalp", "bb")]

signatures = st.builds(
    Signature,
    reviewer_id=st.integers(1, 4),
    name=st.just("A. Name"),
    credentials=st.just("nurse"),
    edition=st.sampled_from(["now", "earlier", "oldest"]),
    signed_at=st.integers(0, 50).map(lambda days: START + timedelta(days=days)),
    is_withdrawn=st.booleans(),
)


def signed(reviewer_id: int, edition: str = "now", day: int = 0, *, is_withdrawn: bool = False) -> Signature:
    return Signature(reviewer_id, "A. Name", "nurse", edition, START + timedelta(days=day), is_withdrawn)


def test_two_people_make_a_review_and_one_person_twice_does_not() -> None:
    assert not state_of([signed(1), signed(1, day=2)], "now").is_reviewed
    assert state_of([signed(1), signed(2)], "now").is_reviewed


def test_a_signature_taken_back_counts_no_more() -> None:
    assert not state_of([signed(1), signed(2, is_withdrawn=True)], "now").is_reviewed


def test_another_edition_is_not_reviewed_and_says_that_one_was() -> None:
    state = state_of([signed(1, "earlier"), signed(2, "earlier")], "now")
    assert (state.is_reviewed, state.was_reviewed) == (False, True)
    assert not state_of([signed(1, "earlier"), signed(2, "oldest")], "now").was_reviewed


@given(st.lists(signatures, max_size=8))
def test_fewer_than_two_different_signers_of_this_edition_are_never_a_review(found: list[Signature]) -> None:
    state = state_of(found, "now")
    people = {one.reviewer_id for one in found if one.edition == "now" and not one.is_withdrawn}
    assert state.is_reviewed == (len(people) >= NEEDED)
    assert {one.reviewer_id for one in state.signatures} == people
    assert len(state.signatures) == len(people)


@given(st.permutations(PLACES))
def test_an_edition_is_the_same_in_any_order(places: list[Place]) -> None:
    assert edition_of(places) == edition_of(PLACES)


def test_any_other_document_makes_another_edition() -> None:
    changed: list[Place] = [("lesson", "depth", "ab"), PLACES[1]]
    assert edition_of(changed) != edition_of(PLACES)
    assert edition_of(PLACES[:1]) != edition_of(PLACES)
    assert changed_since(PLACES, changed) == (("lesson", "depth"),)
    assert changed_since(PLACES, PLACES[1:]) == (("lesson", "depth"),)
    assert changed_since(PLACES, PLACES) == ()


def test_names_are_tidied_and_bounded() -> None:
    assert require_text("name", "  Ada   Example ", 20) == "Ada Example"
    for text in ("   ", "x" * 21):
        with pytest.raises(InvalidInput) as refused:
            require_text("name", text, 20)
        assert refused.value.field == "name"
