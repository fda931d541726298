"""The review of a decision in an exam: all pass it, it betrays nothing, and it commits what was read."""

from __future__ import annotations

import re

import pytest

from lms.core.runtime import Runtime
from quizzes.models import AttemptCase
from tests.support import attempts
from tests.support.attempts import (
    CAREFUL,
    POSTPONE,
    PRACTICE,
    at_once,
    autosave,
    case,
    commit,
    decide_in_exam,
    rows,
    started,
    treating,
)
from tests.support.clock import FrozenClock
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

leila = attempts.leila
visitor = attempts.visitor
small = attempts.small
exam = attempts.exam


def review(attempt: str, position: int = 1) -> str:
    return f"{case(attempt, position)}/review"


def test_no_exam_decision_is_final_without_its_review(visitor: Visitor, exam: str, runtime: Runtime) -> None:
    for _time in range(2):
        answer = visitor.send(case(exam), {**CAREFUL, "intent": "submit"})
        assert (answer.status_code, answer.location) == (303, review(exam))
    row = rows(runtime, AttemptCase)[0]
    assert (row.answer, row.committed_at, row.grade) == (CAREFUL, None, None)
    committed = visitor.submit(visitor.get(review(exam)), to="/review")
    assert (committed.status_code, committed.location) == (303, case(exam, 1, 2))
    assert rows(runtime, AttemptCase)[0].committed_at is not None


def test_the_review_shows_the_answer_and_the_way_back(visitor: Visitor, exam: str) -> None:
    visitor.send(case(exam), treating(visitor, exam) | {"escalation": "none", "sessions": "5"})
    page = visitor.get(review(exam))
    assert page.status_code == 200
    text = visible_text(page)
    assert "Proceed" in text
    assert "5" in text
    assert f'href="{case(exam)}"' in page.get_data(as_text=True)
    assert 'name="sessions" value="5"' in visitor.get(case(exam)).get_data(as_text=True)


def test_the_review_is_the_same_page_for_a_safe_and_a_dangerous_answer(visitor: Visitor, exam: str) -> None:
    """Position 2 must not be treated at all; to treat it there and to leave it differ in the answer alone."""
    shapes = []
    for fields in ({**CAREFUL, "action": "do_not_treat"}, {**CAREFUL, **treating(visitor, exam, 2)}):
        assert visitor.send(case(exam, 2), fields).location == review(exam, 2)
        html = visitor.get(review(exam, 2)).get_data(as_text=True)
        html = re.sub(r"<dl class=\"facts\">.*?</dl>", "", html, flags=re.DOTALL)
        shapes.append(re.sub(r'nonce="[^"]*"|value="[^"]*"', "", html))
    assert shapes[0] == shapes[1]


def test_an_incomplete_answer_has_no_review(visitor: Visitor, exam: str, runtime: Runtime) -> None:
    page = visitor.send(case(exam), {"action": "postpone"})
    assert page.status_code == 422
    assert visitor.get(review(exam)).location == case(exam)
    assert visitor.send(review(exam), {"revision": "1"}).location == case(exam)
    assert rows(runtime, AttemptCase)[0].committed_at is None


def test_only_the_answer_that_was_read_becomes_the_decision(
    visitor: Visitor, exam: str, runtime: Runtime
) -> None:
    visitor.send(case(exam), CAREFUL)
    read = visitor.get(review(exam))
    autosave(visitor, exam, 1, tab="another", **{**CAREFUL, "action": "do_not_treat"})
    refused = visitor.submit(read, to="/review")
    assert refused.status_code == 409
    assert "has changed since you read it" in visible_text(refused)
    assert "Do not treat" in visible_text(refused)
    assert rows(runtime, AttemptCase)[0].committed_at is None
    assert visitor.submit(refused, to="/review").status_code == 303
    assert rows(runtime, AttemptCase)[0].answer["action"] == "do_not_treat"


@pytest.mark.parametrize("revision", ["", "0", "-1", "x", "99999999999"])
def test_a_review_that_names_no_answer_commits_none(
    visitor: Visitor, exam: str, runtime: Runtime, revision: str
) -> None:
    visitor.send(case(exam), CAREFUL)
    assert visitor.send(review(exam), {"revision": revision}).status_code == 409
    assert rows(runtime, AttemptCase)[0].committed_at is None


def test_a_review_without_token_keeps_the_page(visitor: Visitor, exam: str, runtime: Runtime) -> None:
    visitor.send(case(exam), CAREFUL)
    page = visitor.post(review(exam), data={"revision": "1"})
    assert page.status_code == 422
    assert "This page was open for a long time." in visible_text(page)
    assert rows(runtime, AttemptCase)[0].committed_at is None


def test_a_decision_sent_twice_from_the_review_counts_once(
    visitor: Visitor, exam: str, runtime: Runtime, factories: Factories, leila: Person
) -> None:
    visitor.send(case(exam), CAREFUL)
    browsers = [factories.signed_in(leila) for _ in range(4)]
    pages = [browser.get(review(exam)) for browser in browsers]
    sent = at_once(
        *[
            lambda browser=browser, page=page: browser.submit(page, to="/review").status_code
            for browser, page in zip(browsers, pages, strict=True)
        ]
    )
    assert sent == [303] * 4
    assert rows(runtime, AttemptCase)[0].answer_revision == 1
    assert visitor.get(review(exam)).location == exam


def test_reviewing_after_the_deadline_is_a_conflict(
    visitor: Visitor, exam: str, runtime: Runtime, clock: FrozenClock
) -> None:
    visitor.send(case(exam), CAREFUL)
    page = visitor.get(review(exam))
    clock.advance(minutes=60)
    late = visitor.submit(page, to="/review")
    assert late.status_code == 409
    assert "time for this attempt is over" in visible_text(late)
    row = rows(runtime, AttemptCase)[0]
    assert row.committed_at is None
    assert row.grade["decisions"][1]["given"] == "postpone"


def test_an_exam_never_asks_how_sure_somebody_is(visitor: Visitor, exam: str, runtime: Runtime) -> None:
    assert "How sure are you?" not in visible_text(visitor.get(case(exam)))
    saved = autosave(visitor, exam, 1, **POSTPONE)
    assert saved.status_code == 422
    assert saved.json is not None
    assert "certainty" in saved.json["detail"]
    assert commit(visitor, exam).status_code == 422
    assert "certainty" not in rows(runtime, AttemptCase)[0].answer
    decide_in_exam(visitor, exam)
    assert "certainty" not in rows(runtime, AttemptCase)[0].answer


def test_practice_has_no_review(visitor: Visitor, exam: str) -> None:
    practice = started(visitor, PRACTICE)
    autosave(visitor, practice, 1, **POSTPONE)
    assert visitor.get(review(practice)).location == case(practice)
    assert commit(visitor, practice).location == f"{case(practice)}/result"


def test_a_stranger_reviews_nothing(factories: Factories, visitor: Visitor, exam: str) -> None:
    visitor.send(case(exam), CAREFUL)
    stranger = factories.signed_in()
    assert stranger.get(review(exam)).status_code == 404
    assert stranger.send(review(exam), {"revision": "1"}).status_code == 404
