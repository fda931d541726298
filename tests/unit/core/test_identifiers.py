"""Keys and UUIDs in addresses."""

from __future__ import annotations

import uuid

import pytest

from lms.core.errors import InvalidInput, NotFound
from lms.core.identifiers import new_uuid, require_key, require_uuid


def test_uuids_are_version_7_and_ordered() -> None:
    first, second = new_uuid(), new_uuid()
    assert isinstance(first, uuid.UUID)
    assert first.version == 7
    assert first < second


@pytest.mark.parametrize("key", ["a", "microneedling-hair-loss", "c01-x"])
def test_keys(key: str) -> None:
    assert require_key(key) == key


@pytest.mark.parametrize("key", ["", "A", "a--b", "-a", "a-", "a b", "ä", "a" * 81, "a\n"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        require_key(key)


def test_a_forged_address_is_an_unknown_one() -> None:
    with pytest.raises(NotFound):
        require_uuid("../../etc/passwd")
