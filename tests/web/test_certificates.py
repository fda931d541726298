"""The academy's journey: a certificate is earned, shown, checked, withdrawn, and tampered with."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from courses.events import CourseCompleted
from lms.certificates.number import ALPHABET, check_symbol, new_number
from lms.certificates.proofs import check_proofs, parse_document, public_key_of
from lms.certificates.queries import CERTIFICATES, ENTRIES, LISTS
from lms.certificates.rules import State
from lms.certificates.service import (
    issue_certificate,
    reinstate_certificate,
    resign_status_lists,
    suspend_certificate,
    withdraw_certificate,
)
from lms.certificates.status_list import bit_at, decode_bits
from lms.certificates.vocabulary import undefined_terms
from lms.core.errors import Conflict, InvalidInput
from lms.core.outbox import OUTBOX
from lms.core.runtime import Runtime
from lms.publishing.queries import published
from tests.support.clock import FrozenClock
from tests.support.people import COURSE_KEY, Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

JSON = {"Accept": "application/json"}


def complete(runtime: Runtime, person: Person, *, enrolment: UUID | None = None, times: int = 1) -> str:
    """Announce that somebody completed the course, as the courses slice does, and return the number."""
    with runtime.work() as work:
        revision = published(work, academy_id=person.academy_id, kind="course", key=COURSE_KEY)
        event = CourseCompleted(
            course_key=COURSE_KEY,
            course_revision_id=revision.revision_id,
            academy_id=person.academy_id,
            learner_id=person.learner_id,
            enrolment_uuid=enrolment or uuid4(),
            attempt_uuid=uuid4(),
            score=91.5,
            completed_at=work.now,
            minutes=400,
        )
        for _time in range(times):
            work.publish(event)
        return issue_certificate(work, event)


@pytest.fixture
def holder(factories: Factories) -> Person:
    return factories.person(name="Zoë Example")


@pytest.fixture
def number(runtime: Runtime, holder: Person) -> str:
    return complete(runtime, holder)


def state(client: FlaskClient, number: str) -> str:
    answer = client.get(f"/check/{number}", headers=JSON)
    assert answer.status_code == 200
    found: str = answer.get_json()["state"]
    return found


def change_row(runtime: Runtime, **values: Any) -> None:
    with runtime.work() as work:
        work.connection.execute(sa.update(CERTIFICATES).values(**values))


def test_a_completed_course_is_certified_once_however_often_it_is_announced(
    runtime: Runtime, holder: Person
) -> None:
    enrolment = uuid4()
    first = complete(runtime, holder, enrolment=enrolment, times=3)
    assert complete(runtime, holder, enrolment=enrolment) == first
    with runtime.reading() as reading:
        assert reading.connection.scalar(sa.select(sa.func.count()).select_from(CERTIFICATES)) == 1
        assert reading.connection.scalar(sa.select(sa.func.count()).select_from(ENTRIES)) == 2
        mails = (
            reading.connection.execute(sa.select(OUTBOX.c.payload).where(OUTBOX.c.kind == "mail"))
            .scalars()
            .all()
        )
    [mail] = [mail for mail in mails if mail["template"].endswith("issued.txt")]
    assert mail["to"] == holder.email
    assert first in runtime.mailer.render(mail).text


def test_issuing_at_the_same_moment_gives_one_certificate_each_and_no_place_twice(
    any_database: str, runtime: Runtime, factories: Factories
) -> None:
    people = [factories.person() for _time in range(3)]
    enrolments = [uuid4() for _person in people]
    ready, numbers = threading.Barrier(6), []

    def issue(place: int) -> None:
        ready.wait()
        numbers.append(complete(runtime, people[place], enrolment=enrolments[place]))

    threads = [threading.Thread(target=issue, args=(place % 3,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6
    assert len(set(numbers)) == 3
    with runtime.reading() as reading:
        rows = reading.connection.execute(sa.select(ENTRIES.c.list_id, ENTRIES.c.place)).all()
    assert len(rows) == len(set(rows)) == 6


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
        "Pass, no safety error",
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


def test_the_worker_signs_lists_once_a_day(number: str, runtime: Runtime, clock: FrozenClock) -> None:
    with runtime.work() as work:
        assert resign_status_lists(work) == 0
    clock.advance(hours=24)
    with runtime.work() as work:
        assert resign_status_lists(work) == 2
    with runtime.work() as work:
        assert resign_status_lists(work) == 0
    with runtime.reading() as reading:
        untils = reading.connection.execute(sa.select(LISTS.c.signed_until)).scalars().all()
    assert set(untils) == {clock.moment + timedelta(days=30)}


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


def test_the_holder_sees_downloads_and_shares_the_certificate(
    factories: Factories, holder: Person, number: str
) -> None:
    browser = factories.signed_in(holder)
    assert number in visible_text(browser.get("/certificates"))
    page = browser.get(f"/certificates/{number}")
    text = visible_text(page)
    assert "Zoë Example" in text
    assert "Download credential (JSON)" in text
    assert f"http://localhost/check/{number}" in page.get_data(as_text=True)
    assert f"/check/{number}/qr.svg" in page.get_data(as_text=True)
    file = browser.get(f"/certificates/{number}/credential.json")
    assert file.mimetype == "application/vc+json"
    assert f'filename="{number}.json"' in file.headers["Content-Disposition"]
    document = parse_document(file.data)
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert undefined_terms(document) == ()


def test_nobody_else_sees_or_downloads_it_except_who_sees_the_register(
    client: Visitor, factories: Factories, number: str
) -> None:
    addresses = (f"/certificates/{number}", f"/certificates/{number}/credential.json")
    for address in addresses:
        assert client.get(address).status_code in {302, 303}
        assert factories.signed_in().get(address).status_code == 404
        assert factories.signed_in(None, "administrator").get(address).status_code == 200
    assert factories.signed_in().get("/certificates/nonsense").status_code == 404


def test_without_certificates_the_page_says_how_to_get_one(factories: Factories) -> None:
    assert "No certificates yet." in visible_text(factories.signed_in().get("/certificates"))


def test_the_register_is_for_academy_roles(client: Visitor, factories: Factories, number: str) -> None:
    assert client.get("/register").status_code in {302, 303}
    assert factories.signed_in().get("/register").status_code == 403
    for role in ("instructor", "administrator"):
        text = visible_text(factories.signed_in(None, role).get("/register"))
        assert number in text
        assert "Zoë Example" in text
        assert "Valid" in text
    beyond = factories.signed_in(None, "instructor").get("/register?page=99999999999999")
    assert beyond.status_code == 200


def test_the_qr_code_is_a_drawing_of_its_own(client: Visitor, number: str) -> None:
    answer = client.get(f"/check/{number}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<svg")
    assert b"style=" not in answer.data
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/check/nonsense/qr.svg").status_code == 404


def test_the_credential_verifies_with_the_published_key_and_list_alone(
    make_app: Callable[..., flask.Flask], runtime: Runtime
) -> None:
    app = make_app(LMS_PUBLIC_URL="https://training.example.org")
    factories = Factories(app)
    holder = factories.person(name="Zoë Example")
    number = complete(app.extensions["lms"], holder)
    browser, anybody = factories.signed_in(holder), app.test_client()
    document = parse_document(browser.get(f"/certificates/{number}/credential.json").data)
    assert document["id"] == f"https://training.example.org/check/{number}"
    did = anybody.get("/.well-known/did.json")
    assert did.mimetype == "application/did+json"
    assert did.headers["Access-Control-Allow-Origin"] == "*"
    assert did.get_json() == anybody.get("/did.json").get_json()
    issuer = did.get_json()
    assert issuer["id"] == document["issuer"]["id"] == "did:web:training.example.org"
    assert [one["type"] for one in issuer["verificationMethod"]] == ["Multikey"]
    assert issuer["assertionMethod"] == [one["id"] for one in issuer["verificationMethod"]]
    keys = {one["id"]: public_key_of(one["publicKeyMultibase"]) for one in issuer["verificationMethod"]}
    assert len(check_proofs(document, issuer=issuer["id"], keys=keys)) == 1
    for entry in (document["credentialStatus"], *document["termsOfUse"]):
        address = entry["statusListCredential"]
        assert address.startswith("https://training.example.org/status-lists/")
        answer = anybody.get(address.removeprefix("https://training.example.org"))
        assert answer.mimetype == "application/vc+json"
        assert "max-age=300" in answer.headers["Cache-Control"]
        published_list = parse_document(answer.data)
        check_proofs(published_list, issuer=issuer["id"], keys=keys)
        assert published_list["id"] == address
        assert not bit_at(
            decode_bits(published_list["credentialSubject"]["encodedList"]), int(entry["statusListIndex"])
        )
        unchanged = anybody.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert unchanged.status_code == 304


def test_without_a_public_address_the_issuer_is_its_key(
    factories: Factories, holder: Person, number: str
) -> None:
    document = json.loads(factories.signed_in(holder).get(f"/certificates/{number}/credential.json").data)
    issuer = document["issuer"]["id"]
    assert issuer.startswith("did:key:z6Mk")
    multibase = issuer.removeprefix("did:key:")
    check_proofs(document, issuer=issuer, keys={f"{issuer}#{multibase}": public_key_of(multibase)})


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


def test_places_on_a_list_are_never_given_twice(runtime: Runtime, factories: Factories) -> None:
    for _time in range(8):
        complete(runtime, factories.person())
    with runtime.reading() as reading:
        rows = reading.connection.execute(sa.select(ENTRIES.c.list_id, ENTRIES.c.place)).all()
        lists = reading.connection.scalar(sa.select(sa.func.count()).select_from(LISTS))
    assert len(rows) == len(set(rows)) == 16
    assert lists == 2


def test_unknown_status_lists_are_not_found(client: Visitor) -> None:
    assert client.get(f"/status-lists/{uuid4()}").status_code == 404
    assert client.get("/status-lists/nonsense").status_code == 404


def test_a_certificate_outlives_the_account_of_its_holder(
    client: Visitor, number: str, runtime: Runtime
) -> None:
    change_row(runtime, learner_id=None)
    assert state(client, number) == "valid"


def test_numbers_shown_are_complete_with_their_check_symbol(number: str) -> None:
    symbols = number.removeprefix("PAP-").replace("-", "")
    assert check_symbol(symbols[:-1]) == symbols[-1]
    assert State.VALID.value == "valid"
