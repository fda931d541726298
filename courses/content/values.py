"""Values of the protocol that lessons quote: `{{ INT-01.minimum }}` is “2 weeks”, `{{ "3 weeks" }}` itself.

A reference names a fact and, where the fact has more than one value, the one that is meant. What it comes
to is looked up when the lesson is shown, so that a new revision of the protocol changes every lesson.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, cast

from lms.core.errors import InvalidInput
from lms.publishing.documents import suggestion
from quizzes.protocols.document import WindowDocument
from quizzes.protocols.quantities import Quantity, Unit

Thing = TypeVar("Thing")

REFERENCE = re.compile(r'\{\{[ \t]*("[^"\n]*"|[^{}"\n]*?)[ \t]*\}\}')
"""A reference as authors write it; the group is what stands between the braces."""

OPENING = "{{"


class Valued(Protocol):
    """A fact with what it says in numbers (`quizzes.protocols.model.Fact` is one)."""

    @property
    def quantity(self) -> Quantity | None:
        """Return what a setting or a band allows."""
        ...

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Return the other numbers of the fact, by name."""
        ...

    @property
    def window(self) -> WindowDocument | None:
        """Return the time the fact speaks of."""
        ...


class ValueBase(Protocol):
    """What values are looked up in (`quizzes.protocols.model.Protocol` is one)."""

    @property
    def facts(self) -> Mapping[str, Valued]:
        """Return all facts by id."""
        ...


@dataclass(frozen=True, slots=True)
class QuotedValue:
    """A reference that a lesson makes, and the words it stands for; None where the protocol knows none."""

    reference: str
    text: str | None


def resolve(reference: str, base: ValueBase) -> str:
    """Return the words that a reference stands for. Raises `InvalidInput` that says what may be written."""
    if is_literal(reference):
        return reference[1:-1]
    name, *parts = reference.split(".")
    fact = base.facts.get(name)
    if fact is None:
        near = suggestion(name, base.facts)
        raise InvalidInput(f"The protocol has no fact “{name}”.{near} Correct the id, or quote the words.")
    asked = tuple(parts)
    values = _values_of(fact)
    for path, quantity in values.items():
        rest = asked[len(path) :]
        if asked[: len(path)] == path and (words := _part(quantity, rest)) is not None:
            return words
    if not values:
        raise InvalidInput(
            f"“{name}” has no value to quote. Give the fact “quantities” in the protocol, or cite it only."
        )
    known = ", ".join(".".join((name, *path)) for path in values)
    raise InvalidInput(f"“{reference}” is no value of the protocol. Write one of {known}.")


def is_literal(reference: str) -> bool:
    """Return whether a reference is quoted text, which stands for itself."""
    return len(reference) > 1 and reference[0] == reference[-1] == '"'


def references_in(text: str) -> tuple[str, ...]:
    """Return the references of a text in their order, literals too."""
    return tuple(match[1] for match in REFERENCE.finditer(text)) if OPENING in text else ()


def is_well_formed(text: str) -> bool:
    """Return whether every `{{` of a text opens a reference that ends on the same line."""
    return OPENING not in REFERENCE.sub("", text)


def filled(thing: Thing, words_for: Callable[[str], str]) -> Thing:
    """Return a text, or anything made of texts, with the words of its references in their places."""
    result: Any = thing
    match thing:
        case str():
            if OPENING in thing:
                result = REFERENCE.sub(lambda match: words_for(match[1]), thing)
        case tuple():
            result = tuple(filled(part, words_for) for part in thing)
        case dict() | MappingProxyType():
            result = MappingProxyType({key: filled(part, words_for) for key, part in thing.items()})
        case _ if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            changes = {
                field.name: filled(getattr(thing, field.name), words_for)
                for field in dataclasses.fields(thing)
                if field.init
            }
            result = dataclasses.replace(cast("Any", thing), **changes)
    return cast("Thing", result)


def quoted_values(references: Iterable[str], base: ValueBase) -> tuple[QuotedValue, ...]:
    """Return each reference once, in order, with its words; literals are nobody's value and left out."""
    wanted = dict.fromkeys(reference for reference in references if not is_literal(reference))
    return tuple(QuotedValue(reference, resolved_or_none(reference, base)) for reference in wanted)


def resolved_or_none(reference: str, base: ValueBase) -> str | None:
    """Return the words of a reference, or None where the protocol has none."""
    try:
        return resolve(reference, base)
    except InvalidInput:
        return None


def _values_of(fact: Valued) -> Mapping[tuple[str, ...], Quantity]:
    """Return every value of a fact by what is written after its id."""
    values: dict[tuple[str, ...], Quantity] = {(name,): one for name, one in fact.quantities.items()}
    window = fact.window
    if window is not None:
        unit = cast("Unit", window.unit)
        values["from",] = Quantity(window.start, window.start, unit)
        if window.end is not None:
            values["to",] = Quantity(window.end, window.end, unit)
            values[()] = Quantity(window.start or window.end, window.end, unit)
    if fact.quantity is not None:
        values[()] = fact.quantity
    return values


def _part(quantity: Quantity, asked: tuple[str, ...]) -> str | None:
    """Return a quantity, one end of it, or its number alone, in words; None for anything else."""
    if asked and asked[0] in {"minimum", "maximum"}:
        quantity = quantity.at(quantity.minimum if asked[0] == "minimum" else quantity.maximum)
        asked = asked[1:]
    if not asked:
        return quantity.text
    return quantity.number if asked == ("number",) else None
