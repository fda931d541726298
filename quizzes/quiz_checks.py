"""What is checked of a quiz among the documents of its folder: its cases, its banks, and that forms exist.

Pure. Every problem is found when a folder is checked, so that no learner meets a quiz that cannot be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lms.core.errors import ContentError, Problem
from lms.publishing.documents import item_path
from quizzes.blueprint import Blueprint, shortages
from quizzes.case_traits import CaseTraits, traits_of
from quizzes.cases.model import Case
from quizzes.protocols.model import Protocol
from quizzes.quiz_document import Quiz
from quizzes.rules import Mode

EXAM_FORMS = 2
"""An exam needs two forms that share no case: one to take, and another one to take after it."""

Siblings = Mapping[tuple[str, str], object]
Complaint = tuple[str, str]
"""A field path and what is wrong there."""


def check_quiz(quiz: object, siblings: Siblings, file: str) -> Iterator[Problem]:
    """Yield what is wrong with a quiz among the documents of its folder.

    Every case must stand there, with its protocol. An exam may hold no contested case: reasonable experts
    differ on those, so they may teach but must not decide. It shares no case with practice in the same
    course, and its blueprints can be met, that of its form by two forms without a common case.
    """
    if not isinstance(quiz, Quiz):
        raise TypeError(f"check_quiz needs a Quiz, not {type(quiz).__name__}.")
    complaints = [*_unfit_cases(quiz, siblings), *_unknown_names(quiz, siblings)]
    if quiz.mode is Mode.EXAM:
        complaints += _shared_cases(quiz, siblings)
    if not complaints:
        complaints += _undrawable_forms(quiz, siblings)
    for path, message in complaints:
        yield quiz.problem(path, message, file=file)


def _unfit_cases(quiz: Quiz, siblings: Siblings) -> Iterator[Complaint]:
    for index, key in enumerate(quiz.cases):
        case = siblings.get(("case", key))
        if not isinstance(case, Case):
            message = f"There is no case “{key}” in this folder. Add it or remove the line."
            yield item_path("cases", index), message
        elif quiz.mode is Mode.EXAM and case.contested:
            message = f"The case “{key}” is contested and may be used for practice only. Choose another one."
            yield item_path("cases", index), message


def _unknown_names(quiz: Quiz, siblings: Siblings) -> Iterator[Complaint]:
    if ("course", quiz.course) not in siblings:
        yield (
            "course",
            f"There is no course “{quiz.course}” in this folder. Write the key of its course.yaml.",
        )
    form = quiz.safety_form
    if form is None:
        return
    practice = siblings.get(("quiz", form.practice))
    if not isinstance(practice, Quiz) or practice.mode is not Mode.PRACTICE or practice.course != quiz.course:
        message = f"There is no practice quiz “{form.practice}” of this course in this folder."
        yield "safety_form.practice", message
    elif form.remediation_cases > len(practice.cases):
        message = f"“{practice.key}” has {len(practice.cases)} cases only. Write no more than that."
        yield "safety_form.remediation_cases", message


def _shared_cases(quiz: Quiz, siblings: Siblings) -> Iterator[Complaint]:
    others = [
        other
        for other in siblings.values()
        if isinstance(other, Quiz) and other.mode is Mode.PRACTICE and other.course == quiz.course
    ]
    for index, key in enumerate(quiz.cases):
        for other in others:
            if key in other.cases:
                message = (
                    f"The case “{key}” stands in the exam “{quiz.key}” and the practice quiz “{other.key}”. "
                    "Keep it in one of them, so that nobody is examined on what they have practised."
                )
                yield item_path("cases", index), message


def _undrawable_forms(quiz: Quiz, siblings: Siblings) -> Iterator[Complaint]:
    drawn: list[tuple[str, int, Blueprint, int]] = []
    if quiz.draw is not None:
        forms = EXAM_FORMS if quiz.mode is Mode.EXAM else 1
        drawn.append(("draw", quiz.draw.cases, quiz.draw.blueprint, forms))
    if quiz.safety_form is not None:
        drawn.append(("safety_form", quiz.safety_form.cases, quiz.safety_form.blueprint, 1))
    if not drawn:
        return
    protocols, bank = _bank(quiz, siblings)
    for path, size, blueprint, forms in drawn:
        unknown = list(_unknown_findings(f"{path}.blueprint", blueprint, protocols))
        yield from unknown
        if not unknown:
            for short in shortages(bank, blueprint, size=size, forms=forms):
                yield f"{path}.blueprint.{short.field}" if short.field else f"{path}.cases", short.message


def _bank(quiz: Quiz, siblings: Siblings) -> tuple[list[Protocol], list[CaseTraits]]:
    """Return the protocols of a quiz and the traits of its cases.

    A case that its protocol cannot decide is passed over: the check of the case reports it.
    """
    protocols: dict[str, Protocol] = {}
    bank: list[CaseTraits] = []
    for key in quiz.cases:
        case = siblings.get(("case", key))
        protocol = siblings.get(("protocol", case.protocol)) if isinstance(case, Case) else None
        if isinstance(case, Case) and isinstance(protocol, Protocol):
            protocols[protocol.key] = protocol
            try:
                bank.append(traits_of(protocol, case))
            except ContentError:
                continue
    return list(protocols.values()), bank


def _unknown_findings(path: str, blueprint: Blueprint, protocols: list[Protocol]) -> Iterator[Complaint]:
    for index, finding in enumerate(blueprint.findings):
        if not any(finding in one.findings or finding in one.signs for one in protocols):
            message = f"The protocol of the cases has no finding “{finding}”. Correct the id or remove it."
            yield item_path(f"{path}.findings", index), message
