"""Papilla: training and certification for medical aestheticians, as a Flask plug-in.

`LMS` is loaded on first use only: importing a pure module such as `quizzes.protocols`
must not load Flask or SQLAlchemy, and a test on `sys.modules` holds that true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.version import __version__

if TYPE_CHECKING:
    from lms.extension import LMS

__all__ = ["LMS", "__version__"]


def __getattr__(name: str) -> Any:
    """Return `LMS`, imported when first asked for (PEP 562)."""
    if name == "LMS":
        from lms.extension import LMS

        return LMS
    raise AttributeError(f"module 'lms' has no attribute {name!r}")
