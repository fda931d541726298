"""What a form of a quiz must contain, and the drawing of forms that do. Pure.

A drawing is decided by its seed: the same bank, blueprint, seed and history give the same form in the same
order, on every machine and in every version of Python (SHA-256 ranks the cases, not a random generator).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lms.core.errors import Conflict
from quizzes.case_traits import CaseTraits
from quizzes.form_search import Row, Wanted, find_forms
from quizzes.protocols.model import Harm

HUNDRED_PERCENT = 100
DEPTHS: frozenset[Harm] = frozenset({"too_deep", "beyond_limit"})
"""The errors of setting a treatment, which are practised where it is right to treat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinTypes:
    """How many patients of Fitzpatrick skin type I to III, and of IV to VI, a form holds at least."""

    light: int = 0
    dark: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """What every form of a quiz contains; left empty, a form may hold any cases of the bank.

    Each of `findings` changes the decision in one case or more. In `without_finding_percent` of the cases
    nothing changes it at any visit. `multi_visit` cases have a second visit, and in `decided_by_medicines`
    ones only the list of medicines gives away what decides. `harms` says of an error of safety in how many
    cases it is possible: an error that only one case permits can never be confirmed.
    """

    findings: tuple[str, ...] = ()
    without_finding_percent: int = 0
    multi_visit: int = 0
    decided_by_medicines: int = 0
    skin_types: SkinTypes = field(default_factory=SkinTypes)
    harms: Mapping[Harm, int] = field(default_factory=dict)


class Shortage(NamedTuple):
    """What keeps forms from being drawn: the field below the blueprint (empty for the whole), and why."""

    field: str
    message: str


class FormImpossibleError(Conflict):
    """No form of the bank meets the blueprint; the text names the row that cannot be met."""


def rows_of(bank: Sequence[CaseTraits], blueprint: Blueprint, size: int) -> tuple[Row, ...]:
    """Return the demands of a blueprint on a form of `size` cases, with the cases that meet each."""

    def row(path: str, name: str, needed: int, meeting: Iterator[CaseTraits]) -> Row:
        return Row(path, name, needed, frozenset(one.key for one in meeting))

    clear = math.ceil(size * blueprint.without_finding_percent / HUNDRED_PERCENT)
    skin = blueprint.skin_types
    rows = [
        row(f"findings[{index}]", f"for {finding}", 1, (one for one in bank if finding in one.acting))
        for index, finding in enumerate(blueprint.findings)
    ]
    rows += [
        row(
            "without_finding_percent",
            "without a finding that acts",
            clear,
            (one for one in bank if one.is_clear),
        ),
        row("multi_visit", "with more than one visit", blueprint.multi_visit, _with_visits(bank)),
        row(
            "decided_by_medicines",
            "decided by the list of medicines",
            blueprint.decided_by_medicines,
            (one for one in bank if one.is_decided_by_medicines),
        ),
        row(
            "skin_types.light", "with skin type I to III", skin.light, (o for o in bank if o.skin == "light")
        ),
        row("skin_types.dark", "with skin type IV to VI", skin.dark, (o for o in bank if o.skin == "dark")),
    ]
    rows += [
        row(f"harms.{harm}", f"in which {harm} is possible", count, (o for o in bank if harm in o.harms))
        for harm, count in blueprint.harms.items()
    ]
    return tuple(one for one in rows if one.needed)


def _with_visits(bank: Sequence[CaseTraits]) -> Iterator[CaseTraits]:
    return (one for one in bank if one.is_multi_visit)


def shortages(
    bank: Sequence[CaseTraits], blueprint: Blueprint, *, size: int, forms: int = 1
) -> tuple[Shortage, ...]:
    """Return what keeps that many forms without a common case from being drawn; nothing when they can be."""
    rows = rows_of(bank, blueprint, size)
    short = [
        Shortage(row.field, _too_few(len(row.keys), row.name, row.needed * forms, forms))
        for row in rows
        if len(row.keys) < row.needed * forms
    ]
    if len(bank) < size * forms:
        short.append(Shortage("", _too_few(len(bank), "in the bank", size * forms, forms)))
    if short or _can_be_drawn(bank, rows, size, forms):
        return tuple(short)
    tight = [
        row.name
        for row in rows
        if _can_be_drawn(bank, tuple(one for one in rows if one is not row), size, forms)
    ]
    wish = f"{forms} different forms of {size} cases" if forms > 1 else f"a form of {size} cases"
    help_ = (
        f"Without the demand for cases {' or '.join(tight)} it could be."
        if tight
        else "Ask for less of them."
    )
    return (
        Shortage("", f"The cases meet every row, and yet no way to draw {wish} meets all at once. {help_}"),
    )


