"""Compiling the parameters of a protocol: the ranges of its settings, and depth by zone."""

from __future__ import annotations

from lms.publishing.documents import item_path, suggestion
from quizzes.protocols.compilation import Compilation
from quizzes.protocols.conditions import compile_condition, condition_problems
from quizzes.protocols.depth import ZONE_WORDS
from quizzes.protocols.document import (
    BandDocument,
    DepthDocument,
    ParameterDocument,
    ParametersDocument,
    Word,
)
from quizzes.protocols.model import Band, BandRule, Depth, Fact, Parameter, Parameters, Range

CHAPTER = "parameters"


def parameters(state: Compilation, document: ParametersDocument) -> Parameters:
    """Return the settings of a course of treatment; problems are noted on the compilation."""
    depth = document.depth_mm
    return Parameters(
        interval_weeks=_parameter(state, document.interval_weeks, "parameters.interval_weeks"),
        initial_sessions=_parameter(state, document.initial_sessions, "parameters.initial_sessions"),
        maintenance_months=_parameter(state, document.maintenance_months, "parameters.maintenance_months"),
        depth_mm=_depth(state, depth, "parameters.depth_mm") if depth is not None else None,
    )


def _parameter(state: Compilation, document: ParameterDocument | DepthDocument, path: str) -> Parameter:
    sources = state.resolve(document.sources, f"{path}.sources")
    note = document.note if isinstance(document, ParameterDocument) else None
    fact = state.quote(Fact(document.id, document.text, sources, CHAPTER, note=note), path)
    return Parameter(fact, state.range(document.minimum, document.maximum, path))


def _depth(state: Compilation, document: DepthDocument, path: str) -> Depth:
    parameter = _parameter(state, document, path)
    bands = {
        band.id: _band(state, band, parameter.range, item_path(f"{path}.bands", index))
        for index, band in enumerate(document.bands)
    }
    outer = Band("", "", parameter.range, (), ())  # stands in for a band that is not there

    def named(band: str, where: str) -> Band:
        if band not in bands:
            state.complain(where, f"There is no band “{band}”.{suggestion(band, bands)}")
        return bands.get(band, outer)

    vocabulary: dict[str, tuple[Word, ...]] = {"zone": tuple(document.zones), **ZONE_WORDS}
    rules = []
    for index, rule in enumerate(document.band_rules):
        here = item_path(f"{path}.band_rules", index)
        state.complain_all(condition_problems(rule.when, vocabulary, f"{here}.when"))
        rules.append(BandRule(compile_condition(rule.when), named(rule.band, f"{here}.band"), rule.why))
    fallback = named(document.fallback_band, f"{path}.fallback_band")
    return Depth(
        parameter=parameter,
        zones=document.zones,
        bands=tuple(bands.values()),
        rules=(*rules, BandRule((), fallback, "")),
        fallback=fallback,
        cap=state.fact(document.cap, CHAPTER, f"{path}.cap"),
        notes=state.fact_list(document.notes, CHAPTER, f"{path}.notes"),
    )


def _band(state: Compilation, document: BandDocument, outer: Range, path: str) -> Band:
    inner = state.range(document.minimum, document.maximum, path)
    if inner.within(outer) != inner:
        state.complain(
            path, f"The band leaves the protocol's range of {outer.minimum:g} to {outer.maximum:g} mm."
        )
    sources = state.resolve(document.sources, f"{path}.sources")
    text = f"{document.name}, {document.minimum:g} to {document.maximum:g} mm: {'; '.join(document.use_for)}"
    state.quote(Fact(document.id, text, sources, CHAPTER), path)
    return Band(document.id, document.name, inner, document.use_for, sources)
