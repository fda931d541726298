"""The computed key of a visit as pages print it: what was decided, from which fact, by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lms.core.text import _
from quizzes.cases.model import Statement, Visit
from quizzes.interactions.field_names import DEPTH, setting_field
from quizzes.protocols.decision import RESPONSE, Decision, ZoneTrace
from quizzes.protocols.model import Protocol, Range
from quizzes.protocols.sources import Source
from quizzes.regions.document import RegionProfile
from quizzes.regions.showing import limit_words
from quizzes.wording import action_label, decision_label, escalation_label, range_label, with_unit

Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One step of the trace: the finding, the rule that applies, what it asks for, and its sources."""

    title: str
    rule: str
    action_label: str
    escalation_label: str
    text: str
    wait: str | None
    sources: Sources
    facts: tuple[str, ...]
    """The lines of the record that show the finding."""
    decisive: bool
    safety_critical: bool
    regional: tuple[str, ...] = ()
    """What the region of the attempt says about it."""


@dataclass(frozen=True, slots=True)
class DepthView:
    """How the depth of one zone came about: its band and why, what it was cut to, and the sources."""

    zone: str
    permitted: str
    band: str
    why: str
    cap: str
    is_fallback: bool
    sources: Sources


@dataclass(frozen=True, slots=True)
class SettingView:
    """How a graded setting came about: what is right, why, by which band, and the sources."""

    setting: str
    right: str
    why: str
    band: str
    rule: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class KeyView:
    """The computed answer of a visit, with its reasons, conditions and accepted settings."""

    action: str
    escalation: str
    reasons: tuple[ReasonView, ...]
    conditions: tuple[ReasonView, ...]
    ranges: tuple[tuple[str, str], ...]
    depths: tuple[DepthView, ...]
    settings: tuple[SettingView, ...]


def statement_sources(statement: Statement, key: Decision, protocol: Protocol) -> Sources:
    """Return the sources behind a line: of the rules its findings trigger, and of the facts it is about."""
    of_rules = [one.sources for one in key.reasons if one.subject in statement.supports]
    of_facts = [protocol.fact(fact).sources for fact in statement.about]
    return once(source for sources in (*of_rules, *of_facts) for source in sources)


def once(sources: Iterable[Source]) -> Sources:
    """Return sources in their order, each once."""
    return tuple(dict.fromkeys(sources))


def key_view(key: Decision, visit: Visit, protocol: Protocol, region: RegionProfile | None = None) -> KeyView:
    """Return the computed answer of a visit in words, every reason with the lines that show its finding.

    `region` is the one that the key was computed in.
    """
    return KeyView(
        action=action_label(key.action),
        escalation=escalation_label(key.escalation),
        reasons=tuple(
            ReasonView(
                title=one.label,
                rule=one.rule,
                action_label=action_label(one.action),
                escalation_label=escalation_label(one.escalation),
                text=one.why,
                wait=one.wait,
                sources=once((*one.sources, *one.wait_sources)),
                facts=_facts(visit, one.subject),
                decisive=one.decisive,
                safety_critical=one.safety_critical,
                regional=_regional(region, one.rule, one.finding),
            )
            for one in key.reasons
        ),
        conditions=tuple(
            ReasonView(
                title=one.label,
                rule=one.rule,
                action_label=action_label(one.action),
                escalation_label=escalation_label(one.escalation),
                text=one.text,
                wait=None,
                sources=once(one.sources),
                facts=_facts(visit, one.finding_key or one.sign or RESPONSE),
                decisive=False,
                safety_critical=False,
            )
            for one in key.conditions
        ),
        ranges=_ranges(key, visit, protocol),
        depths=tuple(_depth(one, protocol, region) for one in key.ranges.zones)
        if key.ranges is not None
        else (),
        settings=tuple(_settings(key, visit, protocol)),
    )


def _regional(region: RegionProfile | None, *facts: str | None) -> tuple[str, ...]:
    """Return what a region says about facts of the protocol, in words that name the region."""
    if region is None:
        return ()
    said = region.about(*(fact for fact in facts if fact is not None))
    return tuple(_("In %(region)s: %(text)s", region=region.name, text=one.text) for one in said)


def _cap(trace: ZoneTrace, protocol: Protocol, region: RegionProfile | None) -> str:
    """Return the deepest setting allowed and what sets it: the protocol, or a limit of the region."""
    depth = protocol.parameters.depth_mm
    if region is not None and depth is not None and trace.cap_rule == depth.cap.id:
        return limit_words(region.limits, protocol)
    return _("At most %(depth)s mm (%(rule)s)", depth=f"{trace.cap_mm:g}", rule=trace.cap_rule)


def _depth(trace: ZoneTrace, protocol: Protocol, region: RegionProfile | None) -> DepthView:
    band = range_label(trace.band_range.minimum, trace.band_range.maximum)
    permitted = trace.permitted
    return DepthView(
        zone=trace.label,
        permitted=_("Not permitted here")
        if permitted is None
        else _("%(depth)s mm", depth=range_label(permitted.minimum, permitted.maximum)),
        band=_("%(name)s band, %(depth)s mm (%(rule)s)", name=trace.band_name, depth=band, rule=trace.band),
        why=trace.why,
        cap=_cap(trace, protocol, region),
        is_fallback=trace.fallback,
        sources=once((*trace.sources, *trace.cap_sources)),
    )


def _settings(key: Decision, visit: Visit, protocol: Protocol) -> Iterator[SettingView]:
    if key.ranges is None:
        return
    for trace in key.ranges.bands:
        if trace.setting in visit.settings:
            name = setting_field(trace.setting)
            yield SettingView(
                setting=decision_label(name, protocol),
                right=with_unit(name, range_label(trace.range.minimum, trace.range.maximum), protocol),
                why=trace.why,
                band=trace.band_name,
                rule=trace.band,
                sources=once(trace.sources),
            )


def _facts(visit: Visit, subject: str) -> tuple[str, ...]:
    return tuple(one.text for one in visit.statements if subject in one.supports)


def _ranges(key: Decision, visit: Visit, protocol: Protocol) -> tuple[tuple[str, str], ...]:
    if key.ranges is None:
        return ()
    settings: list[tuple[str, Range | None]] = [
        (DEPTH + zone, accepted) for zone, accepted in key.ranges.depth_mm.items()
    ]
    asked = key.ranges.settings
    settings += [(setting_field(name), asked[name]) for name in visit.settings if name in asked]
    return tuple(
        (
            decision_label(name, protocol),
            _("Not permitted here")
            if accepted is None
            else with_unit(name, range_label(accepted.minimum, accepted.maximum), protocol),
        )
        for name, accepted in settings
    )
