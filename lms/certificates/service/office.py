"""The office that issues: settings and keys, and what they say about the issuer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from lms.certificates.badge import Issuer, did_of
from lms.certificates.keys import Keyring
from lms.certificates.proofs import Document, with_proof
from lms.certificates.vocabulary import undefined_terms
from lms.core.settings import Settings
from lms.core.work import Reading


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues in this installation, and with which keys."""

    settings: Settings
    keyring: Keyring

    @property
    def public_url(self) -> str:
        """Return the address people reach the installation at, without a slash at its end, or nothing."""
        return self.settings.public_url.rstrip("/")

    def issuer(self) -> Issuer:
        """Return the issuer as certificates name it. Raises `KeysUnreadableError`."""
        settings = self.settings
        return Issuer(
            id=did_of(self.public_url, self.keyring.signing.multibase),
            name=settings.academy_name,
            url=self.public_url,
            address=settings.academy_address,
            provider_number=settings.academy_provider_number,
            signatory=", ".join(part for part in (settings.signatory_name, settings.signatory_role) if part),
        )

    def sign(self, document: Document, *, issuer_id: str, now: datetime) -> bytes:
        """Return a document with its proof, as the bytes that are kept and handed out.

        Raises `ValueError` when the document uses a term that its contexts do not define: such a
        signature would not hold before every verifier.
        """
        unknown = undefined_terms(document)
        if unknown:
            raise ValueError(
                f"These terms are not defined by the credential's contexts: {', '.join(unknown)}"
            )
        key = self.keyring.signing
        signed = with_proof(
            document, key=key.private, verification_method=key.method_of(issuer_id), created=now
        )
        return (json.dumps(signed, ensure_ascii=False, indent=2) + "\n").encode()


def office_of(reading: Reading) -> Office:
    """Return the office of the installation that a unit of work belongs to."""
    return Office(reading.settings, cast("Keyring", reading.keyring))


def did_document(office: Office) -> Document:
    """Return the issuer's DID document: every key, old ones included, to verify what they signed."""
    issuer_id = office.issuer().id
    methods = [
        {
            "id": key.method_of(issuer_id),
            "type": "Multikey",
            "controller": issuer_id,
            "publicKeyMultibase": key.multibase,
        }
        for key in office.keyring.all
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer_id,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
