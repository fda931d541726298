"""Scores of questions with several right answers, 0 to 1, by the methods of the literature.

Each takes the options chosen, those keyed as right, and how many options there are. With TP, FP, FN and TN
the counts of options chosen or not against the key, m keyed and n options:

- all or nothing: 1 if exactly the key was chosen;
- true/false (PS1/n): (TP + TN) / n;
- PS50, multiple true/false form: 1 if all n are right, half if more than half are;
- PS50, Pick-N form: 1 if all m were found, half if at least half of them; wrong picks are not punished;
- PS1/m: TP / m;
- Ripkey: TP / m, and nothing if more than m were picked;
- plus/minus: (TP - FP) / m, not below 0.

Sources: Bauer et al. 2011 (Pick-N scoring); Kanzow et al. 2023, doi 10.2196/43792; Betts et al. 2022,
doi 10.1177/0013164421994636. Methods that do not punish wrong picks need a limit on how many may be picked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Options = frozenset[str]
Method = Callable[[Options, Options, int], float]

HALF = 0.5


def all_or_nothing(chosen: Options, keyed: Options, _count: int) -> float:
    """Return 1 for exactly the keyed options, else 0."""
    return 1.0 if chosen == keyed else 0.0


def true_false(chosen: Options, keyed: Options, count: int) -> float:
    """Return the share of options answered rightly, chosen or left alone."""
    return max(0.0, 1 - len(chosen ^ keyed) / count) if count else 1.0


def ps50_mtf(chosen: Options, keyed: Options, count: int) -> float:
    """Return 1 when every option is right, half when more than half are."""
    wrong = len(chosen ^ keyed)
    if not wrong:
        return 1.0
    return HALF if count - wrong > count / 2 else 0.0


def ps50_pick_n(chosen: Options, keyed: Options, _count: int) -> float:
    """Return 1 when every keyed option was found, half when at least half of them were."""
    found = len(chosen & keyed)
    if found == len(keyed):
        return 1.0
    return HALF if found >= len(keyed) / 2 else 0.0


def ps1m(chosen: Options, keyed: Options, _count: int) -> float:
    """Return the share of keyed options that were found."""
    return len(chosen & keyed) / len(keyed) if keyed else float(not chosen)


def ripkey(chosen: Options, keyed: Options, count: int) -> float:
    """Return the share of keyed options that were found, and 0 when more were picked than are keyed."""
    return 0.0 if len(chosen) > len(keyed) else ps1m(chosen, keyed, count)


def plus_minus(chosen: Options, keyed: Options, _count: int) -> float:
    """Return what was found less what was picked wrongly, as a share of the keyed options, not below 0."""
    if not keyed:
        return float(not chosen)
    return max(0.0, (len(chosen & keyed) - len(chosen - keyed)) / len(keyed))


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "all_or_nothing": all_or_nothing,
        "true_false": true_false,
        "ps50_mtf": ps50_mtf,
        "ps50_pick_n": ps50_pick_n,
        "ps1m": ps1m,
        "ripkey": ripkey,
        "plus_minus": plus_minus,
    }
)
"""The methods by the name an author writes."""

NEED_A_LIMIT = frozenset({"ps50_pick_n", "ps1m", "ripkey"})
"""The methods that reward picking everything, so that the number of picks is limited."""
