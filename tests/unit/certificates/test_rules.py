"""What a check concludes, and how long a certificate holds."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.claims import Claims
from lms.certificates.proofs import with_proof
from lms.certificates.rules import (
    Examination,
    Outcome,
    RegisterEntry,
    State,
    Step,
    criteria_text,
    examine,
    expiry_of,
    genuine_claims,
    is_expiring,
    learning_text,
    state_of_row,
)
from lms.certificates.status_list import Purpose, StatusPlace, StatusUnreadableError, empty_bits, with_bit
from tests.unit.certificates.making import (
    AWARD,
    EXPIRES,
    ISSUED,
    KEYS,
    METHOD,
    NOW,
    OTHER_KEY,
    PLACES,
    entry,
    signed,
)


def lists(*purposes: Purpose) -> Callable[[StatusPlace], bytes]:
    """Return the reader of lists in which the certificate's bit is set for these purposes."""

    def read(place: StatusPlace) -> bytes:
        return with_bit(empty_bits(), place.index, is_set=place.purpose in purposes)

    return read


def lapsed(_place: StatusPlace) -> bytes:
    raise StatusUnreadableError("The status list has lapsed.")


def check(found: RegisterEntry | None = None, *, keys: Any = KEYS, **changes: Any) -> Examination:
    found = entry() if found is None else found

    def open_credential() -> Claims:
        return genuine_claims(found.credential, issuer_id=found.issuer_id, keys=keys)

    values: dict[str, Any] = {"digest": found.digest, "read_status": lists(), "now": NOW, **changes}
    return examine(found, open_credential=None if keys is None else open_credential, **values)


def outcomes(examination: Examination) -> dict[Step, Outcome]:
    return {finding.step: finding.outcome for finding in examination.findings}


def test_a_genuine_certificate_in_date_passes_every_step() -> None:
    found = check()
    assert found.state is State.VALID
    assert set(outcomes(found).values()) == {Outcome.PASSED}
    assert found.claims is not None
    assert found.claims.holder_name == AWARD.holder_name


def test_it_holds_to_the_last_second() -> None:
    assert check(now=EXPIRES).state is State.VALID
    late = check(now=EXPIRES + timedelta(seconds=1))
    assert late.state is State.EXPIRED
    assert outcomes(late)[Step.DATES] is Outcome.WAITING
    assert check(now=ISSUED - timedelta(seconds=1)).state is State.NOT_YET


@pytest.mark.parametrize(
    ("register", "listed"),
    [
        ({"withdrawn_at": NOW}, ()),
        ({}, (Purpose.REVOCATION,)),
        ({"withdrawn_at": NOW, "suspended_at": NOW}, (Purpose.REVOCATION, Purpose.SUSPENSION)),
    ],
)
def test_withdrawn_in_the_register_or_on_the_list_is_withdrawn(
    register: dict[str, Any], listed: tuple[Purpose, ...]
) -> None:
    found = check(entry(**register), read_status=lists(*listed))
    assert found.state is State.WITHDRAWN
    assert outcomes(found)[Step.STATUS] is Outcome.FAILED
    assert (
        check(entry(**register), read_status=lists(*listed), now=EXPIRES + timedelta(days=1)).state
        is State.WITHDRAWN
    )


@pytest.mark.parametrize(("register", "listed"), [({"suspended_at": NOW}, ()), ({}, (Purpose.SUSPENSION,))])
def test_suspended_in_the_register_or_on_the_list_is_suspended(
    register: dict[str, Any], listed: tuple[Purpose, ...]
) -> None:
    found = check(entry(**register), read_status=lists(*listed))
    assert found.state is State.SUSPENDED
    assert outcomes(found)[Step.STATUS] is Outcome.WAITING


def test_a_lapsed_list_says_nothing_against_the_certificate() -> None:
    found = check(read_status=lapsed)
    assert found.state is State.UNCHECKED
    assert outcomes(found)[Step.STATUS] is Outcome.SKIPPED
    assert outcomes(found)[Step.SIGNATURE] is Outcome.PASSED


def test_what_is_known_without_the_list_is_still_said() -> None:
    assert check(entry(withdrawn_at=NOW), read_status=lapsed).state is State.WITHDRAWN
    assert check(read_status=lapsed, now=EXPIRES + timedelta(days=1)).state is State.EXPIRED


@pytest.mark.parametrize("keys", [None, {}])
def test_keys_that_cannot_be_read_say_nothing_against_the_certificate(keys: Any) -> None:
    found = check(keys=keys)
    assert found.state is State.UNCHECKED
    assert set(outcomes(found).values()) == {Outcome.SKIPPED}
    assert found.claims is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holder_name": "Somebody Else"}, "holder"),
        ({"title": "Another award"}, "award"),
        ({"course": "microneedling-hair-loss@4"}, "course"),
        ({"number": "PAP-0000-0000-0000-4"}, "number"),
        ({"issued_at": ISSUED - timedelta(days=365)}, "issued"),
        ({"expires_at": EXPIRES + timedelta(days=365)}, "expires"),
        ({"expires_at": None}, "expires"),
        ({"status": PLACES[:1]}, "status"),
        ({"status": (replace(PLACES[0], index=7), PLACES[1])}, "status"),
    ],
)
def test_a_changed_row_of_the_register_is_found_field_by_field(changes: dict[str, Any], field: str) -> None:
    found = check(entry(**changes))
    assert found.state is State.ALTERED
    assert found.differing == (field,)
    assert outcomes(found)[Step.SIGNATURE] is Outcome.PASSED
    assert outcomes(found)[Step.REGISTER] is Outcome.FAILED


def altered(**members: Any) -> bytes:
    return json.dumps({**signed(), **members}).encode()


