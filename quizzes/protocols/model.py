"""A protocol ready for use: sources resolved, rules compiled, every fact found by its id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.core.errors import NotFound
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.document import (
    AttributeDocument,
    ContraindicationClass,
    DisagreementDocument,
    MapDocument,
    MeaningsDocument,
    WindowDocument,
    Word,
)
from quizzes.protocols.document import Harm as Harm  # noqa: PLC0414 - a word of the model too
from quizzes.protocols.quantities import Quantity, Unit
from quizzes.protocols.sources import Article, Publication, Source

Sources = tuple[Source, ...]

Test = tuple[tuple[str, frozenset[Word]], ...]
"""A compiled condition: each attribute with the values that satisfy it."""


@dataclass(frozen=True, slots=True)
class Range:
    """An inclusive range of a setting, in the unit its field names."""

    minimum: float
    maximum: float

    def __contains__(self, value: float) -> bool:
        return self.minimum - 1e-9 <= value <= self.maximum + 1e-9

    def within(self, other: Range) -> Range | None:
        """Return the part of the range that also lies in the other, or None when there is none."""
        if other.minimum <= self.minimum <= self.maximum <= other.maximum:
            return self
        minimum, maximum = max(self.minimum, other.minimum), min(self.maximum, other.maximum)
        return Range(minimum, maximum) if minimum <= maximum else None


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement that may be quoted, with its sources; `chapter` names the part it stands in.

    `quantity` is what a setting or a band allows; `quantities` are the numbers of any other fact, by name.
    """

    id: str
    text: str
    sources: Sources
    chapter: str
    note: str | None = None
    reason: str | None = None
    window: WindowDocument | None = None
    varies_by_region: bool = False
    quantity: Quantity | None = None
    quantities: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    """Facts that belong together, under one heading."""

    key: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which the article and the literature part; `document` holds the three positions."""

    document: DisagreementDocument
    sources: Sources


@dataclass(frozen=True, slots=True)
class Wait:
    """The event that ends a wait."""

    text: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Rule:
    """What applies once `test` holds. `escalation` and `action` are final, never None.

    `wait` names the event after which a patient who is not treated may be.
    """

    id: str
    test: Test
    action: Action
    escalation: Escalation
    text: str
    sources: Sources
    safety_critical: bool
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A clearance that must be on file even after healing, where `test` holds."""

    test: Test
    needs: Test
    clinicians: frozenset[str]
    text: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of words by name, with the sources of the whole."""

    lists: Mapping[str, tuple[str, ...]]
    sources: Sources


@dataclass(frozen=True, slots=True)
class FindingKind:
    """A kind of finding. Its graded `rules` come first, and `rule` is what applies when none of them does.

    `defaults` are the stricter values of the attributes it allows, for what a record does not state.
    """

    id: str
    label: str
    basis: str
    contraindication_class: ContraindicationClass | None
    article_item: int | None
    safety_critical: bool
    varies_by_region: bool
    needs: tuple[str, ...]
    allows: tuple[str, ...]
    defaults: Mapping[str, Word]
    rules: tuple[Rule, ...]
    rule: Rule
    letter: Letter | None
    wait: Wait | None
    rationale: str
    examples: tuple[str, ...]
    triggers: Lists | None
    not_triggers: Lists | None
    notes: tuple[Fact, ...]
    sources: Sources

    @property
    def action(self) -> Action:
        """The action when no graded rule applies."""
        return self.rule.action

    @property
    def escalation(self) -> Escalation:
        """The escalation when no graded rule applies."""
        return self.rule.escalation


@dataclass(frozen=True, slots=True)
class Sign:
    """What one unexpected sign asks for."""

    key: str
    label: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class NonResponse:
    """What a missing response asks for from `weeks_since_start` on."""

    responses: frozenset[str]
    weeks_since_start: float
    rule: Rule


@dataclass(frozen=True, slots=True)
class Band:
    """A named part of the range of a setting, in its unit."""

    id: str
    name: str
    range: Range
    use_for: tuple[str, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class BandRule:
    """The band that is right when `test` holds. `why` is empty where no written rule says so."""

    test: Test
    band: Band
    why: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting with the range that the protocol allows, in `unit`; `step` is that of the form.

    Where it has `rules`, the first whose test holds for a record names the part that is right there.
    """

    fact: Fact
    range: Range
    unit: Unit
    label: str = ""
    """What people see; empty for the settings whose words the program knows."""
    step: float = 1.0
    safety_critical: bool = False
    rules: tuple[BandRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Depth:
    """Depth in millimetres by zone; the last of the rules holds for every zone."""

    parameter: Parameter
    zones: Mapping[str, str]
    bands: tuple[Band, ...]
    rules: tuple[BandRule, ...]
    fallback: Band
    cap: Fact
    notes: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The settings of treatment by name; depth, which goes zone by zone, stands apart."""

    settings: Mapping[str, Parameter]
    depth_mm: Depth | None


@dataclass(frozen=True, slots=True)
class GeneralRules:
    """The rules that stand before each finding's own."""

    cleared: Rule
    omitted: Rule


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """What the safety gate says of one harm."""

    id: str
    harm: Harm
    text: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Protocol:
    """A clinical protocol: what may be found, what each finding asks for, and the settings of treatment."""

    key: str
    title: str
    version: str
    status: str
    intended_users: str
    not_for: str
    disclaimer: str
    article: Article | None
    literature: Mapping[str, Publication]
    meanings: MeaningsDocument
    attributes: Mapping[str, AttributeDocument]
    components: Mapping[str, str]
    clinicians: Mapping[str, str]
    general_rules: GeneralRules
    findings: Mapping[str, FindingKind]
    signs: Mapping[str, Sign]
    non_response: NonResponse | None
    safety_rules: Mapping[Harm, SafetyRule]
    parameters: Parameters
    map: MapDocument | None
    chapters: tuple[Chapter, ...]
    disagreements: tuple[Disagreement, ...]
    facts: Mapping[str, Fact] = field(repr=False)

    def fact(self, fact_id: str) -> Fact:
        """Return the fact of that id; findings, rules, bands and disagreements are facts too.

        Raises `NotFound` when the protocol has no such fact.
        """
        try:
            return self.facts[fact_id]
        except KeyError:
            raise NotFound(f"The protocol “{self.key}” has no fact “{fact_id}”.") from None

    def finding(self, finding_id: str) -> FindingKind:
        """Return the kind of finding of that id. Raises `NotFound` when there is none."""
        try:
            return self.findings[finding_id]
        except KeyError:
            raise NotFound(f"The protocol “{self.key}” has no finding “{finding_id}”.") from None
