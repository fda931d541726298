"""Region documents: what is refused, with its place, and that those of the library are sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lms.core.errors import ContentError
from lms.publishing.explaining import field_names
from quizzes.protocols.model import Protocol
from quizzes.regions.document import (
    ComponentDocument,
    ComponentStatus,
    DifferenceDocument,
    RegionDocument,
    RegionProfile,
    RegionSource,
    check_region,
    parse_region,
)

FILE = "regions/here.yaml"
GOOD: dict[str, Any] = {
    "key": "here",
    "name": "Here",
    "protocol": "scalp-microneedling",
    "status": "draft",
    "advice": "Read your own board's text.",
    "checked_on": "2026-11-24",
    "expires_on": "2027-05-24",
    "licence_maximum_mm": 1,
    "sources": {
        "board": {"citation": "The board's text", "kind": "official", "seen": "page"},
        "blog": {"citation": "A blog", "kind": "secondary", "seen": "page", "caution": "Not the law."},
    },
    "components": {"exosomes": {"status": "not_allowed", "text": "None is approved.", "sources": ["board"]}},
    "differences": [
        {"about": ["DEP-CAP", "D-04"], "text": "One millimetre at most.", "sources": ["board", "blog"]}
    ],
}
Change = Callable[[dict[str, Any]], object]


def written(change: Change = lambda _region: None) -> bytes:
    region = yaml.safe_load(yaml.safe_dump(GOOD))
    change(region)
    return yaml.safe_dump(region, sort_keys=False).encode()


def refused(change: Change) -> list[tuple[str, str]]:
    with pytest.raises(ContentError) as caught:
        parse_region(written(change), FILE)
    return [(problem.field, problem.message) for problem in caught.value.problems]


def misfits(protocol: Protocol, change: Change) -> list[tuple[str, str]]:
    region = parse_region(written(change), FILE)
    found = check_region(region, {("protocol", protocol.key): protocol}, FILE)
    return [(problem.field, problem.message) for problem in found]


def test_a_region_holds_limits_statuses_and_differences_with_their_sources() -> None:
    region = parse_region(written(), FILE)
    assert (region.limits.licence_maximum_mm, region.limits.device_maximum_mm) == (1.0, None)
    assert (region.limits.checked_on, region.limits.expires_on) == (date(2026, 11, 24), date(2027, 5, 24))
    assert region.components["exosomes"].status is ComponentStatus.NOT_ALLOWED
    (difference,) = region.about("D-04", "ADJ-PRP-2")
    assert [source.kind for source in difference.sources] == ["official", "secondary"]
    assert region.about("ADJ-PRP-2") == ()


def test_limits_speak_of_one_protocol_only() -> None:
    region = parse_region(written(), FILE)
    assert region.limits_for("scalp-microneedling") == region.limits
    assert region.limits_for("another-treatment") is None


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (lambda region: region.pop("advice"), "advice", "missing"),
        (lambda region: region.update(advice=" "), "advice", "Write something here"),
        (lambda region: region.update(key="Not A Key"), "key", "lower-case"),
        (lambda region: region.update(status="reviewed"), "status", "Expected one of draft"),
        (lambda region: region.update(checked_on="24 November 2026"), "checked_on", "Expected a date"),
        (lambda region: region.pop("checked_on"), "checked_on", "Write both days, or neither"),
        (lambda region: region.pop("expires_on"), "expires_on", "Write both days, or neither"),
        (lambda region: region.update(expires_on="2026-11-24"), "expires_on", "must come after"),
        (lambda region: region.update(expires_on="2028-11-25"), "expires_on", "at most 24 months"),
        (lambda region: region.update(licence_maximum_mm=0), "licence_maximum_mm", "above 0 mm"),
        (lambda region: region.update(device_maximum_mm=-1), "device_maximum_mm", "above 0 mm"),
        (lambda region: region["sources"]["blog"].update(kind="rumour"), "sources.blog.kind", "official"),
        (
            lambda region: region["components"]["exosomes"].update(status="fine"),
            "components.exosomes.status",
            "Expected one of allowed",
        ),
        (
            lambda region: region["components"]["exosomes"].update(sources=["bord"]),
            "components.exosomes.sources[0]",
            "Did you mean “board”?",
        ),
        (
            lambda region: region["differences"][0].update(sources=[]),
            "differences[0].sources",
            "names its source",
        ),
        (
            lambda region: region["differences"][0].update(sources=["blog", "blog"]),
            "differences[0].sources",
            "twice",
        ),
        (lambda region: region["differences"][0].update(about=[]), "differences[0].about", "one fact"),
        (lambda region: region.update(max_depth=1), "max_depth", "no field"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(change: Change, field: str, said: str) -> None:
    found = refused(change)
    assert [place for place, _message in found] == [field]
    assert said in found[0][1]


def test_a_region_without_sources_is_refused() -> None:
    found = refused(lambda region: region.update(sources={}, components={}, differences=[]))
    assert found == [("sources", "Say where the rules were read: name one source at least.")]


@pytest.mark.parametrize(
    ("checked", "last"),
    [("2026-11-24", "2028-11-24"), ("2024-02-29", "2026-02-28"), ("2026-08-31", "2028-08-31")],
)
def test_a_check_counts_for_24_months_at_most(checked: str, last: str) -> None:
    region = parse_region(written(lambda one: one.update(checked_on=checked, expires_on=last)), FILE)
    assert region.limits.expires_on == date.fromisoformat(last)


def test_nobody_needs_to_have_checked_a_region() -> None:
    region = parse_region(written(lambda one: (one.pop("checked_on"), one.pop("expires_on"))), FILE)
    assert region.limits.checked_on is None


def test_a_sound_region_fits_its_protocol(protocol: Protocol) -> None:
    assert misfits(protocol, lambda _region: None) == []


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        (lambda region: region.update(protocol="peels"), "protocol", "no protocol “peels”"),
        (
            lambda region: region["components"].update(exosome=region["components"].pop("exosomes")),
            "components.exosome",
            "Did you mean “exosomes”?",
        ),
        (
            lambda region: region["differences"][0].update(about=["DEP-CAP", "DEP-CAPS"]),
            "differences[0].about[1]",
            "no fact “DEP-CAPS”",
        ),
        (
            lambda region: region["differences"][0].update(about=["DEP-CAP", "MEC-01"]),
            "differences[0].about[1]",
            "does not say that “MEC-01” varies by region",
        ),
        (
            lambda region: region["differences"][0].update(about=["D-04"]),
            "licence_maximum_mm",
            "add a difference about DEP-CAP",
        ),
    ],
)
def test_what_does_not_fit_the_protocol_is_named(
    protocol: Protocol, change: Change, field: str, said: str
) -> None:
    found = misfits(protocol, change)
    assert [place for place, _message in found] == [field]
    assert said in found[0][1]


def shipped(library: Path) -> list[RegionProfile]:
    return [
        parse_region(file.read_bytes(), f"regions/{file.name}")
        for file in sorted((library / "regions").glob("*.yaml"))
    ]


def test_the_regions_of_the_library_fit_and_say_how_far_they_can_be_trusted(
    library: Path, protocol: Protocol
) -> None:
    regions = shipped(library)
    limits = {region.key: region.limits.licence_maximum_mm for region in regions}
    assert limits == {
        "england": None,
        "european-union": None,
        "united-kingdom-outside-england": None,
        "us-arizona": 0.5,
        "us-north-carolina": 1.0,
        "us-other-state": None,
        "us-utah-master-aesthetician": 1.5,
    }
    for region in regions:
        assert list(check_region(region, {("protocol", protocol.key): protocol}, region.key)) == []
        assert region.components["exosomes"].status is not ComponentStatus.ALLOWED
        assert "ead " in region.advice
        about_depth = region.about("DEP-CAP")
        cited = [source for one in about_depth for source in one.sources]
        if region.limits.licence_maximum_mm is not None:
            assert any(source.kind == "secondary" and source.caution for source in cited)
            assert "secondary web page" in about_depth[0].text


def documentation() -> str:
    return (Path(__file__).parents[3] / "docs" / "content-format" / "region.md").read_text(encoding="utf-8")


def test_the_documented_example_is_a_region(protocol: Protocol) -> None:
    example = documentation().split("```yaml\n")[1].split("```")[0]
    region = parse_region(example.encode(), FILE)
    assert list(check_region(region, {("protocol", protocol.key): protocol}, FILE)) == []


@pytest.mark.parametrize("shape", [RegionDocument, RegionSource, ComponentDocument, DifferenceDocument])
def test_every_field_is_documented(shape: type[Any]) -> None:
    text = documentation()
    assert [name for name in field_names(shape).values() if f"`{name}`" not in text] == []
