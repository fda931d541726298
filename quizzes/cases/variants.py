"""Variants of a case: another patient, other words, other distractors, or the other half of a minimal pair.

Everything is drawn from a seed, slot by slot: the SHA-256 of seed, case and slot chooses, so that a seed
means the same case on every machine, and adding a slot leaves what the others draw as it was. Only a
contrast changes the record that the rules read, and with it the key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from lms.core.errors import NotFound
from quizzes.cases.model import (
    Case,
    Contrast,
    Patient,
    PatientVariant,
    Statement,
    Variants,
    Visit,
    VisitChange,
)
from quizzes.cases.slots import changed, filled
from quizzes.protocols.record import Finding

_NOTHING_TO_DRAW = Variants()
_REPLACED_WHOLE = tuple(field.name for field in fields(VisitChange) if field.default is None)
_OF_THE_PATIENT = ("name", "age", "sex", "heritage", "fitzpatrick", "hair_type", "goal")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a seed drew from a case: for receipts, and for whoever looks up what a learner saw.

    `patient` counts the variants of the patient from 1, and 0 is the patient as written. `words` are the
    words in use, `extras` the ids of the lines added, `contrast` the key of the contrast, if one was drawn.
    """

    seed: str | None
    patient: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    contrast: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the drawing as JSON values."""
        return {
            "seed": self.seed,
            "patient": self.patient,
            "words": dict(self.words),
            "extras": list(self.extras),
            "contrast": self.contrast,
        }


def realise(case: Case, seed: str | None, *, contrasts: bool) -> Case:
    """Return the case that a seed draws, its texts filled, with nothing left to draw.

    Without a seed (None or the empty text) it is the case as written, with the first word of each list.
    `contrasts` lets a contrast of the case come up as often as the case itself: practice asks for it, an
    exam does not.
    """
    return realised(case, drawing_of(case, seed, contrasts=contrasts))


def realised(case: Case, drawing: Drawing) -> Case:
    """Return the case of one drawing, its texts filled. Raises `NotFound` for an unknown contrast."""
    return filled(arranged(case, drawing), drawing.words)


def arranged(case: Case, drawing: Drawing) -> Case:
    """Return the case of one drawing with its slots still open."""
    drawn = case if drawing.contrast is None else contrast_of(case, drawing.contrast)
    changes: dict[str, Any] = {}
    if drawing.patient:
        variant = case.variants.patients[drawing.patient - 1]
        changes["patient"] = _patient(drawn.patient, variant)
    if drawing.extras and drawn.visits:
        lines = [line for line in case.variants.extras.statements if line.id in drawing.extras]
        seed = f"{drawing.seed}:{case.key}"
        first = drawn.visits[0]
        changes["visits"] = (
            changed(first, statements=_with_extras(first.statements, lines, seed)),
            *drawn.visits[1:],
        )
    if drawn.contrasts or drawn.variants != _NOTHING_TO_DRAW:
        changes |= {"variants": _NOTHING_TO_DRAW, "contrasts": ()}
    return changed(drawn, **changes) if changes else drawn


def drawing_of(case: Case, seed: str | None, *, contrasts: bool) -> Drawing:
    """Return what a seed draws from a case: patient, words, further lines and, if allowed, a contrast."""
    variants = case.variants
    if not seed:
        first = {name: words[0] for name, words in variants.words.items() if words}
        return Drawing(None, words=MappingProxyType(first))
    start = f"{seed}:{case.key}"
    words = {
        name: choices[_pick(start, f"word:{name}", len(choices))]
        for name, choices in variants.words.items()
        if choices
    }
    patient = _pick(start, "patient", len(variants.patients) + 1)
    if patient:
        words |= variants.patients[patient - 1].words
    choice = _pick(start, "contrast", len(case.contrasts) + 1) if contrasts else 0
    return Drawing(
        seed=seed,
        patient=patient,
        words=MappingProxyType(words),
        extras=_extras(start, case),
        contrast=case.contrasts[choice - 1].key if choice else None,
    )


def contrast_of(case: Case, key: str) -> Case:
    """Return the other half of a minimal pair, with its slots open and its variants still to be drawn.

    `realise` it with the seed of the first half, and both show the same patient with the same words.
    What was written for the key of the first half goes: the mistakes, and in the visits that change the
    further tasks and the credit for partly accepted actions; nothing could tell whether they still hold.
    Raises `NotFound` when the case has no such contrast.
    """
    contrast = next((contrast for contrast in case.contrasts if contrast.key == key), None)
    if contrast is None:
        raise NotFound(f"The case “{case.key}” has no contrast “{key}”.")
    return contrasted(case, contrast)


def contrasted(case: Case, contrast: Contrast) -> Case:
    """Return the case with every change that a contrast makes to it."""
    by_number = {change.number: change for change in contrast.visits}
    visits = tuple(
        _changed_visit(visit, by_number[visit.number]) if visit.number in by_number else visit
        for visit in case.visits
    )
    first = by_number.get(1)
    rationale = contrast.rationale or (first.rationale if first is not None else None) or case.rationale
    return changed(case, title=contrast.title, visits=visits, rationale=rationale, mistakes=(), contrasts=())


def _changed_visit(visit: Visit, change: VisitChange) -> Visit:
    changes: dict[str, Any] = {
        name: getattr(change, name) for name in _REPLACED_WHOLE if getattr(change, name) is not None
    }
    return changed(
        visit,
        **changes,
        findings=_findings(visit.findings, change),
        statements=_merged(visit.statements, change.statements, "id"),
        partial_credit=MappingProxyType({}),
        tasks=visit.tasks[: len(visit.asks)],
    )


def _findings(written: tuple[Finding, ...], change: VisitChange) -> tuple[Finding, ...]:
    kept = tuple(finding for finding in written if finding.key not in change.drop_findings)
    return _merged(kept, change.findings, "key")


def _merged(written: tuple[Any, ...], given: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """Return the written items, each replaced by a given one of the same name; new ones come last."""
    by_name = {getattr(item, name): item for item in given}
    known = {getattr(item, name) for item in written}
    replaced = tuple(by_name.get(getattr(item, name), item) for item in written)
    return (*replaced, *(item for item in given if getattr(item, name) not in known))


def _patient(written: Patient, variant: PatientVariant) -> Patient:
    given = {name: getattr(variant, name) for name in _OF_THE_PATIENT}
    return changed(written, **{name: value for name, value in given.items() if value is not None})


def _extras(start: str, case: Case) -> tuple[str, ...]:
    """Return the ids of the lines drawn: those whose digests come first, in the order of the document."""
    extras = case.variants.extras
    if not extras.statements or extras.draw < 1:
        return ()
    ids = [line.id for line in extras.statements]
    drawn = sorted(ids, key=lambda line: _digest(start, f"extra:{line}"))[: extras.draw]
    return tuple(line for line in ids if line in drawn)


def _with_extras(
    written: tuple[Statement, ...], lines: Iterable[Statement], start: str
) -> tuple[Statement, ...]:
    """Return the record with further lines put anywhere in their section, so that no place betrays them."""
    statements = list(written)
    for line in lines:
        places = [index for index, other in enumerate(statements) if other.section == line.section]
        if places:
            choice = _pick(start, f"place:{line.id}", len(places) + 1)
            statements.insert(places[choice] if choice < len(places) else places[-1] + 1, line)
        else:
            statements.append(line)
    return tuple(statements)


def _pick(start: str, slot: str, count: int) -> int:
    """Return a number from 0 up to, and without, `count`."""
    return 0 if count == 1 else int.from_bytes(_digest(start, slot), "big") % count


def _digest(start: str, slot: str) -> bytes:
    return hashlib.sha256(f"{start}:{slot}".encode()).digest()
