"""How often a safe learner would fail by slips of the hand alone, which is why an error must be confirmed."""

from __future__ import annotations

from math import comb


def chance_of_failing(items: int, slip: float, *, needed: int) -> float:
    """Return the chance of at least `needed` slips among so many items, each with the chance `slip`.

    Six items with a slip in fifty: 0.1142 for one slip, 0.0057 for two.
    """
    return 1.0 - sum(
        comb(items, count) * slip**count * (1 - slip) ** (items - count) for count in range(needed)
    )
