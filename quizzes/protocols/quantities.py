"""Quantities: numbers with their unit, as a protocol states them and as lessons quote them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lms.core.errors import InvalidInput

Unit = Literal[
    "mm", "percent", "layers", "seconds", "minutes", "hours", "days", "weeks", "months", "years", "sessions"
]
"""The units that quantities may have; `mm` is millimetres."""

SINGULARS = MappingProxyType(
    {
        "mm": "mm",
        "percent": "percent",
        "layers": "layer",
        "seconds": "second",
        "minutes": "minute",
        "hours": "hour",
        "days": "day",
        "weeks": "week",
        "months": "month",
        "years": "year",
        "sessions": "session",
    }
)
"""Each unit as it stands after the number one."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, or an inclusive range from `minimum` to `maximum`, in `unit`."""

    minimum: float
    maximum: float
    unit: Unit

    @property
    def number(self) -> str:
        """Return the number without its unit, such as “12” or “0.5 to 1.5”."""
        if self.minimum == self.maximum:
            return f"{self.minimum:g}"
        return f"{self.minimum:g} to {self.maximum:g}"

    @property
    def text(self) -> str:
        """Return the number with its unit, such as “1 week” or “0.5 to 1.5 mm”."""
        return f"{self.number} {SINGULARS[self.unit] if self.maximum == 1 == self.minimum else self.unit}"

    def at(self, number: float) -> Quantity:
        """Return a single number in the same unit."""
        return Quantity(number, number, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityDocument:
    """A quantity as authors write it: `value`, or `minimum` and `maximum`, and the `unit`."""

    unit: Unit
    value: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidInput` unless there is one number of zero or more, or a range upwards from there."""
        single = self.value is not None and self.minimum is None and self.maximum is None
        pair = self.value is None and self.minimum is not None and self.maximum is not None
        if not single and not pair:
            raise InvalidInput("Give either “value”, or both “minimum” and “maximum”.")
        quantity = self.quantity
        if quantity.minimum < 0 or (pair and quantity.minimum >= quantity.maximum):
            raise InvalidInput(
                f"The range {quantity.minimum:g} to {quantity.maximum:g} is not one. Start at zero or above, "
                "and write a single number as “value”."
                if pair
                else f"“{quantity.minimum:g}” is below zero. Give zero or more."
            )

    @property
    def quantity(self) -> Quantity:
        """Return the quantity that is written."""
        minimum = self.minimum if self.value is None else self.value
        maximum = self.maximum if self.value is None else self.value
        return Quantity(minimum or 0.0, maximum or 0.0, self.unit)
