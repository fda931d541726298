"""Whether a record speaks the vocabulary of a protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lms.publishing.documents import suggestion
from quizzes.protocols.model import FindingKind, Protocol
from quizzes.protocols.record import Finding, Record, Status

HAZARD = "hazard"
"""The attribute that names a product or component; it stands beside the others, not among them."""

Complaint = tuple[str, str]
"""A field path inside the record, and what is wrong there."""


def record_problems(protocol: Protocol, record: Record) -> list[Complaint]:
    """Return everything in a record that the protocol does not know, or needs and does not find.

    Paths are relative to the visit, such as `findings[0].attributes.activity`.
    """
    problems: list[Complaint] = []
    for index, finding in enumerate(record.findings):
        kind = protocol.findings.get(finding.finding)
        if kind is None:
            near = suggestion(finding.finding, protocol.findings)
            problems.append(
                (f"findings[{index}].finding", f"The protocol has no finding “{finding.finding}”.{near}")
            )
        elif not _is_plain(kind, finding):
            problems += [
                (f"findings[{index}].{path}", message)
                for path, message in _finding_problems(protocol, record, kind, finding)
            ]
    for index, sign in enumerate(record.signs):
        if sign not in protocol.signs:
            near = suggestion(sign, protocol.signs)
            problems.append((f"signs[{index}]", f"The protocol has no sign “{sign}”.{near}"))
    for component in record.plan:
        if component not in protocol.components:
            near = suggestion(component, protocol.components)
            problems.append((f"plan.{component}", f"The protocol has no component “{component}”.{near}"))
    problems += _zone_problems(protocol, record)
    problems += _repeated("findings", [finding.key for finding in record.findings])
    problems += _repeated("signs", list(record.signs))
    problems += _repeated("zones", [zone.zone for zone in record.zones])
    return problems


def _is_plain(kind: FindingKind, finding: Finding) -> bool:
    """Whether a finding states nothing and needs nothing: the common case, settled at once."""
    return not (kind.needs or finding.attributes or finding.hazard or finding.clearance) and (
        finding.status is not Status.CLEARED
    )


def _finding_problems(
    protocol: Protocol, record: Record, kind: FindingKind, finding: Finding
) -> Iterator[Complaint]:
    for name, value in finding.attributes.items():
        if name not in kind.defaults:
            allowed = ", ".join(kind.defaults) or "none"
            yield f"attributes.{name}", f"{kind.id} does not allow “{name}”. Allowed: {allowed}."
        elif value not in protocol.attributes[name].values:
            words = ", ".join(str(word) for word in protocol.attributes[name].values)
            yield f"attributes.{name}", f"“{value}” is not a value of “{name}”. Use one of {words}."
    if finding.status is not Status.ABSENT:
        for name in kind.needs:
            if name != HAZARD and name not in finding.attributes:
                yield "attributes", f"{kind.id} needs “{name}”. State it."
        if HAZARD in kind.needs and finding.hazard is None:
            yield "hazard", f"{kind.id} needs “hazard”: the product or component it makes dangerous."
    yield from _hazard_problems(protocol, record, kind, finding)
    clearance = finding.clearance
    if clearance is not None and clearance.clinician not in protocol.clinicians:
        near = suggestion(clearance.clinician, protocol.clinicians)
        yield "clearance.from", f"The protocol knows no clinician “{clearance.clinician}”.{near}"
    if finding.status is Status.CLEARED and clearance is None:
        yield "clearance", "A cleared finding says from whom the opinion is, and whether it is on file."


def _hazard_problems(
    protocol: Protocol, record: Record, kind: FindingKind, finding: Finding
) -> Iterator[Complaint]:
    hazard = finding.hazard
    if hazard is None:
        return
    if HAZARD not in kind.needs and HAZARD not in kind.allows:
        yield HAZARD, f"{kind.id} does not allow “hazard”."
    elif hazard not in protocol.components:
        near = suggestion(hazard, protocol.components)
        yield HAZARD, f"The protocol has no component “{hazard}”.{near}"
    elif hazard not in record.plan:
        yield (
            HAZARD,
            f"The plan does not say whether “{hazard}” is absent, optional or required. Add it there.",
        )


def _zone_problems(protocol: Protocol, record: Record) -> Iterator[Complaint]:
    depth = protocol.parameters.depth_mm
    known = depth.zones if depth is not None else {}
    for index, zone in enumerate(record.zones):
        if zone.zone not in known:
            near = suggestion(zone.zone, known)
            yield f"zones[{index}].zone", f"The protocol has no zone “{zone.zone}”.{near}"


def _repeated(path: str, keys: list[str]) -> Iterator[Complaint]:
    if len(set(keys)) == len(keys):
        return
    for key, count in Counter(keys).items():
        if count > 1:
            yield path, f"“{key}” stands there {count} times. Keep one, or give each its own key."
