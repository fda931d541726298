"""Reading the fields of a form or of stored JSON: bounded, and strict about what they hold.

Every function takes the fields given, the name of one, and returns its value or None when it is not
answered. Anything malformed raises `InvalidInput` with the field's name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping

from lms.core.errors import InvalidInput
from lms.core.text import _

Given = Mapping[str, object]
"""The fields given, by name: texts, lists of texts, or the numbers of stored JSON."""

MOST_CHOSEN = 200
LONGEST_TEXT = 4000
LONGEST_WORD = 80
LARGEST_NUMBER = 1000.0

_DECIMAL = re.compile(r"[0-9]{1,8}(?:[.,][0-9]{1,8})?|[.,][0-9]{1,8}", re.ASCII)


def one_text(given: Given, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
    """Return the text of a field without surrounding white space."""
    value = given.get(name)
    if isinstance(value, list | tuple):
        if len(value) > 1:
            raise InvalidInput(_("Give one answer here, not several."), field=name)
        value = value[0] if value else None
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(_("This has to be a text."), field=name)
    text = value.strip()
    if len(text) > longest:
        message = _(
            "This is %(length)s characters long. Write %(most)s at most.", length=len(text), most=longest
        )
        raise InvalidInput(message, field=name)
    return text or None


def chosen_word(given: Given, name: str, words: Collection[str]) -> str | None:
    """Return the one word chosen, which must be among those offered."""
    word = one_text(given, name)
    if word is not None and word not in words:
        raise InvalidInput(_("Choose one of the answers offered here."), field=name)
    return word


def many_texts(given: Given, name: str, words: Collection[str]) -> frozenset[str]:
    """Return the words chosen, each among those offered; none is an answer too."""
    value = given.get(name)
    if value is None or value == "":
        return frozenset()
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list | tuple | frozenset | set) or len(chosen) > MOST_CHOSEN:
        raise InvalidInput(_("Choose from the answers offered here."), field=name)
    if not all(isinstance(word, str) and len(word) <= LONGEST_WORD and word in words for word in chosen):
        raise InvalidInput(_("Choose from the answers offered here."), field=name)
    return frozenset(chosen)


def number(given: Given, name: str, *, largest: float = LARGEST_NUMBER) -> float | None:
    """Return a number from 0 to `largest`; texts may have a decimal point or comma."""
    value = given.get(name)
    if isinstance(value, list | tuple):
        value = one_text(given, name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = math.nan
    if isinstance(value, str):
        if _DECIMAL.fullmatch(value.strip()):
            found = float(value.strip().replace(",", "."))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        # A whole number too large for a float is too large for us; comparing it first avoids overflow.
        found = float(value) if abs(value) <= largest else math.inf
    if not 0 <= found <= largest:
        raise InvalidInput(_("Enter a number from 0 to %(largest)s.", largest=f"{largest:g}"), field=name)
    return found + 0.0  # minus zero becomes zero


def whole(given: Given, name: str, *, smallest: int = 0, largest: int = int(LARGEST_NUMBER)) -> int | None:
    """Return a whole number from `smallest` to `largest`."""
    found = number(given, name)
    if found is None:
        return None
    if not found.is_integer() or not smallest <= found <= largest:
        message = _(
            "Enter a whole number from %(smallest)s to %(largest)s.", smallest=smallest, largest=largest
        )
        raise InvalidInput(message, field=name)
    return int(found)
