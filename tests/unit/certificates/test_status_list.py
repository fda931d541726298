"""Status lists: the leftmost bit first, bombs capped, and nothing read from the wrong list."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.proofs import ProofError
from lms.certificates.status_list import (
    BITS,
    LARGEST_LIST_BYTES,
    Purpose,
    StatusPlace,
    StatusUnreadableError,
    bit_at,
    build_list,
    decode_bits,
    empty_bits,
    encode_bits,
    read_list,
    read_place,
    with_bit,
)
from lms.certificates.vocabulary import undefined_terms
from tests.unit.certificates.making import ISSUER_ID, PLACES

FROM = datetime(2026, 3, 3, tzinfo=UTC)
UNTIL = FROM + timedelta(days=30)
PLACE = PLACES[0]
indices = st.integers(min_value=0, max_value=BITS - 1)


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0)).rstrip(b"=").decode()


def a_list(**changes: Any) -> dict[str, Any]:
    document = build_list(
        list_id=PLACE.list_id,
        issuer_id=ISSUER_ID,
        purpose=Purpose.REVOCATION,
        bits=with_bit(empty_bits(), PLACE.index, is_set=True),
        valid_from=FROM,
        valid_until=UNTIL,
    )
    subject = {**document["credentialSubject"], **changes.pop("credentialSubject", {})}
    return {**document, "credentialSubject": subject, **changes}


def test_the_first_bit_is_the_leftmost_one() -> None:
    assert with_bit(empty_bits(), 0, is_set=True)[0] == 0b1000_0000
    assert with_bit(empty_bits(), 7, is_set=True)[0] == 0b0000_0001
    assert with_bit(empty_bits(), 8, is_set=True)[:2] == b"\x00\x80"


@given(st.sets(indices, max_size=30), indices)
def test_a_list_gives_back_exactly_the_bits_that_were_set(chosen: set[int], other: int) -> None:
    bits = empty_bits()
    for index in chosen:
        bits = with_bit(bits, index, is_set=True)
    read = decode_bits(encode_bits(bits))
    assert read == bits
    assert all(bit_at(read, index) for index in chosen)
    assert bit_at(read, other) == (other in chosen)


@given(indices)
def test_a_cleared_bit_leaves_no_trace(index: int) -> None:
    assert with_bit(with_bit(empty_bits(), index, is_set=True), index, is_set=False) == empty_bits()


def test_the_encoding_is_base64url_of_gzip_without_padding_and_always_the_same() -> None:
    encoded = encode_bits(empty_bits())
    assert encoded == encode_bits(empty_bits())
    assert encoded[0] == "u"
    assert not set("+/=") & set(encoded)
    unpacked = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert unpacked == bytes(16_384)


@pytest.mark.parametrize("index", [-1, BITS, 10**9])
def test_a_place_outside_the_list_is_not_read_as_unset(index: int) -> None:
    with pytest.raises(StatusUnreadableError):
        bit_at(empty_bits(), index)


@pytest.mark.parametrize(
    "encoded",
    [
        None,
        5,
        "",
        "u",
        "z" + encode_bits(empty_bits())[1:],
        encode_bits(empty_bits())[:-4],
        encode_bits(empty_bits()) + "AAAA",
        "u" + base64.urlsafe_b64encode(b"no gzip").decode().rstrip("="),
        "u*not-base64*",
        packed(bytes(16_383)),
        packed(bytes(LARGEST_LIST_BYTES + 1)),
        packed(bytes(60_000_000)),
    ],
)
def test_damaged_short_and_bomb_sized_lists_answer_nothing(encoded: object) -> None:
    with pytest.raises(StatusUnreadableError):
        decode_bits(encoded)


def test_a_bomb_is_not_unpacked_beyond_the_limit() -> None:
    import tracemalloc

    bomb = packed(bytes(60_000_000))
    tracemalloc.start()
    with pytest.raises(StatusUnreadableError):
        decode_bits(bomb)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * LARGEST_LIST_BYTES


def test_a_published_list_is_read_for_the_place_it_is_meant_for() -> None:
    bits = read_list(a_list(), place=PLACE, issuer_id=ISSUER_ID, now=FROM)
    assert bit_at(bits, PLACE.index)
    assert not bit_at(bits, PLACE.index + 1)


@pytest.mark.parametrize(
    ("changes", "now"),
    [
        ({}, UNTIL + timedelta(seconds=1)),
        ({}, FROM - timedelta(seconds=1)),
        ({"validUntil": "soon"}, FROM),
        ({"id": "https://evil.example/list"}, FROM),
        ({"issuer": "did:web:evil.example"}, FROM),
        ({"type": ["VerifiableCredential"]}, FROM),
        ({"credentialSubject": {"statusPurpose": "suspension"}}, FROM),
        ({"credentialSubject": {"type": "Something"}}, FROM),
        ({"credentialSubject": {"encodedList": packed(bytes(10))}}, FROM),
    ],
)
def test_a_lapsed_foreign_or_wrong_list_answers_nothing(changes: dict[str, Any], now: datetime) -> None:
    with pytest.raises(ProofError):
        read_list(a_list(**changes), place=PLACE, issuer_id=ISSUER_ID, now=now)


def test_the_list_is_a_credential_as_the_specification_asks() -> None:
    document = a_list()
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["credentialSubject"]["type"] == "BitstringStatusList"
    assert document["validUntil"] == "2026-04-02T00:00:00Z"
    assert document["credentialSubject"]["id"] != document["id"]
    assert undefined_terms(document) == ()


def test_an_entry_names_its_place_in_text_and_differs_from_the_list() -> None:
    entry = PLACE.entry()
    assert entry["statusListIndex"] == "94567"
    assert entry["id"] != entry["statusListCredential"] == PLACE.list_id
    assert read_place(entry) == PLACE


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "StatusList2021Entry"},
        {"statusListIndex": 94567},
        {"statusListIndex": "-1"},
        {"statusListIndex": "٣"},
        {"statusListIndex": "1" * 20},
        {"statusListCredential": ""},
        {"statusPurpose": None},
    ],
)
def test_entries_of_another_kind_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        read_place({**StatusPlace("revocation", "https://a.example/l", 1).entry(), **changes})
