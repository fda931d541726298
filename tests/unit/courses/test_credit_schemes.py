from __future__ import annotations

import pytest

from courses.content.course import parse_course
from courses.content.credit import Counted, CreditScheme, CreditUnit
from lms.core.errors import ContentError
from tests.support.people import COURSE_FOLDER
from tests.unit.courses.documents import COURSE

SCHEME = """\
credit_schemes:
  - key: own
    name: Own record
    body: none
    unit: hours
    minutes_per_unit: 60
    step: 0.25
    counts: [lessons, cases]
"""


def schemes_of(text: str) -> tuple[CreditScheme, ...]:
    return parse_course(f"{COURSE}{text}".encode(), "course.yaml").credit_schemes


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        schemes_of(text)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


def test_a_course_needs_no_scheme() -> None:
    assert schemes_of("") == ()


def test_a_scheme_is_read_with_what_it_leaves_unsaid() -> None:
    (scheme,) = schemes_of(SCHEME)
    assert (scheme.unit, scheme.step, scheme.counts) == (
        CreditUnit.HOURS,
        0.25,
        (Counted.LESSONS, Counted.CASES),
    )
    assert (scheme.most, scheme.least_minutes, scheme.note) == ("planned", 0, "")
    assert not scheme.is_approved
    assert schemes_of(SCHEME.replace("body: none", "body: The Example Board"))[0].is_approved


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("step: 0.25", "step: 0", "step: Give a number above 0 and up to 1000, not 0."),
        ("step: 0.25", "step: 2000", "step: Give a number above 0 and up to 1000, not 2000."),
        ("minutes_per_unit: 60", "minutes_per_unit: 0", "minutes_per_unit: Give a number above 0, not 0."),
        ("body: none", 'body: " "', "body: Write something here: it is shown to people. Write “none” when"),
        ("unit: hours", "unit: weeks", "unit: Expected one of hours, points"),
        ("[lessons, cases]", "[]", "counts: Say what counts: lessons, cases, assessment."),
        ("[lessons, cases]", "[cases, cases]", "counts[1]: “cases” is listed more than once. Keep one."),
        ("[lessons, cases]", "[cases]", "most: “planned” is the time of the lessons, which this scheme"),
        (
            "step: 0.25",
            "step: 0.25\n    most: 0",
            "most: Give a number of minutes above 0, or “planned”; not 0.",
        ),
        ("step: 0.25", "step: 0.25\n    most: all", "most: Expected one of planned"),
        (
            "step: 0.25",
            "step: 0.25\n    most: 30\n    least_minutes: 45",
            "most: Credit begins at 45 minutes",
        ),
        ("step: 0.25", "step: 0.25\n    least_minutes: -1", "least_minutes: Give 0 or more, not -1."),
        ("key: own", "key: Own record", "key: “Own record” is not a key."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(old: str, new: str, problem: str) -> None:
    found = problems_of(SCHEME.replace(old, new))
    assert any(one.startswith(f"credit_schemes[0].{problem}") for one in found), found


def test_a_key_stands_once() -> None:
    twice = SCHEME + SCHEME.partition("\n")[2]
    assert problems_of(twice) == ["credit_schemes[1].key: “own” is listed more than once. Keep one."]


def test_the_shipped_course_claims_no_approval() -> None:
    (scheme,) = parse_course((COURSE_FOLDER / "course.yaml").read_bytes(), "course.yaml").credit_schemes
    assert scheme.name == "Own record of learning time"
    assert not scheme.is_approved
