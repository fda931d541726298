"""A visit as the rules see it: findings, zones, plan, signs and response. No names, no prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class Status(StrEnum):
    """Where a finding stands on the day. `healing` counts as present."""

    PRESENT = "present"
    HEALING = "healing"
    RESOLVED = "resolved"
    CLEARED = "cleared"
    ABSENT = "absent"


class Planned(StrEnum):
    """Whether the planned session uses a product or component."""

    ABSENT = "absent"
    OPTIONAL = "optional"
    REQUIRED = "required"


Phase = Literal["first", "series", "maintenance", "restart"]
Response = Literal["improving", "none", "worse", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Clearance:
    """A written opinion: whose it is, and whether it is on file."""

    clinician: str = field(metadata={"name": "from"})
    on_file: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a visit: its own key, its kind in the protocol, and what is known of it.

    `hazard` names the product or component that the finding makes dangerous; `attributes` are those
    that the protocol declares for the kind.
    """

    key: str
    finding: str
    status: Status
    attributes: Mapping[str, str | bool] = field(default_factory=dict)
    hazard: str | None = None
    clearance: Clearance | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """An area to be treated, and what its depth depends on. `tolerated`: earlier sessions went well there."""

    zone: str
    thinning: Literal["mild", "marked"]
    grafted: bool = False
    tolerated: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one visit that a decision may depend on."""

    number: int
    weeks_since_start: float
    sessions_done: int
    phase: Phase
    zones: tuple[Zone, ...] = ()
    plan: Mapping[str, Planned] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    signs: tuple[str, ...] = ()
    response: Response = "not_assessed"


@dataclass(frozen=True, slots=True)
class Region:
    """The limits of the place and the device a learner works with; None is no known limit, in millimetres.

    Somebody checked them on a day (`checked_on`), and they hold up to and including `expires_on`, where
    that is known.
    """

    key: str
    name: str
    licence_maximum_mm: float | None = None
    device_maximum_mm: float | None = None
    checked_on: date | None = None
    expires_on: date | None = None


def region_in_force(region: Region | None, today: date) -> Region | None:
    """Return the region whose limits count today, or None: there is none, nobody checked it, or it expired.

    Without a region the protocol's own limits are graded, and no licence gates a depth.
    """
    if region is None or region.checked_on is None:
        return None
    expired = region.expires_on is not None and region.expires_on < today
    return None if expired else region
