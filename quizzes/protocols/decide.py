"""From a record to a decision, by the rules of a protocol alone.

For each finding the first rule that matches wins: absent or resolved; cleared; a hazard that is not in the
plan or can be left out; the graded rules of its kind; the action of its kind. Then come the signs and a
missing response. The strictest action and the highest escalation win, each on its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lms.core.errors import ContentError, Problem
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.bands import band_trace
from quizzes.protocols.conditions import holds
from quizzes.protocols.decision import Decision, Ranges, Reason
from quizzes.protocols.depth import zone_traces
from quizzes.protocols.document import Word
from quizzes.protocols.model import FindingKind, Protocol, Rule, Sources
from quizzes.protocols.record import Finding, Planned, Record, Region, Status
from quizzes.protocols.records import record_problems


class _Ground(NamedTuple):
    """A rule that applies, before it is known whether it decides; `key` is that of the finding or sign."""

    rule: Rule
    label: str
    why: str
    sources: Sources
    safety_critical: bool
    key: str = ""
    kind: FindingKind | None = None
    sign: str | None = None


def decide(protocol: Protocol, record: Record, region: Region | None = None) -> Decision:
    """Return the strictest action and the highest escalation that the record requires.

    Actions rank do_not_treat > postpone > medical_clearance > proceed_with_caution > proceed; every weaker
    finding stays on the decision as a condition. What is not known takes the stricter branch. The order of
    the findings does not matter. Without a region (`region_in_force`) the protocol's own limits apply.
    Raises `ContentError` when the record names a finding, attribute, sign, zone or component that the
    protocol does not have, or leaves out an attribute it needs: guessing "proceed" would be unsafe.
    """
    problems = record_problems(protocol, record)
    if problems:
        raise ContentError([Problem("record", 1, path, message) for path, message in problems])
    grounds = _grounds(protocol, record)
    action, escalation = Action.PROCEED, Escalation.NONE
    for ground in grounds:
        rule = ground.rule
        if rule.action.strictness > action.strictness:
            action = rule.action
        if rule.escalation.urgency > escalation.urgency:
            escalation = rule.escalation
    grounds.sort(key=_rank)
    reasons = tuple(_reason(ground, action, escalation) for ground in grounds)
    ranges = _ranges(protocol, record, region) if action.treats else None
    return Decision(action, escalation, reasons, ranges)


def _grounds(protocol: Protocol, record: Record) -> list[_Ground]:
    grounds = [
        ground for finding in record.findings if (ground := _ground_of(protocol, record, finding)) is not None
    ]
    for key in record.signs:
        sign = protocol.signs[key]
        rule = sign.rule
        grounds.append(
            _Ground(rule, sign.label, rule.text, rule.sources, rule.safety_critical, key, sign=key)
        )
    missing = protocol.non_response
    if (
        missing is not None
        and record.response in missing.responses
        and record.weeks_since_start >= missing.weeks_since_start
    ):
        rule = missing.rule
        grounds.append(_Ground(rule, rule.text, rule.text, rule.sources, rule.safety_critical))
    return grounds


def _ground_of(protocol: Protocol, record: Record, finding: Finding) -> _Ground | None:
    """Return the one rule that applies to a finding, or None when it asks for nothing."""
    kind = protocol.findings[finding.finding]
    stated = {**kind.defaults, **finding.attributes}
    general = protocol.general_rules
    if _is_gone(kind, finding, stated):
        return None
    if _is_cleared(kind, finding, stated):
        return _general_ground(general.cleared, finding, kind, "")
    if finding.hazard is not None:
        planned = record.plan.get(finding.hazard, Planned.REQUIRED)
        if planned is Planned.ABSENT:
            return None
        if planned is Planned.OPTIONAL:
            return _general_ground(general.omitted, finding, kind, protocol.components[finding.hazard])
    for rule in kind.rules:
        if holds(rule.test, stated):
            return _own_ground(rule, finding, kind)
    return _own_ground(kind.rule, finding, kind)


def _is_gone(kind: FindingKind, finding: Finding, stated: Mapping[str, Word]) -> bool:
    """Whether the finding is absent, or resolved without leaving a need for a letter."""
    if finding.status is Status.ABSENT:
        return True
    letter = kind.letter
    return finding.status is Status.RESOLVED and (letter is None or not holds(letter.test, stated))


def _is_cleared(kind: FindingKind, finding: Finding, stated: Mapping[str, Word]) -> bool:
    """Whether a written opinion on file lets the finding count as cleared.

    Where the kind asks for a letter, it must come from the right clinician and the healing be complete.
    """
    clearance, status = finding.clearance, finding.status
    if status is not Status.CLEARED and status is not Status.RESOLVED:
        return False
    if clearance is None or not clearance.on_file:
        return False
    letter = kind.letter
    if letter is None or not holds(letter.test, stated):
        return True
    healed = status is Status.RESOLVED or holds(letter.needs, stated)
    return healed and clearance.clinician in letter.clinicians


def _own_ground(rule: Rule, finding: Finding, kind: FindingKind) -> _Ground:
    return _Ground(rule, kind.label, rule.text, rule.sources, rule.safety_critical, finding.key, kind)


def _general_ground(rule: Rule, finding: Finding, kind: FindingKind, component: str) -> _Ground:
    """Return the ground of a rule for every finding: the kind says whether it is safety-critical."""
    why = rule.text.replace("{component}", component)
    sources = kind.sources + tuple(source for source in rule.sources if source not in kind.sources)
    return _Ground(rule, kind.label, why, sources, kind.safety_critical, finding.key, kind)


def _rank(ground: _Ground) -> tuple[int, int, str, str]:
    rule = ground.rule
    return (-rule.action.strictness, -rule.escalation.urgency, ground.key, rule.id)


def _reason(ground: _Ground, action: Action, escalation: Escalation) -> Reason:
    rule, label, why, sources, safety_critical, key, kind, sign = ground
    decides_action = rule.action is action and action is not Action.PROCEED
    decides_escalation = rule.escalation is escalation and escalation is not Escalation.NONE
    wait = rule.wait
    return Reason(
        finding_key=key if kind is not None else None,
        finding=kind.id if kind is not None else None,
        sign=sign,
        label=label,
        rule=rule.id,
        action=rule.action,
        escalation=rule.escalation,
        why=why,
        wait=wait.text if wait is not None else None,
        sources=sources,
        safety_critical=safety_critical,
        decisive=decides_action or decides_escalation,
        varies_by_region=kind is not None and kind.varies_by_region,
        wait_sources=wait.sources if wait is not None else (),
    )


def _ranges(protocol: Protocol, record: Record, region: Region | None) -> Ranges:
    parameters = protocol.parameters
    depth = parameters.depth_mm
    zones = zone_traces(depth, record, region) if depth is not None else ()
    bands = tuple(
        trace
        for name, setting in parameters.settings.items()
        if setting.rules and (trace := band_trace(name, setting, record)) is not None
    )
    return Ranges(
        depth_mm={trace.zone: trace.permitted for trace in zones},
        settings={name: setting.range for name, setting in parameters.settings.items()}
        | {trace.setting: trace.range for trace in bands},
        zones=zones,
        bands=bands,
    )
