"""A case: a fictional patient, one record per visit, and the statements that a learner reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from quizzes.protocols.actions import Action
from quizzes.protocols.record import Finding, Phase, Planned, Record, Response, Zone

Difficulty = Literal["easy", "medium", "hard"]
Severity = Literal["minor", "serious", "critical"]
Section = Literal["history", "medicines", "allergies", "exam", "lifestyle", "goals"]


class Role(StrEnum):
    """What a statement does for the decision. Modifiers change the plan and are not counted."""

    DECISIVE = "decisive"
    SUPPORTING = "supporting"
    CANDIDATE = "candidate"
    DISTRACTOR = "distractor"
    MODIFIER = "modifier"


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a record that a learner may flag; `supports` names findings of the visit by key.

    `about` names facts of the protocol that the line has to do with; `why` explains its role.
    """

    id: str
    section: Section
    text: str
    role: Role
    why: str
    supports: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def counts_as(self) -> Literal["signal", "noise"] | None:
        """Whether flagging the line is right (signal), wrong (noise), or not counted (None)."""
        if self.role is Role.DECISIVE or self.role is Role.SUPPORTING:
            return "signal"
        return None if self.role is Role.MODIFIER else "noise"


@dataclass(frozen=True, slots=True)
class Patient:
    """A fictional patient; `fitzpatrick` is the skin type."""

    name: str
    age: int
    sex: Literal["female", "male"]
    heritage: str
    fitzpatrick: Literal["I", "II", "III", "IV", "V", "VI"]
    hair_type: str
    goal: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: the record that the rules read, and the statements that the learner reads.

    `plan_prompt` says which session's settings are asked for. `partial_credit` gives part of the mark for
    another action than the key, never for a less strict one. `rationale` is for later visits; the first has
    the case's own. `rebook_when`, `modifications`, `acceptable`
    and `avoid` are advice for the result page; `aftercare` names facts of the protocol.
    """

    number: int
    weeks_since_start: float
    sessions_done: int
    phase: Phase
    statements: tuple[Statement, ...]
    plan_prompt: str
    rationale: str = ""
    when: str = ""
    presentation: str = ""
    question: str = ""
    zones: tuple[Zone, ...] = ()
    plan: Mapping[str, Planned] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    signs: tuple[str, ...] = ()
    response: Response = "not_assessed"
    partial_credit: Mapping[Action, float] = field(default_factory=dict)
    rebook_when: tuple[str, ...] = ()
    modifications: tuple[str, ...] = ()
    acceptable: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    aftercare: tuple[str, ...] = ()
    interaction: str = ""
    record: Record = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        record = Record(
            number=self.number,
            weeks_since_start=self.weeks_since_start,
            sessions_done=self.sessions_done,
            phase=self.phase,
            zones=self.zones,
            plan=self.plan,
            findings=self.findings,
            signs=self.signs,
            response=self.response,
        )
        object.__setattr__(self, "record", record)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A harmful mistake that people make with such a patient."""

    mistake: str
    severity: Severity
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """A fictional patient with one or more visits. `contested`: reasonable experts key it differently.

    `review` says whether clinicians have signed the case. `lines` holds the line of every field of the
    document, for messages.
    """

    key: str
    source_id: str
    title: str
    difficulty: Difficulty
    protocol: str
    patient: Patient
    visits: tuple[Visit, ...]
    rationale: str
    mistakes: tuple[Mistake, ...]
    protocol_refs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    contested: bool = False
    review: Literal["draft", "reviewed"] = "draft"
    lines: Mapping[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def visit(self, index: int) -> Visit:
        """Return the visit of that index, the first being 0. Raises `IndexError` beyond the last."""
        return self.visits[index]