def _too_few(count: int, name: str, needed: int, forms: int) -> str:
    have = "No case" if count == 0 else "Only one case" if count == 1 else f"Only {count} cases"
    for_what = f"{forms} different forms need {needed}" if forms > 1 else f"a form needs {needed}"
    return f"{have} {name}; {for_what}. Add cases to the bank or ask for less."


def _can_be_drawn(bank: Sequence[CaseTraits], rows: tuple[Row, ...], size: int, forms: int) -> bool:
    keys = tuple(one.key for one in bank)
    return find_forms([Wanted(size, rows, frozenset(keys))] * forms, keys) is not None


def draw_form(
    bank: Sequence[CaseTraits],
    blueprint: Blueprint,
    *,
    size: int,
    seed: str,
    seen: Sequence[frozenset[str]] = (),
) -> tuple[str, ...]:
    """Return the keys of a form, in the order in which it is put to the learner.

    `seen` holds the cases of the learner's earlier forms, oldest first. None of them comes again until the
    rest of the bank permits no form; then those seen longest ago come first. A form leaves the makings of
    another one behind wherever it can, so that two forms in a row share no case if the bank holds two.
    Raises `FormImpossibleError` with the row that cannot be met.
    """
    keys = frozenset(one.key for one in bank)
    rows = rows_of(bank, blueprint, size)
    order = by_freshness(keys, seed=seed, seen=seen)
    found = order[:size] if not rows and len(keys) >= size else _found(keys, rows, size, order, seen)
    if found is None:
        raise FormImpossibleError(" ".join(one.message for one in shortages(bank, blueprint, size=size)))
    return tuple(sorted(found, key=lambda key: _rank(seed, "place", key)))


def by_freshness(keys: frozenset[str], *, seed: str, seen: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """Return cases, those seen least often first, of these the last form's last, then by the seed."""
    last = seen[-1] if seen else frozenset[str]()
    return tuple(
        sorted(keys, key=lambda key: (sum(key in one for one in seen), key in last, _rank(seed, "form", key)))
    )


def _rank(seed: str, slot: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}/{slot}/{key}".encode()).digest()


def _found(
    keys: frozenset[str],
    rows: tuple[Row, ...],
    size: int,
    order: tuple[str, ...],
    seen: Sequence[frozenset[str]],
) -> tuple[str, ...] | None:
    """Return the first form that works: from unseen cases alone, else from ever more recent ones too."""
    unseen = keys.difference(*seen)
    for oldest_barred in range(len(seen) + 1):
        pool = keys.difference(*seen[oldest_barred:])
        least_fresh = 0 if unseen < pool else size
        for fresh in range(min(len(unseen), size), least_fresh - 1, -1):
            wanted = Wanted(size, (*rows, Row("", "fresh", fresh, unseen)), pool)
            for rest in (pool, keys):
                both = find_forms([wanted, Wanted(size, rows, rest)], order)
                if both is not None:
                    return both[0]
            alone = find_forms([wanted], order)
            if alone is not None:
                return alone[0]
    return None


def choose_remediation(
    bank: Sequence[CaseTraits],
    concerned: frozenset[str],
    *,
    size: int,
    seed: str,
    seen: Sequence[frozenset[str]] = (),
    harms: frozenset[Harm] = frozenset(),
) -> tuple[str, ...]:
    """Return practice cases about what went wrong, as many of these as can be had.

    That is the findings and signs concerned, and the errors made: a case is about one where it is possible,
    and about settings where it is right to treat. Each step takes the case that adds the most of what is not
    met yet, then the one with the most of it, then the one seen least. A bank with fewer than `size` cases
    gives all it has.
    """
    about = {one.key: one.acting & concerned | _errors_asked(one, harms) for one in bank}
    waiting = list(by_freshness(frozenset(about), seed=seed, seen=seen))
    taken: list[str] = []
    met: frozenset[str] = frozenset()
    while waiting and len(taken) < size:
        best = max(waiting, key=lambda key: (len(about[key] - met), len(about[key])))
        waiting.remove(best)
        taken.append(best)
        met |= about[best]
    return tuple(taken)


def _errors_asked(case: CaseTraits, harms: frozenset[Harm]) -> frozenset[str]:
    """Return the errors a case is about, by names that no finding or sign has."""
    asked = case.harms & harms - DEPTHS
    return frozenset(f"error of {harm}" for harm in (asked | DEPTHS & harms if case.is_treated else asked))
