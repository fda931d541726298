"""The terms that a credential of ours may use: those its two contexts define, per type of node.

A JCS signature covers any JSON, but a verifier that reads JSON-LD drops a term the contexts do not
define, or refuses the whole. So nothing is signed before `undefined_terms` has found nothing.
Sources: the contexts `credentials/v2` (W3C) and `context-3.0.3.json` (Open Badges). Notably absent from
the second, although its data model names them: `inLanguage` and `awardedDate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def _terms(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ALWAYS = frozenset(
    {"id", "type", "name", "description", "image", "narrative", "url", "alignment", "endorsement"}
)
_PROOF = frozenset(
    {
        "created",
        "cryptosuite",
        "proofPurpose",
        "proofValue",
        "verificationMethod",
        "@context",
        "nonce",
        "expires",
    }
)
_CREDENTIAL = _terms(
    "@context credentialSchema credentialStatus credentialSubject evidence issuer proof refreshService "
    "relatedResource renderMethod termsOfUse validFrom validUntil"
)
TERMS: Mapping[str, frozenset[str]] = {
    "VerifiableCredential": _CREDENTIAL,
    "Profile": _terms(
        "additionalName address dateOfBirth email familyName familyNamePrefix givenName honorificPrefix "
        "honorificSuffix otherIdentifier parentOrg patronymicName phone official"
    ),
    "Address": _terms(
        "addressCountry addressCountryCode addressLocality addressRegion geo postOfficeBoxNumber postalCode "
        "streetAddress"
    ),
    "AchievementSubject": _terms(
        "achievement activityEndDate activityStartDate creditsEarned identifier licenseNumber result role "
        "source term"
    ),
    "Achievement": _terms(
        "achievementType creator creditsAvailable criteria fieldOfStudy humanCode otherIdentifier related "
        "resultDescription specialization tag version"
    ),
    "Result": _terms("achievedLevel resultDescription status value"),
    "ResultDescription": _terms(
        "allowedValue requiredLevel requiredValue resultType rubricCriterionLevel valueMax valueMin"
    ),
    "Evidence": _terms("audience genre"),
    "IdentifierEntry": _terms("identifier identifierType"),
    "IdentityObject": _terms("hashed identityHash identityType salt"),
    "BitstringStatusListEntry": _terms(
        "statusListCredential statusListIndex statusMessage statusPurpose statusReference statusSize"
    ),
    "BitstringStatusList": _terms("encodedList statusPurpose ttl"),
    "DataIntegrityProof": _PROOF,
}
_SAME_AS: Mapping[str, str] = {
    "OpenBadgeCredential": "VerifiableCredential",
    "BitstringStatusListCredential": "VerifiableCredential",
}
_UNTYPED = frozenset({"criteria"})
"""Nodes that the standard leaves without a type; only the terms that hold everywhere may stand in them."""


def undefined_terms(document: Mapping[str, object]) -> tuple[str, ...]:
    """Return the paths of all terms that the contexts do not define where they stand."""
    return tuple(_undefined(document, "", typed=True))


def _undefined(node: Mapping[str, object], path: str, *, typed: bool) -> Iterator[str]:
    found = node.get("type", [])
    types = [_SAME_AS.get(str(one), str(one)) for one in (found if isinstance(found, list) else [found])]
    if typed and not types:
        yield f"{path}: no type"
    yield from (f"{path}: unknown type {one}" for one in types if one not in TERMS)
    allowed = _ALWAYS.union(*(TERMS.get(one, frozenset()) for one in types))
    for name, value in node.items():
        here = f"{path}.{name}" if path else name
        if name not in allowed:
            yield here
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(one, dict) and name != "@context":
                yield from _undefined(one, f"{here}[{index}]", typed=name not in _UNTYPED)
