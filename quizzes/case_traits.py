"""What a blueprint may ask of a case: computed from its records by the protocol, never typed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quizzes.cases.model import Case, Visit
from quizzes.grading.grade import pose
from quizzes.protocols.actions import Action
from quizzes.protocols.decision import Decision
from quizzes.protocols.model import Harm, Protocol

LIGHT_SKIN = frozenset({"I", "II", "III"})

Skin = Literal["light", "dark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTraits:
    """What a blueprint asks of a case. `skin` is None where the variants of the patient have both."""

    key: str
    acting: frozenset[str] = frozenset()
    """The findings and signs that ask for something other than going ahead, at some visit."""
    is_clear: bool = False
    """Nothing asks for anything other than going ahead, at any visit."""
    is_multi_visit: bool = False
    is_decided_by_medicines: bool = False
    skin: Skin | None = None
    is_treated: bool = False
    """At some visit it is right to treat, so that depths are set."""
    harms: frozenset[Harm] = frozenset()
    """The errors of safety that some answer at some visit would be."""


def traits_of(protocol: Protocol, case: Case) -> CaseTraits:
    """Return the traits of a case, by the protocol's decision on each visit.

    Raises `ContentError` when the protocol does not know what a record says.
    """
    decisions = [(visit, pose(protocol, case, index).key) for index, visit in enumerate(case.visits)]
    acting = [
        reason
        for _visit, decision in decisions
        for reason in decision.reasons
        if reason.action is not Action.PROCEED
    ]
    return CaseTraits(
        key=case.key,
        acting=frozenset(name for reason in acting if (name := reason.finding or reason.sign) is not None),
        is_clear=not acting,
        is_multi_visit=len(case.visits) > 1,
        is_decided_by_medicines=any(_is_decided_by_medicines(*one) for one in decisions),
        skin=_skin_of(case),
        is_treated=any(decision.ranges is not None for _visit, decision in decisions),
        harms=possible_harms(protocol, case),
    )


def possible_harms(protocol: Protocol, case: Case) -> frozenset[Harm]:
    """Return the errors of safety that a learner could make in a case, at any of its visits.

    Without a region, as a form is drawn for every place: what only a licence forbids is not among them.
    A contested case permits none. Raises `ContentError` when the protocol does not know what a record says.
    """
    posed = [pose(protocol, case, index) for index in range(len(case.visits))]
    return frozenset(
        harm
        for one in posed
        for task in one.visit.tasks
        for harm in task.interaction.possible_harms(task, one)
    )


def _is_decided_by_medicines(visit: Visit, decision: Decision) -> bool:
    """Whether all that decides is given away by counted lines of the list of medicines, and by no other."""
    deciding = [reason for reason in decision.reasons if reason.decisive]
    sections = [
        {one.section for one in visit.statements if one.counts_as == "signal" and key in one.supports}
        for key in (reason.finding_key for reason in deciding)
    ]
    return bool(sections) and all(one == {"medicines"} for one in sections)


def _skin_of(case: Case) -> Skin | None:
    types = {case.patient.fitzpatrick}
    types.update(one.fitzpatrick for one in case.variants.patients if one.fitzpatrick is not None)
    if types <= LIGHT_SKIN:
        return "light"
    return None if types & LIGHT_SKIN else "dark"
