"""Decisions about certificates: how long they hold, what they say, and what a check concludes."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates.claims import Claims, read_claims
from lms.certificates.proofs import ProofError, UnknownKeyError, check_proofs, parse_document
from lms.certificates.status_list import Purpose, StatusPlace, StatusUnreadableError, bit_at

EXPIRING_WITHIN_DAYS = 60
BAND = "Pass, no confirmed safety error"


class State(StrEnum):
    """What a check of a certificate in the register comes to."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    ALTERED = "altered"
    NOT_YET = "not_yet"
    UNCHECKED = "unchecked"
    """Something needed for the check was not to be had; nothing is said about the certificate."""


class Step(StrEnum):
    """One thing that a check looks at, in the order it looks."""

    SIGNATURE = "signature"
    ISSUER = "issuer"
    REGISTER = "register"
    STATUS = "status"
    DATES = "dates"


class Outcome(StrEnum):
    """How one step ended."""

    PASSED = "passed"
    FAILED = "failed"
    WAITING = "waiting"
    """Fails for a reason that time or a renewal mends."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """What the register holds of one certificate, apart from what the certificate says itself."""

    number: str
    holder_name: str
    title: str
    course: str
    """Course key and revision as `key@revision`."""
    issuer_id: str
    issued_at: datetime
    expires_at: datetime | None
    digest: str
    """SHA-256 of the credential's bytes, in hexadecimal, taken when it was issued."""
    credential: bytes
    status: tuple[StatusPlace, ...]
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    suspended_at: datetime | None = None
    suspended_reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one step of a check ended."""

    step: Step
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Examination:
    """The outcome of a check: the state, each step, and what the certificate says where that is proven."""

    state: State
    findings: tuple[Finding, ...]
    claims: Claims | None
    """What was signed; None unless the signature holds."""
    differing: tuple[str, ...] = ()
    """The fields in which register and certificate differ; `file` where the stored file was changed."""


def expiry_of(issued_at: datetime, months: int | None) -> datetime | None:
    """Return the last second of a validity in whole months, or None for one without end.

    Issued on 3 March 2026 for 24 months, a certificate holds until 2 March 2028, 23:59:59 UTC. A day
    that the last month lacks becomes its last day.
    """
    if not months:
        return None
    issued = issued_at.astimezone(UTC)
    year, month = divmod(issued.year * 12 + issued.month - 1 + months, 12)
    day = min(issued.day, calendar.monthrange(year, month + 1)[1])
    return datetime(year, month + 1, day, tzinfo=UTC) - timedelta(seconds=1)


def is_expiring(expires_at: datetime | None, *, now: datetime) -> bool:
    """Return whether a certificate still holds and lapses within 60 days."""
    return expires_at is not None and now <= expires_at <= now + timedelta(days=EXPIRING_WITHIN_DAYS)


def state_of_row(
    *,
    withdrawn_at: datetime | None,
    suspended_at: datetime | None,
    expires_at: datetime | None,
    now: datetime,
) -> State:
    """Return the state that the register alone gives a certificate, for lists; a check looks closer."""
    if withdrawn_at is not None:
        return State.WITHDRAWN
    if suspended_at is not None:
        return State.SUSPENDED
    return State.EXPIRED if expires_at is not None and now > expires_at else State.VALID


def differences(entry: RegisterEntry, claims: Claims) -> tuple[str, ...]:
    """Return the names of the fields in which the register differs from what the certificate says."""
    pairs = {
        "number": (entry.number, claims.number),
        "holder": (entry.holder_name, claims.holder_name),
        "award": (entry.title, claims.title),
        "course": (entry.course, claims.course),
        "issuer": (entry.issuer_id, claims.issuer_id),
        "issued": (entry.issued_at.replace(microsecond=0), claims.valid_from),
        "expires": (entry.expires_at, claims.valid_until),
        "status": (entry.status, claims.status),
    }
    return tuple(name for name, (registered, signed) in pairs.items() if registered != signed)


def genuine_claims(credential: bytes, *, issuer_id: str, keys: Mapping[str, Ed25519PublicKey]) -> Claims:
    """Return what a credential says, once its signature holds. Raises as `check_proofs` and `read_claims`."""
    document = parse_document(credential)
    check_proofs(document, issuer=issuer_id, keys=keys)
    return read_claims(document)


def examine(
    entry: RegisterEntry,
    *,
    digest: str,
    open_credential: Callable[[], Claims] | None,
    read_status: Callable[[StatusPlace], bytes],
    now: datetime,
) -> Examination:
    """Return what a check of a registered certificate comes to.

    `digest` is that of the bytes as stored now; `open_credential` does `genuine_claims` for them and is
    None when the issuer's keys cannot be read; `read_status` returns the bits of the list a place names,
    or raises `StatusUnreadableError`.
    """
    is_changed = digest != entry.digest
    if open_credential is None:
        return _broken(entry) if is_changed else _unchecked()
    try:
        claims = open_credential()
    except UnknownKeyError:
        return _broken(entry) if is_changed else _unchecked()
    except ProofError:
        return _broken(entry)
    differing = differences(entry, claims)
    if is_changed:
        differing = (*differing, "file")
    if differing:
        steps = {Step.SIGNATURE: Outcome.PASSED, Step.ISSUER: Outcome.PASSED, Step.REGISTER: Outcome.FAILED}
        return Examination(State.ALTERED, _findings(steps), claims, differing)
    return _judge(entry, claims, _listed(claims, read_status), now)


def _listed(
    claims: Claims, read_status: Callable[[StatusPlace], bytes]
) -> Mapping[str, bool] | StatusUnreadableError:
    """Return which purposes the status lists have set for a certificate, or why that cannot be known."""
    try:
        return {place.purpose: bit_at(read_status(place), place.index) for place in claims.status}
    except StatusUnreadableError as error:
        return error


def _judge(
    entry: RegisterEntry,
    claims: Claims,
    listed: Mapping[str, bool] | StatusUnreadableError,
    now: datetime,
) -> Examination:
    """Return the conclusion for a genuine certificate. Register and list count alike: the stricter wins."""
    known = {} if isinstance(listed, StatusUnreadableError) else listed
    is_withdrawn = entry.withdrawn_at is not None or known.get(Purpose.REVOCATION, False)
    is_suspended = entry.suspended_at is not None or known.get(Purpose.SUSPENSION, False)
    has_expired = claims.valid_until is not None and now > claims.valid_until
    is_early = now < claims.valid_from
    steps = {Step.SIGNATURE: Outcome.PASSED, Step.ISSUER: Outcome.PASSED, Step.REGISTER: Outcome.PASSED}
    steps[Step.STATUS], steps[Step.DATES] = Outcome.PASSED, Outcome.PASSED
    if is_withdrawn:
        steps[Step.STATUS] = Outcome.FAILED
    elif is_suspended:
        steps[Step.STATUS] = Outcome.WAITING
    elif isinstance(listed, StatusUnreadableError):
        steps[Step.STATUS] = Outcome.SKIPPED
    if has_expired or is_early:
        steps[Step.DATES] = Outcome.WAITING
    conclusions = (
        (is_withdrawn, State.WITHDRAWN),
        (is_suspended, State.SUSPENDED),
        (has_expired, State.EXPIRED),
        (is_early, State.NOT_YET),
        (steps[Step.STATUS] is Outcome.SKIPPED, State.UNCHECKED),
    )
    state = next((state for holds, state in conclusions if holds), State.VALID)
    return Examination(state, _findings(steps), claims)


def _broken(entry: RegisterEntry) -> Examination:
    """Return the conclusion for stored bytes whose signature does not hold: which fields give it away."""
    try:
        differing = differences(entry, read_claims(parse_document(entry.credential)))
    except ProofError:
        differing = ()
    return Examination(State.ALTERED, _findings({Step.SIGNATURE: Outcome.FAILED}), None, (*differing, "file"))


def _unchecked() -> Examination:
    return Examination(State.UNCHECKED, _findings({}), None)


def _findings(outcomes: Mapping[Step, Outcome]) -> tuple[Finding, ...]:
    return tuple(Finding(step, outcomes.get(step, Outcome.SKIPPED)) for step in Step)


def criteria_text(*, pass_mark_percent: float, scope: str) -> str:
    """Return how a certificate is earned and what it does and does not assess, as it is signed.

    A course whose scope statement does not say what is not assessed gets the sentence that does.
    """
    earned = (
        "Earned by completing every lesson of the course and passing its final assessment: a score of "
        f"{pass_mark_percent:g} per cent or more, and no decision less strict than a safety-critical finding "
        "requires."
    )
    says_all = "not assessed" in scope.lower()
    limits = (
        "" if says_all else "Assessed: decisions on written patient records. Not assessed: hands-on skill."
    )
    return " ".join(part for part in (earned, scope.strip(), limits) if part)


def learning_text(hours: float) -> str:
    """Return the learning time as it is signed, with the rule it was counted by."""
    return f"{hours:g} hours, as stated by the course; not counted by the clock."
