"""Pages of clinical review: the courses, what is to be signed of one, signing and taking back."""

from __future__ import annotations

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import Member, authorise
from lms.clinical_review.forms import STATEMENT, SignForm, WithdrawForm
from lms.clinical_review.queries import course_review, course_reviews
from lms.clinical_review.rules import Words
from lms.clinical_review.service import sign as sign_edition
from lms.clinical_review.service import withdraw as withdraw_signature
from lms.clinical_review.showing import forget_states
from lms.core.errors import Conflict, InvalidInput
from lms.core.web import render, runtime

SEE = "clinical_review.see"
SIGN = "clinical_review.sign"
Answer = str | Response | tuple[str, int]


def blueprint() -> flask.Blueprint:
    """Return a new blueprint with the pages."""
    pages = flask.Blueprint("clinical_review", __name__, template_folder="templates")
    pages.add_url_rule("/clinical-review", "courses", show_courses)
    pages.add_url_rule("/clinical-review/<course_key>", "course", show_course)
    pages.add_url_rule("/clinical-review/<course_key>", "sign", sign, methods=["POST"])
    pages.add_url_rule(
        "/clinical-review/<course_key>/signatures/<uuid:signature_uuid>/withdraw",
        "withdraw",
        withdraw,
        methods=["POST"],
    )
    return pages


def show_courses() -> str:
    """List the courses of the academy with who has signed what is published."""
    member = authorise(SEE)
    with runtime().reading() as reading:
        reviews = course_reviews(reading, academy_id=member.academy_id)
    return render("lms/clinical_review/courses.html", reviews=reviews)


def show_course(course_key: str) -> str:
    """Show what is published of a course, every signature, and the form for one's own."""
    return _page(authorise(SEE), course_key, SignForm())


def _page(member: Member, course_key: str, form: SignForm, *, withdrawing: WithdrawForm | None = None) -> str:
    with runtime().reading() as reading:
        review = course_review(reading, academy_id=member.academy_id, course_key=course_key)
    form.edition.data = review.edition
    return render(
        "lms/clinical_review/course.html",
        review=review,
        form=form,
        withdrawing=withdrawing or WithdrawForm(),
        may_sign=member.may(SIGN),
        reader_id=member.learner_id,
    )


def sign(course_key: str) -> Answer:
    """Sign the edition that the page showed, and go back to the page."""
    member, form = authorise(SIGN), SignForm()
    seen = form.edition.data or ""
    if not form.validate_on_submit():
        return _page(member, course_key, form), 422
    try:
        with runtime().work() as work:
            sign_edition(
                work,
                academy_id=member.academy_id,
                course_key=course_key,
                reviewer_id=member.learner_id,
                edition=seen,
                words=Words(
                    form.name.data or "",
                    form.credentials.data or "",
                    str(STATEMENT),
                    form.comment.data or "",
                ),
            )
    except (Conflict, InvalidInput) as refusal:
        form.form_errors.append(str(refusal))
        return _page(member, course_key, form), refusal.status
    forget_states()
    return flask.redirect(flask.url_for("lms.clinical_review.course", course_key=course_key), 303)


def withdraw(course_key: str, signature_uuid: UUID) -> Answer:
    """Take one's own signature back, and go back to the page."""
    member, form = authorise(SIGN), WithdrawForm()
    if not form.validate_on_submit():
        return _page(member, course_key, SignForm(formdata=None), withdrawing=form), 422
    try:
        with runtime().work() as work:
            withdraw_signature(
                work,
                academy_id=member.academy_id,
                reviewer_id=member.learner_id,
                signature_uuid=signature_uuid,
                reason=form.reason.data or "",
            )
    except (Conflict, InvalidInput) as refusal:
        form.form_errors.append(str(refusal))
        return _page(member, course_key, SignForm(formdata=None), withdrawing=form), refusal.status
    forget_states()
    return flask.redirect(flask.url_for("lms.clinical_review.course", course_key=course_key), 303)
