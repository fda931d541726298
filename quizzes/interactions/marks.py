"""What grading a task returns: its decisions, what became of the statements, and the harm done.

What is made anew for every answer is a named tuple, which costs a third of a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from quizzes.protocols.model import Harm

Row = Literal["spotting", "protocol", "add_ons", "aftercare", "scope"]
"""The row of an exam's blueprint that a decision belongs to."""

Outcome = Literal["found", "missed", "not_needed", "clear", "worth_noting"]
"""Of a statement: signal flagged or not, noise flagged or not, or not counted."""


class PartGrade(NamedTuple):
    """One part of a decision, such as the depth of one zone. `credit` runs 0 to 1."""

    name: str
    given: Any
    accepted: Any
    credit: float


class DecisionGrade(NamedTuple):
    """One graded decision. `given` and `accepted` are JSON values; `credit` runs 0 to 1.

    The standard ones are named `spotting`, `action`, `escalation` and `plan`; a further task's decision
    has the key of the task. A `given` of None is not set. `parts` are shown one by one where there are any.
    """

    name: str
    given: Any
    accepted: Any
    credit: float
    row: Row = "spotting"
    task: str = ""
    parts: tuple[PartGrade, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing a good answer has, and the points a person may give for it."""

    key: str
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class StatementGrade:
    """What became of one statement. `safety`: it reveals a finding on which safety depends."""

    id: str
    outcome: Outcome
    flagged: bool
    safety: bool


@dataclass(frozen=True, slots=True)
class SafetyError:
    """A dangerous decision, by name: the harm, the rule it broke, what was chosen, the least required.

    `finding_key` names the finding of the record, or the sign. A depth beyond the cap has neither; `given`
    then names zone and depth, `required` the cap, in mm.
    """

    rule: str
    finding: str | None
    finding_key: str | None
    text: str
    given: str
    required: str
    harm: Harm = "less_strict"
    decision: str = "action"


class Marks(NamedTuple):
    """What a task earned. `awaits_marking`: a person has to read the answer before it counts."""

    decisions: tuple[DecisionGrade, ...]
    statements: tuple[StatementGrade, ...] = ()
    harms: tuple[SafetyError, ...] = ()
    awaits_marking: bool = False
