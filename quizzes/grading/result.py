"""What grading a case returns, and how it is kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from quizzes.protocols.decision import Decision
from quizzes.protocols.serialisation import decision_from_json, decision_to_json

Outcome = Literal["found", "missed", "not_needed", "clear", "worth_noting"]
"""Of a statement: signal flagged or not, noise flagged or not, or not counted."""


@dataclass(frozen=True, slots=True)
class DecisionGrade:
    """One graded decision. `given` and `accepted` are JSON values; `credit` runs 0 to 1.

    Names: `spotting`, `action`, `escalation`, `depth_mm__<zone>`, `interval_weeks`, `sessions`,
    `maintenance_months`. A `given` of None is not set; an `accepted` depth of None is not permitted here.
    """

    name: str
    given: Any
    accepted: Any
    credit: float


@dataclass(frozen=True, slots=True)
class StatementGrade:
    """What became of one statement. `safety`: it reveals a finding on which safety depends."""

    id: str
    outcome: Outcome
    flagged: bool
    safety: bool


@dataclass(frozen=True, slots=True)
class SafetyError:
    """A dangerous decision: the rule it broke, what was chosen, and the least that was required.

    A depth beyond the cap has no finding; `given` then names zone and depth, `required` the cap, in mm.
    """

    rule: str
    finding: str | None
    finding_key: str | None
    text: str
    given: str
    required: str


@dataclass(frozen=True, slots=True)
class CaseGrade:
    """The grade of one visit: score 0 to 100, decisions, statements, and the key they were held against."""

    case_key: str
    visit: int
    contested: bool
    score: float
    decisions: tuple[DecisionGrade, ...]
    statements: tuple[StatementGrade, ...]
    safety_errors: tuple[SafetyError, ...]
    hits: int
    misses: int
    false_alarms: int
    correct_rejections: int
    key: Decision

    def decision(self, name: str) -> DecisionGrade | None:
        """Return the decision of that name, or None when it was not asked."""
        return next((decision for decision in self.decisions if decision.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return the grade as JSON values; `from_json` reads it back without loss."""
        return {
            "case_key": self.case_key,
            "visit": self.visit,
            "contested": self.contested,
            "score": self.score,
            "decisions": [asdict(decision) for decision in self.decisions],
            "statements": [asdict(statement) for statement in self.statements],
            "safety_errors": [asdict(error) for error in self.safety_errors],
            "hits": self.hits,
            "misses": self.misses,
            "false_alarms": self.false_alarms,
            "correct_rejections": self.correct_rejections,
            "key": decision_to_json(self.key),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> CaseGrade:
        """Return the grade that `to_json` wrote."""
        parts = {
            "decisions": tuple(DecisionGrade(**decision) for decision in raw["decisions"]),
            "statements": tuple(StatementGrade(**statement) for statement in raw["statements"]),
            "safety_errors": tuple(SafetyError(**error) for error in raw["safety_errors"]),
            "key": decision_from_json(raw["key"]),
        }
        return cls(**{**raw, **parts})
