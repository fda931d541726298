"""Certificate numbers: 60 random bits and a check symbol, written as `PAP-7K4Q-92XF-M3TB-N`.

The alphabet is Crockford's base 32: no I, L, O or U, so that a number read from paper or over the
telephone stays itself. The check symbol follows the hybrid scheme of ISO/IEC 7064 with the moduli 33
and 32, which keeps it inside the alphabet. It catches every single wrong symbol and all but a few
swaps of neighbours; so a slip of typing is told apart from a number that was never issued.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass

PREFIX = "PAP"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 12
LENGTH = BODY_LENGTH + 1
RANDOM_BITS = BODY_LENGTH * 5
LONGEST_INPUT = 80
"""Characters looked at; anything longer is refused unread."""

_MODULUS = len(ALPHABET)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212_.]+")


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A number whose check symbol fits; `symbols` holds its thirteen symbols without prefix or hyphens."""

    symbols: str

    def __str__(self) -> str:
        """Return the number as it is printed, `PAP-7K4Q-92XF-M3TB-N`."""
        return printed(self.symbols)


@dataclass(frozen=True, slots=True)
class Mistyped:
    """Thirteen symbols whose last does not fit the others: certainly a slip, since we never issue such."""

    symbols: str

    def __str__(self) -> str:
        """Return what was typed, in the printed form."""
        return printed(self.symbols)


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that cannot be a number: too short, too long, or with a symbol that numbers never hold."""

    typed: str
    symbols_found: int
    foreign: str
    """The first character that no number holds, or nothing."""

    def __str__(self) -> str:
        """Return what was typed, cut to a printable length."""
        return self.typed


def check_symbol(body: str) -> str:
    """Return the symbol that completes twelve others (ISO/IEC 7064, hybrid scheme, moduli 33 and 32)."""
    carry = _MODULUS
    for symbol in body:
        total = (carry + _VALUES[symbol]) % _MODULUS or _MODULUS
        carry = total * 2 % (_MODULUS + 1)
    return ALPHABET[(1 - carry) % _MODULUS]


def printed(symbols: str) -> str:
    """Return symbols with the prefix, in groups of four."""
    groups = [symbols[start : start + 4] for start in range(0, len(symbols), 4)]
    return "-".join([PREFIX, *groups])


def new_number() -> CertificateNumber:
    """Return a new number of 60 bits from the operating system's random source."""
    bits = secrets.randbits(RANDOM_BITS)
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    return CertificateNumber(body + check_symbol(body))


def parse_number(typed: str) -> CertificateNumber | Mistyped | Malformed:
    """Return what a typed text is: a number, a number with a slip in it, or no number at all.

    Small letters, spaces, any kind of dash, a missing prefix and the look-alikes O for 0 and I or L
    for 1 are read as meant.
    """
    shown = "".join(one for one in typed[:LONGEST_INPUT] if one.isprintable()).strip()
    symbols = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed[: LONGEST_INPUT + 1])).upper()
    if len(symbols) == LENGTH + len(PREFIX):
        symbols = symbols.removeprefix(PREFIX)
    symbols = symbols.translate(_READ_AS)
    foreign = next((symbol for symbol in symbols if symbol not in _VALUES), "")
    if foreign or len(symbols) != LENGTH:
        return Malformed(typed=shown, symbols_found=len(symbols), foreign=foreign)
    if check_symbol(symbols[:-1]) != symbols[-1]:
        return Mistyped(symbols)
    return CertificateNumber(symbols)
