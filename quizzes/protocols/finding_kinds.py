"""Compiling the findings of a protocol, their graded rules, and the rules for signs and missing response."""

from __future__ import annotations

from types import MappingProxyType

from lms.publishing.documents import item_path, key_path, suggestion
from quizzes.protocols.compilation import Compilation
from quizzes.protocols.conditions import compile_condition, condition_problems
from quizzes.protocols.document import (
    FindingDocument,
    GeneralRuleDocument,
    LetterDocument,
    NonResponseDocument,
    RuleDocument,
    SignDocument,
    SignsDocument,
    Word,
)
from quizzes.protocols.model import Fact, FindingKind, Letter, NonResponse, Rule, Sign, Sources, Wait
from quizzes.protocols.quantities import Quantity
from quizzes.protocols.records import HAZARD

CHAPTER = "findings"
RULES_CHAPTER = "rules"


def finding_kind(state: Compilation, document: FindingDocument, path: str) -> FindingKind:
    """Return a kind of finding with its rules compiled; problems are noted on the compilation."""
    sources = state.resolve(document.sources, f"{path}.sources")
    letter = _letter(state, document, document.letter, f"{path}.letter") if document.letter else None
    event = _event(state, document, letter, path)
    own = _own_rule(state, document, sources, event, path)
    _check_kind(state, document, path)
    names = [name for name in (*document.needs, *document.allows) if name in state.document.attributes]
    defaults: dict[str, Word] = {name: state.document.attributes[name].if_not_stated for name in names}
    return FindingKind(
        id=document.id,
        label=document.label,
        basis=document.basis,
        contraindication_class=document.contraindication_class,
        article_item=document.article_item,
        safety_critical=document.safety_critical,
        varies_by_region=document.varies_by_region,
        needs=document.needs,
        allows=document.allows,
        defaults=MappingProxyType(defaults),
        rules=tuple(
            _graded_rule(state, document, rule, event, item_path(f"{path}.rules", index))
            for index, rule in enumerate(document.rules)
        ),
        rule=own,
        letter=letter,
        wait=event,
        rationale=document.rationale,
        examples=document.examples,
        triggers=state.lists(document.triggers, f"{path}.triggers"),
        not_triggers=state.lists(document.not_triggers, f"{path}.not_triggers"),
        notes=state.fact_list(document.notes, CHAPTER, f"{path}.notes"),
        sources=sources,
    )


def _event(state: Compilation, document: FindingDocument, letter: Letter | None, path: str) -> Wait | None:
    """Return the event that ends the waits of a kind: the written one, or a letter that is always needed."""
    wait = document.wait
    if wait is not None:
        return Wait(wait.text, state.resolve(wait.sources, f"{path}.wait.sources"))
    return Wait(letter.text, letter.sources) if letter is not None and not letter.test else None


def _own_rule(
    state: Compilation, document: FindingDocument, sources: Sources, event: Wait | None, path: str
) -> Rule:
    """Return what applies when no graded rule does, and make the kind quotable as a fact."""
    text = f"{document.label}. {document.rationale}"
    fact = Fact(
        document.id,
        text,
        sources,
        CHAPTER,
        varies_by_region=document.varies_by_region,
        quantities=state.quantities(document.quantities, path),
    )
    state.quote(fact, path)
    return Rule(
        document.id,
        (),
        document.action,
        document.escalation,
        document.rationale,
        sources,
        document.safety_critical,
        state.wait(document.action, None, path, otherwise=event),
    )


def _check_kind(state: Compilation, document: FindingDocument, path: str) -> None:
    for field, names in (("needs", document.needs), ("allows", document.allows)):
        for index, name in enumerate(names):
            if name != HAZARD and name not in state.document.attributes:
                near = suggestion(name, [*state.document.attributes, HAZARD])
                state.complain(
                    item_path(f"{path}.{field}", index), f"The protocol has no attribute “{name}”.{near}"
                )
    both = (*document.needs, *document.allows)
    if len(set(both)) != len(both):
        state.complain(f"{path}.allows", "An attribute is listed twice in needs and allows. Keep one.")
    if document.safety_critical and document.varies_by_region:
        message = "A finding that varies by region cannot be safety-critical. Remove one of the two."
        state.complain(f"{path}.safety_critical", message)
    if document.basis == "article" and document.contraindication_class is None:
        state.complain(path, "A contraindication of the article needs “class”. Add it.")