def test_a_changed_credential_is_found_and_nothing_in_it_is_believed() -> None:
    document = copy.deepcopy(signed())
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    document["validUntil"] = "2099-01-01T00:00:00Z"
    found = check(replace(entry(), credential=json.dumps(document).encode()))
    assert found.state is State.ALTERED
    assert found.differing == ("holder", "expires", "file")
    assert found.claims is None
    assert outcomes(found)[Step.SIGNATURE] is Outcome.FAILED


@pytest.mark.parametrize("credential", [b"", b"{}", b"\xff", b"[]", altered(proof=[]), altered(type="text")])
def test_a_ruined_credential_is_altered_and_never_an_error(credential: bytes) -> None:
    found = check(replace(entry(), credential=credential))
    assert found.state is State.ALTERED
    assert "file" in found.differing


def test_register_and_credential_changed_alike_fail_by_the_signature() -> None:
    document = copy.deepcopy(signed())
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"
    found = check(entry(document, holder_name="Somebody Else"))
    assert found.state is State.ALTERED
    assert found.differing == ("file",)


def test_a_credential_signed_anew_by_another_key_is_altered() -> None:
    bare = {name: value for name, value in signed().items() if name != "proof"}
    document = with_proof(bare, key=OTHER_KEY, verification_method=METHOD, created=ISSUED)
    assert check(entry(document)).state is State.ALTERED


def test_bytes_that_mean_the_same_but_are_not_those_issued_are_found() -> None:
    credential = json.dumps(signed(), indent=1).encode()
    found = check(replace(entry(), credential=credential), digest="0" * 64)
    assert found.state is State.ALTERED
    assert found.differing == ("file",)
    assert outcomes(found)[Step.SIGNATURE] is Outcome.PASSED


SOURCE = entry().credential


@given(st.integers(min_value=0, max_value=len(SOURCE) * 8 - 1))
def test_no_single_flipped_bit_of_the_stored_file_goes_unnoticed(bit: int) -> None:
    flipped = bytearray(SOURCE)
    flipped[bit >> 3] ^= 1 << (bit & 7)
    stored = bytes(flipped)
    found = check(replace(entry(), credential=stored), digest=hashlib.sha256(stored).hexdigest())
    assert found.state is State.ALTERED


def test_a_file_changed_to_name_an_unknown_key_is_altered_and_not_merely_unchecked() -> None:
    stored = SOURCE.replace(METHOD.encode(), METHOD.encode()[:-1] + b"z")
    assert stored != SOURCE
    digest = hashlib.sha256(stored).hexdigest()
    for keys in (KEYS, None):
        assert check(replace(entry(), credential=stored), digest=digest, keys=keys).state is State.ALTERED


@pytest.mark.parametrize(
    ("issued", "months", "expires"),
    [
        ("2026-03-03T09:12:00+00:00", 24, "2028-03-02T23:59:59+00:00"),
        ("2026-03-03T23:30:00-05:00", 24, "2028-03-03T23:59:59+00:00"),
        ("2027-01-31T00:00:00+00:00", 1, "2027-02-27T23:59:59+00:00"),
        ("2028-02-29T12:00:00+00:00", 12, "2029-02-27T23:59:59+00:00"),
        ("2026-12-15T12:00:00+00:00", 1, "2027-01-14T23:59:59+00:00"),
    ],
)
def test_a_validity_in_months_ends_the_day_before(issued: str, months: int, expires: str) -> None:
    assert expiry_of(datetime.fromisoformat(issued), months) == datetime.fromisoformat(expires)


def test_a_certificate_may_have_no_end() -> None:
    assert expiry_of(ISSUED, None) is None
    assert expiry_of(ISSUED, 0) is None


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 2000 <= moment.year < 2100),
    st.integers(min_value=1, max_value=120),
)
def test_more_months_never_end_earlier(issued: datetime, months: int) -> None:
    first, second = expiry_of(issued, months), expiry_of(issued, months + 1)
    assert first is not None
    assert second is not None
    assert issued - timedelta(days=1) < first < second


def test_a_certificate_is_expiring_in_its_last_sixty_days() -> None:
    assert not is_expiring(EXPIRES, now=EXPIRES - timedelta(days=61))
    assert is_expiring(EXPIRES, now=EXPIRES - timedelta(days=60))
    assert is_expiring(EXPIRES, now=EXPIRES)
    assert not is_expiring(EXPIRES, now=EXPIRES + timedelta(seconds=1))
    assert not is_expiring(None, now=EXPIRES)


def test_the_register_alone_gives_lists_their_word() -> None:
    values: dict[str, Any] = {"withdrawn_at": None, "suspended_at": None, "expires_at": EXPIRES, "now": NOW}
    assert state_of_row(**values) is State.VALID
    assert state_of_row(**{**values, "expires_at": None}) is State.VALID
    assert state_of_row(**{**values, "now": EXPIRES + timedelta(days=1)}) is State.EXPIRED
    assert state_of_row(**{**values, "suspended_at": NOW}) is State.SUSPENDED
    assert state_of_row(**{**values, "suspended_at": NOW, "withdrawn_at": NOW}) is State.WITHDRAWN


def test_the_signed_texts_are_plain_sentences() -> None:
    assert learning_text(6.0).startswith("6 hours")
    assert learning_text(6.5).startswith("6.5 hours")
    text = criteria_text(pass_mark_percent=82.5, scope=" Scope. ")
    assert "82.5 per cent or more" in text
    assert "  " not in text
    assert text.endswith(
        "Scope. Assessed: decisions on written patient records. Not assessed: hands-on skill."
    )
    own = criteria_text(pass_mark_percent=70, scope="Not assessed: speed.")
    assert own.endswith("requires. Not assessed: speed.")
