"""Wording in the reader's language, and moments in the reader's time zone.

Translations are Babel's, in a gettext domain of our own (`lms`), so that a host's own `_` and
catalogues stay untouched. The pseudo-locale `en-XA` makes every translatable text longer and accented:
what stays plain on a page was forgotten, and what breaks would break in German.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.support import NullTranslations, Translations

DOMAIN = "lms"
PSEUDO_LOCALE = "en-XA"
FOLDER = Path(__file__).parent / "locale"
_ACCENTS = str.maketrans("AaEeIiOoUuCcNnSsYy", "ÅåÉéÎîÖöÛûÇçÑñŠšÝý")
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>|&\w+;)")


class PseudoTranslations(NullTranslations):
    """Turns any text into an accented, longer one in brackets; placeholders and tags stay whole."""

    def gettext(self, message: str) -> str:
        """Return the pseudo-translation of a message."""
        parts = _KEPT.split(message)
        accented = "".join(
            part if index % 2 else part.translate(_ACCENTS) for index, part in enumerate(parts)
        )
        return f"[{accented}{'·' * max(1, len(message) // 3)}]"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the pseudo-translation of the form for this number."""
        return self.gettext(msgid1 if n == 1 else msgid2)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text is for: language, translations and time zone."""

    language: str
    locale: Locale
    translations: gettext.NullTranslations
    time_zone: ZoneInfo


@cache
def reader_of(language: str, time_zone: str) -> Reader:
    """Return the reader for a language tag and an IANA zone; unknown ones fall back to English and UTC."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    if language == PSEUDO_LOCALE:
        return Reader(language, Locale("en", "GB"), PseudoTranslations(), zone)
    translations = Translations.load(FOLDER, [language.replace("-", "_")], DOMAIN)
    if language in {"", "en"} or not isinstance(translations, Translations):
        return Reader("en", Locale("en", "GB"), NullTranslations(), zone)
    return Reader(language, Locale.parse(language, sep="-"), translations, zone)


def languages() -> tuple[str, ...]:
    """Return the language tags that pages exist in: English, and each compiled catalogue."""
    found = (path.parts[-3].replace("_", "-") for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return ("en", *sorted(found))


_reader: ContextVar[Reader | None] = ContextVar("lms_reader", default=None)


def current_reader() -> Reader:
    """Return the reader of this request, or an English one in UTC."""
    return _reader.get() or reader_of("en", "UTC")


def set_reader(reader: Reader) -> None:
    """Make everything after this speak to the given reader, in this context."""
    _reader.set(reader)


def forget_reader() -> None:
    """Speak to nobody in particular again; what comes after a request must not inherit its language."""
    _reader.set(None)


@contextmanager
def speaking_to(reader: Reader) -> Iterator[None]:
    """Speak to the given reader within the block (mail, for instance)."""
    token = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(token)


def _(message: str, /, **values: object) -> str:
    """Return the message in the reader's language, with `%(name)s` filled in."""
    text = current_reader().translations.gettext(message)
    return text % values if values else text.replace("%%", "%")


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the form for the number in the reader's language; `%(number)s` (or `%(num)s`) is filled in."""
    text = current_reader().translations.ngettext(singular, plural, number)
    return text % {"number": number, "num": number, **values}


class _LazyText:
    """A text that is translated each time it is shown."""

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        self._message = message

    def __str__(self) -> str:
        return _(self._message)

    def __mod__(self, values: object) -> str:
        return str(self) % values

    def __len__(self) -> int:
        return len(str(self))


def lazy(message: str) -> str:
    """Return a text for form labels, translated for whoever reads it, not for whoever imports it."""
    return cast("str", _LazyText(message))


def show_date(moment: datetime | date) -> str:
    """Return a date in full, such as 2 March 2028, in the reader's language and zone."""
    reader = current_reader()
    day = moment.astimezone(reader.time_zone).date() if isinstance(moment, datetime) else moment
    return format_date(day, format="d MMMM y", locale=reader.locale)


def show_datetime(moment: datetime) -> str:
    """Return date and time, such as 2 March 2028, 14:02, in the reader's language and zone."""
    reader = current_reader()
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=reader.time_zone, locale=reader.locale)


def show_time(moment: datetime) -> str:
    """Return the time of day with seconds, such as 14:02:11, in the reader's zone."""
    reader = current_reader()
    return format_time(moment, "HH:mm:ss", tzinfo=reader.time_zone, locale=reader.locale)
