"""What a seed draws from a case, and what is refused in a case that leaves something to a drawing."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Mapping
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import NotFound
from quizzes.cases.model import Case, Contrast, Extras, PatientVariant, Role, Statement, Variants, VisitChange
from quizzes.cases.slots import changed, fill, filled, texts
from quizzes.cases.variants import contrast_of, drawing_of, realise, realised
from quizzes.protocols.actions import Action
from quizzes.protocols.decide import decide
from quizzes.protocols.model import Protocol
from tests.unit.quizzes.drawn_case import drawn_case

SEEDS = st.text(min_size=1, max_size=32)


@pytest.fixture(scope="module")
def case() -> Case:
    return drawn_case()


# --- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing to fill", "nothing to fill"),
        ("{he} takes {drug}", "she takes apixaban"),
        ("{He} takes {Drug}", "She takes Apixaban"),
        ("{Her} own", "HER own"),
        ("{{he}", "{he}"),
        ("{{{he}", "{she"),
        ("{unknown} and {", "{unknown} and {"),
        ("}", "}"),
    ],
)
def test_a_slot_takes_its_word(text: str, expected: str) -> None:
    words = {"he": "she", "drug": "apixaban", "her": "her", "Her": "HER"}
    assert fill(text, words) == expected


def test_a_case_without_slots_comes_back_as_it_is(cases: Mapping[str, Case]) -> None:
    for written in cases.values():
        if written.variants == Variants() and not written.contrasts:
            assert realise(written, "seed", contrasts=True) is written


# --- drawing ----------------------------------------------------------------------------------------


def test_without_a_seed_the_case_is_as_written_with_the_first_words(case: Case) -> None:
    for seed in (None, ""):
        written = realise(case, seed, contrasts=True)
        assert written.patient.name == "Rhodri P."
        assert written.patient.goal == "Wants his crown back"
        assert written.visits[0].statements[0].text == "Apixaban 5 mg; bisoprolol 2.5 mg"
        assert [line.id for line in written.visits[0].statements] == ["i01", "i02", "i03", "i04"]
        assert written.visits[0].outcome == "He was sent to the prescriber, who wrote back two weeks later."
        assert written.visits[1].statements[1].text == "Would like PRP {platelet-rich plasma}"
        assert written.mistakes[0].mistake == "Asking him to skip two doses"
        assert written.lines is case.lines


def test_a_seed_means_the_same_case_for_ever(case: Case) -> None:
    drawing = drawing_of(case, "91e0", contrasts=True)
    assert drawing.to_json() == {
        "seed": "91e0",
        "patient": 2,
        "words": {
            "anticoagulant": "edoxaban 60 mg",
            "delay": "three weeks",
            "he": "she",
            "his": "her",
            "him": "her",
        },
        "extras": ["x01", "x03"],
        "contrast": "without-anticoagulant",
    }
    assert json.loads(json.dumps(drawing.to_json())) == drawing.to_json()


def test_a_patient_brings_the_words_that_go_with_it(case: Case) -> None:
    drawing = drawing_of(case, "91e0", contrasts=False)
    drawn = realised(case, drawing)
    assert (drawn.patient.name, drawn.patient.age, drawn.patient.sex) == ("Carys M.", 61, "female")
    assert drawn.patient.goal == "Wants her crown back"
    assert drawn.patient.heritage == case.patient.heritage
    assert drawn.visits[1].presentation == "She is back."
    assert (drawn.variants, drawn.contrasts) == (Variants(), ())


def test_further_lines_stand_somewhere_in_their_section(case: Case) -> None:
    places = set()
    for number in range(60):
        drawn = realise(case, str(number), contrasts=False)
        lines = drawn.visits[0].statements
        assert len(lines) == 6
        history = [line.id for line in lines if line.section == "history"]
        if "x01" in history:
            places.add(history.index("x01"))
        in_order = [line.id for line in lines if not line.id.startswith("x")]
        assert in_order == ["i01", "i02", "i03", "i04"]
    assert places == {0, 1, 2}


def test_every_choice_comes_up_about_as_often_as_any_other(case: Case) -> None:
    drawings = [drawing_of(case, f"s{number}", contrasts=True) for number in range(3000)]
    for counts, choices in (
        (Counter(drawing.patient for drawing in drawings), 3),
        (Counter(drawing.contrast for drawing in drawings), 2),
        (Counter(drawing.words["anticoagulant"] for drawing in drawings), 3),
        (Counter(extra for drawing in drawings for extra in drawing.extras), 3),
    ):
        assert len(counts) == choices
        even = sum(counts.values()) / choices
        assert all(0.9 * even < count < 1.1 * even for count in counts.values())


def test_an_exam_never_draws_a_contrast(case: Case) -> None:
    drawings = [drawing_of(case, str(number), contrasts=False) for number in range(200)]
    assert {drawing.contrast for drawing in drawings} == {None}


@given(seed=SEEDS)
def test_another_slot_leaves_the_others_as_they_were(case: Case, seed: str) -> None:
    variants = dataclasses.replace(case.variants, words={"brand": ("a", "b"), **case.variants.words})
    wider = changed(case, variants=variants)
    before, after = drawing_of(case, seed, contrasts=True), drawing_of(wider, seed, contrasts=True)
    assert {name: word for name, word in after.words.items() if name != "brand"} == before.words
    assert (after.patient, after.extras, after.contrast) == (before.patient, before.extras, before.contrast)


@given(seed=SEEDS, contrasts=st.booleans())
def test_what_holds_for_every_drawing(case: Case, protocol: Protocol, seed: str, *, contrasts: bool) -> None:
    drawn = realise(case, seed, contrasts=contrasts)
    assert drawn == realise(drawn_case(), seed, contrasts=contrasts)
    ids = [line.id for visit in drawn.visits for line in visit.statements]
    assert len(ids) == len(set(ids))
    assert drawn.patient.name.strip()
    assert 0 < drawn.patient.age <= 120
    assert drawn.patient.sex in {"female", "male"}
    assert drawn.patient.fitzpatrick == case.patient.fitzpatrick
    leftovers = [text for _, text in texts(drawn) if "{" in text]
    assert leftovers == ["Would like PRP {platelet-rich plasma}"]
    contrast = drawing_of(case, seed, contrasts=contrasts).contrast
    keys = [decide(protocol, visit.record).action for visit in drawn.visits]
    if contrast is None:
        assert keys == [Action.MEDICAL_CLEARANCE, Action.PROCEED_WITH_CAUTION]
    else:
        assert contrasts
        assert keys == [Action.PROCEED, Action.PROCEED]


STATEMENTS = st.builds(
    Statement,
    id=st.from_regex(r"x[0-9]{1,3}", fullmatch=True),
    section=st.sampled_from(("history", "medicines", "allergies", "exam", "lifestyle", "goals")),
    text=st.sampled_from(("plain", "{word} twice", "{Word}", "{{brace}")),
    role=st.sampled_from((Role.DISTRACTOR, Role.CANDIDATE)),
    why=st.just("why"),
)


@st.composite
def any_variants(draw: st.DrawFn) -> Variants:
    lines = draw(st.lists(STATEMENTS, max_size=5, unique_by=lambda line: line.id))
    words = draw(st.lists(st.text(alphabet="abc ", min_size=1), min_size=1, max_size=4))
    names = st.none() | st.sampled_from(("Ada B.", "Ben C."))
    patients = st.builds(PatientVariant, name=names, age=st.none() | st.integers(18, 90))
    return Variants(
        patients=tuple(draw(st.lists(patients, max_size=4))),
        words={"word": tuple(words)},
        extras=Extras(draw(st.integers(0, len(lines))), tuple(lines)),
    )


@given(seed=SEEDS, variants=any_variants(), data=st.data())
def test_no_variant_changes_the_key(
    protocol: Protocol, cases: Mapping[str, Case], seed: str, variants: Variants, data: st.DataObject
) -> None:
    written = cases[data.draw(st.sampled_from(sorted(cases)))]
    drawn = realise(changed(written, variants=variants), seed, contrasts=False)
    for one, other in zip(drawn.visits, written.visits, strict=True):
        assert decide(protocol, one.record) == decide(protocol, other.record)
        assert one.tasks == filled(other.tasks, drawing_of(written, None, contrasts=False).words)
    added = len(drawn.visits[0].statements) - len(written.visits[0].statements)
    assert added == variants.extras.draw
    assert drawn == realise(changed(written, variants=variants), seed, contrasts=False)


def test_a_variant_is_drawn_and_derived_in_a_millisecond(case: Case, protocol: Protocol) -> None:
    fastest_ms = 1000.0
    for number in range(50):
        start = perf_counter()
        drawn = realise(case, str(number), contrasts=True)
        for visit in drawn.visits:
            decide(protocol, visit.record)
        fastest_ms = min(fastest_ms, 1000 * (perf_counter() - start))
    assert fastest_ms <= 1


# --- contrasts --------------------------------------------------------------------------------------


def test_a_contrast_changes_one_fact_and_the_key_with_it(case: Case, protocol: Protocol) -> None:
    other = contrast_of(case, "without-anticoagulant")
    assert other.visits[0].findings == ()
    assert [line.id for line in other.visits[0].statements] == ["i01", "i02", "i03", "i04"]
    assert other.visits[0].statements[0].role is Role.DISTRACTOR
    assert other.visits[0].statements[2] is case.visits[0].statements[2]
    assert other.visits[0].rebook_when == ()
    assert (other.title, other.rationale) == (
        "The same person without an anticoagulant",
        "Nothing stands against treatment.",
    )
    assert decide(protocol, other.visits[0].record).action is Action.PROCEED


def test_what_was_written_for_the_other_key_goes(case: Case) -> None:
    first = case.visits[0]
    asked = changed(first, tasks=(*first.tasks, dataclasses.replace(first.tasks[0], key="further")))
    other = contrast_of(changed(case, visits=(asked, case.visits[1])), "without-anticoagulant")
    assert [task.key for task in other.visits[0].tasks] == ["spot", "decide", "plan"]
    assert case.visits[0].partial_credit == {Action.POSTPONE: 0.5}
    assert other.visits[0].partial_credit == {}
    assert (other.mistakes, other.contrasts) == ((), ())


def test_both_halves_of_a_pair_show_the_same_patient(case: Case) -> None:
    one = realise(case, "pair", contrasts=False)
    other = realise(contrast_of(case, "without-anticoagulant"), "pair", contrasts=False)
    assert one.patient == other.patient
    assert one.visits[0].statements[-1] == other.visits[0].statements[-1]


def test_new_findings_and_lines_are_added_and_known_ones_replaced(case: Case) -> None:
    resolved = dataclasses.replace(case.visits[1].findings[0], key="thinner")
    burn = dataclasses.replace(resolved, key="sunburn", finding="CI-SUN", clearance=None, attributes={})
    line = Statement("i09", "exam", "Crown bright pink", Role.DECISIVE, "Burnt", ("sunburn",))
    change = VisitChange(1, findings=(resolved, burn), statements=(line,), response="worse", signs=("fever",))
    contrast = Contrast("burnt", "Burnt", "The crown is burnt.", (change,), "Burnt skin waits.")
    visit = contrast_of(changed(case, contrasts=(contrast,)), "burnt").visits[0]
    assert visit.findings == (resolved, burn)
    assert visit.statements == (*case.visits[0].statements, line)
    assert (visit.response, visit.signs, visit.record.signs) == ("worse", ("fever",), ("fever",))


def test_an_unknown_contrast_is_not_found(case: Case) -> None:
    with pytest.raises(NotFound, match="has no contrast “nothing”"):
        contrast_of(case, "nothing")
