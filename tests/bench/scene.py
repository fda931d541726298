"""What is measured: the same people, lessons, cases and certificates in Papilla and in the floor app."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask
import rfc8785
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lms.installation import set_up
from lms.standalone import create_app
from tests.bench import floor_app
from tests.bench.load import TURN_MARK
from tests.support.people import COURSE_KEY, Factories
from tests.support.visitor import Visitor

PRACTICE = "practice-set"
SECRET_KEY = "a key for the bench only"
FIELDS = {
    "action": "proceed_with_caution",
    "escalation": "none",
    "interval_weeks": "4",
    "sessions": "6",
    "maintenance_months": "3",
    "certainty": "2",
}
TEXT = re.compile(r"(>)([^<>]*[^<>\s][^<>]*)(<)")
ATTRIBUTE = re.compile(r'( (?:href|action|name|value|id|for)=")([^"]+)(")')
FRAGMENT = re.compile(r"(<article.*?</article>)", re.DOTALL)
ENDPOINTS = ("save", "lesson", "case", "check")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as a client repeats it; a body makes it a POST."""

    path: str
    cookie: str = ""
    body: str = ""
    accept: str = "text/html"

    def wire(self) -> str:
        """Return the request as it goes over the connection, in base64 for the plan."""
        lines = [f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"Accept: {self.accept}", "User-Agent: papilla-bench"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}"]
        return base64.b64encode(("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()).decode()


@dataclass(frozen=True, slots=True)
class Scene:
    """An app to serve: its target and environment, and what each client asks of each endpoint."""

    name: str
    target: str
    environment: dict[str, str]
    asks: dict[str, list[Ask]]


def _cookie(client: Visitor, app: flask.Flask) -> str:
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return f"{name}={cookie.value}"


def _saved(token: str, fields: dict[str, str], **more: str) -> str:
    body = urlencode({**fields, **more, "tab": "bench", "csrf_token": token})
    return f"{body}&revision={TURN_MARK.decode()}"


@dataclass(slots=True)
class Product:
    """Papilla in this process, on the database that its servers will use."""

    app: flask.Flask
    settings: dict[str, str]
    pages: dict[str, str]
    scene: Scene
    clients: list[Visitor]

    def statements(self) -> dict[str, int]:
        """Return the database statements of one request to each endpoint, with warm caches."""
        return {name: self._statements_of(name) for name in ENDPOINTS}

    def _statements_of(self, name: str) -> int:
        ask = self.scene.asks[name][0]
        client = self.clients[0]
        engine = self.app.extensions["lms"].workshop.engine
        counted: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                counted.append(statement)

        for turn in range(2):
            counted.clear()
            sa.event.listen(engine, "before_cursor_execute", count)
            body = ask.body.replace(TURN_MARK.decode(), f"{900_000_000 + turn:09d}")
            headers = {"Accept": ask.accept}
            form = "application/x-www-form-urlencoded"
            answer = (
                client.post(ask.path, data=body, headers=headers, content_type=form)
                if body
                else client.get(ask.path, headers=headers)
            )
            sa.event.remove(engine, "before_cursor_execute", count)
            assert answer.status_code == 200, (
                f"{name}: {answer.status}: {answer.get_data(as_text=True)[:500]}"
            )
        return len(counted)


@contextmanager
def product(folder: Path, *, clients: int) -> Iterator[Product]:
    """Set up Papilla with people in the middle of an attempt, and one certificate."""
    settings = {
        "LMS_INSTANCE_PATH": str(folder),
        "LMS_DATABASE_URL": f"sqlite:///{folder / 'papilla.sqlite3'}",
        "LMS_SECRET_KEY": SECRET_KEY,
        "LMS_LOG_LEVEL": "WARNING",
        "LMS_CHECKS_PER_MINUTE": "100000000",
    }
    app = create_app({**settings, "LMS_CHECKS_PER_MINUTE": 100_000_000})
    app.test_client_class = Visitor
    runtime = app.extensions["lms"]
    for _line in set_up(runtime, demo=(), demo_password=""):
        pass
    factories = Factories(app)
    visitors = [factories.signed_in() for _client in range(clients)]
    number = _certificate(app, visitors[0])
    asks: dict[str, list[Ask]] = {name: [] for name in ENDPOINTS}
    for visitor in visitors:
        place = _begin(visitor)
        lesson = _lesson_address(visitor)
        visitor.get(place)
        cookie = _cookie(visitor, app)
        body = _saved(visitor.csrf_token(), FIELDS)
        cookie = _cookie(visitor, app)
        asks["save"].append(Ask(f"{place}/answer", cookie, body, "application/json"))
        asks["lesson"].append(Ask(lesson, cookie))
        asks["case"].append(Ask(place, cookie))
        asks["check"].append(Ask(f"/check/{number}"))
    pages = {
        name: visitors[0].get(asks[name][0].path).get_data(as_text=True)
        for name in ("lesson", "case", "check")
    }
    scene = Scene("papilla", "wsgi:app", settings, asks)
    try:
        yield Product(app, settings, pages, scene, visitors)
    finally:
        runtime.workshop.engine.dispose()


def _begin(visitor: Visitor) -> str:
    """Enrol, start the practice set, and return the address of its first case."""
    visitor.send(f"/courses/{COURSE_KEY}/enrol")
    started = visitor.send(f"/quizzes/{COURSE_KEY}/{PRACTICE}")
    assert started.status_code == 303, started.get_data(as_text=True)[:2000]
    return f"{started.location}/cases/1"


def _lesson_address(visitor: Visitor) -> str:
    outline = visitor.get(f"/courses/{COURSE_KEY}").get_data(as_text=True)
    found = re.search(rf'href="(/courses/{COURSE_KEY}/lessons/[a-z0-9-]+)"', outline)
    assert found is not None, "the course page links to no lesson"
    return found[1]


def _certificate(app: flask.Flask, visitor: Visitor) -> str:
    """Pass the final assessment and read every lesson; return the number of the certificate."""
    from tests.support.journeys import earn_certificate

    return earn_certificate(app, visitor)


def floor(folder: Path, made: Product) -> Scene:
    """Fill the floor app's database and pages with what Papilla holds."""
    database = folder / "floor.sqlite3"
    pages = folder / "pages"
    pages.mkdir()
    for name, text in made.pages.items():
        template, values = _as_template(text, made, name)
        (pages / f"{name}.html").write_text(template, encoding="utf-8")
        (pages / f"{name}.json").write_text(json.dumps(values), encoding="utf-8")
    environment = {"FLOOR_DATABASE": str(database), "FLOOR_PAGES": str(pages)}
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA journal_mode = WAL;" + floor_app.SCHEMA)
    number = made.scene.asks["check"][0].path.rsplit("/", 1)[1]
    connection.execute("INSERT INTO certificate VALUES (?, ?, ?, ?)", (number, *_signed(made)))
    app = flask.Flask("floor")
    app.secret_key = floor_app.SECRET_KEY
    asks: dict[str, list[Ask]] = {name: [] for name in ENDPOINTS}
    for learner_id in range(1, len(made.clients) + 1):
        cookie, token = _floor_person(connection, app, learner_id)
        place = f"/attempts/attempt-{learner_id}/cases/1"
        asks["save"].append(Ask(f"{place}/answer", cookie, _saved(token, FIELDS), "application/json"))
        asks["lesson"].append(Ask("/lesson", cookie))
        asks["case"].append(Ask(place, cookie))
        asks["check"].append(Ask(f"/check/{number}"))
    connection.commit()
    connection.close()
    return Scene("floor", "tests.bench.floor_app:create_app()", environment, asks)


def _floor_person(connection: sqlite3.Connection, app: flask.Flask, learner_id: int) -> tuple[str, str]:
    """Add somebody with a sign-in and an open case; return their cookie and CSRF token."""
    token, raw = f"token-{learner_id}", hashlib.sha256(str(learner_id).encode()).hexdigest()
    digest = hashlib.sha256(token.encode()).hexdigest()
    connection.execute("INSERT INTO learner VALUES (?, ?, 'UTC')", (learner_id, f"Test Person {learner_id}"))
    connection.execute("INSERT INTO membership VALUES (?, 1, 'learner')", (learner_id,))
    connection.execute("INSERT INTO sign_in VALUES (?, ?, '2100-01-01')", (digest, learner_id))
    connection.execute("INSERT INTO progress VALUES (?, 'first')", (learner_id,))
    connection.execute(
        "INSERT INTO attempt_case (attempt, position, learner_id, state, answer, revision)"
        " VALUES (?, 1, ?, 'open', '{}', 0)",
        (f"attempt-{learner_id}", learner_id),
    )
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"token": token, "csrf": raw})
    return f"session={cookie}", str(floor_app.csrf_serializer().dumps(raw))


