"""What a check says in words: heading, facts, the steps taken, and the same for machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError

from lms.certificates.claims import Claims
from lms.certificates.number import ALPHABET, LENGTH, Malformed, Mistyped
from lms.certificates.proofs import written_moment
from lms.certificates.queries import CheckedCertificate
from lms.certificates.rules import Finding, Outcome, State, Step
from lms.core.text import _, current_reader, show_date, show_datetime

LEARNING_LABELS = ("Learning time", "Credit", "Assessment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a look-up, ready to show: `tone` and `icon` never carry meaning alone."""

    state: str
    tone: str
    icon: str
    heading: str
    lead: str
    number: str
    facts: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str, str], ...] = ()
    """Class, icon and sentence of each step of the check."""
    differing: tuple[str, ...] = ()
    stamp: str = ""
    claims: Claims | None = None
    machine: Mapping[str, Any] = field(default_factory=dict)


def answer_for_mistyped(found: Mistyped) -> Answer:
    """Return the answer to a number whose check symbol does not fit: a slip, so nothing was looked up."""
    return Answer(
        state="mistyped",
        tone="none",
        icon="shield-question-mark",
        heading=_("Check the number for a typing slip"),
        lead=_(
            "%(number)s cannot be right: the last symbol checks the others, and it does not fit. Compare "
            "each symbol with the certificate. This says nothing about the certificate itself.",
            number=str(found),
        ),
        number=str(found),
        steps=(("bad", "x", _("The check symbol does not fit the number")), *_not_done()),
        machine={"state": "mistyped", "number": str(found)},
    )


def answer_for_malformed(found: Malformed) -> Answer:
    """Return the answer to a text that is no number, saying what is wrong with it."""
    if found.foreign:
        reason = _(
            "It holds “%(symbol)s”, which no number does. Numbers use digits and the letters of %(letters)s.",
            symbol=found.foreign,
            letters=ALPHABET[10:],
        )
    else:
        reason = _(
            "After the letters PAP a number has %(wanted)s symbols; this has %(found)s.",
            wanted=LENGTH,
            found=found.symbols_found,
        )
    return Answer(
        state="malformed",
        tone="none",
        icon="shield-question-mark",
        heading=_("This is not a certificate number"),
        lead=reason + " " + _("It looks like PAP-0000-0000-0000-0."),
        number=str(found),
        steps=(("bad", "x", _("The text does not have the form of a number")), *_not_done()),
        machine={"state": "malformed", "number": str(found)},
    )


def answer_for_unknown(number: str) -> Answer:
    """Return the neutral answer to a well-formed number that is not in the register."""
    return Answer(
        state="unknown",
        tone="none",
        icon="shield-question-mark",
        heading=_("No certificate found"),
        lead=_(
            "%(number)s is not in our register. The number has the right form, so compare it with the "
            "certificate once more, and ask the holder which academy issued it.",
            number=number,
        ),
        number=number,
        steps=(
            ("", "circle-check", _("The number has the right form")),
            ("na", "minus", _("Not in the register of this academy")),
            *_not_done(),
        ),
        machine={"state": "unknown", "number": number},
    )


def _not_done() -> tuple[tuple[str, str, str], ...]:
    return (("na", "minus", _("Signature not checked")), ("na", "minus", _("Dates not checked")))


def answer_for_checked(found: CheckedCertificate) -> Answer:
    """Return the answer to a number that is in the register."""
    examination, entry = found.examination, found.entry
    tone, icon, heading, lead, stamp = _HEADS[examination.state](found)
    return Answer(
        state=examination.state.value,
        tone=tone,
        icon=icon,
        heading=heading,
        lead=lead,
        number=entry.number,
        facts=() if examination.claims is None else facts_of(examination.claims),
        steps=tuple(_step(finding, examination.state) for finding in examination.findings),
        differing=tuple(_field_label(name) for name in examination.differing),
        stamp=stamp,
        claims=examination.claims,
        machine=_machine(found),
    )


_Head = tuple[str, str, str, str, str]


def _valid(found: CheckedCertificate) -> _Head:
    lead = _(
        "%(name)s holds this award. Checked %(moment)s.",
        name=found.entry.holder_name,
        moment=show_datetime(found.checked_at),
    )
    return "ok", "shield-check", _("Valid certificate"), lead, ""


