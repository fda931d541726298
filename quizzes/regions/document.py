"""The region document: what the law and the licence of one place change of a protocol.

Pure: no framework and no database. The format is described in `docs/content-format/region.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import Marked, item_path, key_path, read_yaml, structure, suggestion
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region

LONGEST_VALIDITY_MONTHS = 24
"""Months after which a check of the law counts no longer, whatever a document says."""


class ComponentStatus(StrEnum):
    """What a place says about a product or component, from the least to the most strict."""

    ALLOWED = "allowed"
    ASK_FIRST = "ask_first"
    PRESCRIBER_ONLY = "prescriber_only"
    NOT_ALLOWED = "not_allowed"

    @property
    def strictness(self) -> int:
        """Return the place in the order of strictness, 0 for what is allowed."""
        return tuple(ComponentStatus).index(self)


@dataclass(frozen=True, slots=True)
class RegionSource:
    """Where a rule was read. `kind`: the authority's own words, or what somebody else says of them."""

    citation: str
    kind: Literal["official", "secondary"]
    seen: str
    url: str | None = None
    caution: str | None = None


RegionSources = tuple[RegionSource, ...]


@dataclass(frozen=True, slots=True)
class ComponentDocument:
    """The status of a product or component as authors write it."""

    status: ComponentStatus
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferenceDocument:
    """What a place says about facts of the protocol, as authors write it."""

    about: tuple[str, ...]
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionDocument:
    """The fields of a region file; what somebody checked bears the days `checked_on` and `expires_on`."""

    key: str
    name: str
    protocol: str
    status: Literal["draft"]
    advice: str
    sources: Mapping[str, RegionSource]
    checked_on: date | None = None
    expires_on: date | None = None
    licence_maximum_mm: float | None = None
    device_maximum_mm: float | None = None
    components: Mapping[str, ComponentDocument] = field(default_factory=dict)
    differences: tuple[DifferenceDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class ComponentRule:
    """The status of a product or component with its sources."""

    status: ComponentStatus
    text: str
    sources: RegionSources


@dataclass(frozen=True, slots=True)
class Difference:
    """What a place says about facts of the protocol, with its sources."""

    about: tuple[str, ...]
    text: str
    sources: RegionSources


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """A region ready for use. `advice` is what to do before relying on it; `limits` is what grading needs."""

    key: str
    name: str
    protocol: str
    status: str
    advice: str
    limits: Region
    components: Mapping[str, ComponentRule]
    differences: tuple[Difference, ...]
    sources: RegionSources
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def limits_for(self, protocol_key: str) -> Region | None:
        """Return the limits that grading by a protocol applies; None where they speak of another one."""
        return self.limits if protocol_key == self.protocol else None

    def about(self, *facts: str) -> tuple[Difference, ...]:
        """Return what the place says about any of these facts of the protocol, in the order written."""
        wanted = frozenset(facts)
        return tuple(one for one in self.differences if not wanted.isdisjoint(one.about))


def parse_region(source: bytes, file: str) -> RegionProfile:
    """Return the region that a document describes. Raises `ContentError` with every problem found."""
    marked = read_yaml(source, file=file)
    document = structure(marked, RegionDocument)
    problems = [marked.problem(path, message) for path, message in _complaints(document)]
    if problems:
        raise ContentError(problems)
    return RegionProfile(
        key=document.key,
        name=document.name,
        protocol=document.protocol,
        status=document.status,
        advice=document.advice,
        limits=Region(
            document.key,
            document.name,
            document.licence_maximum_mm,
            document.device_maximum_mm,
            document.checked_on,
            document.expires_on,
        ),
        components={
            key: ComponentRule(one.status, one.text, _named(document, one.sources))
            for key, one in document.components.items()
        },
        differences=tuple(
            Difference(one.about, one.text, _named(document, one.sources)) for one in document.differences
        ),
        sources=tuple(document.sources.values()),
        lines=marked.lines,
    )


def _named(document: RegionDocument, keys: tuple[str, ...]) -> RegionSources:
    return tuple(document.sources[key] for key in keys)


def _complaints(document: RegionDocument) -> Iterator[tuple[str, str]]:
    """Yield path and message of what is wrong with a document by itself."""
    try:
        require_key(document.key)
    except InvalidInput as error:
        yield "key", str(error)
    for name in ("name", "advice"):
        if not getattr(document, name).strip():
            yield name, "Write something here."
    yield from _wrong_dates(document)
    for name in ("licence_maximum_mm", "device_maximum_mm"):
        limit = getattr(document, name)
        if limit is not None and limit <= 0:
            yield name, "Write a depth above 0 mm. Leave the field out where no limit is known."
    if not document.sources:
        yield "sources", "Say where the rules were read: name one source at least."
    for path, cited in _citing(document):
        yield from _wrong_sources(document, path, cited)
    for index, one in enumerate(document.differences):
        if not one.about or len(set(one.about)) != len(one.about):
            path = f"{item_path('differences', index)}.about"
            yield path, "Name one fact of the protocol at least, and each once."


def _wrong_dates(document: RegionDocument) -> Iterator[tuple[str, str]]:
    checked, expires = document.checked_on, document.expires_on
    if (checked is None) != (expires is None):
        name = "checked_on" if checked is None else "expires_on"
        yield name, "Write both days, or neither: then nobody has checked the region, and it never counts."
    elif checked is not None and expires is not None:
        if expires <= checked:
            yield "expires_on", "This day must come after checked_on."
        elif expires > _months_later(checked, LONGEST_VALIDITY_MONTHS):
            message = f"Law changes: at most {LONGEST_VALIDITY_MONTHS} months may lie after checked_on."
            yield "expires_on", message


def _months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _citing(document: RegionDocument) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, component in document.components.items():
        yield f"{key_path('components', key)}.sources", component.sources
    for index, one in enumerate(document.differences):
        yield f"{item_path('differences', index)}.sources", one.sources


def _wrong_sources(document: RegionDocument, path: str, cited: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not cited:
        yield path, "Every rule names its source. Add one, or leave the rule out."
    if len(set(cited)) != len(cited):
        yield path, "A source stands there twice. Keep one."
    for index, key in enumerate(cited):
        if key not in document.sources:
            hint = suggestion(key, list(document.sources))
            message = f"“{key}” is not among the sources of this file.{hint} Add it or correct the name."
            yield item_path(path, index), message


def check_region(region: object, siblings: Mapping[tuple[str, str], object], file: str) -> Iterator[Problem]:
    """Yield what is wrong with a region beside its protocol: unknown names, and limits without a ground.

    A limit is a fact of law, so some difference about the protocol's fact on limits must say where from.
    """
    if not isinstance(region, RegionProfile):
        raise TypeError(f"check_region needs a RegionProfile, not {type(region).__name__}.")
    marked = Marked(file, None, region.lines)
    protocol = siblings.get(("protocol", region.protocol))
    if not isinstance(protocol, Protocol):
        message = f"There is no protocol “{region.protocol}” in this folder. Write the key of protocol.yaml."
        yield marked.problem("protocol", message)
        return
    for path, message in _misfits(region, protocol):
        yield marked.problem(path, message)


def _misfits(region: RegionProfile, protocol: Protocol) -> Iterator[tuple[str, str]]:
    for key in region.components:
        if key not in protocol.components:
            hint = suggestion(key, list(protocol.components))
            yield key_path("components", key), f"The protocol has no component “{key}”.{hint}"
    for index, one in enumerate(region.differences):
        for place, fact_id in enumerate(one.about):
            path = item_path(f"{item_path('differences', index)}.about", place)
            fact = protocol.facts.get(fact_id)
            if fact is None:
                yield (
                    path,
                    f"The protocol has no fact “{fact_id}”.{suggestion(fact_id, list(protocol.facts))}",
                )
            elif not fact.varies_by_region:
                message = f"The protocol does not say that “{fact_id}” varies by region, so it may not here."
                yield path, message
    yield from _groundless_limits(region, protocol)


def _groundless_limits(region: RegionProfile, protocol: Protocol) -> Iterator[tuple[str, str]]:
    depth = protocol.parameters.depth_mm
    for name in ("licence_maximum_mm", "device_maximum_mm"):
        if getattr(region.limits, name) is None:
            continue
        if depth is None:
            yield name, "The protocol sets no depth, so there is none to limit. Leave this field out."
        elif not region.about(depth.cap.id):
            yield name, f"Say where this limit comes from: add a difference about {depth.cap.id}."
