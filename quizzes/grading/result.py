"""What grading a case returns, and how it is kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from quizzes.interactions.marks import DecisionGrade, PartGrade, SafetyError, StatementGrade
from quizzes.protocols.decision import Decision
from quizzes.protocols.serialisation import decision_from_json, decision_to_json


class GradedBy(NamedTuple):
    """The revisions of case and protocol that a grade rests on, named as the rows of attempts name them."""

    case_revision_id: int
    case_digest: str
    protocol_revision_id: int
    protocol_digest: str


@dataclass(frozen=True, slots=True)
class VisitGrade:
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
    awaits_marking: bool = False
    """Whether a person has to read part of the answer before the grade is final."""
    graded_by: GradedBy | None = None
    """What a regrading put in place of the revisions that the attempt is pinned to; None for those."""

    def decision(self, name: str) -> DecisionGrade | None:
        """Return the decision of that name, or None when it was not asked."""
        return next((decision for decision in self.decisions if decision.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return the grade as JSON values; `from_json` reads it back without loss."""
        raw: dict[str, Any] = {
            "case_key": self.case_key,
            "visit": self.visit,
            "contested": self.contested,
            "score": self.score,
            "decisions": [
                {**one._asdict(), "parts": [part._asdict() for part in one.parts]} for one in self.decisions
            ],
            "statements": [asdict(statement) for statement in self.statements],
            "safety_errors": [asdict(error) for error in self.safety_errors],
            "hits": self.hits,
            "misses": self.misses,
            "false_alarms": self.false_alarms,
            "correct_rejections": self.correct_rejections,
            "key": decision_to_json(self.key),
            "awaits_marking": self.awaits_marking,
        }
        return raw if self.graded_by is None else {**raw, "graded_by": self.graded_by._asdict()}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> VisitGrade:
        """Return the grade that `to_json` wrote, in this release or an earlier one."""
        parts = {
            "decisions": tuple(_decision(decision) for decision in raw["decisions"]),
            "statements": tuple(StatementGrade(**statement) for statement in raw["statements"]),
            "safety_errors": tuple(SafetyError(**error) for error in raw["safety_errors"]),
            "key": decision_from_json(raw["key"]),
            "graded_by": GradedBy(**raw["graded_by"]) if raw.get("graded_by") else None,
        }
        return cls(**{**raw, **parts})


def _decision(raw: Mapping[str, Any]) -> DecisionGrade:
    return DecisionGrade(**{**raw, "parts": tuple(PartGrade(**part) for part in raw.get("parts", ()))})
