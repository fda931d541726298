"""Parts of pages that show the same to everybody with the same, rendered once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from flask import current_app, request
from markupsafe import Markup

from lms.core.recent import Recent
from lms.core.text import current_reader
from lms.core.web import render, runtime

CAPACITY = 600
"""Fragments kept per application, about 20 KB each at most."""

_held: WeakKeyDictionary[Any, Recent[Hashable, Markup]] = WeakKeyDictionary()
"""By application, for which its library stands: hosts may override templates, each in its own way."""


def fragment(template: str, made_of: Hashable, **context: Any) -> Markup:
    """Return part of a page; `made_of` must tell apart everything in the context that the part shows.

    Language and mount point are told apart here. Nothing that a person typed, no token and no moment
    belongs into a fragment. In debug mode nothing is kept, so that edited templates show at once.
    """

    def make() -> Markup:
        return Markup(render(template, **context))  # noqa: S704 - the template escaped it

    if current_app.debug:
        return make()
    held = _held.setdefault(runtime().documents, Recent(CAPACITY))
    return held.get_or_make((template, current_reader().language, request.script_root, made_of), make)
