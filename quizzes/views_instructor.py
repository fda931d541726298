"""Pages for instructors: cases with their derived keys, learners, and attempts in full."""

from __future__ import annotations

from uuid import UUID

import flask

from lms.academies.access import authorise
from lms.core.web import render, runtime
from quizzes.queries.instructor import answer_detail, attempt_detail, case_detail, case_list, learner_detail
from quizzes.queries.instructor import learner_list as list_learners
from quizzes.queries.marking import count_to_mark
from quizzes.queries.marks import marks_at
from quizzes.queries.regrade_notes import regrade_notes
from quizzes.showing import patient_view
from quizzes.showing_instructor import case_rows, case_visits, logged_answers
from quizzes.showing_regrading import note_views
from quizzes.showing_results import result_of_case

SEE_CASES = "quizzes.see_cases"
SEE_ATTEMPTS = "quizzes.see_attempts"


def add_pages(pages: flask.Blueprint) -> None:
    """Add the instructor's pages to the blueprint of the slice."""
    attempt_address = "/instructor/attempts/<uuid:attempt_uuid>"
    pages.add_url_rule("/instructor/cases", "instructor_cases", instructor_cases)
    pages.add_url_rule("/instructor/cases/<case_key>", "instructor_case", instructor_case)
    pages.add_url_rule("/instructor/learners", "instructor_learners", instructor_learners)
    pages.add_url_rule("/instructor/learners/<uuid:learner_uuid>", "instructor_learner", instructor_learner)
    pages.add_url_rule(attempt_address, "instructor_attempt", instructor_attempt)
    answer_address = f"{attempt_address}/cases/<int(max=2147483647):position>"
    pages.add_url_rule(answer_address, "instructor_answer", instructor_answer, defaults={"visit": 1})
    pages.add_url_rule(
        f"{answer_address}/visits/<int(max=2147483647):visit>", "instructor_answer", instructor_answer
    )


def instructor_cases() -> str:
    """List the cases with the key that the protocol derives for each."""
    member = authorise(SEE_CASES)
    with runtime().reading() as reading:
        rows = case_list(reading, academy_id=member.academy_id)
    return render("lms/quizzes/instructor_cases.html", rows=case_rows(rows))


def instructor_case(case_key: str) -> str:
    """Show one case: its record with roles and reasons, and the trace of its derived key."""
    member = authorise(SEE_CASES)
    with runtime().reading() as reading:
        detail = case_detail(reading, academy_id=member.academy_id, case_key=case_key)
    return render(
        "lms/quizzes/instructor_case.html",
        page=detail,
        patient=patient_view(detail.case),
        visits=case_visits(detail),
    )


def instructor_learners() -> str:
    """List the people of the academy with the figures of their attempts."""
    member = authorise(SEE_ATTEMPTS)
    with runtime().reading() as reading:
        rows = list_learners(reading, academy_id=member.academy_id)
        waiting = count_to_mark(reading, academy_id=member.academy_id)
    return render("lms/quizzes/instructor_learners.html", rows=rows, waiting=waiting)


def instructor_learner(learner_uuid: UUID) -> str:
    """Show one learner with all attempts."""
    member = authorise(SEE_ATTEMPTS)
    with runtime().reading() as reading:
        page = learner_detail(reading, academy_id=member.academy_id, learner_uuid=learner_uuid)
    return render("lms/quizzes/instructor_learner.html", page=page)


def instructor_attempt(attempt_uuid: UUID) -> str:
    """Show one attempt with its cases and grades."""
    member = authorise(SEE_ATTEMPTS)
    with runtime().reading() as reading:
        page = attempt_detail(reading, academy_id=member.academy_id, attempt_uuid=attempt_uuid)
        notes = regrade_notes(
            reading, academy_id=member.academy_id, attempt_uuid=attempt_uuid, names_people=True
        )
    return render("lms/quizzes/instructor_attempt.html", page=page, regrades=note_views(notes))


def instructor_answer(attempt_uuid: UUID, position: int, visit: int) -> str:
    """Show one visit of an attempt: the answer given, its grade, and the log of saved answers."""
    member = authorise(SEE_ATTEMPTS)
    with runtime().reading() as reading:
        detail = answer_detail(
            reading,
            academy_id=member.academy_id,
            attempt_uuid=attempt_uuid,
            position=position,
            visit=visit,
        )
        marks = marks_at(
            reading,
            academy_id=member.academy_id,
            attempt_uuid=attempt_uuid,
            position=position,
            visit=visit,
        )
    grade = detail.page.grade
    return render(
        "lms/quizzes/instructor_answer.html",
        detail=detail,
        result=None if grade is None else result_of_case(detail.page, grade, marks),
        log=logged_answers(detail),
    )
