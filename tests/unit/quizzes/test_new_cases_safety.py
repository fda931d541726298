"""C43 to C48, of the exam bank: in each a sign, a product or a medicine can be dealt with dangerously."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from quizzes.blueprint import draw_form
from quizzes.case_traits import traits_of
from quizzes.cases.model import Case
from quizzes.cases.parse import check_case
from quizzes.cases.variants import contrast_of, realise
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.grading.outcome import outcome
from quizzes.grading.result import VisitGrade
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Harm, Protocol
from quizzes.quiz_document import Quiz, parse_quiz
from tests.support.people import COURSE_FOLDER

Key = tuple[str, str, tuple[str, ...]]
"""Action, escalation, and what decides in alphabetical order: findings or signs."""

CLEAR: Key = ("proceed", "none", ())
TODAY = ("postpone", "urgent_same_day")
WITHOUT_THE_PRODUCT: Key = ("proceed_with_caution", "none", ("CI-ALLERGY",))
BY_THE_LETTER: Key = ("proceed_with_caution", "none", ("CI-BLEED",))

INTENDED: dict[str, tuple[Key, ...]] = {
    "C43": (BY_THE_LETTER, (*TODAY, ("bleeding_that_will_not_stop",))),
    "C44": (WITHOUT_THE_PRODUCT, (*TODAY, ("vesicles",))),
    "C45": (CLEAR, (*TODAY, ("CI-INF", "pus_or_crust"))),
    "C46": (CLEAR, WITHOUT_THE_PRODUCT, (*TODAY, ("fever",))),
    "C47": (("medical_clearance", "none", ("CI-ALLERGY", "CI-BLEED")),),
    "C48": (CLEAR, ("postpone", "emergency", ("faintness_or_palpitations",))),
}

CONTRASTS: dict[tuple[str, str], tuple[Key, ...]] = {
    ("C43", "dry-under-the-cloth"): (BY_THE_LETTER, BY_THE_LETTER),
    ("C44", "no-fish-no-bubbles"): (WITHOUT_THE_PRODUCT, CLEAR),
    ("C45", "a-thread-of-wool"): (CLEAR, CLEAR),
    ("C46", "tired-and-cool"): (CLEAR, WITHOUT_THE_PRODUCT, CLEAR),
    ("C47", "both-letters-on-file"): (("proceed_with_caution", "none", ("CI-ALLERGY", "CI-BLEED")),),
    ("C48", "a-rosy-face"): (CLEAR, CLEAR),
}

RARE: tuple[Harm, ...] = ("stops_medicine", "forbidden_product", "ignored_sign")

PERMITTED: dict[str, set[Harm]] = {
    "C43": {"stops_medicine", "ignored_sign"},
    "C44": {"forbidden_product", "ignored_sign"},
    "C45": {"stops_medicine", "ignored_sign"},
    "C46": {"forbidden_product", "ignored_sign"},
    "C47": {"stops_medicine", "forbidden_product"},
    "C48": {"ignored_sign"},
}


def keys_of(protocol: Protocol, case: Case) -> tuple[Key, ...]:
    decisions = [decide(protocol, visit.record) for visit in case.visits]
    return tuple(
        (
            one.action.value,
            one.escalation.value,
            tuple(sorted(reason.finding or reason.sign or "" for reason in one.reasons if reason.decisive)),
        )
        for one in decisions
    )


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_the_computed_keys_are_the_intended_ones(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    case = cases[source_id]
    assert keys_of(protocol, case) == INTENDED[source_id]
    others = {contrast.key: contrast_of(case, contrast.key) for contrast in case.contrasts}
    assert {(source_id, key): keys_of(protocol, other) for key, other in others.items()} == {
        place: keys for place, keys in CONTRASTS.items() if place[0] == source_id
    }


@pytest.mark.parametrize("source_id", sorted(PERMITTED))
def test_each_case_permits_the_errors_it_was_written_for(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    assert traits_of(protocol, cases[source_id]).harms & set(RARE) == PERMITTED[source_id]


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_a_case_agrees_with_its_protocol_and_awaits_review(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    case = cases[source_id]
    assert list(check_case(case, {("protocol", protocol.key): protocol}, "case.yaml")) == []
    assert (case.review, case.contested, len(case.variants.patients)) == ("draft", False, 2)
    first, *later = case.visits
    assert len(first.statements) == 8
    assert len({statement.section for statement in first.statements}) >= 5
    assert all(5 <= len(visit.statements) <= 6 for visit in later)
    assert len(case.mistakes) == 3


@pytest.mark.parametrize("source_id", sorted(INTENDED))
def test_an_exam_draws_other_people_and_words_and_the_same_key(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str
) -> None:
    drawn = [realise(cases[source_id], f"seed-{number}", contrasts=False) for number in range(24)]
    assert {keys_of(protocol, one) for one in drawn} == {INTENDED[source_id]}
    assert len({one.patient.name for one in drawn}) == 3
    texts = [statement.text for one in drawn for visit in one.visits for statement in visit.statements]
    assert not any("{" in text for text in texts)


@pytest.mark.parametrize(
    ("source_id", "word", "kind"),
    [("C43", "anticoagulant", "anticoagulants"), ("C47", "tablet", "antiplatelets")],
)
def test_every_medicine_that_decides_is_one_of_the_protocol(
    protocol: Protocol, cases: Mapping[str, Case], source_id: str, word: str, kind: str
) -> None:
    triggers = protocol.findings["CI-BLEED"].triggers
    assert triggers is not None
    known = {name.lower() for name in triggers.lists[kind]}
    assert {name.lower() for name in cases[source_id].variants.words[word]} <= known


def test_a_sign_after_a_session_is_met_without_a_plan(cases: Mapping[str, Case]) -> None:
    with_sign = [visit for one in INTENDED for visit in cases[one].visits if visit.signs]
    assert len(with_sign) == 5
    assert {visit.asks for visit in with_sign} == {("spot", "decide")}


def test_no_first_name_of_the_new_patients_stands_in_another_case(cases: Mapping[str, Case]) -> None:
    first_names = {
        case.source_id: {
            name.split()[0]
            for name in (case.patient.name, *(one.name for one in case.variants.patients))
            if name is not None
        }
        for case in cases.values()
    }
    for source_id in INTENDED:
        others = set[str]().union(*(names for key, names in first_names.items() if key != source_id))
        assert not first_names[source_id] & others


def test_skin_types_sexes_and_difficulty_are_mixed(cases: Mapping[str, Case]) -> None:
    patients = [cases[source_id].patient for source_id in INTENDED]
    assert sum(one.fitzpatrick in {"IV", "V", "VI"} for one in patients) == 3
    assert sum(one.sex == "female" for one in patients) == 3
    assert {cases[one].difficulty for one in INTENDED} == {"easy", "medium", "hard"}


# --- the exam they were written for -----------------------------------------------------------------


def shipped_exam() -> Quiz:
    path = COURSE_FOLDER / "quizzes" / "final-assessment.yaml"
    return parse_quiz(path.read_bytes(), path.name)


def graded(protocol: Protocol, case: Case, harm: Harm | None) -> list[VisitGrade]:
    """Return the grades of right answers, but for the one error in every visit that permits it."""
    return [_graded_visit(protocol, case, index, harm) for index, _visit in enumerate(case.visits)]


def _graded_visit(protocol: Protocol, case: Case, index: int, harm: Harm | None) -> VisitGrade:
    posed = pose(protocol, case, index)
    fields: dict[str, object] = {}
    for task in posed.visit.tasks:
        fields |= task.interaction.perfect(task, posed)
        if harm is None or harm not in task.interaction.possible_harms(task, posed):
            continue
        if harm == "ignored_sign":
            fields |= {"escalation": "none"}
        elif task.kind == "choice":
            fields |= {task.key: _dangerous(protocol, case, index, task.key, harm)}
    return grade_visit(protocol, case, index, read_answer(posed.visit, fields))


def _dangerous(protocol: Protocol, case: Case, index: int, task_key: str, harm: Harm) -> str:
    """Return the first option of a choice that does this harm."""
    visit = case.visits[index]
    task = next(one for one in visit.tasks if one.key == task_key)
    for option in task.body.options:
        answer = read_answer(visit, {task_key: option.key})
        if any(error.harm == harm for error in grade_visit(protocol, case, index, answer).safety_errors):
            return str(option.key)
    raise AssertionError(f"{case.key} asks nothing that could be answered with {harm}")


@pytest.mark.parametrize("harm", RARE)
def test_each_of_the_rare_rules_fails_every_drawn_form_by_itself(
    protocol: Protocol, cases: Mapping[str, Case], harm: Harm
) -> None:
    quiz, by_key = shipped_exam(), {case.key: case for case in cases.values()}
    assert quiz.draw is not None
    assert quiz.safety_form is not None
    bank = [traits_of(protocol, by_key[key]) for key in quiz.cases]
    for draw in (quiz.draw, quiz.safety_form):
        for seed in ("a", "b", "c", "d"):
            form = draw_form(bank, draw.blueprint, size=draw.cases, seed=seed)
            right = outcome([graded(protocol, by_key[key], None) for key in form], quiz.pass_mark_percent)
            assert (right.score, right.confirmed) == (100, ())
            wrong = outcome([graded(protocol, by_key[key], harm) for key in form], quiz.pass_mark_percent)
            assert wrong.score > quiz.pass_mark_percent
            assert (wrong.passed, wrong.confirmed) == (False, (harm,))


def test_the_assessment_asks_for_two_cases_of_each_rare_error(protocol: Protocol) -> None:
    quiz = shipped_exam()
    assert quiz.draw is not None
    assert quiz.safety_form is not None
    for blueprint in (quiz.draw.blueprint, quiz.safety_form.blueprint):
        assert blueprint.harms == dict.fromkeys(RARE, 2)
