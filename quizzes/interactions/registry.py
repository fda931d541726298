"""The interactions an installation knows: the standard ones, and those that its settings name.

A third party packages a folder like those beside this file and names its `Interaction` as an entry point
of the group `papilla.interactions`; the setting LMS_INTERACTIONS lists the entry points to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from lms.core.errors import ConfigurationError
from quizzes.interactions.contract import Interaction
from quizzes.interactions.verification import broken_promises

GROUP = "papilla.interactions"

STANDARD = (
    *("spot", "decide", "plan", "choice", "ordering", "number"),
    *("matching", "schedule", "chart_error", "hotspot", "short_text", "concordance"),
)

AnyInteraction = Interaction[Any, Any]


class Registry(Mapping[str, AnyInteraction]):
    """Interactions by kind, read-only."""

    def __init__(self, interactions: Iterable[AnyInteraction]) -> None:
        """Raise `ConfigurationError` when two have the same kind."""
        found: dict[str, AnyInteraction] = {}
        for one in interactions:
            if one.kind in found:
                raise ConfigurationError(
                    f"Two interactions are of kind “{one.kind}”: {_place(found[one.kind])}, {_place(one)}. "
                    "Remove one of them from LMS_INTERACTIONS, or rename its kind."
                )
            found[one.kind] = one
        self._by_kind = MappingProxyType(found)

    def __getitem__(self, kind: str) -> AnyInteraction:
        return self._by_kind[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_kind)

    def __len__(self) -> int:
        return len(self._by_kind)


def _place(interaction: AnyInteraction) -> str:
    return type(interaction).__module__


@cache
def standard_registry() -> Registry:
    """Return the interactions that come with Papilla."""
    return Registry(import_module(f"{__package__}.{kind}.interaction").INTERACTION for kind in STANDARD)


def load_registry(names: tuple[str, ...] = ()) -> Registry:
    """Return the standard interactions and those whose entry points are named.

    Raises `ConfigurationError` that says which entry point is missing, twice there, cannot be loaded, is
    no interaction, takes a kind that exists, or breaks the contract on its own examples.
    """
    if not names:
        return standard_registry()
    added = [_loaded(name) for name in names]
    registry = Registry((*standard_registry().values(), *added))
    for one in added:
        _require_kept_promises(one)
    return registry


def _loaded(name: str) -> AnyInteraction:
    point = _entry_point(name)
    try:
        found = point.load()
    except Exception as error:
        raise ConfigurationError(
            f"The interaction “{name}” of LMS_INTERACTIONS cannot be loaded from {point.value}: {error!r}. "
            "Mend or update its package, or remove it from the setting."
        ) from error
    if not isinstance(found, Interaction):
        raise ConfigurationError(
            f"The entry point “{name}” of LMS_INTERACTIONS is a {type(found).__name__}, not an Interaction. "
            "It has to name an object such as INTERACTION = MyKind()."
        )
    return found


def _entry_point(name: str) -> EntryPoint:
    found = entry_points(group=GROUP, name=name)
    if not found:
        known = ", ".join(sorted(one.name for one in entry_points(group=GROUP))) or "none"
        raise ConfigurationError(
            f"LMS_INTERACTIONS names “{name}”, and no installed package has such an entry point in the group "
            f"{GROUP}. Installed: {known}. Install its package or remove the name."
        )
    if len({one.value for one in found}) > 1:
        places = " and ".join(sorted(one.value for one in found))
        raise ConfigurationError(
            f"The entry point “{name}” of LMS_INTERACTIONS is there twice: {places}. Uninstall one package."
        )
    return next(iter(found))


def _require_kept_promises(interaction: AnyInteraction) -> None:
    broken = list(broken_promises(interaction))
    if broken:
        raise ConfigurationError(
            f"The interaction “{interaction.kind}” breaks the contract on its own examples: {broken[0]} "
            f"({len(broken)} in all). Ask its author to mend it, or remove it from LMS_INTERACTIONS."
        )
