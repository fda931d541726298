"""Regions in words: limits, statuses, what differs, and what to do where none counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from lms.core.text import _
from quizzes.protocols.depth import effective_maximum_mm
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region
from quizzes.regions.document import ComponentStatus, RegionProfile, RegionSources
from quizzes.regions.rules import ChoiceState, RegionChoice, StrictestRule


@dataclass(frozen=True, slots=True)
class ComponentView:
    """What a place says about a product or component, in words."""

    label: str
    status: ComponentStatus
    status_label: str
    text: str
    sources: RegionSources


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """What a place says about facts of the protocol; `about` are their ids."""

    about: tuple[str, ...]
    text: str
    sources: RegionSources


@dataclass(frozen=True, slots=True)
class RegionView:
    """A region as pages show it. `limit` is a sentence, empty where the protocol sets no depth."""

    key: str
    name: str
    state: ChoiceState
    limit: str
    components: tuple[ComponentView, ...]
    differences: tuple[DifferenceView, ...]
    advice: str
    checked_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class StrictestView:
    """The strictest rule of all regions in words: the limit of a licence, and products somewhere restricted.

    `components` are label, status in words, and the regions that say so.
    """

    limit: str
    components: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class RegionalView:
    """A learner's region on a page: the region that counts, or the strictest rule with the reason for it."""

    region: RegionView | None
    strictest: StrictestView | None
    banner: tuple[str, str, str]
    """Tone, title and text of the notice; all empty where a region counts."""

    @property
    def name(self) -> str:
        """Return the name of the region that counts; empty where none does."""
        return "" if self.region is None else self.region.name


def millimetres(depth_mm: float) -> str:
    """Return a depth with one digit after the point at least, such as 1.0."""
    shown = f"{depth_mm:g}"
    return shown if "." in shown else f"{shown}.0"


def limit_words(limits: Region, protocol: Protocol) -> str:
    """Return the deepest setting allowed and what sets it, or nothing where the protocol sets no depth."""
    depth = protocol.parameters.depth_mm
    if depth is None:
        return ""
    deepest_mm = effective_maximum_mm(depth, limits)
    shown, name = millimetres(deepest_mm), limits.name
    if deepest_mm == depth.parameter.range.maximum and deepest_mm != limits.licence_maximum_mm:
        return _(
            "Your limit: %(depth)s mm (course protocol). No lower limit is known here for %(region)s.",
            depth=shown,
            region=name,
        )
    if deepest_mm == limits.licence_maximum_mm:
        return _("Your limit: %(depth)s mm (%(region)s, licence)", depth=shown, region=name)
    return _("Your limit: %(depth)s mm (%(region)s, device label)", depth=shown, region=name)


def status_label(status: ComponentStatus) -> str:
    """Return a status in words."""
    return {
        ComponentStatus.ALLOWED: _("Allowed"),
        ComponentStatus.ASK_FIRST: _("Ask first"),
        ComponentStatus.PRESCRIBER_ONLY: _("Prescriber only"),
        ComponentStatus.NOT_ALLOWED: _("Not allowed"),
    }[status]


def region_view(
    profile: RegionProfile,
    protocol: Protocol,
    state: ChoiceState = ChoiceState.IN_FORCE,
    facts: Collection[str] | None = None,
) -> RegionView:
    """Return a region in words; `facts` leaves only what it says about these facts of the protocol."""
    differences = profile.differences if facts is None else profile.about(*facts)
    depth = protocol.parameters.depth_mm
    is_limited = facts is None or (depth is not None and depth.cap.id in facts)
    return RegionView(
        key=profile.key,
        name=profile.name,
        state=state,
        limit=limit_words(profile.limits, protocol) if is_limited else "",
        components=tuple(
            ComponentView(
                protocol.components.get(key, key), one.status, status_label(one.status), one.text, one.sources
            )
            for key, one in profile.components.items()
        ),
        differences=tuple(DifferenceView(one.about, one.text, one.sources) for one in differences),
        advice=profile.advice,
        checked_on=profile.limits.checked_on,
        expires_on=profile.limits.expires_on,
    )


def regional_view(
    choice: RegionChoice, protocol: Protocol, facts: Collection[str] | None = None
) -> RegionalView | None:
    """Return a learner's region in words, or None where the protocol has no regions to choose from.

    `facts` leaves only what is said about these facts of the protocol.
    """
    if not choice.is_offered:
        return None
    if choice.in_force is not None:
        shown = region_view(choice.in_force, protocol, facts=facts)
        return RegionalView(shown, None, ("", "", ""))
    return RegionalView(None, strictest_view(choice.strictest, protocol), _banner(choice))


def strictest_view(strictest: StrictestRule, protocol: Protocol) -> StrictestView:
    """Return the strictest rule of all regions in words."""
    limit = ""
    if strictest.licence_maximum_mm is not None:
        limit = _(
            "The strictest limit of a licence: %(depth)s mm (%(regions)s)",
            depth=millimetres(strictest.licence_maximum_mm),
            regions=_listed(strictest.licence_of),
        )
    return StrictestView(
        limit,
        tuple(
            (protocol.components.get(one.key, one.key), status_label(one.status), _listed(one.regions))
            for one in strictest.restricted
        ),
    )


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names)


def _banner(choice: RegionChoice) -> tuple[str, str, str]:
    """Return tone, title and text of the notice that no region counts, and why."""
    until = _(
        "The strictest rule of all regions is shown. Cases are marked by the limits of the course protocol "
        "alone."
    )
    name = choice.chosen.name if choice.chosen is not None else ""
    if choice.state is ChoiceState.EXPIRED:
        title = _("The rules of your region, %(region)s, are out of date", region=name)
        return "warn", title, _("Nobody has checked them again in time.") + " " + until
    if choice.state is ChoiceState.UNCHECKED:
        title = _("The rules of your region, %(region)s, are not checked yet", region=name)
        return "warn", title, until
    if choice.state is ChoiceState.GONE:
        title = _("Your region is no longer listed")
        return "warn", title, _("Choose another one.") + " " + until
    return "info", _("You have not chosen a region"), until
