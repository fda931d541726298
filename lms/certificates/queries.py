"""Reads of the certificates slice: one function for each page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates.claims import Claims
from lms.certificates.keys import KeysUnreadableError
from lms.certificates.models import Certificate, StatusEntry, StatusList
from lms.certificates.proofs import Document, ProofError, check_proofs, parse_document, public_key_of
from lms.certificates.rules import (
    Examination,
    RegisterEntry,
    State,
    examine,
    genuine_claims,
    is_expiring,
    state_of_row,
)
from lms.certificates.service.office import Office, did_document, office_of
from lms.certificates.status_list import StatusPlace, StatusUnreadableError, read_list
from lms.core.errors import NotFound
from lms.core.text import _
from lms.core.work import Reading

CERTIFICATES = cast("sa.Table", Certificate.__table__)
ENTRIES = cast("sa.Table", StatusEntry.__table__)
LISTS = cast("sa.Table", StatusList.__table__)

BY_NUMBER = (
    sa.select(CERTIFICATES, ENTRIES.c.place, LISTS.c.purpose, LISTS.c.list_id, LISTS.c.signed)
    .select_from(CERTIFICATES)
    .outerjoin(ENTRIES, ENTRIES.c.certificate_id == CERTIFICATES.c.id)
    .outerjoin(LISTS, LISTS.c.id == ENTRIES.c.list_id)
    .where(CERTIFICATES.c.number == sa.bindparam("number"))
    .order_by(ENTRIES.c.id)
)
"""A certificate with its places and the lists as published: one row for each place."""

_LISTED = sa.select(
    CERTIFICATES.c.number,
    CERTIFICATES.c.holder_name,
    CERTIFICATES.c.title,
    CERTIFICATES.c.issued_at,
    CERTIFICATES.c.expires_at,
    CERTIFICATES.c.withdrawn_at,
    CERTIFICATES.c.suspended_at,
)
OF_HOLDER = _LISTED.where(
    CERTIFICATES.c.academy_id == sa.bindparam("academy_id"),
    CERTIFICATES.c.learner_id == sa.bindparam("learner_id"),
).order_by(CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.id.desc())
OF_ACADEMY = (
    _LISTED.where(CERTIFICATES.c.academy_id == sa.bindparam("academy_id"))
    .order_by(CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.id.desc())
    .limit(sa.bindparam("limit"))
    .offset(sa.bindparam("offset"))
)
PUBLISHED_LIST = sa.select(LISTS.c.signed, LISTS.c.signed_at, LISTS.c.signed_until).where(
    LISTS.c.uuid == sa.bindparam("uuid", type_=sa.Uuid)
)
PAGE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate in a list: what the register says of it, without a check of the signature."""

    number: str
    holder_name: str
    title: str
    issued_at: datetime
    expires_at: datetime | None
    state: State
    is_expiring: bool


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """A certificate of the register and what a full check of it comes to, now."""

    academy_id: int
    learner_id: int | None
    entry: RegisterEntry
    examination: Examination
    checked_at: datetime
    is_expiring: bool


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A status list as it is handed out."""

    signed: bytes
    signed_at: datetime
    signed_until: datetime


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of an academy's register, newest first."""

    certificates: tuple[ListedCertificate, ...]
    total: int
    page: int

    @property
    def has_next(self) -> bool:
        """Return whether older certificates follow."""
        return self.page * PAGE_LENGTH < self.total


def holdings(reading: Reading, *, academy_id: int, learner_id: int) -> tuple[ListedCertificate, ...]:
    """Return the certificates of a person, newest first."""
    rows = reading.connection.execute(OF_HOLDER, {"academy_id": academy_id, "learner_id": learner_id})
    return tuple(_listed(row, reading.now) for row in rows)


def register_page(reading: Reading, *, academy_id: int, page: int) -> RegisterPage:
    """Return a page of the register, counted from 1."""
    total = reading.connection.scalar(
        sa.select(sa.func.count()).select_from(CERTIFICATES).where(CERTIFICATES.c.academy_id == academy_id)
    )
    rows = reading.connection.execute(
        OF_ACADEMY, {"academy_id": academy_id, "limit": PAGE_LENGTH, "offset": (page - 1) * PAGE_LENGTH}
    )
    return RegisterPage(tuple(_listed(row, reading.now) for row in rows), total or 0, page)


def _listed(row: Any, now: datetime) -> ListedCertificate:
    state = state_of_row(
        withdrawn_at=row.withdrawn_at, suspended_at=row.suspended_at, expires_at=row.expires_at, now=now
    )
    return ListedCertificate(
        number=row.number,
        holder_name=row.holder_name,
        title=row.title,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        state=state,
        is_expiring=state is State.VALID and is_expiring(row.expires_at, now=now),
    )


