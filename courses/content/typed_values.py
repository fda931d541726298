"""Numbers with a unit that stand typed in a lesson, where a reference to the protocol belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courses.content.values import REFERENCE

_ONES = "one two three four five six seven eight nine"
_WORDS = (
    f"{_ONES} ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
    "twenty thirty forty fifty sixty seventy eighty ninety hundred"
).split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER = (
    rf"(?:\d+(?:[.,]\d+)?|(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_ONES.split())})|(?:{'|'.join(_WORDS)}))"
)
_UNIT = r"(?:mm|millimet(?:re|er)s?|minutes?|hours?|days?|weeks?|months?|years?|sessions?)"
_BETWEEN = r"(?:[-\u2011]|[ \t\u00a0]*\n?[ \t\u00a0]*)"
_TYPED = re.compile(rf"(?<!\w){_NUMBER}{_BETWEEN}{_UNIT}\b", re.IGNORECASE)
_MARKUP = re.compile(r"\[\[term:[a-z0-9-]+(?:\\?\|([^\]\n]*))?\]\]|!?\[\[[^\]\n]*\]\]|\]\([^)\n]*\)")


def typed_quantities(text: str) -> Iterator[tuple[str, int]]:
    """Yield each number with its unit that is typed instead of quoted, and the line it is on, from 0."""
    bare = _MARKUP.sub(lambda match: match[1] or "", REFERENCE.sub("\N{OBJECT REPLACEMENT CHARACTER}", text))
    for match in _TYPED.finditer(bare):
        yield " ".join(match[0].split()), bare.count("\n", 0, match.start())
