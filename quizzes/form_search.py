"""The search for forms: sets of cases that share none and of which each meets its own rows. Pure.

The search is exact and the same for the same order: it takes the scarcest row first and gives up a branch as
soon as some row can no longer be met. Only a bank built to defeat it reaches the limit on its steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One demand on a form: at least `needed` of its cases are among `keys`.

    `field` is where the demand stands below the blueprint, `name` what it is called in a message.
    """

    field: str
    name: str
    needed: int
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form to be found: how many cases it holds, what it must meet, and the cases it may use."""

    size: int
    rows: tuple[Row, ...]
    allowed: frozenset[str]


def find_forms(wanted: Sequence[Wanted], order: Sequence[str]) -> tuple[tuple[str, ...], ...] | None:
    """Return one form for each that is wanted, no case in two of them, or None when there are none.

    `order` names every case of the bank, the preferred ones first; it decides between equals.
    """
    search = _Search(wanted, order)
    found = search.run(search.allowed, tuple(0 for _ in wanted))
    if found is None:
        return None
    return tuple(tuple(key for index, key in enumerate(order) if form >> index & 1) for form in found)


Masks = tuple[int, ...]
"""A set of cases for each wanted form: the bit of a case is its place in the order."""


class _Search:
    def __init__(self, wanted: Sequence[Wanted], order: Sequence[str]) -> None:
        bit = {key: 1 << index for index, key in enumerate(order)}
        self._sizes = tuple(form.size for form in wanted)
        self._rows = tuple(_merged(form.rows, bit) for form in wanted)
        self._steps_left = MOST_STEPS
        self.allowed: Masks = tuple(sum(bit[key] for key in form.allowed if key in bit) for form in wanted)

    def run(self, free: Masks, chosen: Masks) -> Masks | None:
        """Return the chosen cases, completed, or None when what is free cannot complete them."""
        self._steps_left -= 1
        demands = self._demands(free, chosen)
        if demands is None or self._steps_left < 0:
            return None
        if not demands:
            return chosen
        form, candidates = min(demands)[1:]
        case = candidates & -candidates
        taken = tuple(mask & ~case for mask in free)
        extended = (*chosen[:form], chosen[form] | case, *chosen[form + 1 :])
        without = (*free[:form], free[form] & ~case, *free[form + 1 :])
        return self.run(taken, extended) or self.run(without, chosen)

    def _demands(self, free: Masks, chosen: Masks) -> list[tuple[int, int, int]] | None:
        """Return what is still missing as (spare candidates, form, candidates), or None when it is too much.

        The bare number of cases is a demand like the rows, and the last to be looked at.
        """
        demands: list[tuple[int, int, int]] = []
        shared: dict[int, int] = {}
        anywhere = 0
        for mask in free:
            anywhere |= mask
        for form, (size, rows) in enumerate(zip(self._sizes, self._rows, strict=True)):
            slots = size - chosen[form].bit_count()
            missing = [
                (needed - (chosen[form] & row).bit_count(), row)
                for needed, row in rows
                if needed > (chosen[form] & row).bit_count()
            ]
            for count, row in [*missing, (slots, -1)]:
                spare = (free[form] & row).bit_count() - count
                shared[row] = shared.get(row, 0) + count
                if spare < 0 or count > slots or shared[row] > (anywhere & row).bit_count():
                    return None
                if count and row != -1:
                    demands.append((spare, form, free[form] & row))
            if _least(missing, free[form]) > slots:
                return None
            if slots and not missing:
                demands.append((len(free) * anywhere.bit_count() + 1, form, free[form]))
        return demands


def _merged(rows: Sequence[Row], bit: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Return rows as (needed, set of cases); of rows with the same cases the one that needs most counts."""
    needs: dict[int, int] = {}
    for row in rows:
        keys = sum(bit[key] for key in row.keys if key in bit)
        needs[keys] = max(needs.get(keys, 0), row.needed)
    return tuple((needed, keys) for keys, needed in needs.items())


def _least(missing: Sequence[tuple[int, int]], free: int) -> int:
    """Return how many cases the demands need at the least: those no case can meet together add up."""
    least, met = 0, 0
    for count, row in sorted(missing, key=lambda one: -one[0]):
        if not row & free & met:
            least += count
            met |= row & free
    return least