def checked_certificate(reading: Reading, *, number: str) -> CheckedCertificate | None:
    """Return a certificate and what a full check of it comes to, or None for a number not in the register."""
    rows = reading.connection.execute(BY_NUMBER, {"number": number}).all()
    if not rows:
        return None
    entry = _entry(rows)
    published = {row.list_id: bytes(row.signed) for row in rows if row.list_id is not None}
    keys = _keys(office_of(reading), entry.issuer_id)

    def read_status(place: StatusPlace) -> bytes:
        signed = published.get(place.list_id)
        if signed is None or keys is None:
            raise StatusUnreadableError("The status list is not here.")
        document = _opened_list(signed, entry.issuer_id, keys)
        return read_list(document, place=place, issuer_id=entry.issuer_id, now=reading.now)

    examination = examine(
        entry,
        digest=hashlib.sha256(entry.credential).hexdigest(),
        open_credential=None if keys is None else partial(_opened_credential, entry, keys),
        read_status=read_status,
        now=reading.now,
    )
    return CheckedCertificate(
        academy_id=rows[0].academy_id,
        learner_id=rows[0].learner_id,
        entry=entry,
        examination=examination,
        checked_at=reading.now,
        is_expiring=is_expiring(entry.expires_at, now=reading.now),
    )


def held_certificate(
    reading: Reading, *, number: str, academy_id: int, learner_id: int, sees_register: bool
) -> CheckedCertificate:
    """Return a certificate to its holder, or to somebody who may see the academy's register.

    Raises `NotFound` for anybody else, as for a number that was never issued.
    """
    found = checked_certificate(reading, number=number)
    if (
        found is None
        or found.academy_id != academy_id
        or not (found.learner_id == learner_id or sees_register)
    ):
        raise NotFound(_("There is no such certificate here. Certificates lists those you hold."))
    return found


def published_list(reading: Reading, *, uuid: UUID) -> PublishedList:
    """Return a status list as published. Raises `NotFound`."""
    row = reading.connection.execute(PUBLISHED_LIST, {"uuid": uuid}).one_or_none()
    if row is None:
        raise NotFound(_("There is no such status list."))
    return PublishedList(bytes(row.signed), row.signed_at, row.signed_until)


def issuer_document(reading: Reading) -> Document:
    """Return the DID document of the installation. Raises `KeysUnreadableError`."""
    return did_document(office_of(reading))


def _entry(rows: Any) -> RegisterEntry:
    row = rows[0]
    return RegisterEntry(
        number=row.number,
        holder_name=row.holder_name,
        title=row.title,
        course=row.course,
        issuer_id=row.issuer_id,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        digest=row.digest,
        credential=bytes(row.credential),
        status=tuple(
            StatusPlace(place.purpose, place.list_id, place.place)
            for place in rows
            if place.list_id is not None
        ),
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
        suspended_at=row.suspended_at,
        suspended_reason=row.suspended_reason,
    )


def _keys(office: Office, issuer_id: str) -> tuple[str, ...] | None:
    """Return the verification methods of an issuer that we have keys for, or None if ours cannot be read."""
    try:
        return tuple(office.keyring.methods_of(issuer_id))
    except KeysUnreadableError:
        return None


def _opened_credential(entry: RegisterEntry, methods: tuple[str, ...]) -> Claims:
    return _genuine_claims(entry.credential, entry.issuer_id, methods)


# What the same bytes say under the same keys never changes, so it is worked out once per process.


@lru_cache(maxsize=1024)
def _genuine_claims(credential: bytes, issuer_id: str, methods: tuple[str, ...]) -> Claims:
    return genuine_claims(credential, issuer_id=issuer_id, keys=_keys_of_methods(methods))


@lru_cache(maxsize=64)
def _opened_list(signed: bytes, issuer_id: str, methods: tuple[str, ...]) -> Document:
    """Return a published list whose signature holds.

    Raises `StatusUnreadableError` when it does not: a list that cannot be trusted answers nothing.
    """
    try:
        document = parse_document(signed)
        check_proofs(document, issuer=issuer_id, keys=_keys_of_methods(methods))
    except ProofError as error:
        raise StatusUnreadableError("The signature of the status list does not hold.") from error
    return document


def _keys_of_methods(methods: tuple[str, ...]) -> Mapping[str, Ed25519PublicKey]:
    return {method: public_key_of(method.rpartition("#")[2]) for method in methods}