def _expired(found: CheckedCertificate) -> _Head:
    heading = _("Expired on %(day)s", day=_day(found.entry.expires_at))
    lead = _("The certificate is genuine, but the award has lapsed. Ask the holder for a renewed one.")
    return "warn", "clock", heading, lead, _("Expired")


def _withdrawn(found: CheckedCertificate) -> _Head:
    lead = _("Do not rely on this certificate. %(issuer)s withdrew it.", issuer=_issuer(found))
    lead += _since(found.entry.withdrawn_at, found.entry.withdrawn_reason)
    return "danger", "shield-x", _("Withdrawn by the academy"), lead, _("Withdrawn")


def _suspended(found: CheckedCertificate) -> _Head:
    lead = _("Do not rely on this certificate for now. %(issuer)s suspended it.", issuer=_issuer(found))
    lead += _since(found.entry.suspended_at, found.entry.suspended_reason)
    return "warn", "shield-alert", _("Suspended by the academy"), lead, _("Suspended")


def _altered(_found: CheckedCertificate) -> _Head:
    lead = _(
        "What is stored under this number was changed after it was issued. Do not rely on it, and tell "
        "the academy."
    )
    return "danger", "shield-x", _("This record was altered"), lead, _("Altered")


def _not_yet(found: CheckedCertificate) -> _Head:
    heading = _("Not valid before %(day)s", day=_day(found.entry.issued_at))
    lead = _("The certificate is genuine, but its first day is still to come.")
    return "warn", "calendar-clock", heading, lead, ""


def _unchecked(_found: CheckedCertificate) -> _Head:
    lead = _(
        "Something we need for the check could not be read. Try again later. This says nothing about the "
        "certificate."
    )
    return "none", "cloud-alert", _("We could not check"), lead, ""


_HEADS: Mapping[State, Callable[[CheckedCertificate], _Head]] = {
    State.VALID: _valid,
    State.EXPIRED: _expired,
    State.WITHDRAWN: _withdrawn,
    State.SUSPENDED: _suspended,
    State.ALTERED: _altered,
    State.NOT_YET: _not_yet,
    State.UNCHECKED: _unchecked,
}


def _issuer(found: CheckedCertificate) -> str:
    claims = found.examination.claims
    return _("The academy") if claims is None else claims.issuer_name


def _since(moment: datetime | None, reason: str) -> str:
    text = "" if moment is None else " " + _("Date: %(day)s.", day=_day(moment))
    return text + (" " + _("Reason: %(reason)s", reason=reason) if reason else "")


def _day(moment: datetime | date | None) -> str:
    """Return a day of an award, the same for every reader: it is a fact of the document, not a local time."""
    if moment is None:
        return _("no end date")
    return show_date(moment.date() if isinstance(moment, datetime) else moment)


def facts_of(claims: Claims) -> tuple[tuple[str, str], ...]:
    """Return label and value of every signed field, in the order people look for them."""
    evidence_labels = dict(
        zip(LEARNING_LABELS, (_("Learning time"), _("Credit"), _("Assessment")), strict=True)
    )
    facts = [
        (_("Name"), claims.holder_name),
        (_("Awarded by"), claims.issuer_name),
        (_("Award"), claims.title),
        (_("Kind"), _("Certificate of assessment, not of attendance")),
        (_("Result"), claims.band),
        (_("Issued"), _day(claims.valid_from)),
        (_("Valid until"), _day(claims.valid_until)),
        (_("Number"), claims.number),
        *((evidence_labels.get(label, label), text) for label, text in claims.evidence),
        (
            _("Course"),
            _("%(course)s, revision %(version)s", course=_key(claims.course), version=claims.version),
        ),
        (_("Clinical protocol"), _protocol(claims.protocol)),
        (_("Language"), _language(claims.language)),
        (_("Address of the issuer"), claims.issuer_address),
        (_("Provider number"), claims.issuer_provider_number),
        (_("Signed for the academy by"), claims.signatory),
    ]
    return tuple((label, value) for label, value in facts if value)


