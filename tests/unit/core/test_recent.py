from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.core.recent import Recent


def test_the_least_recently_used_leaves_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    assert recent.get("a") == 1
    recent.keep("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)


def test_a_thing_is_made_once_while_it_is_held() -> None:
    made: list[str] = []
    recent: Recent[str, str] = Recent(2)

    def make() -> str:
        made.append("x")
        return "thing"

    assert [recent.get_or_make("a", make) for _ in range(3)] == ["thing"] * 3
    assert made == ["x"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())), st.integers(1, 5))
def test_what_is_held_is_always_what_was_kept_last(kept: list[tuple[int, int]], capacity: int) -> None:
    recent: Recent[int, int] = Recent(capacity)
    for place, thing in kept:
        recent.keep(place, thing)
    last = dict(kept)
    held = [place for place in range(10) if recent.get(place) is not None]
    assert len(held) == min(capacity, len(last))
    assert all(recent.get(place) == last[place] for place in held)
