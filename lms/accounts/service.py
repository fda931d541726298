"""Writes of the accounts slice."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import available_timezones

import sqlalchemy as sa

from lms.accounts.events import LearnerJoined
from lms.accounts.models import Learner, PasswordReset, SignIn, SignInFailure
from lms.accounts.queries import LOCAL
from lms.accounts.rules import (
    RESETS_IN_AN_HOUR,
    address_digest,
    email_key,
    require_email,
    require_name,
    token_digest,
)
from lms.core.errors import Conflict, InvalidInput, NotFound
from lms.core.identifiers import new_uuid
from lms.core.mail import MAIL, mail_payload
from lms.core.text import _
from lms.core.work import Work

TOKEN_BYTES = 32


def create_account(
    work: Work,
    *,
    email: str,
    name: str,
    password_hash: str,
    academy_name: str,
    time_zone: str = "",
    roles: frozenset[str] = frozenset(),
) -> int:
    """Create a local account and return its learner id; raises `Conflict` if the address has one."""
    address = require_email(email)
    if _by_email(work, address) is not None:
        raise Conflict(_("There is an account with this address. Sign in, or ask for a new password."))
    learner = Learner(
        issuer=LOCAL,
        subject=str(new_uuid()),
        email=address,
        email_key=email_key(address),
        name=require_name(name),
        password_hash=password_hash,
        time_zone=time_zone if time_zone in available_timezones() else "",
        locale="",
        created_at=work.now,
    )
    work.session.add(learner)
    work.session.flush()
    work.publish(LearnerJoined(learner_id=learner.id, academy_name=academy_name, roles=roles))
    return learner.id


def join_from_host(
    work: Work, *, subject: str, name: str, email: str, roles: frozenset[str], academy_name: str
) -> int:
    """Record a person of the host app, or what changed about them, and return the learner id."""
    learner = work.session.scalar(
        sa.select(Learner).where(Learner.issuer == "host", Learner.subject == subject)
    )
    if learner is None:
        learner = Learner(
            issuer="host", subject=subject, email="", email_key=None, name="", locale="", created_at=work.now
        )
        learner.time_zone = ""
        work.session.add(learner)
    learner.name = require_name(name)
    learner.email = email.strip()
    work.session.flush()
    work.publish(LearnerJoined(learner_id=learner.id, academy_name=academy_name, roles=roles))
    return learner.id


def open_sign_in(work: Work, *, learner_id: int, days: int) -> str:
    """Open a sign-in and return its token, which is stored nowhere else than in the browser."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    work.session.add(
        SignIn(
            token_digest=token_digest(token),
            learner_id=learner_id,
            created_at=work.now,
            expires_at=work.now + timedelta(days=days),
        )
    )
    return token


def end_sign_in(work: Work, *, token: str) -> None:
    """End a sign-in; an unknown or ended one is left as it is."""
    work.session.execute(
        sa.update(SignIn)
        .where(SignIn.token_digest == token_digest(token), SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def record_failure(work: Work, *, email: str, keep_for: timedelta) -> None:
    """Count a wrong password for an address, and forget those that no longer count."""
    work.session.add(SignInFailure(address_digest=address_digest(email), failed_at=work.now))
    work.session.execute(sa.delete(SignInFailure).where(SignInFailure.failed_at < work.now - keep_for))


def request_reset(work: Work, *, email: str, minutes: int, link_for: Callable[[str], str]) -> None:
    """Send a password link to an address that has an account; do nothing, silently, for any other.

    At most three links an hour go to one person: nobody's mailbox is to be flooded from here.
    """
    learner = _by_email(work, email)
    if learner is None:
        return
    recent = work.session.scalar(
        sa.select(sa.func.count(PasswordReset.id)).where(
            PasswordReset.learner_id == learner.id, PasswordReset.created_at > work.now - timedelta(hours=1)
        )
    )
    if (recent or 0) >= RESETS_IN_AN_HOUR:
        return
    token = secrets.token_urlsafe(TOKEN_BYTES)
    work.session.add(
        PasswordReset(
            token_digest=token_digest(token),
            learner_id=learner.id,
            created_at=work.now,
            expires_at=work.now + timedelta(minutes=minutes),
        )
    )
    work.enqueue(
        MAIL,
        mail_payload(
            to=learner.email,
            template="lms/accounts/mail/reset.txt",
            context={"name": learner.name, "link": link_for(token), "minutes": minutes},
            locale=learner.locale,
            time_zone=learner.time_zone,
        ),
    )


def reset_password(work: Work, *, token: str, password_hash: str) -> None:
    """Set the new password and end every sign-in of the person; raises `NotFound` for a used or old link."""
    reset = work.session.scalar(
        sa.select(PasswordReset)
        .where(PasswordReset.token_digest == token_digest(token), PasswordReset.used_at.is_(None))
        .with_for_update()
    )
    if reset is None or reset.expires_at <= work.now:
        raise NotFound(_("This link was used or is too old. Ask for a new one."))
    work.session.execute(
        sa.update(PasswordReset)
        .where(PasswordReset.learner_id == reset.learner_id, PasswordReset.used_at.is_(None))
        .values(used_at=work.now)
    )
    work.session.execute(
        sa.update(Learner).where(Learner.id == reset.learner_id).values(password_hash=password_hash)
    )
    work.session.execute(
        sa.update(SignIn)
        .where(SignIn.learner_id == reset.learner_id, SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def change_profile(work: Work, *, learner_id: int, name: str, time_zone: str) -> None:
    """Change name and time zone; certificates that were issued keep the name they were issued to."""
    if time_zone not in available_timezones():
        raise InvalidInput(_("Choose a time zone from the list."), field="time_zone")
    work.session.execute(
        sa.update(Learner)
        .where(Learner.id == learner_id)
        .values(name=require_name(name), time_zone=time_zone)
    )


def _by_email(work: Work, email: str) -> Learner | None:
    return work.session.scalar(
        sa.select(Learner).where(Learner.issuer == LOCAL, Learner.email_key == email_key(email))
    )
