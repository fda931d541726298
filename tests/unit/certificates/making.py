"""Certificates made for tests without app or database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.certificates.badge import Award, Issuer, build_credential, did_of
from lms.certificates.proofs import Document, public_multibase, with_proof
from lms.certificates.rules import RegisterEntry, criteria_text, learning_text
from lms.certificates.status_list import Purpose, StatusPlace

ISSUED = datetime(2026, 3, 3, 9, 12, tzinfo=UTC)
EXPIRES = datetime(2028, 3, 2, 23, 59, 59, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
NUMBER = "PAP-7K4Q-92XF-M3TB-N"
PUBLIC_URL = "https://training.example.org"

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
MULTIBASE = public_multibase(KEY.public_key())
ISSUER_ID = did_of(PUBLIC_URL, MULTIBASE)
METHOD = f"{ISSUER_ID}#{MULTIBASE}"
KEYS = {METHOD: KEY.public_key()}

ISSUER = Issuer(
    id=ISSUER_ID,
    name="Academy of Tests",
    url=PUBLIC_URL,
    address="1 Example Street, Exampleton",
    provider_number="EX-1",
    signatory="A. Tester, head of tests",
)
AWARD = Award(
    number=NUMBER,
    credential_id=f"{PUBLIC_URL}/check/{NUMBER}",
    holder_name="Zoë Example",
    holder_email="Zoe@Example.org",
    salt="0123456789abcdef",
    title="Scalp microneedling: selection and safety",
    summary="A course for tests.",
    criteria=criteria_text(pass_mark_percent=80, scope="Choosing and refusing treatment."),
    course_key="microneedling-hair-loss",
    course_revision=3,
    protocol="scalp-microneedling@2",
    language="en",
    learning=learning_text(6.5),
    credit="No continuing-education credit is awarded.",
    assessment="Final assessment on written cases, passed on 3 March 2026.",
    band="Pass, no confirmed safety error",
    issued_at=ISSUED,
    expires_at=EXPIRES,
)
PLACES = (
    StatusPlace(Purpose.REVOCATION.value, f"{PUBLIC_URL}/status-lists/one", 94_567),
    StatusPlace(Purpose.SUSPENSION.value, f"{PUBLIC_URL}/status-lists/two", 23),
)


def signed(document: Document | None = None) -> Document:
    """Return a signed credential, by default that of the award above."""
    document = build_credential(ISSUER, AWARD, PLACES) if document is None else document
    return with_proof(document, key=KEY, verification_method=METHOD, created=ISSUED)


def entry(document: Document | None = None, **changes: Any) -> RegisterEntry:
    """Return the register's entry of a signed credential."""
    credential = json.dumps(signed() if document is None else document, ensure_ascii=False).encode()
    found = RegisterEntry(
        number=AWARD.number,
        holder_name=AWARD.holder_name,
        title=AWARD.title,
        course=f"{AWARD.course_key}@{AWARD.course_revision}",
        issuer_id=ISSUER_ID,
        issued_at=AWARD.issued_at,
        expires_at=AWARD.expires_at,
        digest=hashlib.sha256(credential).hexdigest(),
        credential=credential,
        status=PLACES,
    )
    return replace(found, **changes)
