"""Commands for the academy's register: withdraw, suspend, reinstate, check."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.academies.queries import default_academy
from lms.certificates.number import CertificateNumber, parse_number
from lms.certificates.presenting import answer_for_checked
from lms.certificates.queries import checked_certificate
from lms.certificates.service import reinstate_certificate, suspend_certificate, withdraw_certificate
from lms.core.errors import LMSError
from lms.core.runtime import Runtime
from lms.core.work import Work


@click.group("certificates")
def certificates() -> None:
    """Withdraw, suspend, reinstate and check certificates."""


def _runtime() -> Runtime:
    return cast("Runtime", current_app.extensions["lms"])


def _number(typed: str) -> str:
    parsed = parse_number(typed)
    if not isinstance(parsed, CertificateNumber):
        raise click.BadParameter(f"“{parsed}” is not a certificate number; compare it with the certificate.")
    return str(parsed)


def _change(deed: Callable[[Work, int], None], done: str) -> None:
    try:
        with _runtime().work() as work:
            deed(work, default_academy(work).id)
    except LMSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(done)


@certificates.command("withdraw")
@click.argument("number", callback=lambda _context, _parameter, typed: _number(typed))
@click.option("--reason", required=True, help="Shown to everybody who checks the certificate.")
@with_appcontext
def withdraw_command(number: str, reason: str) -> None:
    """Withdraw certificate NUMBER for good."""
    _change(
        lambda work, academy_id: withdraw_certificate(
            work, academy_id=academy_id, number=number, reason=reason
        ),
        f"{number} is withdrawn.",
    )


@certificates.command("suspend")
@click.argument("number", callback=lambda _context, _parameter, typed: _number(typed))
@click.option("--reason", required=True, help="Shown to everybody who checks the certificate.")
@with_appcontext
def suspend_command(number: str, reason: str) -> None:
    """Suspend certificate NUMBER until it is reinstated."""
    _change(
        lambda work, academy_id: suspend_certificate(
            work, academy_id=academy_id, number=number, reason=reason
        ),
        f"{number} is suspended.",
    )


@certificates.command("reinstate")
@click.argument("number", callback=lambda _context, _parameter, typed: _number(typed))
@with_appcontext
def reinstate_command(number: str) -> None:
    """End the suspension of certificate NUMBER."""
    _change(
        lambda work, academy_id: reinstate_certificate(work, academy_id=academy_id, number=number),
        f"{number} is no longer suspended.",
    )


@certificates.command("check")
@click.argument("number", callback=lambda _context, _parameter, typed: _number(typed))
@with_appcontext
def check_command(number: str) -> None:
    """Print as JSON what a full check of certificate NUMBER comes to."""
    with _runtime().reading() as reading:
        found = checked_certificate(reading, number=number)
    answer = {"state": "unknown", "number": number} if found is None else answer_for_checked(found).machine
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