def _language(tag: str) -> str:
    """Return the name of a language for the reader, or the tag itself where it has none."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(current_reader().locale) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def _key(text: str) -> str:
    return text.partition("@")[0]


def _protocol(text: str) -> str:
    parts = (part.partition("@") for part in text.split(", ") if part)
    return ", ".join(_("%(key)s, revision %(number)s", key=key, number=number) for key, _at, number in parts)


def _step(finding: Finding, state: State) -> tuple[str, str, str]:
    """Return class, icon and sentence of one step."""
    css, icon = _LOOKS[finding.outcome]
    sentences = {
        (Step.SIGNATURE, Outcome.PASSED): _("The signature holds: nothing signed was changed"),
        (Step.SIGNATURE, Outcome.FAILED): _("The signature does not hold"),
        (Step.SIGNATURE, Outcome.SKIPPED): _("Signature not checked"),
        (Step.ISSUER, Outcome.PASSED): _("The key belongs to the issuer that the certificate names"),
        (Step.ISSUER, Outcome.SKIPPED): _("Issuer not checked"),
        (Step.REGISTER, Outcome.PASSED): _("The register agrees with every signed field"),
        (Step.REGISTER, Outcome.FAILED): _("The register differs from the signed fields"),
        (Step.REGISTER, Outcome.SKIPPED): _("Not compared with the register"),
        (Step.STATUS, Outcome.PASSED): _("Not withdrawn and not suspended, by the signed status list"),
        (Step.STATUS, Outcome.FAILED): _("Listed as withdrawn"),
        (Step.STATUS, Outcome.WAITING): _("Listed as suspended"),
        (Step.STATUS, Outcome.SKIPPED): _("Status list not read"),
        (Step.DATES, Outcome.PASSED): _("In date"),
        (Step.DATES, Outcome.WAITING): _("Not valid yet")
        if state is State.NOT_YET
        else _("Past its end date"),
        (Step.DATES, Outcome.SKIPPED): _("Dates not checked"),
    }
    return css, icon, sentences[finding.step, finding.outcome]


_LOOKS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.PASSED: ("", "circle-check"),
    Outcome.FAILED: ("bad", "ban"),
    Outcome.WAITING: ("wait", "clock"),
    Outcome.SKIPPED: ("na", "minus"),
}


def _field_label(name: str) -> str:
    labels = {
        "number": _("Number"),
        "holder": _("Name"),
        "award": _("Award"),
        "course": _("Course"),
        "issuer": _("Awarded by"),
        "issued": _("Issued"),
        "expires": _("Valid until"),
        "status": _("Place on the status list"),
        "file": _("The stored file"),
    }
    return labels[name]


def state_label(state: State) -> tuple[str, str]:
    """Return tone and word of a state, for lists."""
    return {
        State.VALID: ("ok", _("Valid")),
        State.EXPIRED: ("warn", _("Expired")),
        State.WITHDRAWN: ("danger", _("Withdrawn")),
        State.SUSPENDED: ("warn", _("Suspended")),
        State.ALTERED: ("danger", _("Altered")),
        State.NOT_YET: ("warn", _("Not valid yet")),
        State.UNCHECKED: ("none", _("Not checked")),
    }[state]


def _machine(found: CheckedCertificate) -> dict[str, Any]:
    """Return the answer as JSON: nothing in it that the page does not show."""
    examination, entry, claims = found.examination, found.entry, found.examination.claims
    answer: dict[str, Any] = {
        "state": examination.state.value,
        "number": entry.number,
        "checked_at": written_moment(found.checked_at),
        "steps": {finding.step.value: finding.outcome.value for finding in examination.findings},
        "differing": list(examination.differing),
    }
    if examination.state is State.WITHDRAWN:
        answer["withdrawn_at"] = None if entry.withdrawn_at is None else written_moment(entry.withdrawn_at)
        answer["reason"] = entry.withdrawn_reason
    if examination.state is State.SUSPENDED:
        answer["suspended_at"] = None if entry.suspended_at is None else written_moment(entry.suspended_at)
        answer["reason"] = entry.suspended_reason
    if claims is not None:
        answer["certificate"] = {
            "holder": claims.holder_name,
            "award": claims.title,
            "issuer": {"id": claims.issuer_id, "name": claims.issuer_name},
            "issued": written_moment(claims.valid_from),
            "valid_until": None if claims.valid_until is None else written_moment(claims.valid_until),
            "result": claims.band,
            "course": claims.course,
            "protocol": claims.protocol,
            "scope": claims.criteria,
        }
    return answer
