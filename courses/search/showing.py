"""Facts of a protocol in words: the chapters that every protocol has, and the times facts speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from lms.core.text import _
from quizzes.protocols.document import WindowDocument
from quizzes.protocols.quantities import Quantity, Unit


def chapter_title(key: str, titles: Mapping[str, str]) -> str:
    """Return the title of a chapter: the protocol's own, else that of a part every protocol has."""
    if key in titles:
        return titles[key]
    ours = {
        "findings": _("Findings"),
        "rules": _("Rules for findings"),
        "parameters": _("Settings of treatment"),
        "safety": _("Safety"),
        "timeline": _("Timeline"),
        "disagreements": _("Where sources disagree"),
    }
    return ours.get(key, key.replace("-", " ").capitalize())


def window_words(window: WindowDocument) -> str:
    """Return the time a fact speaks of, such as “First 24 hours”, “From 24 hours on” or “Until healed”."""
    unit = cast("Unit", window.unit)
    if window.end is not None and window.start > 0:
        return Quantity(window.start, window.end, unit).text
    parts: list[str] = []
    if window.end is not None:
        parts.append(_("First %(time)s", time=Quantity(window.end, window.end, unit).text))
    elif window.start > 0:
        parts.append(_("From %(time)s on", time=Quantity(window.start, window.start, unit).text))
    if window.until:
        parts.append(_("Until %(event)s", event=window.until))
    return ", ".join(parts) or _("From the start")
