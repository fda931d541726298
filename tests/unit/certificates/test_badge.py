"""The credential: legal by Open Badges 3.0 and its contexts, and read back as it was written."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.badge import CONTEXTS, Issuer, build_credential, clean_text, did_of, email_hash
from lms.certificates.claims import read_claims, read_status_places
from lms.certificates.proofs import ProofError, canonical
from lms.certificates.vocabulary import undefined_terms
from tests.unit.certificates.making import AWARD, ISSUER, ISSUER_ID, KEY, MULTIBASE, PLACES, signed

TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
URI = {"type": "string", "pattern": r"^(https?://|urn:uuid:|did:)\S+$"}


def types(name: str) -> dict[str, Any]:
    return {"type": "array", "items": TEXT, "contains": {"const": name}}


def strict(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a closed object: nothing beyond what is named may stand in it."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": sorted(required),
        "additionalProperties": False,
    }


IDENTIFIER = strict({"type": {"const": "IdentifierEntry"}, "identifier": TEXT, "identifierType": TEXT})
IDENTITY = strict(
    {
        "type": {"const": "IdentityObject"},
        "hashed": {"type": "boolean"},
        "identityHash": TEXT,
        "identityType": {"type": "string", "pattern": r"^(name|emailAddress|ext:[a-zA-Z0-9._-]+)$"},
    },
    {"salt": TEXT},
)
STATUS = strict(
    {
        "id": URI,
        "type": {"const": "BitstringStatusListEntry"},
        "statusPurpose": {"enum": ["revocation", "suspension"]},
        "statusListIndex": {"type": "string", "pattern": r"^\d+$"},
        "statusListCredential": URI,
    }
)
PROFILE = strict(
    {"id": URI, "type": types("Profile"), "name": TEXT},
    {
        "url": URI,
        "official": TEXT,
        "address": strict({"type": types("Address")}, {"streetAddress": TEXT}),
        "otherIdentifier": {"type": "array", "items": IDENTIFIER, "minItems": 1},
    },
)
ACHIEVEMENT = strict(
    {
        "id": URI,
        "type": types("Achievement"),
        "name": TEXT,
        "description": TEXT,
        "criteria": strict({"narrative": TEXT}),
        "achievementType": {"const": "Certificate"},
    },
    {
        "humanCode": TEXT,
        "version": TEXT,
        "tag": {"type": "array", "items": TEXT, "minItems": 1},
        "otherIdentifier": {"type": "array", "items": IDENTIFIER, "minItems": 1},
        "resultDescription": {
            "type": "array",
            "items": strict(
                {
                    "id": URI,
                    "type": types("ResultDescription"),
                    "name": TEXT,
                    "resultType": {"const": "PerformanceLevel"},
                }
            ),
        },
    },
)
PROOF = strict(
    {
        "type": {"const": "DataIntegrityProof"},
        "cryptosuite": {"const": "eddsa-jcs-2022"},
        "created": MOMENT,
        "verificationMethod": URI,
        "proofPurpose": {"const": "assertionMethod"},
        "proofValue": {"type": "string", "pattern": "^z[1-9A-HJ-NP-Za-km-z]+$"},
        "@context": {"const": list(CONTEXTS)},
    }
)
CREDENTIAL = strict(
    {
        "@context": {"const": list(CONTEXTS)},
        "id": URI,
        "type": {"const": ["VerifiableCredential", "OpenBadgeCredential"]},
        "issuer": PROFILE,
        "validFrom": MOMENT,
        "credentialSubject": strict(
            {
                "type": types("AchievementSubject"),
                "identifier": {"type": "array", "items": IDENTITY, "minItems": 1},
                "achievement": ACHIEVEMENT,
            },
            {
                "result": {
                    "type": "array",
                    "items": strict({"type": types("Result")}, {"resultDescription": URI, "value": TEXT}),
                }
            },
        ),
        # Open Badges 3.0 allows one status, as an object; a list of several would be refused.
        "credentialStatus": STATUS,
        "proof": {"type": "array", "items": PROOF, "minItems": 1},
    },
    {
        "name": TEXT,
        "description": TEXT,
        "validUntil": MOMENT,
        "evidence": {
            "type": "array",
            "items": strict({"type": types("Evidence")}, {"name": TEXT, "description": TEXT}),
        },
        "termsOfUse": {"type": "array", "items": STATUS},
    },
)
"""The shape of an AchievementCredential after Open Badges 3.0, appendix B, closed to what we use of it."""


def bare() -> Issuer:
    return Issuer(id=did_of("", MULTIBASE), name="Academy of Tests")


def test_the_credential_has_the_shape_of_the_standard() -> None:
    jsonschema.Draft202012Validator.check_schema(CREDENTIAL)
    jsonschema.validate(signed(), CREDENTIAL, cls=jsonschema.Draft202012Validator)


def test_a_credential_without_anything_optional_has_it_too() -> None:
    award = replace(AWARD, expires_at=None, protocol="", credit="", credential_id="urn:uuid:" + "0" * 36)
    document = signed(build_credential(bare(), award, PLACES[:1]))
    jsonschema.validate(document, CREDENTIAL, cls=jsonschema.Draft202012Validator)
    assert "validUntil" not in document
    assert "termsOfUse" not in document
    claims = read_claims(document)
    assert (claims.valid_until, claims.protocol, claims.signatory, claims.issuer_address) == (
        None,
        "",
        "",
        "",
    )


def test_no_term_is_used_that_the_contexts_do_not_define() -> None:
    assert undefined_terms(signed()) == ()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.update(awardedDate="2026-03-03T09:12:00Z"), "awardedDate"),
        (
            lambda d: d["credentialSubject"]["achievement"].update(inLanguage="en"),
            "credentialSubject[0].achievement[0].inLanguage",
        ),
        (lambda d: d["credentialSubject"].update(score=3), "credentialSubject[0].score"),
        (lambda d: d["evidence"][0].update(type=["Proofs"]), "evidence[0]: unknown type Proofs"),
        (lambda d: d["issuer"].pop("type"), "issuer[0]: no type"),
    ],
)
def test_a_term_that_the_contexts_do_not_define_is_found(change: Any, path: str) -> None:
    document = copy.deepcopy(signed())
    change(document)
    assert path in undefined_terms(document)


def test_what_was_written_is_read_back() -> None:
    claims = read_claims(signed())
    assert claims.number == AWARD.number
    assert claims.holder_name == "Zoë Example"
    assert claims.title == AWARD.title
    assert claims.criteria == AWARD.criteria
    assert (claims.course, claims.version, claims.protocol) == (
        "microneedling-hair-loss@3",
        "3",
        "scalp-microneedling@2",
    )
    assert (claims.language, claims.band) == ("en", "Pass, no confirmed safety error")
    assert (claims.valid_from, claims.valid_until) == (AWARD.issued_at, AWARD.expires_at)
    assert [label for label, _text in claims.evidence] == ["Learning time", "Credit", "Assessment"]
    assert (claims.issuer_id, claims.issuer_name) == (ISSUER_ID, ISSUER.name)
    assert (claims.issuer_address, claims.issuer_provider_number) == (ISSUER.address, "EX-1")
    assert claims.signatory == "A. Tester, head of tests"
    assert claims.status == PLACES


def test_it_says_what_was_not_assessed_and_that_it_is_no_licence() -> None:
    claims = read_claims(signed())
    assert "Not assessed: hands-on skill." in claims.criteria
    assert "80 per cent" in claims.criteria
    assert "Does not grant a licence or widen scope of practice" in claims.note


def test_the_address_of_the_holder_is_hashed_with_a_salt_as_the_standard_says() -> None:
    claims = read_claims(signed())
    wanted = hashlib.sha256(b"zoe@example.org" + AWARD.salt.encode()).hexdigest()
    assert claims.email_hash == f"sha256${wanted}" == email_hash(" ZOE@example.ORG ", AWARD.salt)
    # The standard's own example: a@example.com with the salt Kosher.
    assert (
        email_hash("a@example.com", "Kosher")
        == "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    )
    assert "example.org" not in str(signed()["credentialSubject"]).lower()


def test_status_entries_are_read_from_either_place_and_from_a_list() -> None:
    document = signed()
    assert read_status_places(document) == PLACES
    moved = {**document, "credentialStatus": [place.entry() for place in PLACES]}
    del moved["termsOfUse"]
    assert read_status_places(moved) == PLACES


@pytest.mark.parametrize(
    ("public_url", "did"),
    [
        ("https://training.example.org", "did:web:training.example.org"),
        ("https://Training.Example.org/", "did:web:training.example.org"),
        ("https://example.org/training", "did:web:example.org:training"),
        ("https://example.org/a/b c/", "did:web:example.org:a:b%20c"),
        ("http://127.0.0.1:5000", "did:web:127.0.0.1%3A5000"),
        ("https://example.org:8443/lms", "did:web:example.org%3A8443:lms"),
        ("", f"did:key:{MULTIBASE}"),
    ],
)
def test_the_issuer_is_named_by_its_address_or_by_its_key(public_url: str, did: str) -> None:
    assert did_of(public_url, MULTIBASE) == did


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_names_are_cleaned_of_what_verifiers_read_differently(text: str) -> None:
    cleaned = clean_text(f"Zoë {text}")
    assert clean_text(cleaned) == cleaned
    assert not [one for one in cleaned if ord(one) < 0x20 and one not in "\t\n\r"]
    assert not set("\x08\x0b\x7f") & set(cleaned)
    canonical({"name": cleaned})


def remove(document: dict[str, Any], *path: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return changed


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"@context": list(CONTEXTS), "type": ["VerifiableCredential", "OpenBadgeCredential"]},
        {**signed(), "@context": [*CONTEXTS, "https://evil.example/v1"]},
        {**signed(), "@context": CONTEXTS[0]},
        {**signed(), "type": ["VerifiableCredential"]},
        {**signed(), "issuer": ISSUER_ID},
        {**signed(), "validFrom": "2026-03-03"},
        {**signed(), "evidence": "text"},
        {**signed(), "credentialStatus": "text"},
        remove(signed(), "credentialSubject", "achievement"),
        remove(signed(), "credentialSubject", "identifier", 2),
        remove(signed(), "credentialSubject", "identifier", 0),
        remove(signed(), "credentialSubject", "achievement", "criteria", "narrative"),
    ],
)
def test_what_is_not_built_like_our_credentials_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        read_claims(document)


def test_times_have_no_fractions() -> None:
    award = replace(AWARD, issued_at=datetime.fromisoformat("2026-03-03T10:12:00.987654+01:00"))
    assert build_credential(ISSUER, award, PLACES)["validFrom"] == "2026-03-03T09:12:00Z"


def test_the_key_is_published_as_a_multikey() -> None:
    assert MULTIBASE.startswith("z6Mk")
    assert MULTIBASE not in str(KEY)