def _vocabulary(state: Compilation, document: FindingDocument) -> dict[str, tuple[Word, ...]]:
    return dict(state.vocabulary((*document.needs, *document.allows)))


def _graded_rule(
    state: Compilation, kind: FindingDocument, document: RuleDocument, event: Wait | None, path: str
) -> Rule:
    vocabulary = _vocabulary(state, kind)
    state.complain_all(condition_problems(document.when, vocabulary, f"{path}.when"))
    sources = state.resolve(document.sources, f"{path}.sources")
    if document.action is None and document.escalation is None:
        state.complain(path, "A rule changes the action, the escalation or both. State one.")
    critical = kind.safety_critical if document.safety_critical is None else document.safety_critical
    if critical and kind.varies_by_region:
        state.complain(f"{path}.safety_critical", "What varies by region cannot be safety-critical.")
    text = document.text or kind.rationale
    action = document.action or kind.action
    quantities = state.quantities(document.quantities, path)
    state.quote(Fact(document.id, text, sources, RULES_CHAPTER, quantities=quantities), path)
    return Rule(
        document.id,
        compile_condition(document.when),
        action,
        document.escalation or kind.escalation,
        text,
        sources,
        critical,
        state.wait(action, document.wait, path, otherwise=event),
    )


def _letter(state: Compilation, kind: FindingDocument, document: LetterDocument, path: str) -> Letter:
    vocabulary = _vocabulary(state, kind)
    state.complain_all(condition_problems(document.when, vocabulary, f"{path}.when"))
    state.complain_all(condition_problems(document.needs, vocabulary, f"{path}.needs"))
    for index, clinician in enumerate(document.source):
        if clinician not in state.document.clinicians:
            near = suggestion(clinician, state.document.clinicians)
            state.complain(
                item_path(f"{path}.from", index), f"The protocol knows no clinician “{clinician}”.{near}"
            )
    return Letter(
        compile_condition(document.when),
        compile_condition(document.needs),
        frozenset(document.source),
        document.text,
        state.resolve(document.sources, f"{path}.sources"),
    )


def general_rule(state: Compilation, document: GeneralRuleDocument, path: str) -> Rule:
    """Return a rule that stands before each finding's own; it treats."""
    sources = state.resolve(document.sources, f"{path}.sources")
    quantities = state.quantities(document.quantities, path)
    state.quote(Fact(document.id, document.text, sources, RULES_CHAPTER, quantities=quantities), path)
    if not document.action.treats:
        state.complain(
            f"{path}.action", "This rule lets the patient be treated: choose an action that treats."
        )
    return Rule(
        document.id, (), document.action, document.escalation, document.text, sources, safety_critical=False
    )


def sign_rules(state: Compilation, document: SignsDocument | None) -> MappingProxyType[str, Sign]:
    """Return what each sign asks for, by the sign's key."""
    if document is None:
        return MappingProxyType({})
    sources = state.resolve(document.sources, "signs.sources")
    quantities = state.quantities(document.quantities, "signs")
    state.quote(Fact(document.id, document.text, sources, "safety", quantities=quantities), "signs")
    return MappingProxyType(
        {key: _sign(state, document, key, sign, sources) for key, sign in document.signs.items()}
    )


def _sign(state: Compilation, signs: SignsDocument, key: str, sign: SignDocument, sources: Sources) -> Sign:
    wait = state.wait(sign.action, sign.wait, key_path("signs.signs", key))
    return Sign(
        key,
        sign.label,
        Rule(signs.id, (), sign.action, sign.escalation, signs.text, sources, sign.safety_critical, wait),
    )


def non_response_rule(state: Compilation, document: NonResponseDocument | None) -> NonResponse | None:
    """Return what a missing response asks for, where the protocol says so."""
    if document is None:
        return None
    sources = state.resolve(document.sources, "non_response.sources")
    weeks = Quantity(document.weeks_since_start, document.weeks_since_start, "weeks")
    quantities = {"weeks": weeks, **state.quantities(document.quantities, "non_response")}
    state.quote(
        Fact(document.id, document.text, sources, "timeline", quantities=MappingProxyType(quantities)),
        "non_response",
    )
    rule = Rule(
        document.id,
        (),
        document.action,
        document.escalation,
        document.text,
        sources,
        safety_critical=False,
        wait=state.wait(document.action, document.wait, "non_response"),
    )
    return NonResponse(frozenset(document.responses), document.weeks_since_start, rule)
