"""What a credential says, read back from it with care: the page shows nothing that was not signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.certificates.badge import (
    CONTEXTS,
    COURSE_TYPE,
    LANGUAGE_TAG,
    NUMBER_TYPE,
    PROTOCOL_TYPE,
    PROVIDER_TYPE,
    TYPES,
)
from lms.certificates.proofs import ProofError, read_moment
from lms.certificates.status_list import StatusPlace, read_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a credential says, read back from it; every member here is covered by the signature."""

    credential_id: str
    number: str
    issuer_id: str
    issuer_name: str
    issuer_address: str
    issuer_provider_number: str
    signatory: str
    holder_name: str
    email_hash: str
    email_salt: str
    title: str
    summary: str
    criteria: str
    note: str
    course: str
    protocol: str
    version: str
    language: str
    band: str
    evidence: tuple[tuple[str, str], ...]
    """Label and text of each piece of evidence, in the order signed."""
    valid_from: datetime
    valid_until: datetime | None
    status: tuple[StatusPlace, ...]


def read_claims(document: Mapping[str, Any]) -> Claims:
    """Return what one of our credentials says; raises `ProofError` when it is not built like one."""
    if tuple(_texts(document, "@context")) != CONTEXTS or tuple(_texts(document, "type")) != TYPES:
        raise ProofError("The document is not an Open Badges 3.0 credential as Papilla issues them.")
    issuer, subject = _object(document, "issuer"), _object(document, "credentialSubject")
    achievement = _object(subject, "achievement")
    identities = {_text(one, "identityType"): one for one in _objects(subject, "identifier")}
    others = {
        _text(one, "identifierType"): _text(one, "identifier")
        for one in _objects(achievement, "otherIdentifier")
    }
    email = identities.get("emailAddress", {})
    languages = [
        tag.removeprefix(LANGUAGE_TAG) for tag in _texts(achievement, "tag") if tag.startswith(LANGUAGE_TAG)
    ]
    return Claims(
        credential_id=_text(document, "id"),
        number=_text(identities.get(NUMBER_TYPE, {}), "identityHash"),
        issuer_id=_text(issuer, "id"),
        issuer_name=_text(issuer, "name"),
        issuer_address=_optional(_optional_object(issuer, "address"), "streetAddress"),
        issuer_provider_number=next(
            (
                _text(one, "identifier")
                for one in _objects(issuer, "otherIdentifier")
                if one.get("identifierType") == PROVIDER_TYPE
            ),
            "",
        ),
        signatory=_optional(issuer, "official"),
        holder_name=_text(identities.get("name", {}), "identityHash"),
        email_hash=_optional(email, "identityHash"),
        email_salt=_optional(email, "salt"),
        title=_text(document, "name"),
        summary=_text(achievement, "description"),
        criteria=_text(_object(achievement, "criteria"), "narrative"),
        note=_text(document, "description"),
        course=others.get(COURSE_TYPE, ""),
        protocol=others.get(PROTOCOL_TYPE, ""),
        version=_text(achievement, "version"),
        language=languages[0] if languages else "",
        band=", ".join(_text(one, "value") for one in _objects(subject, "result")),
        evidence=tuple(
            (_text(one, "name"), _text(one, "description")) for one in _objects(document, "evidence")
        ),
        valid_from=read_moment(document.get("validFrom")),
        valid_until=read_moment(document["validUntil"]) if "validUntil" in document else None,
        status=read_status_places(document),
    )


def read_status_places(document: Mapping[str, Any]) -> tuple[StatusPlace, ...]:
    """Return every status entry of a credential, under `credentialStatus` or under `termsOfUse`."""
    found = document.get("credentialStatus", [])
    entries = [*(found if isinstance(found, list) else [found]), *_objects(document, "termsOfUse")]
    return tuple(read_place(entry) for entry in entries)


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str) or not text:
        raise ProofError(f"The credential lacks {name}, or it is not a text.")
    return text


def _optional(value: Mapping[str, Any], name: str) -> str:
    return _text(value, name) if name in value else ""


def _object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    if not isinstance(found, dict):
        raise ProofError(f"The credential lacks {name}, or it is not an object.")
    return found


def _optional_object(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _object(value, name) if name in value else {}


def _objects(value: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ProofError(f"{name} in the credential is not a list of objects.")
    return found


def _texts(value: Mapping[str, Any], name: str) -> list[str]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ProofError(f"{name} in the credential is not a list of texts.")
    return found
