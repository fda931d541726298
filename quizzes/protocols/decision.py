"""What `decide` returns: the decision, why, under which conditions, and within which ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Range
from quizzes.protocols.sources import Source


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the trace from a fact of the record through a rule to its sources.

    Exactly one of these is the subject: a finding (`finding_key` in the record, of kind `finding`),
    a `sign`, or neither, for a missing response. `decisive`: the decision would need another ground
    without it, because it alone or with others sets the action or the escalation.
    """

    finding_key: str | None
    finding: str | None
    sign: str | None
    label: str
    rule: str
    action: Action
    escalation: Escalation
    why: str
    wait: str | None
    sources: tuple[Source, ...]
    safety_critical: bool
    decisive: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """What stays to be observed or settled besides the action itself, with the rule it comes from."""

    finding_key: str | None
    finding: str | None
    sign: str | None
    label: str
    rule: str
    action: Action
    escalation: Escalation
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Ranges:
    """The accepted settings of a visit that treats. A zone without a range is not permitted here."""

    depth_mm: Mapping[str, Range | None]
    interval_weeks: Range
    initial_sessions: Range
    maintenance_months: Range


@dataclass(frozen=True, slots=True)
class Decision:
    """The computed key of a visit. `ranges` is None when the visit does not treat."""

    action: Action
    escalation: Escalation
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    ranges: Ranges | None
