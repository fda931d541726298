"""A case: a fictional patient, one record per visit, and the statements that a learner reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from quizzes.protocols.actions import Action
from quizzes.protocols.record import Finding, Phase, Planned, Record, Response, Zone

Difficulty = Literal["easy", "medium", "hard"]
Severity = Literal["minor", "serious", "critical"]
Section = Literal["history", "medicines", "allergies", "exam", "lifestyle", "goals"]
Sex = Literal["female", "male"]
SkinType = Literal["I", "II", "III", "IV", "V", "VI"]
Asked = Literal["spot", "decide", "plan"]


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
    sex: Sex
    heritage: str
    fitzpatrick: SkinType
    goal: str
    hair_type: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: the record that the rules read, and the statements that the learner reads.

    A later visit says `when` it is and what is found (`presentation`); `outcome` tells, before the next
    visit, what was rightly done at this one. `asks` names the standard tasks; `tasks` are the further ones
    as written, and after parsing all of them, bound to their interactions (`quizzes.interactions.Task`).
    `plan_prompt` says which session's settings are asked for, and `settings` which of the protocol's,
    beside the depth of the zones. `partial_credit` gives part of the mark for
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
    outcome: str = ""
    asks: tuple[Asked, ...] = ("spot", "decide", "plan")
    settings: tuple[str, ...] = ("interval_weeks", "initial_sessions", "maintenance_months")
    tasks: tuple[Any, ...] = ()
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
    memory: dict[Any, Any] = field(init=False, repr=False, compare=False, default_factory=dict)
    """What was computed of this visit and never changes, such as its key; it goes when the visit goes."""

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
class PatientVariant:
    """What another drawing puts in place of the patient's fields, and the words that go with it."""

    name: str | None = None
    age: int | None = None
    sex: Sex | None = None
    heritage: str | None = None
    fitzpatrick: SkinType | None = None
    hair_type: str | None = None
    goal: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extras:
    """Further lines of the first visit's record, of which a drawing adds `draw`."""

    draw: int = 0
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Variants:
    """What a seed may change: the patient, the `{words}` of the texts, and lines that decide nothing."""

    patients: tuple[PatientVariant, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extras: Extras = field(default_factory=Extras)


@dataclass(frozen=True, slots=True)
class VisitChange:
    """How one visit of a minimal pair differs; what is not given stays as it is.

    Findings of a known key and statements of a known id replace the written ones; new ones are added.
    """

    number: int
    drop_findings: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    statements: tuple[Statement, ...] = ()
    signs: tuple[str, ...] | None = None
    response: Response | None = None
    plan: Mapping[str, Planned] | None = None
    rationale: str | None = None
    outcome: str | None = None
    rebook_when: tuple[str, ...] | None = None
    modifications: tuple[str, ...] | None = None
    acceptable: tuple[str, ...] | None = None
    avoid: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """The other half of a minimal pair: the same patient with one decisive fact changed."""

    key: str
    title: str
    decisive: str
    visits: tuple[VisitChange, ...]
    rationale: str = ""


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
    variants: Variants = field(default_factory=Variants)
    contrasts: tuple[Contrast, ...] = ()
    lines: Mapping[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def visit(self, index: int) -> Visit:
        """Return the visit of that index, the first being 0. Raises `IndexError` beyond the last."""
        return self.visits[index]
