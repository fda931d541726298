"""Compiling the parameters of a protocol: the ranges of its settings with their bands, and depth by zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from lms.publishing.documents import item_path, key_path, suggestion
from quizzes.protocols.bands import setting_words
from quizzes.protocols.compilation import Compilation
from quizzes.protocols.conditions import compile_condition, condition_problems
from quizzes.protocols.depth import ZONE_WORDS
from quizzes.protocols.document import BandDocument, DepthDocument, ParameterDocument, Word
from quizzes.protocols.model import Band, BandRule, Depth, Fact, Parameter, Parameters, Range
from quizzes.protocols.quantities import Quantity, Unit

CHAPTER = "parameters"
DEPTH = "depth_mm"
KNOWN: Mapping[str, Unit] = MappingProxyType(
    {"interval_weeks": "weeks", "initial_sessions": "sessions", "maintenance_months": "months"}
)
"""The settings whose words the program knows, with their units."""

_NAME = re.compile(r"[a-z]+(?:_[a-z]+)+", re.ASCII)


def parameters(state: Compilation, documents: Mapping[str, ParameterDocument | DepthDocument]) -> Parameters:
    """Return the settings of treatment; problems are noted on the compilation."""
    settings: dict[str, Parameter] = {}
    depth: Depth | None = None
    for name, document in documents.items():
        path = key_path("parameters", name)
        if isinstance(document, DepthDocument):
            if name != DEPTH:
                state.complain(path, f"Only {DEPTH} is set zone by zone. Leave the zones and the cap out.")
            depth = _depth(state, document, path)
            continue
        if name == DEPTH or not _NAME.fullmatch(name):
            message = f"“{name}” cannot name this setting. Name what and in which unit: strength_percent."
            state.complain(path, message)
        settings[name] = _setting(state, name, document, path)
    return Parameters(MappingProxyType(settings), depth)


def _setting(state: Compilation, name: str, document: ParameterDocument, path: str) -> Parameter:
    unit = document.unit or KNOWN.get(name)
    if unit is None or not (document.label or name in KNOWN):
        state.complain(path, "Say what people read and in which unit: add “label” and “unit”.")
        unit = unit or "sessions"
    fact, allowed = _fact(state, document, unit, path, note=document.note)
    if document.step <= 0:
        state.complain(f"{path}.step", "A step is above zero.")
    bands = _bands(state, document.bands, allowed, unit, path)
    rules = _rules(state, document, bands, setting_words(state.document), path)
    state.fact_list(document.notes, CHAPTER, f"{path}.notes")
    return Parameter(
        fact, allowed, unit, document.label or "", document.step, document.safety_critical, rules
    )


def _fact(
    state: Compilation,
    document: ParameterDocument | DepthDocument,
    unit: Unit,
    path: str,
    *,
    note: str | None = None,
) -> tuple[Fact, Range]:
    """Return the fact of a setting with its range."""
    sources = state.resolve(document.sources, f"{path}.sources")
    allowed = state.range(document.minimum, document.maximum, path)
    quantity = Quantity(allowed.minimum, allowed.maximum, unit)
    fact = Fact(document.id, document.text, sources, CHAPTER, note=note, quantity=quantity)
    return state.quote(fact, path), allowed


def _depth(state: Compilation, document: DepthDocument, path: str) -> Depth:
    fact, allowed = _fact(state, document, "mm", path)
    bands = _bands(state, document.bands, allowed, "mm", path)
    vocabulary: dict[str, tuple[Word, ...]] = {"zone": tuple(document.zones), **ZONE_WORDS}
    rules = _rules(state, document, bands, vocabulary, path)
    fallback = _named(state, document.fallback_band, bands, f"{path}.fallback_band")
    return Depth(
        parameter=Parameter(fact, allowed, "mm"),
        zones=document.zones,
        bands=tuple(bands.values()),
        rules=(*rules, BandRule((), fallback, "")),
        fallback=fallback,
        cap=state.fact(document.cap, CHAPTER, f"{path}.cap"),
        notes=state.fact_list(document.notes, CHAPTER, f"{path}.notes"),
    )


def _rules(
    state: Compilation,
    document: ParameterDocument | DepthDocument,
    bands: Mapping[str, Band],
    vocabulary: Mapping[str, tuple[Word, ...]],
    path: str,
) -> tuple[BandRule, ...]:
    rules = []
    for index, rule in enumerate(document.band_rules):
        here = item_path(f"{path}.band_rules", index)
        state.complain_all(condition_problems(rule.when, vocabulary, f"{here}.when"))
        band = _named(state, rule.band, bands, f"{here}.band")
        rules.append(BandRule(compile_condition(rule.when), band, rule.why))
    return tuple(rules)


def _named(state: Compilation, band: str, bands: Mapping[str, Band], path: str) -> Band:
    if band not in bands:
        state.complain(path, f"There is no band “{band}”.{suggestion(band, bands)}")
    return bands.get(band, Band("", "", Range(0.0, 0.0), (), ()))


def _bands(
    state: Compilation, documents: tuple[BandDocument, ...], outer: Range, unit: Unit, path: str
) -> dict[str, Band]:
    return {
        band.id: _band(state, band, outer, unit, item_path(f"{path}.bands", index))
        for index, band in enumerate(documents)
    }


def _band(state: Compilation, document: BandDocument, outer: Range, unit: Unit, path: str) -> Band:
    inner = state.range(document.minimum, document.maximum, path)
    quantity = Quantity(inner.minimum, inner.maximum, unit)
    if inner.within(outer) != inner:
        limits = Quantity(outer.minimum, outer.maximum, unit).text
        state.complain(path, f"The band leaves the protocol's range of {limits}.")
    sources = state.resolve(document.sources, f"{path}.sources")
    text = f"{document.name}, {quantity.text}: {'; '.join(document.use_for)}"
    state.quote(Fact(document.id, text, sources, CHAPTER, quantity=quantity), path)
    return Band(document.id, document.name, inner, document.use_for, sources)
