"""The progress of an attempt as the one statement of a case page tells it: a short text."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from quizzes.queries.statements import progress_of
from quizzes.rules import Progress

visits = st.lists(st.booleans(), min_size=1, max_size=12).map(tuple)


@given(st.lists(visits, min_size=1, max_size=15).map(tuple), st.randoms())
def test_the_text_tells_every_visit_in_whatever_order(
    cases: tuple[tuple[bool, ...], ...], shuffled: Random
) -> None:
    places = [
        f"{position}.{visit}{'+' if decided else '-'}"
        for position, of_case in enumerate(cases, start=1)
        for visit, decided in enumerate(of_case, start=1)
    ]
    shuffled.shuffle(places)
    assert progress_of(",".join(places)) == Progress(cases)


def test_visits_are_counted_as_numbers() -> None:
    assert progress_of("10.1-,9.1+,9.10-,9.2+").cases[0] == (True, True, False)
