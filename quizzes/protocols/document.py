"""The shape of a protocol as authors write it, field by field (`docs/content-format.md`, kind protocol).

References to sources and to other parts are still words here; `quizzes.protocols.parse` resolves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.drawing import Drawing
from quizzes.protocols.quantities import QuantityDocument, Unit
from quizzes.protocols.sources import Article, Publication

Quantities = Mapping[str, QuantityDocument]
"""The quantities of a fact that others may quote, by name."""

Word = str | bool
"""A value of an attribute: a word, or true or false."""

Condition = Mapping[str, Word | tuple[Word, ...]]
"""Attribute to the value, or the values, it must have; all entries must hold, and no entry always holds."""

ContraindicationClass = Literal["absolute", "relative", "temporary"]

Harm = Literal[
    "less_strict", "too_deep", "beyond_limit", "forbidden_product", "stops_medicine", "ignored_sign"
]
"""The ways in which a choice can hurt a patient; the safety gate counts each by itself."""


@dataclass(frozen=True, slots=True)
class WindowDocument:
    """The time a fact speaks of; `to: null` is open-ended and `until` names the event that ends it."""

    unit: Literal["hours", "days", "weeks", "months"]
    start: float = field(metadata={"name": "from"})
    end: float | None = field(default=None, metadata={"name": "to"})
    until: str | None = None


@dataclass(frozen=True, slots=True)
class FactDocument:
    """One statement with its sources; `note` is the course's comment on it."""

    id: str
    text: str
    sources: tuple[str, ...]
    note: str | None = None
    reason: str | None = None
    window: WindowDocument | None = None
    varies_by_region: bool = False
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChapterDocument:
    """Facts that belong together, under one heading."""

    key: str
    title: str
    facts: tuple[FactDocument, ...]


@dataclass(frozen=True, slots=True)
class DisagreementDocument:
    """A point on which the article and the literature part, and what the course teaches."""

    id: str
    topic: str
    article: str
    literature: str
    course: str
    sources: tuple[str, ...]
    varies_by_region: bool = False
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributeDocument:
    """A property that a finding may have in a record; what is not stated takes the stricter value."""

    about: str
    values: tuple[Word, ...]
    if_not_stated: Word


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """A sentence with its sources."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A graded rule: when its condition holds, it replaces the finding's own action, escalation and wait."""

    id: str
    when: Condition
    sources: tuple[str, ...]
    action: Action | None = None
    escalation: Escalation | None = None
    text: str | None = None
    safety_critical: bool | None = None
    wait: StatementDocument | None = None
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """A clearance that must be on file even after the finding has gone, where the condition holds."""

    when: Condition
    needs: Condition
    source: tuple[str, ...] = field(metadata={"name": "from"})
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListsDocument:
    """Lists of words by name, with the sources of the whole."""

    sources: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FindingDocument:
    """A kind of finding: what it is, what it asks for, and how to recognise it."""

    id: str
    label: str
    action: Action
    rationale: str
    sources: tuple[str, ...]
    basis: Literal["article", "beyond_article", "literature"]
    contraindication_class: ContraindicationClass | None = field(default=None, metadata={"name": "class"})
    article_item: int | None = None
    escalation: Escalation = Escalation.NONE
    safety_critical: bool = False
    varies_by_region: bool = False
    needs: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    wait: StatementDocument | None = None
    rules: tuple[RuleDocument, ...] = ()
    letter: LetterDocument | None = None
    examples: tuple[str, ...] = ()
    triggers: ListsDocument | None = None
    not_triggers: ListsDocument | None = None
    notes: tuple[FactDocument, ...] = ()
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GeneralRuleDocument:
    """A rule for every finding; the text may name `{component}`."""

    id: str
    action: Action
    text: str
    sources: tuple[str, ...]
    escalation: Escalation = Escalation.NONE
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GeneralRulesDocument:
    """The two rules that stand before each finding's own: cleared, and a hazard that can be left out."""

    cleared: GeneralRuleDocument
    omitted: GeneralRuleDocument


@dataclass(frozen=True, slots=True)
class SignDocument:
    """What an unexpected sign after treatment asks for."""

    label: str
    action: Action
    escalation: Escalation = Escalation.NONE
    safety_critical: bool = False
    wait: StatementDocument | None = None


@dataclass(frozen=True, slots=True)
class SignsDocument:
    """The rule on signs, as one fact with a sign table."""

    id: str
    text: str
    sources: tuple[str, ...]
    signs: Mapping[str, SignDocument]
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NonResponseDocument:
    """What a missing response asks for once enough time has passed."""

    id: str
    text: str
    responses: tuple[Literal["improving", "none", "worse", "not_assessed"], ...]
    weeks_since_start: float
    action: Action
    sources: tuple[str, ...]
    escalation: Escalation = Escalation.NONE
    wait: StatementDocument | None = None
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BandDocument:
    """A named part of the range of a setting, in its unit."""

    id: str
    name: str
    minimum: float
    maximum: float
    use_for: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BandRuleDocument:
    """Which band is right: the first rule whose condition holds."""

    band: str
    when: Condition
    why: str


@dataclass(frozen=True, slots=True)
class ParameterDocument:
    """A setting with the range that the protocol allows, graded by rules where it has bands.

    `label` and `unit` may be left out for the settings whose words the program knows (`settings.KNOWN`).
    `safety_critical`: more than the maximum is an error of safety.
    """

    id: str
    text: str
    minimum: float
    maximum: float
    sources: tuple[str, ...]
    note: str | None = None
    label: str | None = None
    unit: Unit | None = None
    step: float = 1.0
    safety_critical: bool = False
    bands: tuple[BandDocument, ...] = ()
    band_rules: tuple[BandRuleDocument, ...] = ()
    notes: tuple[FactDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class DepthDocument:
    """Depth in millimetres: its range, its zones, its bands and the fact on legal limits.

    Conditions of its rules may ask for the zone and what a record says of it too.
    """

    id: str
    text: str
    minimum: float
    maximum: float
    sources: tuple[str, ...]
    zones: Mapping[str, str]
    bands: tuple[BandDocument, ...]
    band_rules: tuple[BandRuleDocument, ...]
    fallback_band: str
    cap: FactDocument
    notes: tuple[FactDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class MapDocument:
    """What zones are shown on: a line drawing, and SVG path data for each zone that it shows."""

    drawing: Drawing
    zones: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SafetyRuleDocument:
    """What the safety gate says of one harm."""

    id: str
    harm: Harm
    text: str
    sources: tuple[str, ...]
    quantities: Quantities = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MeaningsDocument:
    """What each action means, in order of strictness, and each escalation."""

    actions: Mapping[Action, str]
    escalations: Mapping[Escalation, str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtocolDocument:
    """A whole protocol."""

    key: str
    title: str
    version: str
    status: Literal["draft_for_clinical_review", "reviewed"]
    intended_users: str
    not_for: str
    disclaimer: str
    literature: Mapping[str, Publication]
    meanings: MeaningsDocument
    attributes: Mapping[str, AttributeDocument]
    components: Mapping[str, str]
    clinicians: Mapping[str, str]
    general_rules: GeneralRulesDocument
    findings: tuple[FindingDocument, ...]
    parameters: Mapping[str, ParameterDocument | DepthDocument]
    article: Article | None = None
    map: MapDocument | None = None
    signs: SignsDocument | None = None
    non_response: NonResponseDocument | None = None
    safety_rules: tuple[SafetyRuleDocument, ...] = ()
    chapters: tuple[ChapterDocument, ...] = ()
    disagreements: tuple[DisagreementDocument, ...] = ()
