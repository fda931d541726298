"""The credential of a certificate: an Open Badges 3.0 `OpenBadgeCredential` on the W3C data model 2.0.

Every member used here is defined by the two contexts below: a term that they do not define would
vanish from the view of verifiers who read JSON-LD, and break their check of a second kind of proof.
Facts for which Open Badges has no member of its own are said with members it has: labelled `evidence`,
`tag`, `version`, and identifiers of an `ext:` type.

Open Badges 3.0 allows one `credentialStatus` only. It holds the entry for revocation, which every
verifier reads; the entry for suspension stands under `termsOfUse`, signed like the rest.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from lms.certificates.proofs import Document, written_moment
from lms.certificates.status_list import StatusPlace

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
ACHIEVEMENT_TYPE = "Certificate"
NUMBER_TYPE = "ext:certificateNumber"
COURSE_TYPE = "ext:courseRevision"
PROTOCOL_TYPE = "ext:protocolRevision"
PROVIDER_TYPE = "ext:providerNumber"
LANGUAGE_TAG = "language:"
KIND_TAG = "assessment-based certificate"
LEARNING = "Learning time"
CREDIT = "Credit"
ASSESSMENT = "Assessment"
NOTE = (
    "Shows completion of an assessed course. Does not grant a licence or widen scope of practice; local "
    "law, the device label and the supervising prescriber take precedence. Check the register before "
    "relying on it."
)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues: its DID and what a certificate must say of it; empty parts are left out."""

    id: str
    name: str
    url: str = ""
    address: str = ""
    provider_number: str = ""
    signatory: str = ""
    """Name and role of the person who answers for the certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is certified: holder, award, course and the rules it was earned under."""

    number: str
    credential_id: str
    holder_name: str
    holder_email: str
    salt: str
    title: str
    summary: str
    criteria: str
    """How it was earned, what was assessed and what was not (Markdown)."""
    course_key: str
    course_revision: int
    protocol: str
    """Protocol key and revision as `key@revision`, or nothing."""
    language: str
    learning: str
    """Learning time in words, with the rule it was counted by."""
    credit: str
    """Kind and amount of continuing-education credit, or nothing: only what the issuer may award."""
    assessment: str
    """What the assessment was and when it was passed."""
    band: str
    """The result in a word, such as `Pass`; marks stay with the attempt."""
    issued_at: datetime
    expires_at: datetime | None


def did_of(public_url: str, key_multibase: str) -> str:
    """Return the issuer's DID: `did:web` for a public address, otherwise `did:key` of the signing key.

    A port is written as %3A and path segments follow after colons (did:web method specification).
    """
    if not public_url:
        return f"did:key:{key_multibase}"
    parts = urlsplit(public_url)
    segments = [quote(segment, safe="") for segment in parts.path.split("/") if segment]
    return ":".join(["did:web", quote(parts.netloc.lower(), safe=""), *segments])


def clean_text(text: str) -> str:
    """Return a text in Unicode's composed form, without control characters: verifiers differ on those."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def email_hash(email: str, salt: str) -> str:
    """Return the Open Badges hash of an e-mail address: SHA-256 over it in small letters, and the salt."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def build_credential(issuer: Issuer, award: Award, status: Sequence[StatusPlace]) -> Document:
    """Return the credential, not yet signed; the first place of `status` is the one for revocation."""
    credential: Document = {
        "@context": list(CONTEXTS),
        "id": award.credential_id,
        "type": list(TYPES),
        "name": clean_text(award.title),
        "description": NOTE,
        "issuer": _issuer(issuer),
        "validFrom": written_moment(award.issued_at),
    }
    if award.expires_at is not None:
        credential["validUntil"] = written_moment(award.expires_at)
    credential["credentialSubject"] = _subject(issuer, award)
    credential["evidence"] = [
        {"type": ["Evidence"], "name": name, "description": clean_text(text)}
        for name, text in ((LEARNING, award.learning), (CREDIT, award.credit), (ASSESSMENT, award.assessment))
        if text
    ]
    credential["credentialStatus"] = status[0].entry()
    if len(status) > 1:
        credential["termsOfUse"] = [place.entry() for place in status[1:]]
    return credential


def _issuer(issuer: Issuer) -> Document:
    profile: Document = {"id": issuer.id, "type": ["Profile"], "name": clean_text(issuer.name)}
    if issuer.url:
        profile["url"] = issuer.url
    if issuer.address:
        profile["address"] = {"type": ["Address"], "streetAddress": clean_text(issuer.address)}
    if issuer.provider_number:
        profile["otherIdentifier"] = [_identifier(PROVIDER_TYPE, clean_text(issuer.provider_number))]
    if issuer.signatory:
        profile["official"] = clean_text(issuer.signatory)
    return profile


def _subject(issuer: Issuer, award: Award) -> Document:
    achievement_id = (
        f"urn:uuid:{uuid5(NAMESPACE_URL, f'{issuer.id}/{award.course_key}/{award.course_revision}')}"
    )
    result_id = f"urn:uuid:{uuid5(NAMESPACE_URL, f'{achievement_id}/result')}"
    others = [_identifier(COURSE_TYPE, f"{award.course_key}@{award.course_revision}")]
    if award.protocol:
        others.append(_identifier(PROTOCOL_TYPE, award.protocol))
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            _identity("name", clean_text(award.holder_name)),
            _identity("emailAddress", email_hash(award.holder_email, award.salt), salt=award.salt),
            _identity(NUMBER_TYPE, award.number),
        ],
        "achievement": {
            "id": achievement_id,
            "type": ["Achievement"],
            "achievementType": ACHIEVEMENT_TYPE,
            "name": clean_text(award.title),
            "description": clean_text(award.summary),
            "criteria": {"narrative": clean_text(award.criteria)},
            "humanCode": award.course_key,
            "version": str(award.course_revision),
            "tag": [KIND_TAG, LANGUAGE_TAG + award.language],
            "otherIdentifier": others,
            "resultDescription": [
                {
                    "id": result_id,
                    "type": ["ResultDescription"],
                    "name": "Result",
                    "resultType": "PerformanceLevel",
                }
            ],
        },
        "result": [{"type": ["Result"], "resultDescription": result_id, "value": clean_text(award.band)}],
    }


def _identifier(kind: str, value: str) -> Document:
    return {"type": "IdentifierEntry", "identifier": value, "identifierType": kind}


def _identity(kind: str, value: str, *, salt: str = "") -> Document:
    identity: Document = {
        "type": "IdentityObject",
        "hashed": bool(salt),
        "identityHash": value,
        "identityType": kind,
    }
    return {**identity, "salt": salt} if salt else identity
