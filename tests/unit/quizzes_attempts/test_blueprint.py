"""Drawing forms: each meets its blueprint, a seed means one form, and nobody meets a case again too soon."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.blueprint import (
    Blueprint,
    FormImpossibleError,
    SkinTypes,
    choose_remediation,
    draw_form,
    rows_of,
    shortages,
)
from quizzes.case_traits import CaseTraits, traits_of
from quizzes.cases.parse import parse_case
from quizzes.form_search import Row, Wanted, find_forms
from quizzes.protocols.model import Harm
from quizzes.protocols.parse import parse_protocol
from quizzes.quiz_document import Draw, SafetyForm, parse_quiz
from tests.support.people import COURSE_FOLDER

FINDINGS = ("CI-A", "CI-B", "CI-C")
HARMS: tuple[Harm, ...] = ("stops_medicine", "ignored_sign")


def a_case(
    key: str, *acting: str, skin: str | None = None, harms: tuple[Harm, ...] = (), **traits: bool
) -> CaseTraits:
    return CaseTraits(
        key=key,
        acting=frozenset(acting),
        is_clear=not acting,
        skin=skin,  # type: ignore[arg-type]
        harms=frozenset(harms),
        **traits,
    )


def shipped() -> dict[str, CaseTraits]:
    protocol = parse_protocol((COURSE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")
    cases = (parse_case(path.read_bytes(), path.name) for path in (COURSE_FOLDER / "cases").glob("*.yaml"))
    return {case.key: traits_of(protocol, case) for case in cases}


traits = st.builds(
    lambda acting, multi, medicines, skin, harms: (acting, multi, medicines, skin, harms),
    st.frozensets(st.sampled_from(FINDINGS), max_size=2),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["light", "dark", None]),
    st.frozensets(st.sampled_from(HARMS)),
)


@st.composite
def banks(draw: st.DrawFn, smallest: int = 1, largest: int = 9) -> list[CaseTraits]:
    drawn = draw(st.lists(traits, min_size=smallest, max_size=largest))
    return [
        CaseTraits(
            key=f"c{number:02}",
            acting=acting,
            is_clear=not acting,
            is_multi_visit=multi,
            is_decided_by_medicines=medicines and bool(acting),
            skin=skin,
            harms=harms,
        )
        for number, (acting, multi, medicines, skin, harms) in enumerate(drawn)
    ]


blueprints = st.builds(
    Blueprint,
    findings=st.lists(st.sampled_from(FINDINGS), unique=True, max_size=2).map(tuple),
    without_finding_percent=st.sampled_from([0, 0, 25, 50]),
    multi_visit=st.integers(0, 2),
    decided_by_medicines=st.integers(0, 1),
    skin_types=st.builds(SkinTypes, light=st.integers(0, 1), dark=st.integers(0, 1)),
    harms=st.dictionaries(st.sampled_from(HARMS), st.integers(0, 2)),
)
sizes = st.integers(1, 4)
seeds = st.text("0123456789abcdef", min_size=16, max_size=16)


def meets(form: frozenset[str], rows: tuple[Row, ...]) -> bool:
    return all(len(form & row.keys) >= row.needed for row in rows)


def every_form(bank: list[CaseTraits], blueprint: Blueprint, size: int) -> list[frozenset[str]]:
    """Return all forms there are, by trying every set of cases."""
    rows = rows_of(bank, blueprint, size)
    forms = (frozenset(one) for one in combinations([case.key for case in bank], size))
    return [form for form in forms if meets(form, rows)]


def holds_two(forms: list[frozenset[str]]) -> bool:
    return any(not one & other for one, other in combinations(forms, 2))


# --- what a form holds ------------------------------------------------------------------------------


@given(banks(), blueprints, sizes, seeds)
def test_a_drawn_form_meets_the_blueprint_or_no_form_does(
    bank: list[CaseTraits], blueprint: Blueprint, size: int, seed: str
) -> None:
    forms = every_form(bank, blueprint, size)
    if not forms:
        with pytest.raises(FormImpossibleError):
            draw_form(bank, blueprint, size=size, seed=seed)
        return
    form = draw_form(bank, blueprint, size=size, seed=seed)
    assert len(form) == len(set(form)) == size
    assert frozenset(form) in forms


@given(banks(), blueprints, sizes, seeds, st.randoms(use_true_random=False))
def test_a_seed_means_one_form_however_the_bank_is_ordered(
    bank: list[CaseTraits], blueprint: Blueprint, size: int, seed: str, random: object
) -> None:
    assume(every_form(bank, blueprint, size))
    shuffled = sorted(bank, key=lambda _one: random.random())  # type: ignore[attr-defined]
    form = draw_form(bank, blueprint, size=size, seed=seed)
    assert draw_form(shuffled, blueprint, size=size, seed=seed) == form


@st.composite
def banks_that_hold_two_forms(draw: st.DrawFn) -> tuple[list[CaseTraits], Blueprint, int]:
    """Draw two forms and whatever else, and ask of a form only what both of them meet."""
    size = draw(sizes)
    bank = draw(banks(smallest=2 * size, largest=2 * size + 2))
    halves = bank[:size], bank[size : 2 * size]

    def least(name: str, *, value: object = True) -> int:
        counts = [sum(getattr(case, name) == value for case in half) for half in halves]
        return draw(st.integers(0, min(counts)))

    in_both = frozenset.intersection(*(frozenset().union(*(c.acting for c in half)) for half in halves))
    blueprint = Blueprint(
        findings=tuple(sorted(draw(st.frozensets(st.sampled_from(sorted(in_both)))) if in_both else ())),
        without_finding_percent=least("is_clear") * 100 // size,
        multi_visit=least("is_multi_visit"),
        decided_by_medicines=least("is_decided_by_medicines"),
        skin_types=SkinTypes(light=least("skin", value="light"), dark=least("skin", value="dark")),
        harms={
            harm: draw(st.integers(0, min(sum(harm in case.harms for case in half) for half in halves)))
            for harm in HARMS
        },
    )
    return bank, blueprint, size


@given(banks_that_hold_two_forms(), st.lists(seeds, min_size=4, max_size=4))
def test_two_forms_in_a_row_share_nothing_whenever_the_bank_holds_two(
    drawn: tuple[list[CaseTraits], Blueprint, int], drawn_from: list[str]
) -> None:
    bank, blueprint, size = drawn
    assert holds_two(every_form(bank, blueprint, size))
    seen: list[frozenset[str]] = []
    for seed in drawn_from:
        seen.append(frozenset(draw_form(bank, blueprint, size=size, seed=seed, seen=seen)))
    assert all(not one & other for one, other in pairwise(seen))


@given(banks(), blueprints, sizes, seeds, st.data())
def test_nothing_comes_again_while_the_unseen_cases_permit_a_form(
    bank: list[CaseTraits], blueprint: Blueprint, size: int, seed: str, data: st.DataObject
) -> None:
    keys = st.sampled_from([case.key for case in bank])
    seen = data.draw(st.lists(st.frozensets(keys, max_size=4), max_size=3))
    had = frozenset[str]().union(*seen)
    unseen_forms = [form for form in every_form(bank, blueprint, size) if not form & had]
    assume(unseen_forms)
    form = frozenset(draw_form(bank, blueprint, size=size, seed=seed, seen=seen))
    assert form in unseen_forms
    if holds_two(unseen_forms):
        assert any(not form & other for other in unseen_forms), "the unseen rest permits no form any more"


@given(banks(), blueprints, sizes, st.integers(1, 2))
def test_shortages_are_named_exactly_where_forms_are_missing(
    bank: list[CaseTraits], blueprint: Blueprint, size: int, count: int
) -> None:
    forms = every_form(bank, blueprint, size)
    possible = holds_two(forms) if count > 1 else bool(forms)
    found = shortages(bank, blueprint, size=size, forms=count)
    assert bool(found) is not possible
    assert all(one.message.endswith(".") for one in found)


def test_without_a_blueprint_the_cases_seen_least_come_first() -> None:
    bank = [a_case(f"c{number}") for number in range(8)]
    seen = [frozenset({"c0", "c1", "c2"}), frozenset({"c0", "c3", "c4"})]
    form = draw_form(bank, Blueprint(), size=6, seed="1f", seen=seen)
    assert set(form) == {"c5", "c6", "c7", "c1", "c2"} | (set(form) & {"c3", "c4"})
    assert "c0" not in form


def test_the_order_is_the_seeds_too() -> None:
    bank = [a_case(f"c{number}") for number in range(6)]
    orders = {draw_form(bank, Blueprint(), size=6, seed=str(seed)) for seed in range(8)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(case.key for case in bank)}


# --- what is short ----------------------------------------------------------------------------------


def test_a_row_that_cannot_be_met_is_named() -> None:
    bank = [a_case("c1", "CI-PREG"), a_case("c2"), a_case("c3"), a_case("c4")]
    blueprint = Blueprint(findings=("CI-PREG",))
    assert shortages(bank, blueprint, size=2) == ()
    (short,) = shortages(bank, blueprint, size=2, forms=2)
    assert short.field == "findings[0]"
    assert short.message.startswith("Only one case for CI-PREG; 2 different forms need 2.")
    with pytest.raises(FormImpossibleError, match="No case for CI-SUN; a form needs 1"):
        draw_form(bank, Blueprint(findings=("CI-SUN",)), size=2, seed="0")


def test_an_error_that_too_few_cases_permit_is_named() -> None:
    talked_down = [a_case(f"c{number}", harms=("stops_medicine",)) for number in range(3)]
    bank = [*talked_down, *(a_case(f"d{number}") for number in range(5))]
    blueprint = Blueprint(harms={"stops_medicine": 2})
    assert shortages(bank, blueprint, size=4) == ()
    (short,) = shortages(bank, blueprint, size=4, forms=2)
    assert short.field == "harms.stops_medicine"
    assert short.message.startswith(
        "Only 3 cases in which stops_medicine is possible; 2 different forms need 4."
    )
    form = draw_form(bank, blueprint, size=4, seed="3")
    assert len([key for key in form if key.startswith("c")]) == 2, "a third is left for nobody"


def test_rows_that_cannot_be_met_together_are_named() -> None:
    bank = [a_case("c1", "CI-A"), a_case("c2", "CI-B"), a_case("c3"), a_case("c4")]
    (short,) = shortages(bank, Blueprint(findings=("CI-A", "CI-B"), without_finding_percent=50), size=3)
    assert short.field == ""
    assert "Without the demand for cases for CI-A or for CI-B or without a finding that acts" in short.message


def test_a_bank_that_is_too_small_is_named() -> None:
    bank = [a_case("c1"), a_case("c2"), a_case("c3")]
    (short,) = shortages(bank, Blueprint(), size=2, forms=2)
    assert (short.field, short.message[:20]) == ("", "Only 3 cases in the ")


def test_forms_with_rows_of_their_own_share_no_case() -> None:
    keys = ("a", "b", "c", "d")
    first = Wanted(2, (Row("", "one", 1, frozenset("a")),), frozenset(keys))
    second = Wanted(2, (Row("", "other", 1, frozenset("ab")),), frozenset(keys))
    found = find_forms([first, second], keys)
    assert found is not None
    assert "a" in found[0]
    assert "b" in found[1]
    assert not set(found[0]) & set(found[1])
    assert find_forms([first, first], keys) is None


# --- a round of practice ----------------------------------------------------------------------------


def test_remediation_takes_the_findings_concerned_first() -> None:
    bank = [
        a_case("both", "CI-A", "CI-B"),
        a_case("one", "CI-A"),
        a_case("other", "CI-C"),
        a_case("clear-1"),
        a_case("clear-2"),
    ]
    chosen = choose_remediation(bank, frozenset({"CI-A", "CI-B"}), size=3, seed="7")
    assert chosen[:2] == ("both", "one")
    assert len(set(chosen)) == 3
    seen = [frozenset({"clear-1", "other"})]
    assert choose_remediation(bank, frozenset({"CI-A"}), size=3, seed="7", seen=seen)[2] == "clear-2"


def test_remediation_of_depths_takes_patients_who_are_treated() -> None:
    bank = [a_case("stopped-1", "CI-A"), a_case("stopped-2", "CI-B"), a_case("treated", is_treated=True)]
    seen = [frozenset({"treated"})]
    for harm in ("too_deep", "beyond_limit"):
        chosen = choose_remediation(bank, frozenset(), size=1, seed="7", seen=seen, harms=frozenset({harm}))
        assert chosen == ("treated",)
    assert "treated" not in choose_remediation(bank, frozenset(), size=2, seed="7", seen=seen)


def test_remediation_takes_cases_in_which_the_error_can_be_made() -> None:
    bank = [
        a_case("seen", harms=("stops_medicine",)),
        a_case("other-1", "CI-A"),
        a_case("other-2", "CI-B", harms=("ignored_sign",)),
        a_case("both", "CI-A", harms=("stops_medicine",)),
        a_case("unseen", "CI-C", harms=("stops_medicine",)),
    ]
    wrong, seen = frozenset[Harm]({"stops_medicine"}), [frozenset({"seen"})]
    chosen = choose_remediation(bank, frozenset(), size=3, seed="7", seen=seen, harms=wrong)
    assert (set(chosen), chosen[-1]) == ({"both", "unseen", "seen"}, "seen")
    about_a = choose_remediation(bank, frozenset({"CI-A"}), size=2, seed="7", seen=seen, harms=wrong)
    assert about_a[0] == "both"
    assert choose_remediation(bank, frozenset(), size=1, seed="7", harms=frozenset({"ignored_sign"})) == (
        "other-2",
    )


@given(banks(), st.frozensets(st.sampled_from(FINDINGS)), sizes, seeds)
def test_remediation_meets_as_many_of_the_findings_as_its_size_allows(
    bank: list[CaseTraits], concerned: frozenset[str], size: int, seed: str
) -> None:
    chosen = choose_remediation(bank, concerned, size=size, seed=seed)
    assert len(set(chosen)) == len(chosen) == min(size, len(bank))
    acting = {case.key: case.acting & concerned for case in bank}
    reachable = frozenset[str]().union(*acting.values())
    met = frozenset[str]().union(*(acting[key] for key in chosen))
    assert met == reachable or len(met) >= min(size, len(reachable))


# --- the shipped cases ------------------------------------------------------------------------------


def test_traits_follow_from_record_and_protocol() -> None:
    found = shipped()
    settings: tuple[Harm, ...] = ("too_deep",)
    care: tuple[Harm, ...] = ("too_deep", "less_strict")
    by_list: dict[str, Any] = {"is_decided_by_medicines": True, "harms": care}
    expected = [
        a_case("c02-after-minoxidil-alone", skin="light", is_treated=True, harms=settings),
        a_case("c08-no-skin-problems", "CI-DERM", skin="light", **by_list),
        a_case("c10-plaquenil-on-the-list", "CI-AUTO", skin="dark", **by_list),
        a_case("c16-shiny-tender-crown", "BX-SCAR", skin="dark", harms=settings),
        a_case("c14-five-weeks-after-grafts", "CI-WOUND", is_multi_visit=True, is_treated=True, harms=care),
    ]
    assert [found[one.key] for one in expected] == expected


def test_the_shipped_assessment_never_repeats_a_case_in_the_next_form() -> None:
    path = COURSE_FOLDER / "quizzes" / "final-assessment.yaml"
    quiz, traits_by_key = parse_quiz(path.read_bytes(), path.name), shipped()
    bank = [traits_by_key[key] for key in quiz.cases]
    draw, after = quiz.draw, quiz.safety_form
    assert isinstance(draw, Draw)
    assert isinstance(after, SafetyForm)
    rows = rows_of(bank, draw.blueprint, draw.cases)
    safety_rows = rows_of(bank, after.blueprint, after.cases)
    for number in range(25):
        seen: list[frozenset[str]] = []
        for seed in ("a", "b", "c"):
            form = draw_form(bank, draw.blueprint, size=draw.cases, seed=f"{seed}{number}", seen=seen)
            assert meets(frozenset(form), rows)
            assert not seen or not seen[-1] & set(form)
            seen.append(frozenset(form))
        failed = seen[:1]
        safety = frozenset(draw_form(bank, after.blueprint, size=after.cases, seed=str(number), seen=failed))
        assert meets(safety, safety_rows)
        assert not safety & failed[0]
