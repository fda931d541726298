"""Pages of certificates: the holder's, the public check, the register, and the issuer's documents."""

from __future__ import annotations

import io
from typing import Any

import flask
from flask import request
from werkzeug.wrappers import Response

from lms.academies.access import Member, authorise
from lms.certificates import presenting
from lms.certificates.keys import KeysUnreadableError
from lms.certificates.number import CertificateNumber, Malformed, Mistyped, parse_number
from lms.certificates.queries import (
    CheckedCertificate,
    checked_certificate,
    held_certificate,
    holdings,
    issuer_document,
    published_list,
    register_page,
)
from lms.core.errors import NotFound, Unavailable
from lms.core.identifiers import require_uuid
from lms.core.text import _
from lms.core.web import absolute_url, client_address, render, runtime, wants_json
from lms.core.work import Reading

CREDENTIAL_TYPE = "application/vc+json"
DID_TYPE = "application/did+json"
LIST_SECONDS = 300
"""How long a verifier may keep a status list before asking again."""
DID_SECONDS = 3600
QR_SECONDS = 31_536_000
QR_COLOUR = "#10231E"


def show_holdings() -> str:
    """Show the certificates of the person who asks."""
    member = authorise("certificates.own")
    with runtime().reading() as reading:
        held = holdings(reading, academy_id=member.academy_id, learner_id=member.learner_id)
    return render("lms/certificates/holdings.html", certificates=held, label=presenting.state_label)


def home_panel(reading: Reading, member: Member) -> dict[str, Any]:
    """Return what the home page shows of certificates: a template and its context."""
    held = holdings(reading, academy_id=member.academy_id, learner_id=member.learner_id)
    return {
        "template": "lms/certificates/home_panel.html",
        "certificates": held,
        "label": presenting.state_label,
    }


def show_certificate(number: str) -> str:
    """Show one certificate to its holder, or to those who see the register."""
    found = _held(number)
    return render(
        "lms/certificates/certificate.html",
        found=found,
        answer=presenting.answer_for_checked(found),
        check_url=absolute_url("lms.certificates.check_number", number=found.entry.number),
    )


def download_credential(number: str) -> Response:
    """Hand out the credential, byte for byte as it was signed."""
    found = _held(number)
    response = flask.Response(found.entry.credential, mimetype=CREDENTIAL_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.entry.number}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _held(number: str) -> CheckedCertificate:
    member = authorise("certificates.own")
    parsed = parse_number(number)
    if not isinstance(parsed, CertificateNumber):
        raise NotFound(_("There is no such certificate here. Certificates lists those you hold."))
    with runtime().reading() as reading:
        return held_certificate(
            reading,
            number=str(parsed),
            academy_id=member.academy_id,
            learner_id=member.learner_id,
            sees_register=member.may("certificates.see_register"),
        )


def check() -> str | Response:
    """Show the form of the public check, or the answer to the number in the address."""
    typed = request.args.get("number", "").strip()
    if not typed:
        return render("lms/certificates/check.html", answer=None, typed="")
    return _answered(typed)


def check_number(number: str) -> str | Response:
    """Show the answer to the number that a QR code or a link holds."""
    return _answered(number)


def _answered(typed: str) -> str | Response:
    answer = _answer_to(typed)
    if wants_json():
        response: Response = flask.jsonify(answer.machine)
        response.headers["Cache-Control"] = "no-store"
        return response
    return render("lms/certificates/check.html", answer=answer, typed=typed[:80])


def _answer_to(typed: str) -> presenting.Answer:
    parsed = parse_number(typed)
    if isinstance(parsed, Mistyped):
        return presenting.answer_for_mistyped(parsed)
    if isinstance(parsed, Malformed):
        return presenting.answer_for_malformed(parsed)
    limit = runtime().settings.checks_per_minute
    runtime().limits.take(f"check:{client_address()}", limit=limit, per_seconds=60)
    with runtime().reading() as reading:
        found = checked_certificate(reading, number=str(parsed))
    return (
        presenting.answer_for_unknown(str(parsed)) if found is None else presenting.answer_for_checked(found)
    )


def show_qr(number: str) -> Response:
    """Draw the QR code that opens the check of a number; the drawing depends on the number alone."""
    import segno

    parsed = parse_number(number)
    if not isinstance(parsed, CertificateNumber):
        raise NotFound(_("There is nothing at this address."))
    drawing = io.BytesIO()
    address = absolute_url("lms.certificates.check_number", number=str(parsed))
    segno.make(address, error="m", micro=False).save(
        drawing,
        kind="svg",
        border=0,
        scale=4,
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        dark=QR_COLOUR,
    )
    response = flask.Response(drawing.getvalue(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={QR_SECONDS}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


def show_status_list(uuid: str) -> Response:
    """Hand out a status list as it was last signed; verifiers may keep it for five minutes."""
    with runtime().reading() as reading:
        found = published_list(reading, uuid=require_uuid(uuid))
    response = flask.Response(found.signed, mimetype=CREDENTIAL_TYPE)
    response.last_modified = found.signed_at
    return _public(response, seconds=LIST_SECONDS)


def show_did() -> Response:
    """Hand out the issuer's DID document with its public keys."""
    try:
        with runtime().reading() as reading:
            document = issuer_document(reading)
    except KeysUnreadableError as error:
        message = _("The issuer's keys cannot be read at the moment. Please try again later.")
        raise Unavailable(message, retry_after_seconds=300) from error
    response: Response = flask.jsonify(document)
    response.mimetype = DID_TYPE
    return _public(response, seconds=DID_SECONDS)


def _public(response: Response, *, seconds: int) -> Response:
    """Let anybody keep and read the answer, pages of other sites included: verifiers run in browsers too."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    return response.make_conditional(request)


def show_register() -> str:
    """Show what the academy has issued, newest first."""
    member = authorise("certificates.see_register")
    page = request.args.get("page", 1, type=int)
    with runtime().reading() as reading:
        found = register_page(reading, academy_id=member.academy_id, page=min(max(page, 1), 100_000))
    return render("lms/certificates/register.html", register=found, label=presenting.state_label)


def blueprint() -> flask.Blueprint:
    """Return the pages of certificates, to be mounted below those of Papilla."""
    pages = flask.Blueprint("certificates", __name__, template_folder="templates")
    pages.add_url_rule("/certificates", "holdings", show_holdings)
    pages.add_url_rule("/certificates/<number>", "certificate", show_certificate)
    pages.add_url_rule("/certificates/<number>/credential.json", "credential", download_credential)
    pages.add_url_rule("/check", "check", check)
    pages.add_url_rule("/check/<number>", "check_number", check_number)
    pages.add_url_rule("/check/<number>/qr.svg", "qr", show_qr)
    pages.add_url_rule("/status-lists/<uuid>", "status_list", show_status_list)
    pages.add_url_rule("/did.json", "did", show_did)
    pages.add_url_rule("/.well-known/did.json", "well_known_did", show_did)
    pages.add_url_rule("/register", "register", show_register)
    return pages
