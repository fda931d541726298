"""Pages of regrading: markers of a case, the dry run, and what was carried out."""

from __future__ import annotations

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from lms.academies.access import Member, authorise
from lms.core.errors import Conflict, InvalidInput
from lms.core.forms import EmptyForm
from lms.core.web import render, runtime
from quizzes.forms_regrading import MarkerForm, RegradeForm
from quizzes.queries.regrading import RegradePage, names_of, quiz_titles, regrade_done, regrade_page
from quizzes.regrading import Basis, Found
from quizzes.service.dry_runs import dry_run
from quizzes.service.markers import set_marker, withdraw_marker
from quizzes.service.regrading import Order, StaleDryRun, apply_regrade
from quizzes.showing_regrading import (
    basis_label,
    dry_run_view,
    marker_rows,
    names_losing_pass,
    standing_view,
    target_choices,
    target_value,
)

REGRADE = "quizzes.regrade"
Answer = str | tuple[str, int] | Response


def add_pages(pages: flask.Blueprint) -> None:
    """Add the pages of regrading to the blueprint of the slice."""
    address = "/instructor/cases/<case_key>/regrade"
    marker_address, run_address = f"{address}/markers", f"{address}/<any(graded, newest):basis>"
    withdrawal = f"{marker_address}/<int(max=2147483647):marker_id>/withdraw"
    pages.add_url_rule(address, "regrade", show_case)
    pages.add_url_rule(marker_address, "set_marker", mark, methods=["POST"])
    pages.add_url_rule(withdrawal, "withdraw_marker", withdraw, methods=["POST"])
    pages.add_url_rule(run_address, "regrade_dry_run", show_dry_run)
    pages.add_url_rule(run_address, "apply_regrade", apply_dry_run, methods=["POST"])
    pages.add_url_rule("/instructor/regrades/<uuid:regrade_uuid>", "regrade_done", show_done)


def show_case(case_key: str) -> str:
    """Show the revisions, markers and earlier regradings of a case, and the ways to regrade it."""
    member = authorise(REGRADE)
    page = _page(member, case_key)
    return _case_page(page, _marker_form(page))


def _page(member: Member, case_key: str) -> RegradePage:
    with runtime().reading() as reading:
        return regrade_page(reading, academy_id=member.academy_id, case_key=case_key)


def _marker_form(page: RegradePage) -> MarkerForm:
    return MarkerForm(frozenset(target_value(one) for one in page.targets))


def _case_page(page: RegradePage, form: MarkerForm, *, refusal: str = "") -> str:
    return render(
        "lms/quizzes/regrade.html",
        page=page,
        form=form,
        button=EmptyForm(),
        markers=marker_rows(page),
        groups=target_choices(page.targets),
        basis_label=basis_label,
        refusal=refusal,
    )


def mark(case_key: str) -> Answer:
    """Set a marker; a form with errors comes back as it was typed."""
    member = authorise(REGRADE)
    page = _page(member, case_key)
    form = _marker_form(page)
    if not form.validate_on_submit():
        return _case_page(page, form), 422
    try:
        with runtime().work() as work:
            set_marker(
                work,
                academy_id=member.academy_id,
                learner_id=member.learner_id,
                case_key=case_key,
                place=form.place,
                effect=form.chosen_effect,
                reason=str(form.reason.data),
            )
    except Conflict as refusal:
        return _case_page(page, form, refusal=str(refusal)), refusal.status
    return flask.redirect(flask.url_for("lms.quizzes.regrade", case_key=case_key), 303)


def withdraw(case_key: str, marker_id: int) -> Answer:
    """Withdraw a marker."""
    member = authorise(REGRADE)
    form = EmptyForm()
    if not form.validate_on_submit():
        page = _page(member, case_key)
        return _case_page(page, _marker_form(page), refusal=form.problems[0][1]), 422
    with runtime().work() as work:
        withdraw_marker(work, academy_id=member.academy_id, case_key=case_key, marker_id=marker_id)
    return flask.redirect(flask.url_for("lms.quizzes.regrade", case_key=case_key), 303)


def show_dry_run(case_key: str, basis: str) -> str:
    """Show what regrading would change; nothing is stored."""
    member = authorise(REGRADE)
    form = RegradeForm(formdata=None)
    return _dry_run_page(member, case_key, Basis(basis), form)


def _dry_run_page(
    member: Member, case_key: str, basis: Basis, form: RegradeForm, *, refusal: str = ""
) -> str:
    with runtime().reading() as reading:
        page = regrade_page(reading, academy_id=member.academy_id, case_key=case_key)
        found = dry_run(reading, academy_id=member.academy_id, case_key=case_key, basis=basis)
        names = names_of(reading, member.academy_id)
        titles = quiz_titles(reading, member.academy_id)
    return _rendered(page, found, form, dry_run_view(found, names, titles), refusal)


def _rendered(page: RegradePage, found: Found, form: RegradeForm, run: object, refusal: str) -> str:
    form.prepare(found.digest)
    return render(
        "lms/quizzes/regrade_dry_run.html",
        page=page,
        run=run,
        form=form,
        basis_text=basis_label(found.basis.value),
        refusal=refusal,
    )


def apply_dry_run(case_key: str, basis: str) -> Answer:
    """Carry out what the dry run showed; if it would come to something else by now, show that instead."""
    member = authorise(REGRADE)
    form, chosen_basis = RegradeForm(), Basis(basis)
    if not form.is_decided():
        return _dry_run_page(member, case_key, chosen_basis, form), 422
    order = Order(
        uuid=form.order_uuid,
        digest=form.digest.data or "",
        choice=form.chosen,
        reason=str(form.reason.data),
        by_learner_id=member.learner_id,
    )
    try:
        with runtime().work() as work:
            apply_regrade(
                work, academy_id=member.academy_id, case_key=case_key, basis=chosen_basis, order=order
            )
    except (StaleDryRun, InvalidInput) as refused:
        form.forget_choice()
        page = _dry_run_page(member, case_key, chosen_basis, form, refusal=str(refused))
        return page, refused.status
    return flask.redirect(flask.url_for("lms.quizzes.regrade_done", regrade_uuid=order.uuid), 303)


def show_done(regrade_uuid: UUID) -> str:
    """Show a regrading that was carried out, and whose certificate may have to be looked at."""
    member = authorise(REGRADE)
    with runtime().reading() as reading:
        done = regrade_done(reading, academy_id=member.academy_id, regrade_uuid=regrade_uuid)
    return render(
        "lms/quizzes/regrade_done.html",
        done=done,
        basis_text=basis_label(done.regrade.summary["basis"]),
        losing_pass=names_losing_pass(done),
        standing=standing_view,
    )
