"""The words for the units of settings, in the reader's language."""

from __future__ import annotations

from lms.core.text import _, ngettext
from quizzes.protocols.quantities import Unit


def quantity_label(shown: str, unit: Unit) -> str:
    """Return a number or range with its unit; a number of sessions stands alone."""
    number = 1 if shown == "1" else 2
    return {
        "mm": _("%(depth)s mm", depth=shown),
        "percent": _("%(shown)s per cent", shown=shown),
        "layers": ngettext("%(shown)s layer", "%(shown)s layers", number, shown=shown),
        "seconds": ngettext("%(shown)s second", "%(shown)s seconds", number, shown=shown),
        "minutes": ngettext("%(shown)s minute", "%(shown)s minutes", number, shown=shown),
        "hours": ngettext("%(shown)s hour", "%(shown)s hours", number, shown=shown),
        "days": ngettext("%(shown)s day", "%(shown)s days", number, shown=shown),
        "weeks": ngettext("%(shown)s week", "%(shown)s weeks", number, shown=shown),
        "months": ngettext("%(shown)s month", "%(shown)s months", number, shown=shown),
        "years": ngettext("%(shown)s year", "%(shown)s years", number, shown=shown),
    }.get(unit, shown)


def unit_words(unit: Unit) -> tuple[str | None, str | None]:
    """Return the short form of a unit and the whole word; sessions have neither beside their number."""
    return {
        "mm": (_("mm"), _("millimetres")),
        "percent": (_("%"), _("per cent")),
        "layers": (_("layers"), _("layers")),
        "seconds": (_("s"), _("seconds")),
        "minutes": (_("min"), _("minutes")),
        "hours": (_("h"), _("hours")),
        "days": (_("d"), _("days")),
        "weeks": (_("wk"), _("weeks")),
        "months": (_("mo"), _("months")),
        "years": (_("yr"), _("years")),
    }.get(unit, (None, None))
