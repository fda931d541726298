"""Certificate numbers: what is read as meant, what is a slip, and what is no number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.number import (
    ALPHABET,
    BODY_LENGTH,
    CertificateNumber,
    Malformed,
    Mistyped,
    check_symbol,
    new_number,
    parse_number,
)

bodies = st.text(alphabet=ALPHABET, min_size=BODY_LENGTH, max_size=BODY_LENGTH)
places = st.integers(min_value=0, max_value=BODY_LENGTH)


def complete(body: str) -> str:
    return body + check_symbol(body)


def test_a_new_number_has_the_printed_form_and_reads_back() -> None:
    number = new_number()
    assert re.fullmatch(
        r"PAP-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-.", str(number)
    )
    assert parse_number(str(number)) == number


def test_new_numbers_use_all_sixty_bits() -> None:
    drawn = [new_number().symbols[:-1] for _time in range(400)]
    assert len(set(drawn)) == 400
    for place in range(BODY_LENGTH):
        assert len({body[place] for body in drawn}) == len(ALPHABET)


def hybrid_check(values: list[int], modulus: int) -> int:
    """ISO/IEC 7064, hybrid systems, as the standard words it: the recursion of section 9, any modulus."""
    product = modulus
    for value in values:
        total = product + value
        product = (total % modulus or modulus) * 2 % (modulus + 1)
    return next(check for check in range(modulus) if (product + check) % modulus == 1)


def test_the_standards_own_example_holds_for_the_scheme_as_written_here() -> None:
    assert hybrid_check([0, 7, 9, 4], 10) == 5


@given(bodies)
def test_the_check_symbol_is_that_of_the_standard_hybrid_scheme(body: str) -> None:
    assert ALPHABET.index(check_symbol(body)) == hybrid_check([ALPHABET.index(one) for one in body], 32)


@given(bodies, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_a_slip(body: str, place: int, symbol: str) -> None:
    symbols = complete(body)
    wrong = symbols[:place] + symbol + symbols[place + 1 :]
    if wrong != symbols:
        assert isinstance(parse_number(wrong), Mistyped)


def test_nearly_all_swaps_of_neighbours_are_slips() -> None:
    swaps = caught = 0
    for first in ALPHABET:
        for second in ALPHABET:
            if first == second:
                continue
            for place in range(BODY_LENGTH):
                body = ("7K4Q92XFM3TB0"[:place] + first + second + "7K4Q92XFM3TB"[place + 2 :])[:BODY_LENGTH]
                symbols = complete(body)
                if place + 1 >= len(symbols) or symbols[place] == symbols[place + 1]:
                    continue
                swapped = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
                swaps += 1
                caught += isinstance(parse_number(swapped), Mistyped)
    assert swaps > 10_000
    assert caught / swaps > 0.99


@given(bodies)
def test_the_ways_people_write_a_number_are_read_as_meant(body: str) -> None:
    number = CertificateNumber(complete(body))
    printed = str(number)
    ways = {
        printed.lower(),
        printed.replace("-", ""),
        printed.replace("-", " "),
        printed.replace("-", "\u2013"),
        f"  {printed}\n",
        printed.removeprefix("PAP-"),
        "PAP" + number.symbols.replace("0", "O").replace("1", "I"),
        "PAP" + number.symbols.replace("0", "o").replace("1", "l"),
        "".join(chr(ord(one) + 0xFEE0) if one != "-" else one for one in printed),
    }
    assert {parse_number(way) for way in ways} == {number}


@pytest.mark.parametrize(
    ("typed", "symbols_found", "foreign"),
    [
        ("", 0, ""),
        ("PAP", 3, ""),
        ("PAP-7K4Q-92XF", 11, ""),
        ("PAP-7K4Q-92XF-M3TB-C-7", 17, ""),
        ("PAP-7K4Q-92XF-M3TU-C", 13, "U"),
        ("PAP-7K4Q-92XF-M3T*-C", 13, "*"),
        ("XXX-7K4Q-92XF-M3TB-C", 16, ""),
    ],
)
def test_what_cannot_be_a_number_says_why(typed: str, symbols_found: int, foreign: str) -> None:
    found = parse_number(typed)
    assert isinstance(found, Malformed)
    assert (found.symbols_found, found.foreign) == (symbols_found, foreign)


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser(typed: str) -> None:
    found = parse_number(typed)
    assert isinstance(found, CertificateNumber | Mistyped | Malformed)
    assert len(str(found)) <= 80
    assert str(found).isprintable()
