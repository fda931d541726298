"""What a hotspot is drawn on where its author gives no drawing."""

from __future__ import annotations

from lms.core.text import _
from quizzes.protocols.drawing import Drawing

SCALP_LINES = (
    "M54 8c25 0 40 24 40 58 0 35-16 58-40 58S14 101 14 66C14 32 29 8 54 8Z",
    "M48 9.5c2-5.5 10-5.5 12 0",
    "M14.5 60c-6-2-8 4-6.5 10s5 9 8 7.5",
    "M93.5 60c6-2 8 4 6.5 10s-5 9-8 7.5",
    "M54 98c3-3 7 0 5 4s-9 5-12 1-1-11 5-13 13 0 15 6",
)


def scalp() -> Drawing:
    """Return what is drawn where an author gives no drawing, described in the reader's language."""
    about = _("The scalp seen from above, forehead at the top.")
    return Drawing(about=about, width=108, height=132, lines=SCALP_LINES)
