"""Which part of the range of a setting is right for a record: by phase, planned components and findings."""

from __future__ import annotations

from quizzes.protocols.conditions import holds
from quizzes.protocols.decision import BandTrace
from quizzes.protocols.document import ProtocolDocument, Word
from quizzes.protocols.model import Parameter, Range
from quizzes.protocols.record import Planned, Record, Status

PHASES: tuple[Word, ...] = ("first", "series", "maintenance", "restart")
PLANNED: tuple[Word, ...] = tuple(word.value for word in Planned)
FOUND: tuple[Word, ...] = ("present", "absent")
_NOT_FOUND = frozenset({Status.ABSENT, Status.RESOLVED})


def setting_words(document: ProtocolDocument) -> dict[str, tuple[Word, ...]]:
    """Return what the rule of a setting may ask for: `phase`, components of the plan, and findings."""
    words: dict[str, tuple[Word, ...]] = {finding.id: FOUND for finding in document.findings}
    words |= dict.fromkeys(document.components, PLANNED)
    return {**words, "phase": PHASES}


def right_range(parameter: Parameter, record: Record) -> Range:
    """Return the part of a setting's range that is right for a record; the whole where no rule names one."""
    trace = band_trace("", parameter, record)
    return parameter.range if trace is None else trace.range


def band_trace(name: str, parameter: Parameter, record: Record) -> BandTrace | None:
    """Return which band of a setting is right for a record, and why; None where no rule names one."""
    found = {finding.finding for finding in record.findings if finding.status not in _NOT_FOUND}
    for rule in parameter.rules:
        stated = {name: _stated(name, record, found) for name, _wanted in rule.test}
        if holds(rule.test, stated):
            band = rule.band
            return BandTrace(name, band.id, band.name, rule.why, band.range, band.sources)
    return None


def _stated(name: str, record: Record, found: set[str]) -> Word:
    """Return the value a record gives to what a rule asks for; a component is planned or absent."""
    if name == "phase":
        return record.phase
    planned = record.plan.get(name)
    if planned is not None:
        return planned.value
    return "present" if name in found else "absent"
