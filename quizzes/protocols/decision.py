"""What `decide` returns: the decision, why, under which conditions, and within which ranges.

What it builds for every finding and zone is a named tuple, which costs a third of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.model import Range
from quizzes.protocols.sources import Source

RESPONSE = "response"
"""The subject of a reason that rests on a missing response."""


class Reason(NamedTuple):
    """One step of the trace from a fact of the record through a rule to its sources.

    Exactly one of these is the subject: a finding (`finding_key` in the record, of kind `finding`),
    a `sign`, or neither, for a missing response. `decisive`: the decision would need another ground
    without it, because it alone or with others sets the action or the escalation. `varies_by_region`:
    law or licence decides, so that it never stands for an error of safety. `wait` is the event after which a
    patient who is not treated may be.
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
    varies_by_region: bool = False
    wait_sources: tuple[Source, ...] = ()

    @property
    def subject(self) -> str:
        """What a statement names to say that it reveals the reason: finding, sign, or the response."""
        return self.finding_key or self.sign or RESPONSE


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


class ZoneTrace(NamedTuple):
    """How the depth of one zone came about, in millimetres.

    A rule gave the zone its band (`why`, empty where no rule names the zone), which was cut to `cap_mm`, by
    the fact `cap_rule`. `fallback`: nothing of the band was left, so the fallback band was cut instead.
    `permitted` is None where that left nothing either.
    """

    zone: str
    label: str
    band: str
    band_name: str
    why: str
    band_range: Range
    cap_mm: float
    cap_rule: str
    fallback: bool
    permitted: Range | None
    sources: tuple[Source, ...]
    cap_sources: tuple[Source, ...]


class BandTrace(NamedTuple):
    """How the range of a graded setting came about: a rule gave it the band, for the reason `why`."""

    setting: str
    band: str
    band_name: str
    why: str
    range: Range
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Ranges:
    """The accepted settings of a visit that treats, by name. A zone without a range is not permitted here."""

    depth_mm: Mapping[str, Range | None]
    settings: Mapping[str, Range]
    zones: tuple[ZoneTrace, ...] = ()
    bands: tuple[BandTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The computed key of a visit. `ranges` is None when the visit does not treat."""

    action: Action
    escalation: Escalation
    reasons: tuple[Reason, ...]
    ranges: Ranges | None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What the reasons leave to observe besides the action; all of them, where the visit treats."""
        return tuple(
            _condition(reason)
            for reason in self.reasons
            if self.action.treats or reason.action is not self.action
        )


def _condition(reason: Reason) -> Condition:
    """Return what a reason leaves to observe: the event it waits for, else what it says."""
    return Condition(
        finding_key=reason.finding_key,
        finding=reason.finding,
        sign=reason.sign,
        label=reason.label,
        rule=reason.rule,
        action=reason.action,
        escalation=reason.escalation,
        text=reason.wait or reason.why,
        sources=reason.wait_sources or reason.sources,
    )
