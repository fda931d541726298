"""Flagging statements: each counted line is right or wrong; lines worth noting are not counted.

The credit is the share of counted lines answered rightly (true or false for each), with hits and false
alarms reported beside it by the grade of the visit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lms.core.text import _, ngettext
from quizzes.cases.model import Statement, Visit
from quizzes.interactions.contract import Example, Interaction, Posed, Task
from quizzes.interactions.marks import DecisionGrade, Marks, Outcome, StatementGrade
from quizzes.interactions.reading import Given, many_texts
from quizzes.interactions.spot.examples import EXAMPLES
from quizzes.protocols.model import Protocol
from quizzes.wording import SECTIONS, section_label

FLAG = "flag"

_OUTCOMES: dict[tuple[str | None, bool], Outcome] = {
    ("signal", True): "found",
    ("signal", False): "missed",
    ("noise", True): "not_needed",
    ("noise", False): "clear",
    (None, True): "worth_noting",
    (None, False): "worth_noting",
}


@dataclass(frozen=True, slots=True)
class _Lines:
    """The statements of a visit, each with its grade if flagged and if not; `wanted` are the signals."""

    both: tuple[tuple[str, StatementGrade, StatementGrade], ...]
    counted: frozenset[str]
    signals: frozenset[str]
    wanted: list[str]


def _lines(posed: Posed) -> _Lines:
    critical = {reason.subject for reason in posed.key.reasons if reason.safety_critical}
    both = []
    for one in posed.visit.statements:
        counts_as = one.counts_as
        signal = counts_as == "signal"
        safety = signal and not critical.isdisjoint(one.supports)
        flagged, left = (
            StatementGrade(one.id, _OUTCOMES[counts_as, chosen], chosen, safety) for chosen in (True, False)
        )
        both.append((one.id, flagged, left))
    counted = frozenset(one.id for one in posed.visit.statements if one.counts_as is not None)
    wanted = [one.id for one in posed.visit.statements if one.counts_as == "signal"]
    return _Lines(tuple(both), counted, frozenset(wanted), wanted)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One line of the record in the player."""

    id: str
    text: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class SpotView:
    """The record, section by section under its heading."""

    sections: tuple[tuple[str, tuple[FlagLine, ...]], ...]


class Spot(Interaction[None, frozenset[str]]):
    """Flags on the statements of the record; the answer is the set of flagged ids."""

    kind = "spot"
    examples: ClassVar[tuple[Example, ...]] = EXAMPLES

    def fields(self, _task: Task, _visit: Visit) -> tuple[str, ...]:
        """Return the one field, which may be given many times."""
        return (FLAG,)

    def read(self, _task: Task, visit: Visit, given: Given) -> frozenset[str]:
        """Return the flagged ids; each must be a statement of the visit."""
        return many_texts(given, FLAG, {statement.id for statement in visit.statements})

    def to_json(self, _task: Task, answer: frozenset[str]) -> dict[str, Any]:
        """Return the flags in a fixed order."""
        return {FLAG: sorted(answer)} if answer else {}

    def missing(
        self, _task: Task, _visit: Visit, _answer: frozenset[str], _answers: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return nothing: flagging nothing is an answer."""
        return ()

    def grade(self, task: Task, posed: Posed, answer: frozenset[str], _answers: Mapping[str, Any]) -> Marks:
        """Grade each counted statement as true or false; with none to count nothing can be wrong."""
        lines = posed.memory.get("spot")
        if lines is None:
            lines = posed.memory["spot"] = _lines(posed)
        grades = [if_flagged if one in answer else if_not for one, if_flagged, if_not in lines.both]
        wrong, counted = len((answer & lines.counted) ^ lines.signals), len(lines.counted)
        credit = (counted - wrong) / counted if counted else 1.0
        decision = DecisionGrade("spotting", sorted(answer), lines.wanted, credit, task.row, task.key)
        return Marks((decision,), tuple(grades))

    def perfect(self, _task: Task, posed: Posed) -> dict[str, Any]:
        """Return every signal."""
        return {FLAG: [one.id for one in posed.visit.statements if one.counts_as == "signal"]}

    def show(self, _task: Task, visit: Visit, _protocol: Protocol, given: Given) -> SpotView:
        """Return the record with the flags given."""
        flags = given.get(FLAG) or ()
        flagged = (
            {flags} if isinstance(flags, str) else set(flags) if isinstance(flags, list | tuple) else set()
        )
        return SpotView(
            tuple(
                (title, tuple(FlagLine(one.id, one.text, one.id in flagged) for one in statements))
                for title, statements in in_sections(visit)
            )
        )

    def label(self, _task: Task, _protocol: Protocol, _name: str) -> str:
        """Return the word for flags."""
        return _("Flags")

    def words(self, _task: Task, _protocol: Protocol, _name: str, value: object) -> str:
        """Return how many lines were flagged."""
        count = len(value) if isinstance(value, list | tuple) else 0
        return ngettext("%(number)s line", "%(number)s lines", count)

    def text(self, _task: Task, visit: Visit, _protocol: Protocol) -> str:
        """Return the record as lines under their headings."""
        parts = [_("Flag what should stop, delay or limit treatment today.")]
        for title, statements in in_sections(visit):
            parts.append(title)
            parts += [f"- {one.text}" for one in statements]
        return "\n".join(parts)


def in_sections(visit: Visit) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
    """Return the lines of a record under their headings, in reading order; empty sections are left out."""
    by_section: dict[str, list[Statement]] = {}
    for statement in visit.statements:
        by_section.setdefault(statement.section, []).append(statement)
    return tuple((section_label(key), tuple(by_section[key])) for key in SECTIONS if key in by_section)


INTERACTION = Spot()
