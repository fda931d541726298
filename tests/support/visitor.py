"""A browser without JavaScript: Flask's test client that can also read pages and send their forms."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

if TYPE_CHECKING:
    from tests.support.people import Person

Values = Mapping[str, str | list[str]]


@dataclass(slots=True)
class PageForm:
    """A form as the page holds it: where it goes, and the value of each field as it stands."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the forms and the visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.text: list[str] = []
        self._hidden = 0
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "style", "template"}:
            self._hidden += 1
        if tag == "form":
            self.forms.append(PageForm(given.get("action") or "", (given.get("method") or "get").lower()))
        elif self.forms and given.get("name"):
            self._take_field(tag, str(given["name"]), given)
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1].values[self._select] = [given.get("value") or ""]

    def _take_field(self, tag: str, name: str, given: dict[str, str | None]) -> None:
        form = self.forms[-1]
        kind = given.get("type") or "text"
        value = given.get("value") or ""
        if tag == "button" or kind == "submit":
            form.buttons.append((name, value))
        elif tag == "input" and kind in {"checkbox", "radio"}:
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value") or "on")
        elif tag == "input":
            form.values.setdefault(name, []).append(value)
        elif tag == "select":
            self._select = name
            form.values.setdefault(name, [])
        elif tag == "textarea":
            self._area = name
            form.values.setdefault(name, [""])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "template"}:
            self._hidden -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] = [self.forms[-1].values[self._area][0] + data]
        elif not self._hidden:
            self.text.append(data)


def read_forms(page: TestResponse) -> list[PageForm]:
    """Return the forms of a page."""
    reader = _Reader()
    reader.feed(page.get_data(as_text=True))
    return reader.forms


def visible_text(page: TestResponse) -> str:
    """Return the text of a page with runs of white space made one blank; what CSS hides is included."""
    reader = _Reader()
    reader.feed(page.get_data(as_text=True))
    return " ".join(" ".join(reader.text).split())


class Visitor(FlaskClient):
    """One browser: keeps cookies, and posts with the CSRF token a page would have given it."""

    person: Person | None = None

    def csrf_token(self) -> str:
        """Return a token that is good in this browser's session."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())
        token = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        return str(token)

    def send(self, path: str, data: Values | None = None, **more: Any) -> TestResponse:
        """Post fields to a path with a good CSRF token; redirects are not followed unless asked for."""
        return self.post(path, data={**(data or {}), "csrf_token": self.csrf_token()}, **more)

    def submit(self, page: TestResponse, *, to: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Fill in the fields of a form on a page and send it, as a person would.

        `to` chooses the form by the end of its address; without it, it is the page's only posting form other
        than the one for signing out.
        """
        path = page.request.path
        forms = [form for form in read_forms(page) if form.method == "post"]
        chosen = [
            form
            for form in forms
            if ((form.action or path).endswith(to) if to else not form.action.endswith("/sign-out"))
        ]
        assert len(chosen) == 1, f"{len(chosen)} forms fit on {path}: {[form.action for form in forms]}"
        return self.post(chosen[0].action or path, data={**chosen[0].values, **fields})
