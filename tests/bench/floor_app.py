"""The floor: the same work as Papilla's hot pages, written by hand on Flask and sqlite3, nothing between.

Who is asking comes from one joined select by the digest of the token in the signed session cookie. A
save checks the CSRF token and the fields, and is appended and made current in a group commit with
`synchronous=FULL` before it is acknowledged. A lesson, a case and a certificate are read from the
database and poured into pages of the same size as Papilla's, with as many values filled in; a
certificate's signature is verified each time. `/ok` is the bare view that everything is compared with.

The environment names the database (`FLOOR_DATABASE`) and the folder of page templates (`FLOOR_PAGES`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import queue
import secrets
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from itsdangerous import BadSignature, URLSafeTimedSerializer

SECRET_KEY = "the floor's key"
LARGEST_GROUP = 64
ACTIONS = frozenset({"proceed", "proceed_with_caution", "medical_clearance", "postpone", "do_not_treat"})

SCHEMA = """
CREATE TABLE learner (id INTEGER PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL);
CREATE TABLE membership (learner_id INTEGER NOT NULL, academy_id INTEGER NOT NULL, role TEXT NOT NULL);
CREATE INDEX ix_membership ON membership (learner_id);
CREATE TABLE sign_in (token_digest TEXT PRIMARY KEY, learner_id INTEGER NOT NULL, expires_at TEXT NOT NULL);
CREATE TABLE progress (learner_id INTEGER NOT NULL, lesson TEXT NOT NULL, PRIMARY KEY (learner_id, lesson));
CREATE TABLE attempt_case (
    id INTEGER PRIMARY KEY, attempt TEXT NOT NULL, position INTEGER NOT NULL, learner_id INTEGER NOT NULL,
    state TEXT NOT NULL, answer TEXT NOT NULL, revision INTEGER NOT NULL, UNIQUE (attempt, position)
);
CREATE TABLE answer_log (
    id INTEGER PRIMARY KEY, case_id INTEGER NOT NULL, sequence INTEGER NOT NULL, answer TEXT NOT NULL,
    tab TEXT NOT NULL, tab_revision INTEGER NOT NULL, saved_at TEXT NOT NULL,
    UNIQUE (case_id, tab, tab_revision)
);
CREATE TABLE certificate (
    number TEXT PRIMARY KEY, credential BLOB NOT NULL, public_key BLOB NOT NULL, signature BLOB NOT NULL
);
"""
WHO = """
SELECT learner.id, learner.name, membership.role FROM sign_in
JOIN learner ON learner.id = sign_in.learner_id JOIN membership ON membership.learner_id = learner.id
WHERE sign_in.token_digest = ? AND sign_in.expires_at > ?
"""
FIND_CASE = """
SELECT id, state, answer, revision FROM attempt_case WHERE attempt = ? AND position = ? AND learner_id = ?
"""
CERTIFICATE = "SELECT credential, public_key, signature FROM certificate WHERE number = ?"

_local = threading.local()


def connect() -> sqlite3.Connection:
    """Return this thread's connection, opened once."""
    connection: sqlite3.Connection | None = getattr(_local, "connection", None)
    if connection is None:
        connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], timeout=10, isolation_level=None)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _local.connection = connection
    return connection


class Saver:
    """One writer thread per process: gathers what waits, commits once, then answers all."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._started = threading.Lock()
        self._thread: threading.Thread | None = None

    def save(self, deed: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a deed durably together with those of others; returns its result."""
        with self._started:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
        request: dict[str, Any] = {"deed": deed, "done": threading.Event()}
        self._waiting.put(request)
        request["done"].wait()
        return request["result"]

    def _run(self) -> None:
        connection = connect()
        with Path(os.environ["FLOOR_DATABASE"] + ".lock").open("ab") as lock:
            while True:
                group = [self._waiting.get()]
                while len(group) < LARGEST_GROUP and not self._waiting.empty():
                    group.append(self._waiting.get())
                fcntl.flock(lock, fcntl.LOCK_EX)
                connection.execute("BEGIN IMMEDIATE")
                for request in group:
                    request["result"] = request["deed"](connection)
                connection.execute("COMMIT")
                fcntl.flock(lock, fcntl.LOCK_UN)
                for request in group:
                    request["done"].set()


saver = Saver()


def who() -> tuple[int, str]:
    """Return the id and name of who is asking; 403 for nobody."""
    token = str(flask.session.get("token", ""))
    now = datetime.now(UTC).isoformat()
    rows = connect().execute(WHO, (hashlib.sha256(token.encode()).hexdigest(), now)).fetchall()
    if not rows:
        flask.abort(403)
    return int(rows[0][0]), str(rows[0][1])


