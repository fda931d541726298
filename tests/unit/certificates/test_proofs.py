"""Data Integrity proofs: the W3C vector, an independent implementation, and forgeries of every kind."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import nacl.exceptions
import nacl.signing
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.proofs import (
    LARGEST_DOCUMENT_BYTES,
    Document,
    ProofError,
    UnknownKeyError,
    base58_decode,
    base58_encode,
    canonical,
    check_proofs,
    parse_document,
    public_key_of,
    public_multibase,
    read_moment,
    with_proof,
    written_moment,
)
from tests.unit.certificates.making import ISSUER_ID, KEY, KEYS, METHOD, OTHER_KEY, signed

# The test vector of the specification (W3C, Data Integrity EdDSA Cryptosuites v1.0, appendix B.2).
VECTOR_PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
VECTOR_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
VECTOR_ISSUER = f"did:key:{VECTOR_PUBLIC}"
VECTOR_METHOD = f"{VECTOR_ISSUER}#{VECTOR_PUBLIC}"
VECTOR_DOCUMENT_HASH = "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
VECTOR_OPTIONS_HASH = "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
VECTOR_SIGNATURE = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
VECTOR_CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
VECTOR_DOCUMENT: Document = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}


def vector_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base58_decode(VECTOR_SECRET[1:])[2:])


def test_the_vector_of_the_specification_is_reproduced() -> None:
    key = vector_key()
    assert public_multibase(key.public_key()) == VECTOR_PUBLIC
    assert hashlib.sha256(canonical(VECTOR_DOCUMENT)).hexdigest() == VECTOR_DOCUMENT_HASH
    made = with_proof(VECTOR_DOCUMENT, key=key, verification_method=VECTOR_METHOD, created=VECTOR_CREATED)
    [proof] = made["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    assert hashlib.sha256(canonical(options)).hexdigest() == VECTOR_OPTIONS_HASH
    assert proof["proofValue"] == VECTOR_SIGNATURE


def test_the_vector_of_the_specification_verifies_with_a_single_proof_object() -> None:
    made = with_proof(
        VECTOR_DOCUMENT, key=vector_key(), verification_method=VECTOR_METHOD, created=VECTOR_CREATED
    )
    document = {**VECTOR_DOCUMENT, "proof": made["proof"][0]}
    [checked] = check_proofs(
        document, issuer=VECTOR_ISSUER, keys={VECTOR_METHOD: public_key_of(VECTOR_PUBLIC)}
    )
    assert checked.created == VECTOR_CREATED


def jcs_by_hand(value: Any) -> str:
    """A second implementation of JCS for what credentials hold: no fractions, no large numbers."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{jcs_by_hand(name)}:{jcs_by_hand(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs_by_hand, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def test_an_independent_implementation_verifies_our_proof() -> None:
    document = signed()
    [proof] = document["proof"]
    bare = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    message = b"".join(hashlib.sha256(jcs_by_hand(part).encode()).digest() for part in (options, bare))
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for symbol in proof["proofValue"][1:]:
        number = number * 58 + alphabet.index(symbol)
    verifier = nacl.signing.VerifyKey(KEY.public_key().public_bytes_raw())
    assert verifier.verify(message, number.to_bytes(64, "big")) == message
    with pytest.raises(nacl.exceptions.BadSignatureError):
        verifier.verify(message[::-1], number.to_bytes(64, "big"))


def test_the_proof_stands_in_a_list_and_the_document_given_is_left_alone() -> None:
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:uuid:1"}
    made = with_proof(document, key=KEY, verification_method=METHOD, created=VECTOR_CREATED)
    assert isinstance(made["proof"], list)
    assert "proof" not in document
    twice = with_proof(made, key=KEY, verification_method=METHOD, created=VECTOR_CREATED)
    assert len(twice["proof"]) == 2
    assert len(check_proofs(twice, issuer=ISSUER_ID, keys=KEYS)) == 2


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, (*path, index))
    else:
        yield path


SIGNED = signed()
LEAVES = list(leaves(SIGNED))


@given(st.sampled_from(LEAVES), st.data())
def test_a_change_of_any_signed_value_is_detected(path: tuple[Any, ...], data: st.DataObject) -> None:
    changed = copy.deepcopy(SIGNED)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    value = node[path[-1]]
    if isinstance(value, bool):
        node[path[-1]] = not value
    else:
        place = data.draw(st.integers(min_value=0, max_value=len(value) - 1))
        flipped = chr(ord(value[place]) ^ 1 << data.draw(st.integers(min_value=0, max_value=6)))
        node[path[-1]] = value[:place] + flipped + value[place + 1 :]
    with pytest.raises(ProofError):
        check_proofs(changed, issuer=ISSUER_ID, keys=KEYS)


@given(st.sampled_from([path for path in LEAVES if path[0] != "proof"]))
def test_a_signed_value_that_is_taken_out_is_missed(path: tuple[Any, ...]) -> None:
    changed = copy.deepcopy(SIGNED)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    with pytest.raises(ProofError):
        check_proofs(changed, issuer=ISSUER_ID, keys=KEYS)


