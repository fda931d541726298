"""Addresses, names, passwords, waiting times."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.passwords import Passwords
from lms.accounts.rules import (
    address_digest,
    email_key,
    require_email,
    require_name,
    require_password,
    wait_before_next_try,
)
from lms.core.errors import InvalidInput

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


@pytest.mark.parametrize("email", ["a@b.example", " Ann.Lee+x@mail.example.org ", "ü@bücher.example"])
def test_addresses(email: str) -> None:
    assert require_email(email) == email.strip()


@pytest.mark.parametrize(
    "email",
    ["", "a", "a@b", "a b@c.example", "a@b.example\nBcc: c@d.example", "a@@b.c", "x" * 250 + "@a.example"],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_email(email)
    assert refused.value.field == "email"


def test_case_of_an_address_does_not_matter_for_look_ups() -> None:
    assert email_key(" A@B.Example") == email_key("a@b.example")
    assert address_digest("A@B.example") == address_digest("a@b.EXAMPLE ")


@given(st.text(max_size=100))
def test_a_name_has_no_control_characters_and_is_stable(text: str) -> None:
    try:
        name = require_name(text)
    except InvalidInput:
        return
    assert not any(unicodedata.category(character) == "Cc" for character in name)
    assert name == name.strip()
    assert require_name(name) == name


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "ann@mail.example", "x" * 201])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_password(password, minimum_length=10, email="Ann@mail.example")
    assert refused.value.field == "password"


def test_a_sentence_is_a_good_password() -> None:
    assert require_password("needles are not toys", minimum_length=10, email="a@b.example")


def test_too_many_failures_wait_until_the_oldest_counted_one_is_past() -> None:
    failures = [NOW - timedelta(minutes=minutes) for minutes in (14, 10, 5, 1)]
    assert wait_before_next_try(failures, now=NOW, limit=5, window=WINDOW) is None
    assert wait_before_next_try(failures, now=NOW, limit=4, window=WINDOW) == timedelta(minutes=1)
    assert wait_before_next_try(failures, now=NOW, limit=2, window=WINDOW) == timedelta(minutes=10)


@given(
    st.lists(st.integers(min_value=0, max_value=3600).map(lambda s: NOW - timedelta(seconds=s)), max_size=30),
    st.integers(min_value=1, max_value=10),
)
def test_a_wait_is_never_longer_than_the_window(failures: list[datetime], limit: int) -> None:
    wait = wait_before_next_try(failures, now=NOW, limit=limit, window=WINDOW)
    assert wait is None or timedelta(0) < wait <= WINDOW


def test_hashing_tells_right_from_wrong_and_from_unknown() -> None:
    passwords = Passwords(slots=1)
    stored = passwords.hash("needles are not toys")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("needles are not toys", stored)
    assert not passwords.matches("needles are toys", stored)
    assert not passwords.matches("nobody has this password", None)
    assert not passwords.matches("x", "not a hash")
