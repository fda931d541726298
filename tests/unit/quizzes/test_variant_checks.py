"""What is refused in a case that leaves something to a drawing, each with the field and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizzes.protocols.model import Protocol
from quizzes.selftest import self_test
from tests.unit.quizzes.drawn_case import FILE, TEXT, drawn_case, line_of, problems_of


def test_the_documented_example_is_a_case_without_contradictions(protocol: Protocol) -> None:
    document = Path(__file__).parents[3] / "docs" / "content-format" / "case.md"
    example = document.read_text(encoding="utf-8").split("```yaml\n")[2].split("```")[0]
    assert [str(problem) for problem in problems_of(protocol, example)] == []
    report = self_test(protocol, drawn_case(example), file=FILE, count=40)
    assert [str(one) for one in report.contradictions] == []
    assert report.keys == 2


def test_the_whole_case_is_without_problems(protocol: Protocol) -> None:
    assert [str(problem) for problem in problems_of(protocol, TEXT)] == []


def between(start: str, end: str) -> str:
    """Return the part of the document from one text up to another."""
    return TEXT[TEXT.index(start) : TEXT.index(end)]


DROPS = "        drop_findings: [thinner]\n"

BROKEN = {
    "undefined word": (
        "Two old bruises",
        "Two {old} bruises",
        "visits[0].statements[1].text",
        "There is no word “old”. Add it to variants.words, or write {{ for a brace.",
    ),
    "undefined word with a capital": (
        'outcome: "{He} was sent',
        'outcome: "{Hee} was sent',
        "visits[0].outcome",
        "There is no word “Hee”.",
    ),
    "undefined word in a contrast": (
        "text: No bruises",
        'text: "No {bruise}"',
        "contrasts[0].visits[0].statements[1].text",
        "There is no word “bruise”.",
    ),
    "lone brace": (
        "Two old bruises",
        "Two { old bruises",
        "visits[0].statements[1].text",
        "This brace opens no word. Write {{ for a brace.",
    ),
    "unused word": (
        "    him: [him]",
        "    him: [him]\n    brand: [one, two]",
        "variants.words.brand",
        "No text uses {brand}.",
    ),
    "empty list": (
        "    delay: [two weeks, three weeks]",
        "    delay: []",
        "variants.words.delay",
        "list is empty",
    ),
    "word in a word": (
        "[two weeks, three weeks]",
        '["{he} waits", three weeks]',
        "variants.words.delay[0]",
        "cannot hold a brace",
    ),
    "word twice": ("[two weeks, three weeks]", "[one, one]", "variants.words.delay[1]", "listed already"),
    "bad name of a word": (
        "    him: [him]",
        "    him: [him]\n    2nd: [two]",
        "variants.words.2nd",
        "cannot name a word",
    ),
    "no default": (
        "words: {he: she, his",
        "words: {hers: hers, he: she, his",
        "variants.patients[1].words.hers",
        "There is no default for “hers”.",
    ),
    "same patient": (
        "{name: Dai M., age: 58}",
        "{age: 63}",
        "variants.patients[0]",
        "differs in nothing from the one written",
    ),
    "age": ("age: 58", "age: 580", "variants.patients[0].age", "between 1 and 120"),
    "blank name": ("name: Dai M.", "name: ' '", "variants.patients[0].name", "This is empty."),
    "too many drawn": ("draw: 2", "draw: 4", "variants.extras.draw", "There are 3 further statements, and 4"),
    "none drawn": ("draw: 2", "draw: 0", "variants.extras.draw", "is ever drawn"),
    "extra supports": (
        "text: A normal test, role: distractor,",
        "text: A normal test, role: distractor, supports: [thinner],",
        "variants.extras.statements[0].supports",
        "supports no finding",
    ),
    "extra decides": (
        "text: A normal test, role: distractor,",
        "text: A normal test, role: modifier,",
        "variants.extras.statements[0].role",
        "never modifier",
    ),
    "fact of an extra": (
        "text: A normal test, role: distractor,",
        "text: A normal test, role: distractor, about: [CI-BLED],",
        "variants.extras.statements[0].about[0]",
        "Did you mean “CI-BLEED”?",
    ),
    "id of an extra": (
        "- {id: x02",
        "- {id: v2-01",
        "variants.extras.statements[1].id",
        "another statement already",
    ),
    "id of another visit": (
        "- {id: i02, section: history, text: No",
        "- {id: v2-02, section: history, text: No",
        "contrasts[0].visits[0].statements[1].id",
        "The id “v2-02” belongs to another statement already.",
    ),
    "key of a contrast": ("- key: without-a", "- key: Without a", "contrasts[0].key", "is not a key"),
    "visit of a contrast": (
        "      - number: 2\n        drop",
        "      - number: 3\n        drop",
        "contrasts[0].visits[1].number",
        "The case has no visit 3; it has 2.",
    ),
    "visit twice": (
        "      - number: 2\n        drop",
        "      - number: 1\n        drop",
        "contrasts[0].visits[0].number",
        "Visit 1 is changed 2 times.",
    ),
    "finding of a contrast": (
        "drop_findings: [thinner]",
        "drop_findings: [thiner]",
        "contrasts[0].visits[0].drop_findings[0]",
        "Visit 1 has no finding “thiner”. Did you mean “thinner”?",
    ),
    "no visit": (
        TEXT[TEXT.index("    visits:\n      - number: 1\n        drop") : TEXT.rindex("    rationale:")],
        "    visits: []\n",
        "contrasts[0].visits",
        "A contrast changes one visit at least.",
    ),
    "no reason": (
        "    rationale: Nothing stands against treatment.\n",
        "",
        "contrasts[0].rationale",
        "The key of visit 1 changes, and its rationale does not.",
    ),
    "no reason later": (
        "        rationale: Still nothing stands against treatment.\n",
        "",
        "contrasts[0].visits[1].rationale",
        "The key of visit 2 changes, and its rationale does not.",
    ),
    "old outcome": (
        TEXT[
            TEXT.index('        outcome: "{He} was treated') : TEXT.index("      - number: 2\n        drop")
        ],
        "",
        "contrasts[0].visits[0].outcome",
        "its outcome still tells of the written one",
    ),
    "role left behind": (
        between("          - {id: i01, section: medicines", "          - {id: i02"),
        "",
        "contrasts[0].visits[0]",
        "With this change “i01” of the case no longer fits (supports[0]): This visit has no finding",
    ),
    "role against the key": (
        "{id: i02, section: history, text: No bruises, role: distractor,",
        "{id: i02, section: history, text: No bruises, role: decisive,",
        "contrasts[0].visits[0].statements[1]",
        "Name it in “supports”.",
    ),
    "fact of a contrast": (
        "text: No bruises, role",
        "text: No bruises, about: [CI-X9], role",
        "contrasts[0].visits[0].statements[1].about[0]",
        "The protocol has no fact “CI-X9”.",
    ),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_case_names_the_field_and_its_line(protocol: Protocol, name: str) -> None:
    old, new, field, message = BROKEN[name]
    assert TEXT.count(old) >= 1, old
    broken = TEXT.replace(old, new, 1)
    found = problems_of(protocol, broken)
    named = [problem for problem in found if problem.field == field and message in problem.message]
    assert named, [str(problem) for problem in found]
    assert {problem.file for problem in found} == {FILE}
    assert named[0].line == drawn_line(broken, field), str(named[0])


def drawn_line(text: str, field: str) -> int:
    """Return the line of a field as the parser marked it, or of the nearest one around it."""
    lines = drawn_case(text).lines
    while field not in lines:
        field = field[: max(field.rfind("."), field.rfind("["))]
    return lines[field]


def test_a_contrast_without_a_difference_is_named(protocol: Protocol) -> None:
    same = TEXT[: TEXT.index("contrasts:")] + (
        "contrasts:\n  - key: another-tablet\n    title: Another tablet\n    decisive: The tablet is new.\n"
        "    visits:\n      - number: 1\n        statements:\n"
        "          - {id: i02, section: history, text: No bruises, role: distractor, why: Nothing.}\n"
    )
    (problem,) = problems_of(protocol, same)
    assert problem.field == "contrasts[0]"
    assert problem.line == line_of(same, "- key: another-tablet")
    assert "“another-tablet” differs in nothing that decides" in problem.message
    assert "“medical_clearance” and “none” at visit 1" in problem.message


def test_contrasts_of_one_key_are_told_apart(protocol: Protocol) -> None:
    start = TEXT.index("  - key: without-anticoagulant")
    found = problems_of(protocol, TEXT + TEXT[start:])
    assert [problem.field for problem in found] == ["contrasts[0].key", "contrasts[1].key"]
    assert "names more than one contrast" in found[0].message


def test_a_contrast_without_a_key_of_its_own_is_refused(protocol: Protocol) -> None:
    added = "        findings: [{key: new, finding: CI-NEW, status: present}]\n"
    broken = TEXT.replace(DROPS, DROPS + added, 1)
    (problem,) = problems_of(protocol, broken)
    assert problem.field == "contrasts[0].visits[0].findings[0].finding"
    assert problem.line == line_of(broken, "findings: [{key: new")
    assert "The protocol has no finding “CI-NEW”." in problem.message


def test_a_finding_of_a_contrast_needs_a_line_that_reveals_it(protocol: Protocol) -> None:
    added = "        findings: [{key: sunburn, finding: CI-SUN, status: present}]\n"
    broken = TEXT.replace(DROPS, DROPS + added, 1)
    (problem,) = problems_of(protocol, broken)
    assert problem.field == "contrasts[0].visits[0].findings[0].key"
    assert "“sunburn” decides this visit by rule CI-SUN, and no counted statement" in problem.message


def test_what_is_wrong_in_the_visit_itself_is_said_once(protocol: Protocol) -> None:
    broken = TEXT.replace("plan: {needle_metal: required}", "plan: {needle_mettle: required}", 1)
    (problem,) = problems_of(protocol, broken)
    assert problem.field == "visits[0].plan.needle_mettle"
