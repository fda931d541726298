"""Saving answers of an attempt: resuming, replays, several tabs, saves that come late or malformed."""

from __future__ import annotations

import pytest

from lms.core.runtime import Runtime
from quizzes.models import AnswerLogEntry, AttemptCase
from tests.support import attempts
from tests.support.attempts import (
    JSON,
    PRACTICE,
    at_once,
    autosave,
    case,
    commit,
    rows,
    rows_of_case,
    started,
)
from tests.support.clock import FrozenClock
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = attempts.small
practice = attempts.practice


# --- by the script ----------------------------------------------------------------------------------


def test_an_answer_is_saved_and_resumed(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    first_line = rows_of_case(runtime)[0]
    answer = autosave(visitor, practice, 1, action="postpone", flag=first_line, interval_weeks="3")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["revision"] == 1
    assert answer.json["saved_at"].endswith("+00:00")
    html = visitor.get(case(practice)).get_data(as_text=True)
    assert f'value="{first_line}" checked' in html
    assert 'value="postpone" checked' in " ".join(html.split())
    assert 'name="interval_weeks" value="3"' in html


def test_a_replayed_save_gets_the_same_acknowledgement(
    visitor: Visitor, practice: str, runtime: Runtime, clock: FrozenClock
) -> None:
    first = autosave(visitor, practice, 1, action="postpone")
    clock.advance(seconds=5)
    second = autosave(visitor, practice, 1, action="postpone")
    assert first.json == second.json
    assert len(rows(runtime, AnswerLogEntry)) == 1


def test_an_older_save_never_overwrites_a_newer_one(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    autosave(visitor, practice, 5, action="postpone")
    late = autosave(visitor, practice, 4, action="proceed")
    assert late.json is not None
    assert late.json["revision"] == 1
    assert rows(runtime, AttemptCase)[0].answer == {"action": "postpone"}


def test_between_tabs_the_later_save_wins_and_both_stay_in_the_log(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    autosave(visitor, practice, 9, action="postpone")
    autosave(visitor, practice, 1, tab="tab-2", action="do_not_treat")
    assert rows(runtime, AttemptCase)[0].answer == {"action": "do_not_treat"}
    assert [entry.answer["action"] for entry in rows(runtime, AnswerLogEntry)] == ["postpone", "do_not_treat"]
    assert [entry.sequence for entry in rows(runtime, AnswerLogEntry)] == [1, 2]


@pytest.mark.usefixtures("any_database", "small")
def test_saves_at_once_are_all_logged_in_sequence(
    runtime: Runtime, leila: Person, factories: Factories
) -> None:
    attempt = started(factories.signed_in(leila), PRACTICE)
    browsers = [factories.signed_in(leila) for _ in range(5)]
    answers = at_once(
        *[
            lambda browser=browser, tab=f"tab-{number}": (
                autosave(browser, attempt, 1, tab=tab, action="postpone").status_code
            )
            for number, browser in enumerate(browsers)
        ]
    )
    assert answers == [200] * 5
    assert [entry.sequence for entry in rows(runtime, AnswerLogEntry)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"sessions": "many"}, "sessions"),
        ({"action": "maybe"}, "action"),
        ({"action": ["postpone", "proceed"]}, "action"),
        ({"flag": "no-such-line"}, "flag"),
        ({"flag": ["i01", "i01' OR 1=1"]}, "flag"),
        ({"depth_from_mm__no_such_zone": "1"}, "depth_from_mm__no_such_zone"),
        ({"depth_to_mm__crown": "1001"}, "depth_to_mm__crown"),
        ({"depth_to_mm__crown": "-0.5"}, "depth_to_mm__crown"),
        ({"interval_weeks": "1e3"}, "interval_weeks"),
        ({"certainty": "4"}, "certainty"),
        ({"x" * 500: "1"}, "x" * 40),
        ({"grade": "100"}, "grade"),
        ({"tab": ""}, None),
        ({"revision": "x"}, None),
    ],
)
def test_a_malformed_save_is_a_problem_document(
    visitor: Visitor, practice: str, runtime: Runtime, fields: dict[str, str | list[str]], named: str | None
) -> None:
    data = {"tab": "tab-1", "revision": "1", **fields}
    answer = visitor.send(f"{case(practice)}/answer", data, headers=JSON)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 422
    assert named is None or named in answer.json["detail"]
    assert rows(runtime, AnswerLogEntry) == []
    assert autosave(visitor, practice, 1, action="postpone").status_code == 200


def test_a_save_without_token_is_refused_as_a_lapsed_sign_in(visitor: Visitor, practice: str) -> None:
    answer = visitor.post(f"{case(practice)}/answer", data={"tab": "a", "revision": "1"}, headers=JSON)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "fields",
    [
        {"flag": "no-such-line"},
        {"depth_from_mm__no_such_zone": "1"},
        {"grade": "100"},
        {"certainty": "certain"},
    ],
)
def test_a_decision_with_a_malformed_field_stands_nowhere(
    visitor: Visitor, practice: str, runtime: Runtime, fields: dict[str, str]
) -> None:
    page = commit(visitor, practice, **fields)
    assert page.status_code == 422
    row = rows(runtime, AttemptCase)[0]
    assert row.committed_at is None
    assert row.answer["action"] == "postpone"
    assert not fields.keys() & row.answer.keys() - {"certainty"}
    assert commit(visitor, practice).location == f"{case(practice)}/result"


# --- without script ---------------------------------------------------------------------------------


def test_save_and_exit_works_without_script(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    page = visitor.get(case(practice))
    answer = visitor.submit(page, action="postpone", intent="exit")
    assert answer.status_code == 303
    assert answer.location == practice
    assert rows(runtime, AttemptCase)[0].answer == {"action": "postpone"}
    assert "Begun, saved" in visible_text(visitor.get(practice))


def test_a_plain_form_to_the_save_address_goes_to_the_overview(visitor: Visitor, practice: str) -> None:
    answer = visitor.send(f"{case(practice)}/answer", {"action": "postpone"}, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, practice)


def test_going_back_and_sending_the_form_again_counts(
    visitor: Visitor, practice: str, runtime: Runtime
) -> None:
    page = visitor.get(case(practice))
    visitor.submit(page, action="postpone", intent="exit")
    visitor.submit(page, action="do_not_treat", intent="exit")
    assert rows(runtime, AttemptCase)[0].answer == {"action": "do_not_treat"}


# --- after the decision -----------------------------------------------------------------------------


def test_a_second_decision_changes_nothing(visitor: Visitor, practice: str, runtime: Runtime) -> None:
    commit(visitor, practice)
    before = rows(runtime, AttemptCase)[0]
    again = commit(visitor, practice, action="proceed", certainty="1")
    after = rows(runtime, AttemptCase)[0]
    assert again.location == f"{case(practice)}/result"
    assert (after.answer, after.grade, after.committed_at) == (
        before.answer,
        before.grade,
        before.committed_at,
    )


def test_saving_after_the_decision_is_a_conflict_but_a_replay_is_acknowledged(
    visitor: Visitor, practice: str
) -> None:
    first = autosave(visitor, practice, 1, action="postpone")
    commit(visitor, practice)
    late = autosave(visitor, practice, 2, action="proceed")
    assert late.status_code == 409
    assert late.json is not None
    assert "already submitted your decision" in late.json["detail"]
    assert autosave(visitor, practice, 1, action="postpone").json == first.json
