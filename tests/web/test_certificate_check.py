"""The public check of a certificate: genuine, unknown, expired, withdrawn, altered, or not to be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import flask
import pytest
import sqlalchemy as sa

from lms.certificates.number import ALPHABET, new_number
from lms.certificates.queries import CERTIFICATES, LISTS
from lms.certificates.service import (
    reinstate_certificate,
    resign_status_lists,
    suspend_certificate,
    withdraw_certificate,
)
from lms.core.errors import Conflict, InvalidInput
from lms.core.runtime import Runtime
from tests.support import certificates
from tests.support.certificates import JSON, change_row, state
from tests.support.clock import FrozenClock
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

holder = certificates.holder
number = certificates.number


def test_anybody_can_check_a_number_without_an_account(client: Visitor, number: str) -> None:
    text = visible_text(client.get("/check", query_string={"number": number}))
    assert "Valid certificate" in text
    assert "Zoë Example holds this award" in text
    for said in (
        number,
        "Papilla Academy",
        "Not assessed: hands-on skill",
        "Does not grant a licence or widen scope of practice",
        "Certificate of assessment, not of attendance",
        "Pass, no confirmed safety error",
        "microneedling-hair-loss, revision 1",
        "Learning time",
        "Language English",
        "The signature holds",
        "The key belongs to the issuer",
        "The register agrees with every signed field",
        "Not withdrawn and not suspended",
        "In date",
    ):
        assert said in text
    assert state(client, number) == "valid"


def test_the_way_a_number_is_written_does_not_matter(client: Visitor, number: str) -> None:
    for way in (number.lower(), number.replace("-", " "), number.removeprefix("PAP-")):
        assert "Valid certificate" in visible_text(client.get("/check", query_string={"number": way}))


def test_a_typing_slip_is_told_apart_from_an_unknown_number(client: Visitor, number: str) -> None:
    place = number.index("-") + 1
    other = next(symbol for symbol in ALPHABET if symbol != number[place])
    slip = visible_text(
        client.get("/check", query_string={"number": number[:place] + other + number[place + 1 :]})
    )
    assert "Check the number for a typing slip" in slip
    assert "the last symbol checks the others" in slip
    unknown = client.get("/check", query_string={"number": str(new_number())})
    assert "No certificate found" in visible_text(unknown)
    assert 'data-tone="none"' in unknown.get_data(as_text=True)
    assert 'data-tone="danger"' not in unknown.get_data(as_text=True)
    malformed = visible_text(client.get("/check", query_string={"number": "<b>PAP-12U</b>"}))
    assert "This is not a certificate number" in malformed


def test_an_empty_look_up_shows_the_form_again(client: Visitor) -> None:
    for address in ("/check", "/check?number=", "/check?number=%20"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Find out whether it is genuine" in visible_text(answer)


@pytest.mark.parametrize("typed", ["%00", "%F0%9F%98%80", "PAP-" + "0" * 5000, "..%2F..%2F", "'%20OR%201=1"])
def test_strange_numbers_are_answered_calmly(client: Visitor, typed: str) -> None:
    assert client.get(f"/check?number={typed}").status_code == 200


def test_look_ups_are_limited_for_each_address(make_app: Callable[..., flask.Flask]) -> None:
    client = make_app(LMS_CHECKS_PER_MINUTE=3).test_client()
    numbers = [str(new_number()) for _time in range(4)]
    assert [client.get(f"/check/{number}").status_code for number in numbers] == [200, 200, 200, 429]
    refused = client.get(f"/check/{numbers[0]}")
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.get("/check").status_code == 200


def test_an_expired_certificate_is_genuine_but_lapsed(
    client: Visitor, number: str, runtime: Runtime, clock: FrozenClock
) -> None:
    with runtime.reading() as reading:
        expires_at = reading.connection.scalar(sa.select(CERTIFICATES.c.expires_at))
    assert expires_at is not None
    clock.moment = expires_at
    with runtime.work() as work:
        assert resign_status_lists(work) == 2
    assert state(client, number) == "valid"
    clock.advance(seconds=1)
    answer = client.get(f"/check/{number}")
    assert "Expired on" in visible_text(answer)
    assert "The certificate is genuine" in visible_text(answer)
    assert state(client, number) == "expired"


def test_withdrawing_shows_everywhere_with_its_reason(
    client: Visitor, number: str, holder: Person, runtime: Runtime, factories: Factories
) -> None:
    with runtime.work() as work:
        withdraw_certificate(
            work, academy_id=holder.academy_id, number=number, reason="The key of a case was wrong."
        )
    text = visible_text(client.get(f"/check/{number}"))
    assert "Withdrawn by the academy" in text
    assert "Reason: The key of a case was wrong." in text
    assert "Listed as withdrawn" in text
    assert "Withdrawn" in visible_text(factories.signed_in(holder).get("/certificates"))
    with pytest.raises(Conflict), runtime.work() as work:
        withdraw_certificate(work, academy_id=holder.academy_id, number=number, reason="Again.")
    with pytest.raises(Conflict), runtime.work() as work:
        reinstate_certificate(work, academy_id=holder.academy_id, number=number)
    change_row(runtime, withdrawn_at=None)
    assert state(client, number) == "withdrawn"  # the signed list still says so


def test_suspending_is_undone_by_reinstating(
    client: Visitor, number: str, holder: Person, runtime: Runtime
) -> None:
    with pytest.raises(InvalidInput), runtime.work() as work:
        suspend_certificate(work, academy_id=holder.academy_id, number=number, reason="  ")
    with runtime.work() as work:
        suspend_certificate(work, academy_id=holder.academy_id, number=number, reason="Under review.")
    assert "Suspended by the academy" in visible_text(client.get(f"/check/{number}"))
    with runtime.work() as work:
        reinstate_certificate(work, academy_id=holder.academy_id, number=number)
    assert state(client, number) == "valid"


@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"holder_name": "Somebody Else"}, "Name"),
        ({"title": "Another award"}, "Award"),
        ({"course": "another-course@1"}, "Course"),
        ({"expires_at": None}, "Valid until"),
        ({"digest": "0" * 64}, "The stored file"),
    ],
)
def test_a_row_changed_behind_our_back_is_named_field_by_field(
    client: Visitor, number: str, runtime: Runtime, values: dict[str, Any], label: str
) -> None:
    change_row(runtime, **values)
    answer = client.get(f"/check/{number}")
    assert "This record was altered" in visible_text(answer)
    page = answer.get_data(as_text=True)
    [listed] = re.findall(r'id="differing-title".*?</ul>', page, flags=re.DOTALL)
    assert re.findall(r"<span>([^<]+)</span>", listed) == [label]
    if "holder_name" in values:
        assert "Somebody Else" not in page


def test_a_credential_changed_behind_our_back_is_not_believed(
    client: Visitor, number: str, runtime: Runtime
) -> None:
    with runtime.reading() as reading:
        stored = bytes(reading.connection.execute(sa.select(CERTIFICATES.c.credential)).scalar_one())
    change_row(runtime, credential=stored.replace("Zoë Example".encode(), b"Evil Example"))
    page = visible_text(client.get(f"/check/{number}"))
    assert "This record was altered" in page
    assert "The signature does not hold" in page
    assert "Evil Example" not in page
    change_row(runtime, credential=b"\x00 ruined")
    assert state(client, number) == "altered"


def test_a_lapsed_status_list_is_could_not_check_and_never_not_valid(
    client: Visitor, number: str, runtime: Runtime, clock: FrozenClock
) -> None:
    clock.advance(days=31)
    answer = client.get(f"/check/{number}")
    assert answer.status_code == 200
    assert "We could not check" in visible_text(answer)
    assert 'data-tone="none"' in answer.get_data(as_text=True)
    with runtime.work() as work:
        assert resign_status_lists(work) == 2
    assert state(client, number) == "valid"


def test_a_status_list_signed_by_somebody_else_is_not_believed(
    client: Visitor, number: str, runtime: Runtime
) -> None:
    with runtime.work() as work:
        signed = bytes(work.connection.execute(sa.select(LISTS.c.signed).limit(1)).scalar_one())
        work.connection.execute(
            sa.update(LISTS).values(signed=signed.replace(b'proofValue": "z', b'proofValue": "z2'))
        )
    assert state(client, number) == "unchecked"


def test_keys_that_cannot_be_read_are_could_not_check(
    make_app: Callable[..., flask.Flask], number: str, tmp_path: Any
) -> None:
    (tmp_path / "keys" / "certificates-1.pem").chmod(0o644)
    client = make_app().test_client()
    assert state(client, number) == "unchecked"
    answer = client.get("/did.json", headers=JSON)
    assert answer.status_code == 503


def test_the_qr_code_is_a_drawing_of_its_own(client: Visitor, number: str) -> None:
    answer = client.get(f"/check/{number}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
    assert b"style=" not in answer.data
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/check/nonsense/qr.svg").status_code == 404


def test_certificates_from_before_a_change_of_address_still_verify(
    make_app: Callable[..., flask.Flask], number: str
) -> None:
    moved = make_app(LMS_PUBLIC_URL="https://elsewhere.example.org").test_client()
    assert state(moved, number) == "valid"


def test_renaming_the_academy_changes_nothing_issued(
    make_app: Callable[..., flask.Flask], number: str
) -> None:
    client = make_app(LMS_ACADEMY_NAME="Another Name").test_client()
    answer = client.get(f"/check/{number}", headers=JSON).get_json()
    assert answer["state"] == "valid"
    assert answer["certificate"]["issuer"]["name"] == "Papilla Academy"


def test_a_certificate_outlives_the_account_of_its_holder(
    client: Visitor, number: str, runtime: Runtime
) -> None:
    change_row(runtime, learner_id=None)
    assert state(client, number) == "valid"
