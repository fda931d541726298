"""Minimal records: for every rule of a finding, the patient who has just that, and what is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from courses.review.cards.drawing import first, holds_phrase
from lms.core.text import _
from quizzes.protocols.decide import decide
from quizzes.protocols.decision import Decision, Reason
from quizzes.protocols.document import Word
from quizzes.protocols.model import FindingKind, Protocol
from quizzes.protocols.record import Finding, Planned, Record, Status
from quizzes.protocols.records import HAZARD


@dataclass(frozen=True, slots=True)
class Situation:
    """A finding, what is stated of it for the learner to read, and the rule that then decides."""

    kind: FindingKind
    stated: Mapping[str, Word]
    reason: Reason

    def lines(self, protocol: Protocol, hazard: str | None) -> tuple[str, ...]:
        """Return the finding and what is known of it, line by line."""
        known = [f"{protocol.attributes[name].about}: {_words(value)}" for name, value in self.stated.items()]
        if hazard is not None:
            component = protocol.components[hazard]
            known.append(
                _(
                    "It concerns this, which today's plan cannot do without: %(component)s",
                    component=component,
                )
            )
        return (self.kind.label, *known)


def situations_of(protocol: Protocol, kind: FindingKind) -> tuple[Situation, ...]:
    """Return, for each rule of a finding that a record reaches, the one that says the least to reach it."""
    wanted = {rule.id for rule in (kind.rule, *kind.rules)}
    found: dict[str, Situation] = {}
    for stated in _statements(protocol, kind):
        reason = _reason(protocol, kind, stated)
        if reason is not None and reason.rule in wanted:
            wanted.discard(reason.rule)
            found[reason.rule] = Situation(kind, stated, reason)
        if not wanted:
            break
    return tuple(found[rule.id] for rule in (kind.rule, *kind.rules) if rule.id in found)


def decision_on(
    protocol: Protocol, situations: Sequence[Situation], hazards: Mapping[str, str | None]
) -> Decision:
    """Return what is decided for somebody with all these findings at once; `hazards` by finding."""
    findings = tuple(
        _finding(one.kind, one.stated, hazards[one.kind.id], key=f"f{number}")
        for number, one in enumerate(situations)
    )
    return decide(protocol, record_of(findings))


def hazard_of(protocol: Protocol, kind: FindingKind, seed: str) -> str | None:
    """Return the component that a finding makes dangerous: one that its label names, else a drawn one."""
    if HAZARD not in kind.needs or not protocol.components:
        return None
    named = [key for key in protocol.components if holds_phrase(kind.label, key.replace("_", " "))]
    return first(seed, f"hazard-{kind.id}", named or list(protocol.components))


def record_of(findings: Sequence[Finding] = (), signs: tuple[str, ...] = ()) -> Record:
    """Return the record of a first visit with these findings or signs, and nothing else."""
    plan = {one.hazard: Planned.REQUIRED for one in findings if one.hazard is not None}
    return Record(
        number=1,
        weeks_since_start=0,
        sessions_done=0,
        phase="first",
        plan=plan,
        findings=tuple(findings),
        signs=signs,
    )


def _statements(protocol: Protocol, kind: FindingKind) -> Iterator[Mapping[str, Word]]:
    """Yield what may be stated of a finding, beginning with what differs least from the stricter values."""
    names = tuple(kind.defaults)
    values = [protocol.attributes[name].values for name in names]
    needed = [name for name in kind.needs if name != HAZARD]
    combinations = [dict(zip(names, combination, strict=True)) for combination in product(*values)]

    def unusual(stated: Mapping[str, Word]) -> list[str]:
        return [name for name in names if stated[name] != kind.defaults[name]]

    for stated in sorted(combinations, key=lambda stated: len(unusual(stated))):
        told = {*needed, *unusual(stated)}
        yield {name: stated[name] for name in names if name in told}


def _reason(protocol: Protocol, kind: FindingKind, stated: Mapping[str, Word]) -> Reason | None:
    record = record_of([_finding(kind, stated, hazard_of(protocol, kind, ""))])
    return next(iter(decide(protocol, record).reasons), None)


def _finding(kind: FindingKind, stated: Mapping[str, Word], hazard: str | None, key: str = "f0") -> Finding:
    return Finding(key=key, finding=kind.id, status=Status.PRESENT, attributes=stated, hazard=hazard)


def _words(value: Word) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.replace("_", " ")
