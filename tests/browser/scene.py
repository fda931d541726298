"""One page in one state: what the sweeps over all pages walk through."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.people import Person
from tests.support.visitor import Values


@dataclass(frozen=True, slots=True)
class Scene:
    """One page in one state: its name in messages, its address, who looks, and the status of the answer."""

    name: str
    address: str
    person: Person | None = None
    status: int = 200
    posted: Values | None = None
    """Fields that are put into the page's form and sent, for pages that answer with errors."""