def _as_template(page: str, made: Product, name: str) -> tuple[str, list[str]]:
    """Make a hand-written page's template of a page; return it and the values it fills in.

    Every text and every address, name and value of an attribute is filled in by the template engine and
    escaped. Only the text of a lesson, which both apps keep as a finished fragment, stays as it is.
    """
    page = page.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")
    page = re.sub(r'nonce="[^"]+"', 'nonce="{{ nonce }}"', page)
    page = re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1{{ csrf }}", page)
    person = made.clients[0].person
    if person is not None and name != "check":
        page = page.replace(person.name, "{{ name }}")
    values: list[str] = []

    def fill(found: re.Match[str]) -> str:
        if "{{" in found[2]:
            return found[0]
        values.append(html.unescape(found[2]))
        return f"{found[1]}{{{{ values[{len(values) - 1}] }}}}{found[3]}"

    parts = FRAGMENT.split(page) if name == "lesson" else [page]
    for number in range(0, len(parts), 2):
        parts[number] = ATTRIBUTE.sub(fill, TEXT.sub(fill, parts[number]))
    return "".join(parts), values


def _signed(made: Product) -> tuple[bytes, bytes, bytes]:
    """Return Papilla's credential, and a key and signature of the floor's own over it."""
    number = made.scene.asks["check"][0].path.rsplit("/", 1)[1]
    holder = made.clients[0].get(f"/certificates/{number}/credential.json")
    credential = json.loads(holder.get_data())
    proof = credential.pop("proof", {})
    digest = hashlib.sha256(rfc8785.dumps({"type": str(proof)[:40]})).digest()
    digest += hashlib.sha256(rfc8785.dumps(credential)).digest()
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return json.dumps({**credential, "proof": proof}).encode(), public, key.sign(digest)
