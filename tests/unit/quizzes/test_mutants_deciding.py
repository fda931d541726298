"""What flagging and deciding say and show, word by word, and where their marks change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest

from quizzes.cases.model import Case, Role
from quizzes.grading.answers import read_answer
from quizzes.grading.grade import grade_visit, pose
from quizzes.interactions.contract import Posed
from quizzes.interactions.marks import SafetyError
from quizzes.interactions.spot.interaction import SpotView
from quizzes.protocols.actions import Action
from quizzes.protocols.model import Protocol
from quizzes.protocols.record import Region
from tests.unit.quizzes.standard_tasks import credit, fresh, graded, task_of, text_of, words_of

C01_SECTIONS = ["History", "Medicines", "Allergies", "Examination", "Lifestyle", "Goals"]


def shown_flags(protocol: Protocol, case: Case, given: Mapping[str, object]) -> set[str]:
    task = task_of(case, "spot")
    view = task.interaction.show(task, case.visits[0], protocol, given)
    assert isinstance(view, SpotView)
    assert [title for title, _lines in view.sections] == C01_SECTIONS
    lines = [line for _title, lines in view.sections for line in lines]
    assert {line.id: line.text for line in lines} == {one.id: one.text for one in case.visits[0].statements}
    return {line.id for line in lines if line.flagged}


@pytest.mark.parametrize(
    ("flags", "shown"),
    [("i02", {"i02"}), (["i02", "i03"], {"i02", "i03"}), (("i04",), {"i04"}), (None, set()), (7, set())],
)
def test_flags_are_shown_as_far_as_they_can_be(
    protocol: Protocol, cases: Mapping[str, Case], flags: object, shown: set[str]
) -> None:
    assert shown_flags(protocol, cases["C01"], {"flag": flags}) == shown


def test_the_record_as_text_has_a_heading_for_each_section(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    lines = text_of(protocol, cases["C01"], "spot")
    assert lines[0] == "Flag what should stop, delay or limit treatment today."
    assert [line for line in lines[1:] if not line.startswith("- ")] == C01_SECTIONS
    assert "- No known allergies" in lines
    assert len(lines) == 1 + len(C01_SECTIONS) + len(cases["C01"].visits[0].statements)


def test_flags_are_counted_in_words(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = cases["C01"]
    said = [words_of(protocol, case, "spot", "spotting", value) for value in ([], ["i01"], ("a", "b"), None)]
    assert said == ["0 lines", "1 line", "2 lines", "0 lines"]
    task = task_of(case, "spot")
    assert task.interaction.label(task, protocol, "spotting") == "Flags"


def test_spotting_is_kept_with_its_row_its_task_and_every_flag(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grade = graded(protocol, cases["C09"], {"flag": ["i05"]})
    spotting = grade.decision("spotting")
    assert spotting is not None
    assert (spotting.given, spotting.accepted) == (["i05"], ["i02"])
    assert (spotting.row, spotting.task) == (task_of(cases["C09"], "spot").row, "spot")
    assert {one.id for one in grade.statements if one.flagged is True} == {"i05"}
    assert {one.flagged for one in grade.statements} == {True, False}


def test_a_record_with_nothing_to_count_is_read_rightly(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    case = cases["C01"]
    notes = tuple(replace(one, role=Role.MODIFIER, supports=()) for one in case.visits[0].statements)
    bare = replace(case, visits=(replace(case.visits[0], statements=notes),))
    grade = graded(protocol, bare, {"flag": ["i02"]})
    assert credit(grade, "spotting") == 1.0
    assert {one.outcome for one in grade.statements} == {"worth_noting"}


def test_a_line_that_tells_of_a_dangerous_sign_counts_for_safety(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    critical = {key for key, sign in protocol.signs.items() if sign.rule.safety_critical}
    tried = 0
    for case in cases.values():
        for index, visit in enumerate(case.visits):
            telling = {
                one.id for one in visit.statements if critical & {*one.supports} & {*visit.record.signs}
            }
            grade = grade_visit(protocol, case, index, read_answer(visit, {}))
            signals = {one.id for one in visit.statements if one.counts_as == "signal"}
            assert telling & signals <= {one.id for one in grade.statements if one.safety}
            tried += len(telling & signals)
    assert tried


def test_both_questions_are_asked_with_every_choice(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    assert text_of(protocol, cases["C01"], "decide") == [
        "Decision for today",
        "- Proceed",
        "- Proceed with caution",
        "- Medical clearance first",
        "- Postpone",
        "- Do not treat",
        "Referral",
        "- No referral",
        "- Routine referral",
        "- Urgent, same day",
        "- Emergency",
    ]


def test_decision_and_referral_have_their_own_words(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    case = cases["C01"]
    task = task_of(case, "decide")
    labels = [task.interaction.label(task, protocol, name) for name in ("action", "escalation")]
    assert labels == ["Decision", "Referral"]
    assert words_of(protocol, case, "decide", "action", "postpone") == "Postpone"
    assert words_of(protocol, case, "decide", "escalation", "emergency") == "Emergency"
    assert words_of(protocol, case, "decide", "escalation", None) == "Not answered"


def test_what_was_chosen_is_shown_and_nothing_else(protocol: Protocol, cases: Mapping[str, Case]) -> None:
    task = task_of(cases["C01"], "decide")
    visit = cases["C01"].visits[0]
    view = task.interaction.show(task, visit, protocol, {"action": "postpone", "escalation": ["none"]})
    assert (view.action, view.escalation) == ("postpone", None)
    view = task.interaction.show(task, visit, protocol, {"escalation": "none"})
    assert (view.action, view.escalation) == (None, "none")


@pytest.mark.parametrize(
    ("given", "earned"),
    [("none", 1.0), ("routine_referral", 0.5), ("urgent_same_day", 0.0), ("emergency", 0.0), (None, 0.0)],
)
def test_one_step_more_urgent_earns_half(
    protocol: Protocol, cases: Mapping[str, Case], given: str | None, earned: float
) -> None:
    fields = {} if given is None else {"escalation": given}
    assert credit(graded(protocol, cases["C01"], fields), "escalation") == earned


@pytest.mark.parametrize(("granted", "earned"), [(0.4, 0.4), (3.0, 1.0), (-1.0, 0.0)])
def test_what_a_case_grants_stays_between_nothing_and_all(
    protocol: Protocol, cases: Mapping[str, Case], granted: float, earned: float
) -> None:
    case = cases["C01"]
    visit = replace(case.visits[0], partial_credit=MappingProxyType({Action.POSTPONE: granted}))
    assert (
        credit(graded(protocol, replace(case, visits=(visit,)), {"action": "postpone"}), "action") == earned
    )


def test_a_danger_names_what_was_chosen_and_what_was_needed(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    (error,) = graded(protocol, cases["C09"], {"action": "proceed", "escalation": "none"}).safety_errors
    assert (error.harm, error.decision) == ("less_strict", "action")
    assert (error.given, error.required) == ("proceed", "medical_clearance")
    assert (error.finding, error.finding_key is None) == ("CI-BLEED", False)
    (reason,) = (one for one in pose(protocol, cases["C09"], 0).key.reasons if one.safety_critical)
    assert (error.rule, error.text) == (reason.rule, reason.why)


def test_a_decision_is_kept_with_what_was_given_and_what_is_right(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    grade = graded(protocol, cases["C09"], {"action": "postpone", "escalation": "emergency"})
    row = task_of(cases["C09"], "decide").row
    assert grade.decision("action") == (
        "action", "postpone", "medical_clearance", 0.0, row, "decide", ()
    )  # fmt: skip
    assert grade.decision("escalation") == (
        "escalation", "emergency", "none", 0.0, row, "decide", ()
    )  # fmt: skip
    blank = graded(protocol, cases["C09"], {}).decision("action")
    assert blank is not None
    assert blank.given is None


def harms_of(posed: Posed, action: str, escalation: str) -> list[SafetyError]:
    task = next(task for task in posed.visit.tasks if task.kind == "decide")
    answer = task.interaction.read(task, posed.visit, {"action": action, "escalation": escalation})
    return list(task.interaction.grade(task, posed, answer, {"decide": answer}).harms)


def test_a_sign_that_needs_somebody_now_is_named_with_who_was_called(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    posed = pose(protocol, fresh(cases["C22"]), 1)
    fever = next(one for one in posed.key.reasons if one.sign == "fever")
    first = harms_of(posed, "postpone", "routine_referral")[0]
    assert first == SafetyError(
        rule=fever.rule,
        finding=None,
        finding_key="fever",
        text=fever.why,
        given="routine_referral",
        required="urgent_same_day",
        harm="ignored_sign",
        decision="escalation",
    )
    assert harms_of(posed, "postpone", "emergency") == []


def test_a_rule_that_varies_by_place_counts_only_where_the_place_is_known(
    protocol: Protocol, cases: Mapping[str, Case]
) -> None:
    posed = pose(protocol, fresh(cases["C40"]), 1)
    first, *others = posed.key.reasons
    varying = replace(posed.key, reasons=(first._replace(varies_by_region=True), *others))
    nowhere = Posed(protocol, posed.case, posed.visit, varying)
    somewhere = Posed(protocol, posed.case, posed.visit, varying, Region("here", "Here"))
    assert [one.harm for one in harms_of(nowhere, "proceed", "none")] == ["less_strict"]
    assert [one.harm for one in harms_of(somewhere, "proceed", "none")] == ["ignored_sign", "less_strict"]
