"""Picking from a list, which several kinds of task do: reading the picks, their limit and their scoring."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lms.core.errors import InvalidInput
from lms.core.text import _, ngettext
from quizzes.interactions.contract import Complaint
from quizzes.interactions.reading import Given, many_texts
from quizzes.interactions.scoring import METHODS, NEED_A_LIMIT

DEFAULT_METHOD = "true_false"


def read_picks(given: Given, name: str, keys: Collection[str], most: int | None) -> frozenset[str]:
    """Return the keys picked. Raises `InvalidInput` for others, and for more than `most`."""
    picked = many_texts(given, name, keys)
    if most is not None and len(picked) > most:
        message = ngettext("Choose %(number)s answer at most.", "Choose %(number)s answers at most.", most)
        raise InvalidInput(message, field=name)
    return picked


def shown_picks(given: Given, name: str) -> frozenset[str]:
    """Return what was picked as far as it can be shown; never raises."""
    value = given.get(name)
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(one for one in value if isinstance(one, str))
    return frozenset()


def hint(most: int | None, *, one: bool = False) -> str:
    """Return how many may be picked, in words."""
    if one:
        return _("Choose one answer.")
    if most is None:
        return _("Choose all that apply.")
    return ngettext("Choose %(number)s answer at most.", "Choose up to %(number)s answers.", most)


def method_problems(scoring: str, most: int | None, keyed: int, count: int) -> Iterator[Complaint]:
    """Yield what is wrong with a method of scoring and its limit, with so many of all options keyed."""
    if scoring not in METHODS:
        yield "scoring", f"There is no method “{scoring}”. Use {', '.join(METHODS)}."
    if scoring in NEED_A_LIMIT and most is None:
        yield "most", f"{scoring} rewards picking everything. Say how many may be picked at most."
    if most is not None and not 1 <= most <= count:
        yield "most", f"The limit lies between 1 and {count}, the number of options."
    if most is not None and most < keyed:
        yield "most", f"{keyed} options are correct, and only {most} may be picked."
    if scoring == "ripkey" and most != keyed:
        yield "most", f"Ripkey tells the learner how many are right: write most: {keyed}."


def one_problems(scoring: str, most: int | None, keyed: int) -> Iterator[Complaint]:
    """Yield what is wrong where one answer is picked, which is either right or wrong."""
    if keyed != 1:
        yield "select", f"{keyed} are correct. Mark exactly one, or write select: many."
    if most is not None:
        yield "most", "Only a choice of many has a limit. Remove this, or write select: many."
    if scoring != DEFAULT_METHOD:
        yield "scoring", "Only a choice of many has a method. Remove this, or write select: many."
