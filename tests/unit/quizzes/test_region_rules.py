"""The strictest rule is never looser than any region, and a region never widens what the protocol allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.protocols.depth import ZONE_WORDS, effective_maximum_mm, zone_traces
from quizzes.protocols.model import Depth, Protocol
from quizzes.protocols.record import Record, Region, Zone
from quizzes.regions.document import ComponentRule, ComponentStatus, RegionProfile
from quizzes.regions.rules import ChoiceState, choice_of, strictest_rule
from quizzes.regions.showing import limit_words, regional_view

TODAY = date(2027, 3, 1)
LIMITS = st.none() | st.floats(0.1, 3.0)


def profile(
    key: str = "here",
    *,
    licence_mm: float | None = None,
    device_mm: float | None = None,
    statuses: dict[str, ComponentStatus] | None = None,
    checked_on: date | None = date(2026, 11, 24),
    expires_on: date | None = date(2027, 5, 24),
) -> RegionProfile:
    return RegionProfile(
        key=key,
        name=key.title(),
        protocol="scalp-microneedling",
        status="draft",
        advice="Read the law.",
        limits=Region(key, key.title(), licence_mm, device_mm, checked_on, expires_on),
        components={name: ComponentRule(status, "", ()) for name, status in (statuses or {}).items()},
        differences=(),
        sources=(),
    )


@st.composite
def profiles(draw: st.DrawFn) -> list[RegionProfile]:
    statuses = st.dictionaries(
        st.sampled_from(["prp", "exosomes", "gloves"]), st.sampled_from(ComponentStatus)
    )
    return [
        profile(f"place-{number}", licence_mm=draw(LIMITS), device_mm=draw(LIMITS), statuses=draw(statuses))
        for number in range(draw(st.integers(0, 5)))
    ]


def depth_of(protocol: Protocol) -> Depth:
    assert protocol.parameters.depth_mm is not None
    return protocol.parameters.depth_mm


def strictness(regions: Sequence[RegionProfile]) -> dict[str, int]:
    return {one.key: one.status.strictness for one in strictest_rule(regions).components}


@given(regions=profiles())
def test_the_strictest_rule_is_never_looser_than_any_region(
    protocol: Protocol, regions: list[RegionProfile]
) -> None:
    depth, strictest = depth_of(protocol), strictest_rule(regions)
    shown = strictness(regions)
    for one in regions:
        assert effective_maximum_mm(depth, strictest.limits) <= effective_maximum_mm(depth, one.limits)
        for key, rule in one.components.items():
            assert shown[key] >= rule.status.strictness


@given(regions=profiles())
def test_the_strictest_rule_is_that_of_some_region(regions: list[RegionProfile]) -> None:
    strictest = strictest_rule(regions)
    licences = [one.limits.licence_maximum_mm for one in regions]
    assert strictest.licence_maximum_mm is None or strictest.licence_maximum_mm in licences
    named = [one.name for one in regions if one.limits.licence_maximum_mm == strictest.licence_maximum_mm]
    assert list(strictest.licence_of) == (named if strictest.licence_maximum_mm is not None else [])
    for one in strictest.components:
        assert one.regions
        assert {each.components[one.key].status for each in regions if each.name in one.regions} == {
            one.status
        }


@given(regions=profiles(), licence_mm=LIMITS, device_mm=LIMITS, status=st.sampled_from(ComponentStatus))
def test_one_more_region_never_loosens_the_strictest_rule(
    protocol: Protocol,
    regions: list[RegionProfile],
    licence_mm: float | None,
    device_mm: float | None,
    status: ComponentStatus,
) -> None:
    depth = depth_of(protocol)
    more = [
        *regions,
        profile("more", licence_mm=licence_mm, device_mm=device_mm, statuses={"prp": status}),
    ]
    before, after = strictest_rule(regions), strictest_rule(more)
    assert effective_maximum_mm(depth, after.limits) <= effective_maximum_mm(depth, before.limits)
    assert all(strictness(more)[key] >= rank for key, rank in strictness(regions).items())


@given(
    licence_mm=LIMITS,
    tighter_mm=LIMITS,
    device_mm=LIMITS,
    words=st.fixed_dictionaries({name: st.sampled_from(words) for name, words in ZONE_WORDS.items()}),
)
def test_narrowing_a_region_never_widens_a_depth(
    protocol: Protocol,
    licence_mm: float | None,
    tighter_mm: float | None,
    device_mm: float | None,
    words: dict[str, str | bool],
) -> None:
    depth = depth_of(protocol)
    phase = words.pop("phase")
    zone = Zone("crown", **words)  # type: ignore[arg-type]
    record = Record(2, 8, 3, phase, zones=(zone,))  # type: ignore[arg-type]
    both = [limit for limit in (licence_mm, tighter_mm) if limit is not None]
    loose = Region("a", "A", licence_mm, device_mm)
    tight = replace(loose, licence_maximum_mm=min(both, default=None))
    deepest = []
    for region in (None, loose, tight):
        (trace,) = zone_traces(depth, record, region)
        deepest.append(0.0 if trace.permitted is None else trace.permitted.maximum)
    assert deepest == sorted(deepest, reverse=True)


@pytest.mark.parametrize(
    ("region", "state"),
    [
        (profile(), ChoiceState.IN_FORCE),
        (profile(expires_on=TODAY), ChoiceState.IN_FORCE),
        (profile(expires_on=TODAY - timedelta(days=1)), ChoiceState.EXPIRED),
        (profile(checked_on=None, expires_on=None), ChoiceState.UNCHECKED),
    ],
)
def test_a_choice_counts_while_the_region_does(region: RegionProfile, state: ChoiceState) -> None:
    choice = choice_of([region], "here", TODAY)
    assert (choice.state, choice.chosen) == (state, region)
    assert (choice.in_force is region) == (state is ChoiceState.IN_FORCE)


def test_what_is_not_chosen_or_no_longer_listed_does_not_count() -> None:
    assert choice_of([profile()], None, TODAY).state is ChoiceState.NOT_CHOSEN
    assert choice_of([profile()], "gone", TODAY).state is ChoiceState.GONE
    assert choice_of([profile()], "gone", TODAY).chosen is None
    assert not choice_of([], None, TODAY).is_offered


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Region("nc", "North Carolina", 1.0), "Your limit: 1.0 mm (North Carolina, licence)"),
        (Region("nc", "North Carolina", 1.0, 0.75), "Your limit: 0.75 mm (North Carolina, device label)"),
        (Region("ut", "Utah", 1.5), "Your limit: 1.5 mm (Utah, licence)"),
        (
            Region("en", "England"),
            "Your limit: 1.5 mm (course protocol). No lower limit is known here for England.",
        ),
        (
            Region("ca", "Elsewhere", 2.5),
            "Your limit: 1.5 mm (course protocol). No lower limit is known here for Elsewhere.",
        ),
    ],
)
def test_a_limit_says_what_sets_it(protocol: Protocol, limits: Region, words: str) -> None:
    assert limit_words(limits, protocol) == words


def test_without_a_region_the_strictest_rule_is_said_as_such(protocol: Protocol) -> None:
    regions = [
        profile("arizona", licence_mm=0.5, statuses={"exosomes": ComponentStatus.NOT_ALLOWED}),
        profile("england", statuses={"exosomes": ComponentStatus.ASK_FIRST}),
    ]
    shown = regional_view(choice_of(regions, None, TODAY), protocol)
    assert shown is not None
    assert shown.strictest is not None
    assert shown.strictest.limit == "The strictest limit of a licence: 0.5 mm (Arizona)"
    assert shown.strictest.components == (("Exosomes", "Not allowed", "Arizona"),)
    assert shown.banner[:2] == ("info", "You have not chosen a region")
    expired = regional_view(choice_of(regions, "arizona", date(2028, 1, 1)), protocol)
    assert expired is not None
    assert expired.region is None
    assert expired.banner[:2] == ("warn", "The rules of your region, Arizona, are out of date")
    assert regional_view(choice_of([], None, TODAY), protocol) is None
