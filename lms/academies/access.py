"""Who is asking, and may they: the one place where views ask both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import flask
from flask import current_app, g, request
from werkzeug.wrappers import Response

from lms.academies.queries import member_by_subject, member_by_token
from lms.academies.rules import ROLES, Member, is_allowed
from lms.accounts.login import SignInNeeded, current_token, host_sign_in
from lms.accounts.service import join_from_host
from lms.core.errors import NotAllowed
from lms.core.text import _, reader_of, set_reader
from lms.core.web import answer_error, runtime, wants_json

__all__ = ["Member", "Principal", "authorise", "current_member", "require_member"]

IDENTIFY = "lms.identify"
"""Where the extension keeps the host's `identify`, in `app.extensions`."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person as the host app knows them; `subject` is the host's own, unchanging identifier."""

    subject: str
    name: str
    email: str
    roles: frozenset[str] = field(default_factory=frozenset)


def current_member() -> Member | None:
    """Return who is asking, looked up once a request, or None."""
    if "lms_member" not in g:
        identify = cast("Callable[[], Principal | None] | None", current_app.extensions.get(IDENTIFY))
        g.lms_member = _signed_in_member() if identify is None else _host_member(identify())
        if g.lms_member is not None:
            member = cast("Member", g.lms_member)
            settings = runtime().settings
            set_reader(reader_of(member.locale or settings.locale, member.time_zone or settings.time_zone))
    return cast("Member | None", g.lms_member)


def _signed_in_member() -> Member | None:
    token = current_token()
    if token is None:
        return None
    with runtime().glance() as reading:
        return member_by_token(reading.connection, token, now=reading.now)


def _host_member(principal: Principal | None) -> Member | None:
    if principal is None:
        return None
    with runtime().glance() as reading:
        member = member_by_subject(reading.connection, issuer="host", subject=principal.subject)
    if member is not None and principal.roles & ROLES <= member.roles and member.name == principal.name:
        return member
    with runtime().work() as work:
        join_from_host(
            work,
            subject=principal.subject,
            name=principal.name,
            email=principal.email,
            roles=principal.roles & ROLES,
            academy_name=runtime().settings.academy_name,
        )
        return member_by_subject(work.connection, issuer="host", subject=principal.subject)


def require_member() -> Member:
    """Return who is asking; sends a person who is not signed in to the sign-in page and back."""
    member = current_member()
    if member is None:
        raise SignInNeeded
    return member


def install(blueprint: flask.Blueprint) -> None:
    """Let a blueprint send people who are not signed in to where they can."""
    blueprint.register_error_handler(SignInNeeded, _ask_to_sign_in)


def _ask_to_sign_in(_needed: SignInNeeded) -> Response:
    """Lead to the sign-in page and back; a script gets 401; a host's people sign in at the host."""
    if wants_json():
        return answer_error(
            401, _("Not signed in"), _("You are no longer signed in. Sign in again to go on.")
        )
    if IDENTIFY in current_app.extensions:
        answer = host_sign_in()
        return answer or answer_error(401, _("Not signed in"), _("Sign in first, then open this page again."))
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return flask.redirect(flask.url_for("lms.accounts.sign_in", next=back))


def authorise(action: str) -> Member:
    """Return who is asking if they may do the action.

    Raises `NotAllowed` otherwise, and for any action that the table of permissions does not know.
    """
    member = require_member()
    if not is_allowed(member.roles, action):
        raise NotAllowed(_("Your account may not do this. Ask your academy if you think it should."))
    return member
