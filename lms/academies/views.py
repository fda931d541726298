"""Pages of the academies slice: a member's own details."""

from __future__ import annotations

import flask
from werkzeug.wrappers import Response

from lms.academies.access import authorise
from lms.accounts.forms import ProfileForm
from lms.accounts.service import change_profile
from lms.core.errors import InvalidInput
from lms.core.web import render, runtime


def account() -> Response | tuple[str, int]:
    """Show or change name and time zone."""
    member = authorise("accounts.own")
    form = ProfileForm(name=member.name, time_zone=member.time_zone or runtime().settings.time_zone)
    if form.validate_on_submit():
        try:
            with runtime().work() as work:
                change_profile(
                    work,
                    learner_id=member.learner_id,
                    name=form.name.data or "",
                    time_zone=form.time_zone.data or "",
                )
            return flask.redirect(flask.url_for("lms.academies.account", saved="yes"), 303)
        except InvalidInput as error:
            form.form_errors.append(str(error))
    status = 422 if form.is_submitted() else 200
    return render("lms/academies/account.html", form=form, saved="saved" in flask.request.args), status


def blueprint() -> flask.Blueprint:
    """Return the pages of this slice."""
    pages = flask.Blueprint("academies", __name__, template_folder="templates")
    pages.add_url_rule("/account", view_func=account, methods=["GET", "POST"])
    return pages
