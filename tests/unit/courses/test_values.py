"""Values of the protocol that lessons quote, and numbers typed instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.content.typed_values import typed_quantities
from courses.content.values import (
    QuotedValue,
    filled,
    is_well_formed,
    quoted_values,
    references_in,
    resolve,
)
from lms.core.errors import InvalidInput
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.quantities import SINGULARS, Quantity, QuantityDocument
from tests.support.people import COURSE_FOLDER
from tests.unit.courses.documents import SmallFact, SmallProtocol

SMALL = SmallProtocol()
UNITS = sorted(SINGULARS)
numbers = st.integers(0, 5000).map(lambda number: number / 10)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return parse_protocol((COURSE_FOLDER / "protocol.yaml").read_bytes(), "protocol.yaml")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("INT-01", "2 to 4 weeks"),
        ("INT-01.minimum", "2 weeks"),
        ("INT-01.maximum", "4 weeks"),
        ("INT-01.minimum.number", "2"),
        ("INT-01.number", "2 to 4"),
        ("SES-01", "4 to 6 sessions"),
        ("MNT-01", "3 to 6 months"),
        ("DEP", "0.5 to 1.5 mm"),
        ("DEP-A", "0.5 to 0.9 mm"),
        ("DEP-B.minimum", "1 mm"),
        ("AFT-01.to", "24 hours"),
        ("AFT-01", "24 hours"),
        ("AFT-03.from", "24 hours"),
        ("TIM-01", "4 to 6 weeks"),
        ("TIM-04.weeks", "26 weeks"),
        ("TIM-04.months", "6 months"),
        ("CMP-06.duration", "12 weeks"),
        ("BX-ISO.wait", "6 months"),
        ("BX-MINOR.age", "18 years"),
        ("D-01.published", "0.5 to 2.5 mm"),
        ("D-01.published.maximum", "2.5 mm"),
        ("D-01.divide", "1 mm"),
        ("D-03.sessions", "3 to 15 sessions"),
        ("NUM-03.contact.minimum.number", "30"),
        ("DEP-CAP.protocol", "1.5 mm"),
        ('"3 weeks"', "3 weeks"),
    ],
)
def test_a_reference_reads_as_the_protocol_says(protocol: Protocol, reference: str, words: str) -> None:
    assert resolve(reference, protocol) == words


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("SPACES", "The protocol has no fact “SPACES”. Did you mean “SPACE”?"),
        ("FACT-1", "“FACT-1” has no value to quote."),
        ("LATER", "“LATER” is no value of the protocol. Write one of LATER.from."),
        ("LATER.to", "Write one of LATER.from."),
        ("PAUSE.studies", "Write one of PAUSE.study, PAUSE.range, PAUSE.from, PAUSE.to, PAUSE."),
        ("SPACE.minimum.words", "“SPACE.minimum.words” is no value of the protocol."),
        ("SPACE.number.minimum", "is no value of the protocol."),
        ("", "The protocol has no fact “”."),
    ],
)
def test_what_the_protocol_does_not_say_is_refused_with_what_may_be_written(
    reference: str, said: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(reference, SMALL)
    assert said in str(caught.value)


def test_a_number_of_one_has_a_singular_unit() -> None:
    assert Quantity(1, 1, "weeks").text == "1 week"
    assert Quantity(0.5, 1, "hours").text == "0.5 to 1 hours"
    assert Quantity(1, 1, "mm").text == "1 mm"


@given(minimum=numbers, more=numbers, unit=st.sampled_from(UNITS))
def test_the_parts_of_a_range_are_the_parts_of_its_words(minimum: float, more: float, unit: str) -> None:
    quantity = Quantity(minimum, minimum + more, unit)  # type: ignore[arg-type]
    base = SmallProtocol(facts={"X": SmallFact("A fact", (), quantity=quantity)})
    ends = (resolve("X.minimum.number", base), resolve("X.maximum.number", base))
    assert resolve("X.number", base) == (ends[0] if more == 0 else " to ".join(ends))
    assert resolve("X", base).startswith(resolve("X.number", base) + " ")
    for end in ("minimum", "maximum"):
        assert resolve(f"X.{end}", base).split(" ")[0] == resolve(f"X.{end}.number", base)


@given(
    value=st.none() | st.integers(-3, 9),
    minimum=st.none() | st.integers(-3, 9),
    maximum=st.none() | st.integers(-3, 9),
)
def test_a_quantity_is_one_number_or_a_range_upwards(
    value: int | None, minimum: int | None, maximum: int | None
) -> None:
    single = value is not None and value >= 0 and minimum is None and maximum is None
    pair = value is None and minimum is not None and maximum is not None and 0 <= minimum < maximum
    try:
        written = QuantityDocument(unit="weeks", value=value, minimum=minimum, maximum=maximum)
    except InvalidInput:
        assert not single
        assert not pair
    else:
        assert single or pair
        assert written.quantity.minimum == (value if single else minimum)


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters='"{}'), max_size=12)


@given(st.lists(st.tuples(words, words)))
def test_quoted_words_come_out_as_they_went_in(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f'{before}{{{{ "{quoted}" }}}}' for before, quoted in pairs)
    assert is_well_formed(text)
    assert [reference[1:-1] for reference in references_in(text)] == [quoted for _, quoted in pairs]
    shown = filled(text, lambda reference: resolve(reference, SMALL))
    assert shown == "".join(before + quoted for before, quoted in pairs)


def test_what_never_ends_is_not_well_formed() -> None:
    assert is_well_formed("{{ A }} and { one brace }")
    for text in ("{{ A", "{{ A }", "{{ A\n}}", '{{ "A }}', "{{ {{ A }} }}"):
        assert not is_well_formed(text)


def test_values_are_filled_in_wherever_texts_stand() -> None:
    document = SmallFact("From {{ A }}", (), quantities={})
    filled_in = filled(("{{ A }}", {"x": "{{ B }}"}, document, 3), str.lower)
    assert filled_in[0] == "a"
    assert dict(filled_in[1]) == {"x": "b"}
    assert filled_in[2].text == "From a"
    assert filled_in[3] == 3


def test_values_are_listed_once_without_literals() -> None:
    references = ["SPACE", '"3 weeks"', "PAUSE.study", "SPACE", "GONE"]
    assert quoted_values(references, SMALL) == (
        QuotedValue("SPACE", "2 to 4 weeks"),
        QuotedValue("PAUSE.study", "12 weeks"),
        QuotedValue("GONE", None),
    )


UNIT_WORDS = (
    *("mm", "millimetres", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks"),
    *("month", "months", "year", "years", "session", "sessions"),
)
NUMBER_WORDS = ("one", "two", "Three", "ten", "twenty-four", "sixty", "hundred")


@st.composite
def typed(draw: st.DrawFn) -> str:
    number = draw(st.integers(0, 300).map(str) | st.sampled_from((*NUMBER_WORDS, "0.5", "1.5", "2,5")))
    between = draw(st.sampled_from((" ", "-", "\u00a0", "  ", "\n")))
    return f"{number}{between}{draw(st.sampled_from(UNIT_WORDS))}"


@given(
    quantity=typed(), before=st.sampled_from(("", "After ", "(", "2 to ", "30\u2013")), line=st.integers(0, 3)
)
def test_a_number_with_its_unit_is_found_on_its_line(quantity: str, before: str, line: int) -> None:
    text = "Words.\n" * line + before + quantity + " later."
    assert list(typed_quantities(text)) == [(" ".join(quantity.split()), line)]


@given(quantity=typed())
def test_a_number_that_is_quoted_or_part_of_a_name_is_no_typed_one(quantity: str) -> None:
    plain = quantity.replace("\n", " ")
    assert (
        list(typed_quantities(f'Some {{{{ "{plain}" }}}} and [[FACT-1]] ![[a-2-weeks]] [x](#{plain}).')) == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "Two people, 12 hairs, 5 % minoxidil, 100 men.",
        "{{ INT-01.minimum.number }} to {{ INT-01.maximum }}",
        "a few weeks, some days, the first session, Wednesday 12 March",
        "in 2019\n\nDays went by",
        "someone days",
    ],
)
def test_other_numbers_may_be_typed(text: str) -> None:
    assert list(typed_quantities(text)) == []


def test_the_words_of_a_term_are_looked_through() -> None:
    assert list(typed_quantities("[[term:pause|a pause of 24 hours]]")) == [("24 hours", 0)]
