"""The scoring methods, on the worked answers and on any sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.interactions.scoring import METHODS, NEED_A_LIMIT

OPTIONS = "ABCDEFGH"
KEY = frozenset("ABC")
COLUMNS = ("all_or_nothing", "true_false", "ps50_mtf", "ps50_pick_n", "ps1m", "ripkey", "plus_minus")
ROWS: dict[str, tuple[float, ...]] = {
    "ABC": (1, 1, 1, 1, 1, 1, 1),
    "AB": (0, 0.875, 0.5, 0.5, 0.6667, 0.6667, 0.6667),
    "ABD": (0, 0.75, 0.5, 0.5, 0.6667, 0.6667, 0.3333),
    "ABCD": (0, 0.875, 0.5, 1, 1, 0, 0.6667),
    "A": (0, 0.75, 0.5, 0, 0.3333, 0.3333, 0.3333),
    "": (0, 0.625, 0.5, 0, 0, 0, 0),
    "ABCDEFGH": (0, 0.375, 0, 1, 1, 0, 0),
    "DEF": (0, 0.25, 0, 0, 0, 0, 0),
    "ADE": (0, 0.5, 0, 0, 0.3333, 0.3333, 0),
}
CHOICES = st.frozensets(st.sampled_from(OPTIONS))


@pytest.mark.parametrize("chosen", ROWS)
def test_the_worked_answers(chosen: str) -> None:
    scores = tuple(METHODS[name](frozenset(chosen), KEY, len(OPTIONS)) for name in COLUMNS)
    assert scores == pytest.approx(ROWS[chosen], abs=1e-4)


@pytest.mark.parametrize("name", COLUMNS)
@given(chosen=CHOICES, keyed=CHOICES)
def test_every_method_is_total_and_rewards_the_exact_answer(
    name: str, chosen: frozenset[str], keyed: frozenset[str]
) -> None:
    method = METHODS[name]
    assert 0 <= method(chosen, keyed, len(OPTIONS)) <= 1
    assert method(keyed, keyed, len(OPTIONS)) == 1


@pytest.mark.parametrize("name", COLUMNS)
def test_picking_everything_pays_only_where_picks_are_limited(name: str) -> None:
    everything = METHODS[name](frozenset(OPTIONS), KEY, len(OPTIONS))
    assert (everything > 0.5) is (name in NEED_A_LIMIT - {"ripkey"})


@given(keyed=CHOICES, extra=st.sampled_from(OPTIONS))
def test_a_needless_pick_never_helps(keyed: frozenset[str], extra: str) -> None:
    for method in METHODS.values():
        assert method(keyed | {extra}, keyed, len(OPTIONS)) <= method(keyed, keyed, len(OPTIONS))
