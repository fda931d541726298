"""What holds for every page: headers, errors, health, language, limits."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa

from lms.core.runtime import Runtime
from lms.version import __version__
from tests.support.visitor import Visitor, visible_text

DIRECTIVES = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}


def test_the_content_security_policy_is_strict_and_its_nonce_is_new_each_time(client: Visitor) -> None:
    policies = [client.get("/sign-in").headers["Content-Security-Policy"] for _time in range(2)]
    for policy in policies:
        assert {part.strip() for part in policy.split(";")} >= DIRECTIVES
        assert "unsafe" not in policy
    nonces = [re.findall(r"'nonce-([^']+)'", policy) for policy in policies]
    assert len(nonces[0]) == len(nonces[1]) == 1
    assert nonces[0] != nonces[1]


def test_every_script_carries_the_nonce(client: Visitor) -> None:
    answer = client.get("/sign-in")
    [nonce] = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    scripts = re.findall(r"<script[^>]*>", answer.get_data(as_text=True))
    assert scripts
    assert all(f'nonce="{nonce}"' in script and "src=" in script for script in scripts)


def test_pages_are_not_stored_by_shared_caches_and_files_are_kept_for_good(client: Visitor) -> None:
    page = client.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    [sheet] = re.findall(r'href="([^"]*tokens\.css[^"]*)"', page.get_data(as_text=True))
    with client.get(sheet) as file:
        assert "max-age=31536000" in file.headers["Cache-Control"]


def test_style_sheets_go_out_compressed_to_those_who_take_it(client: Visitor) -> None:
    page = client.get("/sign-in").get_data(as_text=True)
    [sheet] = re.findall(r'href="([^"]*components\.css[^"]*)"', page)
    with client.get(sheet) as answer:
        plain = answer.get_data()
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]
    for _time in range(2):
        with client.get(sheet, headers={"Accept-Encoding": "br, gzip"}) as packed:
            assert packed.headers["Content-Encoding"] == "gzip"
            assert int(packed.headers["Content-Length"]) < len(plain) / 3
            assert gzip.decompress(packed.get_data()) == plain
    with client.get(sheet, headers={"Accept-Encoding": "gzip;q=0"}) as refused:
        assert refused.get_data() == plain


def test_pages_are_never_compressed_here(client: Visitor) -> None:
    assert "Content-Encoding" not in client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).headers


def test_strict_transport_security_only_where_https_is_promised(make_app: Callable[..., flask.Flask]) -> None:
    plain = make_app().test_client().get("/sign-in")
    promised = make_app(LMS_PUBLIC_URL="https://training.example.org").test_client().get("/sign-in")
    assert "Strict-Transport-Security" not in plain.headers
    assert promised.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_an_unknown_address_is_a_page_of_ours(client: Visitor) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing at this address" in visible_text(answer)


def test_an_error_is_a_problem_document_where_json_is_wanted(client: Visitor) -> None:
    answer = client.get("/no/such/page", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["status"] == 404


def test_a_wrong_method_says_which_are_right(client: Visitor) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_oversized_body_is_refused(make_app: Callable[..., flask.Flask]) -> None:
    client = make_app(LMS_MAXIMUM_BODY_BYTES=2000).test_client()
    answer = client.post("/sign-in", data={"email": "x" * 3000})
    assert answer.status_code == 413
    assert "larger than" in visible_text(answer)


def test_a_missing_token_gives_back_what_was_typed(client: Visitor) -> None:
    answer = client.post(
        "/sign-up", data={"name": "Lena Berg", "email": "lena@mail.example", "password": "x" * 12}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This page was open for a long time" in visible_text(answer)
    assert 'value="Lena Berg"' in page
    assert 'value="lena@mail.example"' in page
    assert "x" * 12 not in page


def test_health_is_ok_and_names_the_version(client: Visitor) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "version": __version__}


def test_health_turns_503_when_migrations_are_missing(client: Visitor, runtime: Runtime) -> None:
    with runtime.work() as work:
        work.connection.execute(sa.text("UPDATE lms_alembic_version SET version_num = '0000'"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not_migrated"
    assert "flask lms db upgrade" in answer.get_json()["detail"]


def test_a_database_that_is_gone_is_503_everywhere(
    make_app: Callable[..., flask.Flask], tmp_path: Path
) -> None:
    blocked = tmp_path / "a folder.sqlite3"
    blocked.mkdir()
    client = make_app(LMS_DATABASE_URL=f"sqlite:///{blocked}").test_client()
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()["status"]) == (503, "database_unavailable")
    assert isinstance(client, Visitor)
    answer = client.send("/sign-in", {"email": "a@b.example", "password": "x" * 12})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Nothing was stored" in visible_text(answer)


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_the_notices_show_the_addresses_that_are_set(make_app: Callable[..., flask.Flask], path: str) -> None:
    client = make_app(
        LMS_CONTACT_EMAIL="desk@academy.example", LMS_INCIDENT_EMAIL="harm@academy.example"
    ).test_client()
    answer = client.get(path)
    assert answer.status_code == 200
    assert "desk@academy.example" in answer.get_data(as_text=True)
    assert "harm@academy.example" in answer.get_data(as_text=True)


def test_pages_speak_the_pseudo_locale_when_it_is_chosen(make_app: Callable[..., flask.Flask]) -> None:
    text = visible_text(make_app(LMS_LOCALE="en-XA").test_client().get("/sign-in"))
    assert "Forgot your password" not in text
    assert "Fö" in text


@pytest.mark.usefixtures("any_database")
def test_a_character_that_no_database_holds_is_no_error_of_ours(client: Visitor) -> None:
    assert client.get("/courses/%00").status_code == 404
    assert client.get("/check/%00").status_code == 404
    typed = client.send("/sign-in", {"email": "a\x00@mail.example", "password": "x" * 12})
    assert typed.status_code == 422
