"""Reading a protocol document: strict YAML to a compiled `Protocol`, with all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lms.core.errors import ContentError, InvalidInput, Problem
from lms.core.identifiers import require_key
from lms.publishing.documents import item_path, read_yaml, structure
from quizzes.protocols.actions import Action, Escalation
from quizzes.protocols.compilation import Compilation
from quizzes.protocols.document import DisagreementDocument, Harm, ProtocolDocument, SafetyRuleDocument
from quizzes.protocols.finding_kinds import (
    RULES_CHAPTER,
    finding_kind,
    general_rule,
    non_response_rule,
    sign_rules,
)
from quizzes.protocols.maps import zone_map
from quizzes.protocols.model import Disagreement, Fact, FindingKind, GeneralRules, Protocol, SafetyRule
from quizzes.protocols.settings import parameters


def parse_protocol(source: bytes, file: str) -> Protocol:
    """Return the protocol that a document describes.

    Raises `ContentError` with every problem found: wrong YAML or shape first, and once that is right,
    unknown sources, attributes, bands or clinicians, repeated ids and ranges that are none.
    """
    marked = read_yaml(source, file=file)
    document = structure(marked, ProtocolDocument)
    state = Compilation(document, marked)
    protocol = _compile(state, document)
    if state.problems:
        raise ContentError(state.problems)
    return protocol


def check_protocol(
    protocol: object, siblings: Mapping[tuple[str, str], object], file: str
) -> Iterable[Problem]:
    """Return no problem: a protocol refers to no other document, and is checked whole when parsed."""
    del protocol, siblings, file
    return ()


def _compile(state: Compilation, document: ProtocolDocument) -> Protocol:
    _check_document(state, document)
    rules = document.general_rules
    return Protocol(
        key=document.key,
        title=document.title,
        version=document.version,
        status=document.status,
        intended_users=document.intended_users,
        not_for=document.not_for,
        disclaimer=document.disclaimer,
        article=document.article,
        literature=document.literature,
        meanings=document.meanings,
        attributes=document.attributes,
        components=document.components,
        clinicians=document.clinicians,
        general_rules=GeneralRules(
            cleared=general_rule(state, rules.cleared, "general_rules.cleared"),
            omitted=general_rule(state, rules.omitted, "general_rules.omitted"),
        ),
        findings=_findings(state, document),
        signs=sign_rules(state, document.signs),
        non_response=non_response_rule(state, document.non_response),
        safety_rules=_safety_rules(state, document.safety_rules),
        parameters=parameters(state, document.parameters),
        map=zone_map(state, document.map),
        chapters=tuple(
            state.chapter(chapter, item_path("chapters", index))
            for index, chapter in enumerate(document.chapters)
        ),
        disagreements=tuple(
            _disagreement(state, disagreement, item_path("disagreements", index))
            for index, disagreement in enumerate(document.disagreements)
        ),
        facts=MappingProxyType(state.facts),
    )


def _check_document(state: Compilation, document: ProtocolDocument) -> None:
    try:
        require_key(document.key)
    except InvalidInput as error:
        state.complain("key", str(error))
    state.resolve(document.meanings.sources, "meanings.sources")
    for field, words, meanings in (
        ("actions", Action, document.meanings.actions),
        ("escalations", Escalation, document.meanings.escalations),
    ):
        missing = [word.value for word in words if word not in meanings]
        if missing:
            state.complain(f"meanings.{field}", f"Say what {', '.join(missing)} means.")
    for name, attribute in document.attributes.items():
        if attribute.if_not_stated not in attribute.values:
            message = f"“{attribute.if_not_stated}” is not a value of “{name}”."
            state.complain(f"attributes.{name}.if_not_stated", message)


def _findings(state: Compilation, document: ProtocolDocument) -> Mapping[str, FindingKind]:
    kinds = [
        finding_kind(state, finding, item_path("findings", index))
        for index, finding in enumerate(document.findings)
    ]
    return MappingProxyType({kind.id: kind for kind in kinds})


def _safety_rules(state: Compilation, documents: tuple[SafetyRuleDocument, ...]) -> Mapping[Harm, SafetyRule]:
    """Return the rules of the safety gate by harm; no harm may have two."""
    rules: dict[Harm, SafetyRule] = {}
    for index, document in enumerate(documents):
        path = item_path("safety_rules", index)
        sources = state.resolve(document.sources, f"{path}.sources")
        quantities = state.quantities(document.quantities, path)
        state.quote(Fact(document.id, document.text, sources, RULES_CHAPTER, quantities=quantities), path)
        if document.harm in rules:
            state.complain(
                f"{path}.harm", f"{rules[document.harm].id} already speaks of “{document.harm}”. Keep one."
            )
        rules[document.harm] = SafetyRule(document.id, document.harm, document.text, sources)
    return MappingProxyType(rules)


def _disagreement(state: Compilation, document: DisagreementDocument, path: str) -> Disagreement:
    sources = state.resolve(document.sources, f"{path}.sources")
    fact = Fact(
        document.id,
        f"{document.topic}. {document.course}",
        sources,
        "disagreements",
        varies_by_region=document.varies_by_region,
        quantities=state.quantities(document.quantities, path),
    )
    state.quote(fact, path)
    return Disagreement(document, sources)
