"""Bitstring Status Lists (W3C, Bitstring Status List v1.0): one bit per certificate, published and signed.

A list says nothing about anybody: a verifier fetches all of it and looks at one bit, and the places
are given out at random, so that neighbours tell nothing. Bit 0 is the leftmost bit of the first byte.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from lms.certificates.proofs import Document, ProofError, read_moment, written_moment

BITS = 131_072
"""Places of a list: the least that the specification allows, so that no holder stands out."""
LARGEST_LIST_BYTES = 4_194_304
LONGEST_ENCODED = 6_000_000
_LONGEST_INDEX = 9
CONTEXT = "https://www.w3.org/ns/credentials/v2"
ENTRY_TYPE = "BitstringStatusListEntry"
LIST_TYPE = "BitstringStatusList"
CREDENTIAL_TYPES = ("VerifiableCredential", "BitstringStatusListCredential")


class Purpose(StrEnum):
    """What a set bit means: withdrawn for good, or set aside for a while."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class StatusUnreadableError(ProofError):
    """The list cannot answer (lapsed, for something else, too short, damaged): the status is not known."""


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the status of one certificate stands: the list's address and the bit's number."""

    purpose: str
    list_id: str
    index: int

    def entry(self) -> Document:
        """Return the place as a credential carries it; its `id` differs from the list's own address."""
        return {
            "id": f"{self.list_id}#{self.index}",
            "type": ENTRY_TYPE,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_id,
        }


def read_place(entry: object) -> StatusPlace:
    """Return the place that a status entry names; raises `ProofError` when it is not such an entry."""
    if not isinstance(entry, dict) or entry.get("type") != ENTRY_TYPE:
        raise ProofError("A status entry is of a kind that this check does not know.")
    index, purpose, list_id = (
        entry.get(name) for name in ("statusListIndex", "statusPurpose", "statusListCredential")
    )
    if not (isinstance(index, str) and index.isascii() and index.isdigit() and len(index) <= _LONGEST_INDEX):
        raise ProofError("The index of a status entry is not a number in text.")
    if not (isinstance(purpose, str) and isinstance(list_id, str) and purpose and list_id):
        raise ProofError("A status entry names no purpose or no list.")
    return StatusPlace(purpose, list_id, int(index))


def empty_bits() -> bytes:
    """Return a list in which no bit is set."""
    return bytes(BITS // 8)


def bit_at(bits: bytes, index: int) -> bool:
    """Return whether a bit is set; raises `StatusUnreadableError` when the list has no such place."""
    if not 0 <= index < len(bits) * 8:
        raise StatusUnreadableError("The status list has no such place.")
    return bool(bits[index >> 3] & 0x80 >> (index & 7))


def with_bit(bits: bytes, index: int, *, is_set: bool) -> bytes:
    """Return the list with one bit set or cleared."""
    bit_at(bits, index)
    changed = bytearray(bits)
    mask = 0x80 >> (index & 7)
    changed[index >> 3] = changed[index >> 3] | mask if is_set else changed[index >> 3] & ~mask
    return bytes(changed)


def encode_bits(bits: bytes) -> str:
    """Return a list as published: `u`, then base64url without padding of its gzip form."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode()


def decode_bits(encoded: object) -> bytes:
    """Return the bits of a published list.

    Raises `StatusUnreadableError` when it is damaged, has fewer places than the specification allows,
    or grows beyond 4 MB when unpacked; nothing beyond that is ever unpacked.
    """
    if not isinstance(encoded, str) or not encoded.startswith("u") or len(encoded) > LONGEST_ENCODED:
        raise StatusUnreadableError("The status list is not written as base64url (u…).")
    return _unpacked(encoded)


@lru_cache(maxsize=32)
def _unpacked(encoded: str) -> bytes:
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj(wbits=31)
        bits = unpacking.decompress(packed, LARGEST_LIST_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise StatusUnreadableError("The status list is damaged.") from error
    if not unpacking.eof or unpacking.unused_data:
        raise StatusUnreadableError("The status list is cut off, has something behind it, or is too large.")
    if len(bits) * 8 < BITS:
        raise StatusUnreadableError(f"The status list has fewer than {BITS} places.")
    return bits


def build_list(
    *,
    list_id: str,
    issuer_id: str,
    purpose: Purpose,
    bits: bytes,
    valid_from: datetime,
    valid_until: datetime,
) -> Document:
    """Return the credential that publishes a list, not yet signed."""
    return {
        "@context": [CONTEXT],
        "id": list_id,
        "type": list(CREDENTIAL_TYPES),
        "issuer": issuer_id,
        "validFrom": written_moment(valid_from),
        "validUntil": written_moment(valid_until),
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": LIST_TYPE,
            "statusPurpose": purpose.value,
            "encodedList": encode_bits(bits),
        },
    }


def read_list(document: Mapping[str, Any], *, place: StatusPlace, issuer_id: str, now: datetime) -> bytes:
    """Return the bits of a published list whose proofs were checked already.

    Raises `StatusUnreadableError` when it is another list than the place names, of another issuer or
    purpose, not yet or no longer valid, or damaged.
    """
    subject = document.get("credentialSubject")
    if document.get("type") != list(CREDENTIAL_TYPES) or not isinstance(subject, dict):
        raise StatusUnreadableError("The document is not a status list.")
    if document.get("id") != place.list_id or document.get("issuer") != issuer_id:
        raise StatusUnreadableError("The status list is not the one that the certificate names.")
    purposes = subject.get("statusPurpose")
    if place.purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusUnreadableError("The status list is for another purpose.")
    if subject.get("type") != LIST_TYPE:
        raise StatusUnreadableError("The status list is of an unknown kind.")
    if not read_moment(document.get("validFrom")) <= now <= read_moment(document.get("validUntil")):
        raise StatusUnreadableError("The status list has lapsed and was not renewed.")
    return decode_bits(subject.get("encodedList"))
