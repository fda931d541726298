"""Pages for those who mark: the answers that wait for a person, and the page of one of them."""

from __future__ import annotations

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.academies.rules import Member
from lms.core.errors import Conflict, InvalidInput
from lms.core.web import render, runtime
from quizzes.forms_marking import MarkForm
from quizzes.queries.marking import MarkingPage, marking_page, to_mark
from quizzes.queries.marks import MarkPlace
from quizzes.service.marking import NewMark, mark_answer
from quizzes.showing_marking import marking_view

MARK = "quizzes.mark"
Answer = Response | tuple[str, int]


def add_pages(pages: flask.Blueprint) -> None:
    """Add the pages of marking to the blueprint of the slice."""
    pages.add_url_rule("/instructor/marking", "instructor_marking", instructor_marking)
    case_address = "/instructor/attempts/<uuid:attempt_uuid>/cases/<int(max=2147483647):position>"
    first, later = (
        f"{case_address}/mark/<task_key>",
        f"{case_address}/visits/<int(max=2147483647):visit>/mark/<task_key>",
    )
    for endpoint, view, method in (("mark_answer", show_mark, "GET"), ("store_mark", store_mark, "POST")):
        pages.add_url_rule(first, endpoint, view, methods=[method], defaults={"visit": 1})
        pages.add_url_rule(later, endpoint, view, methods=[method])


def instructor_marking() -> str:
    """List the answers that wait for a person, those that wait longest first."""
    member = authorise(MARK)
    with runtime().reading() as reading:
        rows = to_mark(reading, academy_id=member.academy_id)
    return render("lms/quizzes/instructor_marking.html", rows=rows)


def show_mark(attempt_uuid: UUID, position: int, visit: int, task_key: str) -> str:
    """Show one answer with its rubric and, where it was marked before, the mark that stands."""
    member = authorise(MARK)
    found = _found(member, MarkPlace(attempt_uuid, position, visit, task_key))
    form = MarkForm(found.answer.task)
    form.start_from(found.mark)
    return _page(found, form)


def _found(member: Member, place: MarkPlace) -> MarkingPage:
    with runtime().reading() as reading:
        return marking_page(reading, academy_id=member.academy_id, place=place)


def _page(found: MarkingPage, form: MarkForm, *, refusal: str = "") -> str:
    view = marking_view(found, form.typed, form.point_errors)
    return render("lms/quizzes/mark.html", page=view, form=form, refusal=refusal)


def store_mark(attempt_uuid: UUID, position: int, visit: int, task_key: str) -> Answer:
    """Store a mark and go back to what waits; a form with errors comes back as it was typed."""
    member = authorise(MARK)
    place = MarkPlace(attempt_uuid, position, visit, task_key)
    found = _found(member, place)
    form = MarkForm(found.answer.task)
    if not form.is_filled_in():
        return _page(found, form), 422
    mark = NewMark(
        points=form.points,
        comment=form.comment.data or "",
        reason=form.reason.data or "",
        seen=form.seen_at,
        by_learner_id=member.learner_id,
    )
    try:
        with runtime().work() as work:
            mark_answer(work, academy_id=member.academy_id, place=place, mark=mark)
    except InvalidInput as error:
        form.refuse(error)
        return _page(found, form), error.status
    except Conflict as refusal:
        found = _found(member, place)
        form.know(found.mark)
        return _page(found, form, refusal=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.quizzes.instructor_marking"), 303)
