"""Data Integrity proofs with the suite `eddsa-jcs-2022` (W3C, Data Integrity EdDSA Cryptosuites v1.0).

The document and the proof's own options are each brought into canonical form (JCS, RFC 8785) and
hashed with SHA-256; the hash of the options comes first, the hash of the document second, and Ed25519
signs the 64 bytes. A document carries its proofs in an array, so that further suites can stand beside
this one; a check demands that every one of them holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Document = dict[str, Any]

SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"
PROOF_TYPE = "DataIntegrityProof"
LARGEST_DOCUMENT_BYTES = 262_144
MOST_PROOFS = 8

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES = {symbol: value for value, symbol in enumerate(_BASE58)}
_ED25519_PUBLIC = b"\xed\x01"
_LONGEST_MULTIBASE = 128
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MEMBERS = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context", "proofValue"}
)


class ProofError(Exception):
    """A document cannot be read or its proofs do not hold; the text says why, for people who look closely."""


class UnknownKeyError(ProofError):
    """The proof names a key we do not have, so that nothing can be said about the signature."""


def base58_encode(data: bytes) -> str:
    """Return bytes in base58 with Bitcoin's alphabet; leading zero bytes become ones."""
    number = int.from_bytes(data, "big")
    symbols = ""
    while number:
        number, rest = divmod(number, 58)
        symbols = _BASE58[rest] + symbols
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + symbols


def base58_decode(text: str) -> bytes:
    """Return the bytes of a base58 text; raises `ProofError` when it is none or longer than any key."""
    if len(text) > _LONGEST_MULTIBASE:
        raise ProofError("A base58 value is too long.")
    number = 0
    for symbol in text:
        if symbol not in _BASE58_VALUES:
            raise ProofError("A base58 value holds a symbol outside its alphabet.")
        number = number * 58 + _BASE58_VALUES[symbol]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def public_multibase(key: Ed25519PublicKey) -> str:
    """Return a public key as a Multikey value, `z6Mk…`."""
    return "z" + base58_encode(_ED25519_PUBLIC + key.public_bytes_raw())


def public_key_of(multibase: str) -> Ed25519PublicKey:
    """Return the Ed25519 key of a Multikey value; raises `ProofError` when it is another kind or none."""
    if not multibase.startswith("z"):
        raise ProofError("A key is not in base58 (z…).")
    data = base58_decode(multibase[1:])
    if len(data) != len(_ED25519_PUBLIC) + 32 or not data.startswith(_ED25519_PUBLIC):
        raise ProofError("A key is not an Ed25519 key.")
    return Ed25519PublicKey.from_public_bytes(data[2:])


def written_moment(moment: datetime) -> str:
    """Return a moment as credentials write it, `2026-03-03T09:12:00Z`; seconds are the smallest unit."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: object) -> datetime:
    """Return the moment of such a text; raises `ProofError` on any other form, even a valid ISO one."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise ProofError("A time is not written as YYYY-MM-DDThh:mm:ssZ.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ProofError("A time names a day or hour that does not exist.") from None


def parse_document(source: bytes) -> Document:
    """Return the JSON object of a file, read strictly.

    Raises `ProofError` on anything two readers could understand differently: duplicate names, numbers
    beyond what JSON carries safely, text that is not UTF-8, and documents beyond 256 KB or too deep.
    """
    if len(source) > LARGEST_DOCUMENT_BYTES:
        raise ProofError("The document is larger than 256 KB.")
    try:
        document = json.loads(
            source.decode("utf-8"), object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ProofError("The document is not well-formed JSON.") from error
    if not isinstance(document, dict):
        raise ProofError("The document is not a JSON object.")
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def canonical(value: object) -> bytes:
    """Return the JCS form of a JSON value; raises `ProofError` on what JCS cannot carry."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError, TypeError, ValueError) as error:
        raise ProofError("The document holds a value that has no canonical form.") from error


def signed_bytes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that the suite signs: the hash of the options, then that of the document."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    return hashlib.sha256(canonical(dict(options))).digest() + hashlib.sha256(canonical(bare)).digest()


def with_proof(
    document: Mapping[str, Any], *, key: Ed25519PrivateKey, verification_method: str, created: datetime
) -> Document:
    """Return the document with one more proof in its `proof` array; the document given stays as it is."""
    options: Document = {
        "type": PROOF_TYPE,
        "cryptosuite": SUITE,
        "created": written_moment(created),
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
        "@context": document["@context"],
    }
    signature = key.sign(signed_bytes(document, options))
    proof = {**options, "proofValue": "z" + base58_encode(signature)}
    return {**document, "proof": [*document.get("proof", []), proof]}


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """One proof that holds: which key made it, and when it says it did."""

    verification_method: str
    created: datetime


def check_proofs(
    document: Mapping[str, Any], *, issuer: str, keys: Mapping[str, Ed25519PublicKey]
) -> tuple[CheckedProof, ...]:
    """Return the proofs of a document once every one of them holds.

    `keys` maps verification methods to public keys; a method counts only when it belongs to `issuer`.
    Raises `UnknownKeyError` when a key of the issuer is missing here, and `ProofError` with the first
    reason otherwise: no proof, an unknown suite or member, another issuer's key, a wrong purpose,
    contexts that do not match, or a signature that does not fit.
    """
    proofs = document.get("proof")
    if isinstance(proofs, dict):
        proofs = [proofs]
    if not isinstance(proofs, list) or not proofs or len(proofs) > MOST_PROOFS:
        raise ProofError(f"The document has no proof, or more than {MOST_PROOFS}.")
    return tuple(_check_proof(document, proof, issuer, keys) for proof in proofs)


def _check_proof(
    document: Mapping[str, Any], proof: object, issuer: str, keys: Mapping[str, Ed25519PublicKey]
) -> CheckedProof:
    if not isinstance(proof, dict) or not proof.keys() <= _MEMBERS:
        raise ProofError("A proof has a member that this check does not know.")
    if proof.get("type") != PROOF_TYPE or proof.get("cryptosuite") != SUITE:
        raise ProofError("A proof is of a kind that this check does not know.")
    if proof.get("proofPurpose") != PURPOSE:
        raise ProofError("A proof was not made to assert anything.")
    created = read_moment(proof.get("created"))
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(method, str) or not method.startswith(f"{issuer}#"):
        raise ProofError("A proof was made with a key that is not the issuer's.")
    if method not in keys:
        raise UnknownKeyError("A proof names a key of the issuer that is not known here.")
    if not isinstance(value, str) or not value.startswith("z"):
        raise ProofError("A signature is not in base58 (z…).")
    options = {name: one for name, one in proof.items() if name != "proofValue"}
    try:
        keys[method].verify(base58_decode(value[1:]), signed_bytes(_in_context_of(document, proof), options))
    except InvalidSignature:
        raise ProofError("A signature does not fit the document.") from None
    return CheckedProof(method, created)


def _in_context_of(document: Mapping[str, Any], proof: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document as the proof saw it: its `@context` must begin with the proof's."""
    if "@context" not in proof:
        return document
    signed, present = _as_list(proof["@context"]), _as_list(document.get("@context"))
    if present[: len(signed)] != signed:
        raise ProofError("The contexts of the document are not those that were signed.")
    return {**document, "@context": proof["@context"]}


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
