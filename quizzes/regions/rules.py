"""What counts of a learner's region today, and the strictest rule among all regions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from quizzes.protocols.record import Region, region_in_force
from quizzes.regions.document import ComponentStatus, RegionProfile


class ChoiceState(StrEnum):
    """How a learner's choice of a region stands today; only one in force counts in grading.

    `gone`: the region that was chosen is no longer published.
    """

    NOT_CHOSEN = "not_chosen"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    UNCHECKED = "unchecked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class StrictestComponent:
    """The strictest status that any region gives a component, and the names of those that give it."""

    key: str
    status: ComponentStatus
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrictestRule:
    """The strictest rule among regions: what is shown to somebody who works nowhere yet.

    `licence_maximum_mm` and `device_maximum_mm` are None where no region names any; `licence_of` are the
    names of the regions with that limit of a licence.
    """

    licence_maximum_mm: float | None
    licence_of: tuple[str, ...]
    device_maximum_mm: float | None
    components: tuple[StrictestComponent, ...]

    @property
    def limits(self) -> Region:
        """Return the limits as a region of no place; grading never uses them."""
        return Region("", "", self.licence_maximum_mm, self.device_maximum_mm)

    @property
    def restricted(self) -> tuple[StrictestComponent, ...]:
        """Return the components that are not simply allowed everywhere."""
        return tuple(one for one in self.components if one.status is not ComponentStatus.ALLOWED)

    @property
    def not_allowed(self) -> tuple[StrictestComponent, ...]:
        """Return the components that some region does not allow."""
        return tuple(one for one in self.components if one.status is ComponentStatus.NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """A learner's region for one protocol. `chosen` is there in every state but not chosen and gone."""

    state: ChoiceState
    chosen: RegionProfile | None
    strictest: StrictestRule
    is_offered: bool
    """Whether there is any region to choose."""

    @property
    def in_force(self) -> RegionProfile | None:
        """Return the region whose limits count today, or None."""
        return self.chosen if self.state is ChoiceState.IN_FORCE else None


def state_of(profile: RegionProfile, today: date) -> ChoiceState:
    """Return whether a region counts today: somebody has checked it, and its last day is not over."""
    if region_in_force(profile.limits, today) is not None:
        return ChoiceState.IN_FORCE
    return ChoiceState.UNCHECKED if profile.limits.checked_on is None else ChoiceState.EXPIRED


def choice_of(profiles: Sequence[RegionProfile], chosen_key: str | None, today: date) -> RegionChoice:
    """Return how a choice stands; `profiles` are the published regions of one protocol."""
    strictest, offered = strictest_rule(profiles), bool(profiles)
    if chosen_key is None:
        return RegionChoice(ChoiceState.NOT_CHOSEN, None, strictest, offered)
    chosen = next((one for one in profiles if one.key == chosen_key), None)
    state = ChoiceState.GONE if chosen is None else state_of(chosen, today)
    return RegionChoice(state, chosen, strictest, offered)


def strictest_rule(profiles: Sequence[RegionProfile]) -> StrictestRule:
    """Return the strictest rule among regions, expired and unchecked ones too: nothing gets looser by age."""
    licence = _least(one.limits.licence_maximum_mm for one in profiles)
    keys = dict.fromkeys(key for one in profiles for key in one.components)
    return StrictestRule(
        licence_maximum_mm=licence,
        licence_of=tuple(
            one.name for one in profiles if licence is not None and one.limits.licence_maximum_mm == licence
        ),
        device_maximum_mm=_least(one.limits.device_maximum_mm for one in profiles),
        components=tuple(_strictest_component(key, profiles) for key in sorted(keys)),
    )


def _least(limits: Iterable[float | None]) -> float | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _strictest_component(key: str, profiles: Sequence[RegionProfile]) -> StrictestComponent:
    stated = [(one.name, one.components[key].status) for one in profiles if key in one.components]
    status = max((status for _name, status in stated), key=lambda one: one.strictness)
    return StrictestComponent(key, status, tuple(name for name, one in stated if one is status))