def with_changed_proof(**changes: Any) -> Document:
    document = copy.deepcopy(SIGNED)
    document["proof"][0].update(changes)
    return document


def without(*names: str) -> Document:
    document = copy.deepcopy(SIGNED)
    for name in names:
        del document["proof"][0][name]
    return document


def signed_by_another() -> Document:
    bare = {name: value for name, value in SIGNED.items() if name != "proof"}
    return with_proof(bare, key=OTHER_KEY, verification_method=METHOD, created=VECTOR_CREATED)


def one_of_two_forged() -> Document:
    forged = signed_by_another()["proof"]
    return {**SIGNED, "proof": [*SIGNED["proof"], *forged]}


FORGERIES: dict[str, Callable[[], Document]] = {
    "no proof at all": lambda: {name: value for name, value in SIGNED.items() if name != "proof"},
    "an empty list of proofs": lambda: {**SIGNED, "proof": []},
    "proof as text": lambda: {**SIGNED, "proof": "z123"},
    "a proof that is no object": lambda: {**SIGNED, "proof": [None]},
    "more proofs than anybody needs": lambda: {**SIGNED, "proof": SIGNED["proof"] * 9},
    "any proof passes": one_of_two_forged,
    "another key": signed_by_another,
    "an unknown suite": lambda: with_changed_proof(cryptosuite="eddsa-rdfc-2022"),
    "another type": lambda: with_changed_proof(type="Ed25519Signature2020"),
    "another purpose": lambda: with_changed_proof(proofPurpose="authentication"),
    "another issuer's method": lambda: with_changed_proof(
        verificationMethod=f"did:web:evil.example#{METHOD}"
    ),
    "a method that only begins like ours": lambda: with_changed_proof(
        verificationMethod=f"{ISSUER_ID}.evil.example#k"
    ),
    "a time with an offset": lambda: with_changed_proof(created="2026-03-03T09:12:00+00:00"),
    "a time that does not exist": lambda: with_changed_proof(created="2026-02-30T09:12:00Z"),
    "no time": lambda: without("created"),
    "no signature": lambda: without("proofValue"),
    "a signature in another base": lambda: with_changed_proof(proofValue="uAAAA"),
    "a signature that is too short": lambda: with_changed_proof(proofValue="z2HnFSS"),
    "a signature of foreign symbols": lambda: with_changed_proof(proofValue="z0OIl"),
    "a signature that never ends": lambda: with_changed_proof(proofValue="z" + "2" * 5000),
    "a member that was not signed": lambda: with_changed_proof(domain="evil.example"),
    "a context put in front": lambda: {
        **SIGNED,
        "@context": ["https://evil.example/v1", *SIGNED["@context"]],
    },
    "a context taken away": lambda: {**SIGNED, "@context": SIGNED["@context"][:1]},
    "contexts in another order": lambda: {**SIGNED, "@context": SIGNED["@context"][::-1]},
    "contexts of the proof changed": lambda: with_changed_proof(**{"@context": SIGNED["@context"][:1]}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused(name: str) -> None:
    with pytest.raises(ProofError):
        check_proofs(FORGERIES[name](), issuer=ISSUER_ID, keys=KEYS)


def test_a_key_of_the_issuer_that_is_missing_here_is_told_apart_from_a_forgery() -> None:
    with pytest.raises(UnknownKeyError):
        check_proofs(SIGNED, issuer=ISSUER_ID, keys={})


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"[]",
        b'"text"',
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'\xff{"a": 1}',
        b'{"a": ' * 100_000,
        b'{"a": "' + b"x" * LARGEST_DOCUMENT_BYTES + b'"}',
    ],
)
def test_documents_that_two_readers_could_understand_differently_are_refused(source: bytes) -> None:
    with pytest.raises(ProofError):
        parse_document(source)


@pytest.mark.parametrize("value", [{"a": 2**60}, {"a": float("nan")}, {"a": "\ud800"}, {"a": object()}])
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(ProofError):
        canonical(value)


@given(st.binary(max_size=80))
def test_base58_gives_back_what_it_was_given(data: bytes) -> None:
    assert base58_decode(base58_encode(data)) == data


@pytest.mark.parametrize(
    "text", ["", "u6Mk", "z", "z6Mk0", "z" + "1" * 33, "zQ3shunBKsXixLxKtC5qeSG9E4J5RkGN57im31pcTzbNQnm5w"]
)
def test_what_is_no_ed25519_key_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        public_key_of(text)


@given(st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000))
def test_moments_are_written_to_the_second_and_read_back(moment: datetime) -> None:
    assert read_moment(written_moment(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", [None, 5, "2026-03-03", "2026-03-03T09:12:00", "2026-03-03T25:12:00Z", "2026-3-3T9:12:00Z"]
)
def test_other_forms_of_time_are_refused(text: object) -> None:
    with pytest.raises(ProofError):
        read_moment(text)
