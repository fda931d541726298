"""Wording: placeholders, plural forms, the pseudo-locale, moments in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from lms.core.text import (
    DOMAIN,
    FOLDER,
    PSEUDO_LOCALE,
    PseudoTranslations,
    _,
    lazy,
    ngettext,
    reader_of,
    show_date,
    show_datetime,
    show_time,
    speaking_to,
)

MOMENT = datetime(2028, 3, 1, 23, 30, 5, tzinfo=UTC)


def test_placeholders_are_filled_in() -> None:
    assert _("Hello %(name)s, 100%% sure", name="Zoë") == "Hello Zoë, 100% sure"
    assert _("100%% sure") == "100% sure"


def test_number_decides_the_form() -> None:
    assert ngettext("%(number)s flag", "%(number)s flags", 1) == "1 flag"
    assert ngettext("%(num)s flag", "%(num)s flags", 3) == "3 flags"


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    with speaking_to(reader_of("en", "Europe/Berlin")):
        assert show_date(MOMENT) == "2 March 2028"
        assert show_datetime(MOMENT) == "2 March 2028, 00:30"
        assert show_time(MOMENT) == "00:30:05"
    with speaking_to(reader_of("en", "America/New_York")):
        assert show_date(MOMENT) == "1 March 2028"


def test_unknown_zone_and_language_fall_back() -> None:
    reader = reader_of("tlh", "Mars/Olympus")
    assert (reader.language, reader.time_zone.key) == ("en", "UTC")


def test_pseudo_locale_changes_text_and_keeps_placeholders_and_tags() -> None:
    with speaking_to(reader_of(PSEUDO_LOCALE, "UTC")):
        text = _("Hello %(name)s, <b>sign in</b>", name="Ann")
    assert text.startswith("[Héllö Ann, <b>")
    assert text.endswith("·]")
    assert "sign in" not in text


def test_lazy_text_is_translated_when_shown() -> None:
    label = lazy("Password")
    assert str(label) == "Password"
    with speaking_to(reader_of(PSEUDO_LOCALE, "UTC")):
        assert str(label) != "Password"


@given(st.text(alphabet=st.characters(exclude_characters="%<&")))
def test_pseudo_translation_is_longer_than_the_text(message: str) -> None:
    assert len(PseudoTranslations().gettext(message)) > len(message)


def test_the_list_of_texts_to_translate_holds_texts_of_code_and_templates() -> None:
    with (FOLDER / f"{DOMAIN}.pot").open("rb") as file:
        catalogue = read_po(file)
    assert catalogue.get("Enter your password.") is not None, "a label in code"
    assert catalogue.get("Would you go ahead today?") is not None, "a heading in a template"
    assert ("%(number)s case", "%(number)s cases") in {message.id for message in catalogue}
