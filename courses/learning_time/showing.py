"""Credit in words: what it comes to, and how it was worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from courses.content.credit import PLANNED, Counted, CreditScheme, CreditUnit
from courses.learning_time.rules import Credit
from lms.core.text import _, current_reader, lazy, ngettext

MINUTES_IN_AN_HOUR = 60
_STEPS: Mapping[tuple[CreditUnit, Decimal], str] = {
    (CreditUnit.HOURS, Decimal(1)): lazy("whole hours"),
    (CreditUnit.HOURS, Decimal("0.5")): lazy("half hours"),
    (CreditUnit.HOURS, Decimal("0.25")): lazy("quarter hours"),
    (CreditUnit.HOURS, Decimal("0.1")): lazy("tenths of an hour"),
    (CreditUnit.POINTS, Decimal(1)): lazy("whole points"),
    (CreditUnit.POINTS, Decimal("0.5")): lazy("half points"),
    (CreditUnit.POINTS, Decimal("0.25")): lazy("quarter points"),
    (CreditUnit.POINTS, Decimal("0.1")): lazy("tenths of a point"),
}
_COUNTED = {
    Counted.LESSONS: lazy("lessons"),
    Counted.CASES: lazy("practice cases"),
    Counted.ASSESSMENT: lazy("exams"),
}


@dataclass(frozen=True, slots=True)
class CreditView:
    """The credit under one scheme as pages print it. `body` is empty where nobody has approved the course."""

    name: str
    amount: str
    calculation: str
    counts: str
    body: str
    note: str


def credit_view(credit: Credit) -> CreditView:
    """Return the credit in words."""
    scheme = credit.scheme
    return CreditView(
        name=scheme.name,
        amount=amount_in_words(scheme.unit, credit.amount),
        calculation=calculation(credit),
        counts=_("What counts: %(kinds)s.", kinds=", ".join(str(_COUNTED[one]) for one in scheme.counts)),
        body=scheme.body if scheme.is_approved else "",
        note=scheme.note,
    )


def amount_in_words(unit: CreditUnit, amount: Decimal) -> str:
    """Return an amount with its unit, such as “6.75 hours”."""
    number = format_decimal(amount, locale=current_reader().locale, decimal_quantization=False)
    like = 1 if amount == 1 else 2
    if unit is CreditUnit.HOURS:
        return ngettext("%(amount)s hour", "%(amount)s hours", like, amount=number)
    return ngettext("%(amount)s point", "%(amount)s points", like, amount=number)


def calculation(credit: Credit) -> str:
    """Return how the credit follows from the minutes, as one line that can be worked out again by hand."""
    scheme = credit.scheme
    steps = [ngettext("%(number)s active minute", "%(number)s active minutes", credit.minutes)]
    if credit.is_capped and scheme.most == PLANNED:
        steps.append(_("capped at %(cap)s planned", cap=credit.cap))
    elif credit.is_capped:
        steps.append(_("capped at %(cap)s", cap=credit.cap))
    if credit.is_too_little:
        steps.append(_("credit begins at %(least)s", least=scheme.least_minutes))
    else:
        steps += _unit_steps(scheme)
    result = amount_in_words(scheme.unit, credit.amount)
    return _("%(steps)s: %(result)s", steps=", ".join(steps), result=result)


def _unit_steps(scheme: CreditScheme) -> list[str]:
    """Return how minutes become units, said where it is not what a clock says, and to what is rounded."""
    step = Decimal(str(scheme.step)).normalize()
    named = _STEPS.get((scheme.unit, step))
    rounded = str(named) if named else _("steps of %(amount)s", amount=amount_in_words(scheme.unit, step))
    last = _("rounded down to %(steps)s", steps=rounded)
    minutes = scheme.minutes_per_unit
    if scheme.unit is CreditUnit.POINTS:
        return [ngettext("%(number)s minute a point", "%(number)s minutes a point", minutes), last]
    if minutes != MINUTES_IN_AN_HOUR:
        return [ngettext("%(number)s minute an hour", "%(number)s minutes an hour", minutes), last]
    return [last]