def csrf_serializer() -> URLSafeTimedSerializer:
    """Return the signer of CSRF tokens."""
    return URLSafeTimedSerializer(SECRET_KEY, salt="csrf")


def page(template: str, **values: Any) -> flask.Response:
    """Return a page with a fresh nonce in it and in its policy."""
    nonce = secrets.token_urlsafe(16)
    filled_in = flask.current_app.config["PAGE_VALUES"][template]
    text = flask.render_template(f"{template}.html", nonce=nonce, values=filled_in, **values)
    response = flask.make_response(text)
    response.headers["Content-Security-Policy"] = f"default-src 'none'; script-src 'nonce-{nonce}'"
    response.headers["Cache-Control"] = "no-store"
    return response


def lesson() -> flask.Response:
    """Show a lesson with the learner's progress."""
    learner_id, name = who()
    done = connect().execute("SELECT lesson FROM progress WHERE learner_id = ?", (learner_id,)).fetchall()
    token = csrf_serializer().dumps(flask.session["csrf"])
    return page("lesson", name=name, done={row[0] for row in done}, csrf=token)


def case(attempt: str, position: int) -> flask.Response:
    """Show a case with the answer as it stands."""
    learner_id, name = who()
    found = connect().execute(FIND_CASE, (attempt, position, learner_id)).fetchone()
    if found is None:
        flask.abort(404)
    token = csrf_serializer().dumps(flask.session["csrf"])
    return page("case", name=name, answer=json.loads(found[2]), csrf=token)


def save(attempt: str, position: int) -> flask.Response:
    """Save an answer durably."""
    learner_id, _name = who()
    posted = flask.request.form
    try:
        valid = csrf_serializer().loads(posted["csrf_token"], max_age=43_200) == flask.session["csrf"]
    except BadSignature:
        valid = False
    if not valid or posted.get("action") not in ACTIONS:
        flask.abort(422)
    answer = {name: posted.getlist(name) for name in posted if name not in {"csrf_token", "tab", "revision"}}
    tab, revision = posted["tab"], int(posted["revision"])
    result = saver.save(
        lambda connection: _save(connection, (attempt, position, learner_id), answer, tab, revision)
    )
    if result is None:
        flask.abort(409)
    return flask.jsonify({"saved_at": result[0], "revision": result[1]})


def _save(
    connection: sqlite3.Connection, place: tuple[str, int, int], answer: Any, tab: str, revision: int
) -> tuple[str, int] | None:
    found = connection.execute(FIND_CASE, place).fetchone()
    if found is None or found[1] != "open":
        return None
    sequence, now, text = found[3] + 1, datetime.now(UTC).isoformat(), json.dumps(answer)
    connection.execute(
        "INSERT INTO answer_log (case_id, sequence, answer, tab, tab_revision, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (found[0], sequence, text, tab, revision, now),
    )
    connection.execute(
        "UPDATE attempt_case SET answer = ?, revision = ? WHERE id = ?", (text, sequence, found[0])
    )
    return now, sequence


def check(number: str) -> flask.Response:
    """Show a certificate after verifying its signature over canonical JSON."""
    found = connect().execute(CERTIFICATE, (number,)).fetchone()
    if found is None:
        flask.abort(404)
    credential = json.loads(found[0])
    proof = credential.pop("proof", {})
    digest = hashlib.sha256(rfc8785.dumps({"type": str(proof)[:40]})).digest()
    digest += hashlib.sha256(rfc8785.dumps(credential)).digest()
    Ed25519PublicKey.from_public_bytes(found[1]).verify(found[2], digest)
    return page("check", name="", credential=credential, csrf="")


def create_app() -> flask.Flask:
    """Return the floor app."""
    app = flask.Flask("floor", template_folder=os.environ["FLOOR_PAGES"], static_folder=None)
    app.secret_key = SECRET_KEY
    pages = Path(os.environ["FLOOR_PAGES"])
    app.config["PAGE_VALUES"] = {path.stem: json.loads(path.read_text()) for path in pages.glob("*.json")}
    app.add_url_rule("/ok", "ok", lambda: "ok")
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    app.add_url_rule("/lesson", "lesson", lesson)
    app.add_url_rule("/attempts/<attempt>/cases/<int:position>", "case", case)
    app.add_url_rule("/attempts/<attempt>/cases/<int:position>/answer", "save", save, methods=["POST"])
    app.add_url_rule("/check/<number>", "check", check)
    return app
