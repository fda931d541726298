"""Sign up, sign in, forgotten password, sign out: what a person sees."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import flask
import pytest

from lms.core.runtime import Runtime
from lms.core.worker import run_chores
from tests.support.clock import FrozenClock
from tests.support.people import Factories
from tests.support.visitor import Visitor, visible_text

SENTENCE = "needles are not toys at all"
NO_FIT = "Address and password do not fit together."


def sign_up(client: Visitor, address: str = "lena@mail.example") -> Any:
    return client.submit(
        client.get("/sign-up"), name="Lena  Berg", email=address, password=SENTENCE, time_zone="Europe/Berlin"
    )


def sign_in(client: Visitor, address: str, password: str = SENTENCE) -> Any:
    return client.submit(client.get("/sign-in"), email=address, password=password)


def browser(app: flask.Flask) -> Visitor:
    """Return another browser, in which nobody is signed in."""
    return cast("Visitor", app.test_client())


def letters(tmp_path: Path) -> list[Any]:
    folder = tmp_path / "mail"
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


@pytest.fixture
def academy(factories: Factories) -> int:
    return factories.academy_id


def test_signing_up_signs_in_and_shows_the_name(client: Visitor, academy: int) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Lena Berg" in visible_text(client.get("/account"))
    assert "Europe/Berlin" in client.get("/account").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "nobody", "Enter an e-mail address such as"),
        ("password", "short", "Use 10 characters or more"),
        ("name", " \t ", "Enter your name"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(
    client: Visitor, field: str, value: str, said: str
) -> None:
    fields = {"name": "Lena Berg", "email": "lena@mail.example", "password": SENTENCE, field: value}
    answer = client.submit(client.get("/sign-up"), **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in visible_text(answer)
    assert "There is a problem" in visible_text(answer)
    for name in {"name", "email"} - {field}:
        assert f'value="{fields[name]}"' in page
    assert SENTENCE not in page


def test_an_address_gets_one_account(client: Visitor, app: flask.Flask, academy: int) -> None:
    sign_up(client)
    again = sign_up(browser(app), "LENA@mail.example")
    assert again.status_code == 409
    assert "There is an account with this address" in visible_text(again)


def test_sign_up_can_be_closed(make_app: Callable[..., flask.Flask]) -> None:
    client = browser(make_app(LMS_SIGN_UP="closed"))
    answer = client.get("/sign-up")
    assert answer.status_code == 403
    assert "Accounts are created by the academy here" in visible_text(answer)
    assert "Create an account" not in visible_text(client.get("/sign-in"))


def test_wrong_password_and_unknown_address_get_the_same_answer(
    client: Visitor, app: flask.Flask, academy: int
) -> None:
    sign_up(client)
    other = browser(app)
    wrong = sign_in(other, "lena@mail.example", "needles are toys for sure")
    unknown = sign_in(other, "nina@mail.example", "needles are toys for sure")
    assert wrong.status_code == unknown.status_code == 422
    assert NO_FIT in visible_text(wrong)
    assert visible_text(wrong) == visible_text(unknown)


def test_tries_for_an_address_are_counted_whether_it_is_known_or_not(
    make_app: Callable[..., flask.Flask], clock: FrozenClock
) -> None:
    app = make_app(LMS_SIGN_IN_FAILURES=3)
    client = browser(app)
    for _try in range(3):
        assert sign_in(client, "nina@mail.example", "wrong password").status_code == 422
    blocked = sign_in(client, "nina@mail.example", "wrong password")
    assert blocked.status_code == 429
    assert "Too many tries. Wait 15 min" in visible_text(blocked)
    clock.advance(minutes=16)
    assert sign_in(client, "nina@mail.example", "wrong password").status_code == 422


def test_signing_in_leads_back_to_where_one_was_going(
    client: Visitor, app: flask.Flask, academy: int
) -> None:
    sign_up(client)
    other = browser(app)
    sent = other.get("/account")
    assert (sent.status_code, sent.location) == (302, "/sign-in?next=/account")
    answer = other.submit(other.get(sent.location), email="lena@mail.example", password=SENTENCE)
    assert (answer.status_code, answer.location) == (303, "/account")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(
    client: Visitor, app: flask.Flask, academy: int, target: str
) -> None:
    sign_up(client)
    other = browser(app)
    page = other.get("/sign-in", query_string={"next": target})
    assert other.submit(page, email="lena@mail.example", password=SENTENCE).location == "/"


def test_signing_out_ends_the_sign_in_itself(client: Visitor, app: flask.Flask, academy: int) -> None:
    sign_up(client)
    cookie = client.get_cookie("papilla")
    assert cookie is not None
    client.submit(client.get("/account"), to="/sign-out")
    assert client.get("/account").status_code == 302
    thief = browser(app)
    thief.set_cookie("papilla", cookie.value)
    assert thief.get("/account").status_code == 302, "a kept cookie is worth nothing after signing out"


def test_a_sign_in_lapses(client: Visitor, clock: FrozenClock, academy: int) -> None:
    sign_up(client)
    clock.advance(days=13)
    assert client.get("/account").status_code == 200
    clock.advance(days=2)
    assert client.get("/account").status_code == 302


def test_a_forgotten_password_is_replaced_by_mail(
    client: Visitor, app: flask.Flask, runtime: Runtime, tmp_path: Path, academy: int
) -> None:
    sign_up(client)
    other = browser(app)
    sent = other.submit(other.get("/forgot"), email="lena@mail.example")
    assert "If there is an account with lena@mail.example, a link is on its way." in visible_text(sent)
    run_chores(runtime)
    [letter] = letters(tmp_path)
    assert letter["To"] == "lena@mail.example"
    assert letter["Subject"] == "Choose a new password"
    found = re.search(r"http://localhost(/reset/\S+)", letter.get_content())
    assert found is not None
    page = other.get(found[1])
    assert "Password set" in visible_text(other.submit(page, password="a fresh and long sentence"))
    assert client.get("/account").status_code == 302, "every sign-in has ended"
    assert sign_in(other, "lena@mail.example").status_code == 422
    assert sign_in(other, "lena@mail.example", "a fresh and long sentence").status_code == 303
    assert other.get(found[1]).status_code == 404, "a link works once"


def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    client: Visitor, runtime: Runtime, tmp_path: Path
) -> None:
    answer = client.submit(client.get("/forgot"), email="nina@mail.example")
    assert "If there is an account with nina@mail.example, a link is on its way." in visible_text(answer)
    run_chores(runtime)
    assert letters(tmp_path) == []


def test_a_link_lapses_and_a_mailbox_is_not_flooded(
    client: Visitor, runtime: Runtime, clock: FrozenClock, tmp_path: Path, academy: int
) -> None:
    sign_up(client)
    for _time in range(5):
        client.submit(client.get("/forgot"), email="lena@mail.example")
    run_chores(runtime)
    found = letters(tmp_path)
    assert len(found) == 3
    link = re.search(r"http://localhost(/reset/\S+)", found[0].get_content())
    assert link is not None
    clock.advance(minutes=61)
    answer = client.get(link[1])
    assert answer.status_code == 404
    assert "This link was used or is too old" in visible_text(answer)


def test_a_mail_link_never_follows_a_forged_host(
    client: Visitor, runtime: Runtime, tmp_path: Path, academy: int
) -> None:
    sign_up(client)
    forged = "http://evil.example"
    [token] = re.findall(
        r'name="csrf_token" value="([^"]+)"', client.get("/forgot", base_url=forged).get_data(as_text=True)
    )
    answer = client.post("/forgot", data={"email": "lena@mail.example", "csrf_token": token}, base_url=forged)
    assert answer.status_code == 500
    assert "LMS_PUBLIC_URL" in visible_text(answer)
    run_chores(runtime)
    assert letters(tmp_path) == []


def test_own_details_can_be_changed(client: Visitor, academy: int) -> None:
    sign_up(client)
    page = client.get("/account")
    assert client.submit(page, name="Lena Berg-Ito", time_zone="Asia/Tokyo").status_code == 303
    shown = client.get("/account?saved=yes")
    assert "Saved" in visible_text(shown)
    assert "Lena Berg-Ito" in visible_text(shown)
    refused = client.submit(client.get("/account"), name="", time_zone="Mars/Olympus")
    assert refused.status_code == 422
