"""What each kind of task refuses from authors, what it grades as dangerous, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.errors import ContentError, InvalidInput
from quizzes.cases.parse import parse_case
from quizzes.cases.tasks import bind_task
from quizzes.interactions.contract import Posed, Task
from quizzes.interactions.decide.interaction import Decided
from quizzes.interactions.marks import DecisionGrade, SafetyError
from quizzes.interactions.registry import standard_registry
from quizzes.interactions.short_text.interaction import marked
from quizzes.interactions.verification import EXAMPLE_FOLDER, example_posed
from quizzes.protocols.actions import Action
from quizzes.protocols.decide import decide
from quizzes.protocols.record import Region, Status

REGISTRY = standard_registry()


def written(kind: str, index: int = 0, **changes: Any) -> dict[str, Any]:
    """An example of a kind as an author writes it, with changes; None takes a field out."""
    task = {"key": "example", "kind": kind, **REGISTRY[kind].examples[index].task, **changes}
    return {name: value for name, value in task.items() if value is not None}


def bound(kind: str, index: int = 0, **changes: Any) -> Task:
    return bind_task(written(kind, index, **changes), REGISTRY, file="case.yaml")


def first(kind: str, field: str, index: int = 0, **changes: Any) -> list[dict[str, Any]]:
    """The parts of an example with the first one changed."""
    parts = [dict(one) for one in REGISTRY[kind].examples[index].task[field]]
    return [{**parts[0], **changes}, *parts[1:]]


def problems(task: Task, *, with_protocol: bool = False) -> dict[str, str]:
    posed = example_posed()
    protocol = posed.protocol if with_protocol else None
    return dict(task.interaction.problems(task, posed.visit, protocol))


NAN_STEMS = [{"key": "rash", "text": "A rash", "answer": "wate", "why": "It goes."}]

REFUSED: list[tuple[str, int, dict[str, Any], str, str]] = [
    ("choice", 0, {"options": first("choice", "options")[:1]}, "options", "two options at least"),
    (
        "choice",
        0,
        {"options": first("choice", "options", key="stop")},
        "options[1].key",
        "stands there twice",
    ),
    ("choice", 0, {"options": first("choice", "options", key="no way")}, "options[0].key", "cannot be a key"),
    (
        "choice",
        0,
        {"options": first("choice", "options", key="no__way")},
        "options[0].key",
        "cannot be a key",
    ),
    ("choice", 0, {"options": first("choice", "options", why=" ")}, "options[0].why", "empty"),
    ("choice", 0, {"options": first("choice", "options", text="")}, "options[0].text", "empty"),
    ("choice", 0, {"options": first("choice", "options", harm="too_deep")}, "options[0].harm", "no harm"),
    ("choice", 0, {"options": first("choice", "options", correct=False)}, "select", "0 are correct"),
    ("choice", 0, {"most": 1}, "most", "Only a choice of many"),
    ("choice", 0, {"scoring": "ps1m"}, "scoring", "Only a choice of many"),
    ("choice", 1, {"scoring": "guess"}, "scoring", "no method “guess”"),
    ("choice", 1, {"most": None}, "most", "rewards picking everything"),
    ("choice", 1, {"most": 9}, "most", "between 1 and 3"),
    ("choice", 1, {"most": 1}, "most", "only 1 may be picked"),
    ("choice", 1, {"scoring": "ripkey", "most": 3}, "most", "write most: 2"),
    ("ordering", 0, {"items": first("ordering", "items")[:2]}, "items", "3 to 12 items"),
    ("ordering", 0, {"items": first("ordering", "items", key="Look")}, "items[0].key", "cannot be a key"),
    ("ordering", 0, {"items": first("ordering", "items", text="Ask")}, "items[1].text", "stands there twice"),
    ("number", 0, {"unit": "3"}, "unit", "no unit"),
    ("number", 0, {"step": 0}, "step", "above zero"),
    ("number", 0, {"accepts": {"minimum": 4, "maximum": 2}}, "accepts", "between 0 and the maximum"),
    ("number", 0, {"accepts": {"minimum": 4, "maximum": 4000}}, "accepts", "more than 1000"),
    ("number", 0, {"accepts": {"value": 4, "tolerance": -1}}, "accepts", "below zero"),
    ("number", 0, {"accepts": {"parameter": "depth_mm", "zone": "side"}}, "accepts.zone", "front, back"),
    ("number", 0, {"accepts": {"parameter": "depth_mm"}}, "accepts.zone", "whose depth"),
    ("number", 0, {"accepts": {"parameter": "interval_weeks", "zone": "back"}}, "accepts.zone", "Remove"),
    ("matching", 0, {"options": first("matching", "options")[:2]}, "options", "3 options at least"),
    ("matching", 0, {"stems": NAN_STEMS}, "stems[0].answer", "Did you mean “wait”?"),
    ("matching", 0, {"stems": NAN_STEMS}, "stems", "2 stems at least"),
    ("schedule", 0, {"dates": []}, "dates", "1 to 12 dates"),
    ("schedule", 0, {"dates": ["Second", "Second"]}, "dates[1]", "stands there twice"),
    ("schedule", 0, {"starts": "3027-03-01"}, "starts", "between 1900 and 2100"),
    ("schedule", 0, {"accepts": {"minimum_days": 0, "maximum_days": 3}}, "accepts", "1 to 1000 days"),
    ("chart_error", 0, {"rows": first("chart_error", "rows")[:2]}, "rows", "some be right"),
    ("chart_error", 0, {"rows": first("chart_error", "rows", entry="")}, "rows[0].entry", "empty"),
    ("chart_error", 0, {"scoring": "ps1m"}, "most", "rewards picking everything"),
    ("hotspot", 0, {"places": first("hotspot", "places", x=200)}, "places[0]", "108 by 132"),
    ("hotspot", 0, {"places": first("hotspot", "places", radius=0)}, "places[0]", "does not lie within"),
    ("hotspot", 0, {"places": first("hotspot", "places")[:1]}, "places", "2 places at least"),
    (
        "hotspot",
        0,
        {"select": "many", "places": first("hotspot", "places", correct=False)},
        "places",
        "No place",
    ),
    ("short_text", 0, {"rubric": []}, "rubric", "needs a rubric"),
    ("short_text", 0, {"rubric": first("short_text", "rubric", points=0)}, "rubric[0].points", "more than 0"),
    ("short_text", 0, {"longest": 10}, "model", "10 characters at most"),
    ("short_text", 0, {"longest": 9999}, "longest", "between 1 and 4000"),
    ("concordance", 0, {"votes": {"same": 9}}, "votes", "9 people voted"),
    ("concordance", 0, {"votes": {"same": 12, "less": -1}}, "votes.less", "Write 0 or more"),
    ("concordance", 0, {"learning": " "}, "learning", "empty"),
]


@pytest.mark.parametrize(("kind", "index", "changes", "path", "message"), REFUSED)
def test_what_an_author_has_to_mend(
    kind: str, index: int, changes: dict[str, Any], path: str, message: str
) -> None:
    found = problems(bound(kind, index, **changes))
    assert path in found, found
    assert message in found[path]


@pytest.mark.parametrize(
    ("drawing", "path"),
    [
        ({"about": ""}, "drawing.about"),
        ({"width": 0}, "drawing.width"),
        ({"lines": []}, "drawing.lines"),
        ({"lines": ["M0 0", 'M0 0"/><script>']}, "drawing.lines[1]"),
    ],
)
def test_a_drawing_has_words_a_frame_and_paths_only(drawing: dict[str, Any], path: str) -> None:
    whole = {"about": "A box.", "width": 108, "height": 132, "lines": ["M4 4h100v124h-100z"]}
    assert path in problems(bound("hotspot", drawing={**whole, **drawing}))


def test_what_the_protocol_does_not_know() -> None:
    options = first("choice", "options", component="bomb", correct=False)
    options[1]["harm"] = "too_deep"
    found = problems(bound("choice", options=options), with_protocol=True)
    assert "no component “bomb”" in found["options[0].component"]
    posed = example_posed()
    bare = replace(
        posed.protocol, safety_rules={}, parameters=replace(posed.protocol.parameters, depth_mm=None)
    )
    task = bound("choice", options=options)
    known = dict(task.interaction.problems(task, posed.visit, bare))
    assert "no safety rule for “too_deep”" in known["options[1].harm"]
    depth = bound("number", 1)
    found = dict(depth.interaction.problems(depth, posed.visit, bare))
    assert "no setting “depth_mm”" in found["accepts.parameter"]


def test_a_key_that_contradicts_the_record_is_refused_with_the_finding() -> None:
    options = first("choice", "options", component="balm")
    found = problems(bound("choice", options=options), with_protocol=True)
    assert "finding “balm” (EX-BALM)" in found["options[0].correct"]


def harms(
    task: Task, raw: Mapping[str, Any], change: Callable[[Posed], Posed] = lambda posed: posed
) -> tuple[SafetyError, ...]:
    posed = change(example_posed())
    answer = task.interaction.read(task, posed.visit, raw)
    answers = {"decide": Decided(Action.PROCEED), task.key: answer}
    return task.interaction.grade(task, posed, answer, answers).harms


def with_status(status: Status) -> Callable[[Posed], Posed]:
    def change(posed: Posed) -> Posed:
        finding = replace(posed.visit.findings[0], status=status)
        visit = replace(posed.visit, findings=(finding,))
        return replace(posed, visit=visit, key=decide(posed.protocol, visit.record))

    return change


def contested(posed: Posed) -> Posed:
    return replace(posed, case=replace(posed.case, contested=True))


def by_region(posed: Posed) -> Posed:
    kinds = dict(posed.protocol.findings)
    kinds["EX-BALM"] = replace(kinds["EX-BALM"], varies_by_region=True)
    return replace(posed, protocol=replace(posed.protocol, findings=kinds))


def test_an_option_that_does_harm_is_an_error_of_its_rule() -> None:
    (harm,) = harms(bound("choice"), {"example": "stop"})
    assert (harm.harm, harm.rule, harm.decision) == ("stops_medicine", "EX-SAFE-STOP", "example")
    assert (harm.given, harm.required) == ("Stop your tablets.", "We leave the balm out.")
    assert harms(bound("choice"), {"example": "wait"}) == ()
    assert harms(bound("choice"), {"example": "stop"}, contested) == ()


@pytest.mark.parametrize("status", [Status.PRESENT, Status.HEALING])
def test_a_product_is_forbidden_by_the_record(status: Status) -> None:
    (harm,) = harms(bound("choice"), {"example": "more"}, with_status(status))
    assert (harm.harm, harm.rule) == ("forbidden_product", "EX-SAFE-PRODUCT")
    assert (harm.finding, harm.finding_key) == ("EX-BALM", "balm")


@pytest.mark.parametrize(
    "change", [with_status(Status.RESOLVED), with_status(Status.ABSENT), contested, by_region]
)
def test_a_product_that_nothing_present_forbids_everywhere_is_none(change: Callable[[Posed], Posed]) -> None:
    assert harms(bound("choice"), {"example": "more"}, change) == ()


def test_every_dangerous_pick_is_named() -> None:
    task = bound("choice", 1, most=3)
    (harm,) = harms(task, {"example": ["lamp", "towel", "balm"]})
    assert harm.finding_key == "balm"


@pytest.mark.parametrize(("depth", "dangerous"), [("1.5", False), ("1.6", True), ("3", True)])
def test_a_depth_beyond_the_cap_is_dangerous(depth: str, *, dangerous: bool) -> None:
    found = harms(bound("number", 1), {"example": depth})
    assert [(one.harm, one.rule) for one in found] == [("too_deep", "EX-SAFE-DEPTH")] * dangerous
    assert harms(bound("number", 1), {"example": depth}, contested) == ()


def test_the_cap_of_the_region_counts() -> None:
    def licensed(posed: Posed) -> Posed:
        return replace(posed, region=Region("here", "Here", licence_maximum_mm=1.0))

    assert len(harms(bound("number", 1), {"example": "1.2"}, licensed)) == 1


def test_no_depth_is_asked_where_nobody_treats() -> None:
    task, second = bound("number", 1), example_posed(1)
    assert second.key.ranges is None
    careful = {"decide": Decided(Action.POSTPONE)}
    assert task.interaction.grade(task, second, None, careful).decisions == ()
    assert task.interaction.perfect(task, second) == {}
    assert task.interaction.missing(task, second.visit, None, careful) == ()
    assert task.interaction.missing(task, second.visit, None, {"decide": Decided(Action.PROCEED)}) == (
        "example",
    )
    assert task.interaction.grade(task, second, 3.0, careful).harms == ()


@given(st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=3, max_size=12, unique=True))
def test_items_are_never_shown_in_their_right_order(keys: list[str]) -> None:
    task = bound("ordering", items=[{"key": key, "text": key} for key in keys])
    posed = example_posed()
    shown = [one.text for one in task.interaction.show(task, posed.visit, posed.protocol, {}).items]
    assert sorted(shown) == sorted(keys)
    assert shown != keys
    again = task.interaction.show(task, posed.visit, posed.protocol, {})
    assert [one.text for one in again.items] == shown


def test_two_items_in_one_place_are_refused_at_the_second() -> None:
    task, posed = bound("ordering"), example_posed()
    one, two, _three = task.interaction.fields(task, posed.visit)
    with pytest.raises(InvalidInput, match="in place 2") as caught:
        task.interaction.read(task, posed.visit, {one: "2", two: "2"})
    assert caught.value.field == two


def waiting() -> tuple[Task, DecisionGrade]:
    task, posed = bound("short_text"), example_posed()
    marks = task.interaction.grade(task, posed, "A rash. May we?", {})
    assert marks.awaits_marking
    (decision,) = marks.decisions
    assert (decision.given, decision.accepted, decision.credit) == ("A rash. May we?", None, 0.0)
    return task, decision


def test_a_text_waits_until_a_person_gave_its_points() -> None:
    task, decision = waiting()
    done = marked(task, decision, {"seen": 1, "asked": 1})
    assert done.credit == pytest.approx(2 / 3)
    assert done.accepted == task.body.model
    assert [(part.name, part.given, part.accepted) for part in done.parts] == [
        ("example__seen", 1, 1),
        ("example__asked", 1, 2),
    ]
    assert marked(task, decision, {"seen": 1, "asked": 2}).credit == 1.0


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ({"seen": 1}, "example__asked"),
        ({"seen": 2, "asked": 0}, "example__seen"),
        ({"seen": 1, "asked": float("nan")}, "example__asked"),
        ({"seen": 1, "asked": 2, "style": 1}, "example__style"),
    ],
)
def test_points_beyond_the_rubric_are_refused(points: dict[str, float], field: str) -> None:
    task, decision = waiting()
    with pytest.raises(InvalidInput) as caught:
        marked(task, decision, points)
    assert caught.value.field == field


def test_nothing_written_waits_for_nobody() -> None:
    task = bound("short_text")
    marks = task.interaction.grade(task, example_posed(), "", {})
    assert not marks.awaits_marking
    assert marks.decisions[0].credit == 0


@given(
    st.dictionaries(st.sampled_from(["much_less", "less", "same", "more"]), st.integers(0, 20), min_size=1)
)
def test_the_credit_of_a_step_is_its_share_of_the_most_votes(votes: dict[str, int]) -> None:
    task, posed = bound("concordance", votes=votes), example_posed()
    earned = {
        step: task.interaction.grade(task, posed, step, {}).decisions[0].credit
        for step in ("much_less", "less", "same", "more", "much_more")
    }
    most = max(votes.values())
    assert earned["much_more"] == 0
    assert max(earned.values()) == (1 if most else 0)
    assert earned == {step: votes.get(step, 0) / most if most else 0 for step in earned}


def a_case(tasks: str, *, contested: bool) -> bytes:
    source = (EXAMPLE_FOLDER / "case.yaml").read_text(encoding="utf-8")
    flag = f"contested: {str(contested).lower()}\n"
    return (
        source.replace("    outcome: She was", f"    tasks:\n{tasks}    outcome: She was") + flag
    ).encode()


CONCORDANCE = """\
      - key: changes
        kind: concordance
        prompt: How does this change your mind?
        row: scope
        about: [EX-RASH]
        why: Reasonable people part here.
        thinking: Going ahead
        learning: She scratches.
        votes: {same: 12}
"""


def test_only_a_contested_case_asks_a_panel() -> None:
    parsed = parse_case(a_case(CONCORDANCE, contested=True), "case.yaml")
    assert [task.key for task in parsed.visits[0].tasks] == ["spot", "decide", "plan", "changes"]
    source = a_case(CONCORDANCE, contested=False)
    with pytest.raises(ContentError) as caught:
        parse_case(source, "case.yaml")
    (problem,) = caught.value.problems
    assert problem.field == "visits[0].tasks[0].kind"
    assert "for contested cases only" in problem.message
    assert source.splitlines()[problem.line - 1] == b"        kind: concordance"
