"""Certificates as they are issued, held and published: the holder's pages, the register, the proofs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import flask
import pytest
import sqlalchemy as sa

from lms.certificates.number import check_symbol
from lms.certificates.proofs import check_proofs, parse_document, public_key_of
from lms.certificates.queries import CERTIFICATES, ENTRIES, LISTS
from lms.certificates.rules import State
from lms.certificates.service import resign_status_lists
from lms.certificates.status_list import bit_at, decode_bits
from lms.certificates.vocabulary import undefined_terms
from lms.core.outbox import OUTBOX
from lms.core.runtime import Runtime
from tests.support import certificates
from tests.support.certificates import complete
from tests.support.clock import FrozenClock
from tests.support.people import Factories, Person
from tests.support.visitor import Visitor, visible_text

pytestmark = pytest.mark.usefixtures("course")

holder = certificates.holder
number = certificates.number


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


def test_places_on_a_list_are_never_given_twice(runtime: Runtime, factories: Factories) -> None:
    for _time in range(8):
        complete(runtime, factories.person())
    with runtime.reading() as reading:
        rows = reading.connection.execute(sa.select(ENTRIES.c.list_id, ENTRIES.c.place)).all()
        lists = reading.connection.scalar(sa.select(sa.func.count()).select_from(LISTS))
    assert len(rows) == len(set(rows)) == 16
    assert lists == 2


def test_numbers_shown_are_complete_with_their_check_symbol(number: str) -> None:
    symbols = number.removeprefix("PAP-").replace("-", "")
    assert check_symbol(symbols[:-1]) == symbols[-1]
    assert State.VALID.value == "valid"


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


def test_unknown_status_lists_are_not_found(client: Visitor) -> None:
    assert client.get(f"/status-lists/{uuid4()}").status_code == 404
    assert client.get("/status-lists/nonsense").status_code == 404
