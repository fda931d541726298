"""Status lists: giving out places, changing bits, and signing anew before a list lapses."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from lms.certificates.models import StatusEntry, StatusList
from lms.certificates.service.office import Office, office_of
from lms.certificates.status_list import (
    BITS,
    Purpose,
    StatusPlace,
    build_list,
    empty_bits,
    with_bit,
)
from lms.core.identifiers import new_uuid
from lms.core.work import Work

VALID_FOR = timedelta(days=30)
"""How long a signed list may be relied on; after that a verifier must fetch a newer one."""
SIGN_AGAIN_AFTER = timedelta(days=1)
FULL_AT = BITS // 2
"""Places given out before a new list begins; so a random free place is found in two tries on average."""


def allocate_place(work: Work, *, academy_id: int, purpose: Purpose, certificate_id: int) -> StatusPlace:
    """Give a certificate a random place that was never given out, on the list in use."""
    found = _list_in_use(work, office_of(work), academy_id=academy_id, purpose=purpose)
    place = secrets.randbelow(BITS)
    while _is_taken(work, list_id=found.id, place=place):
        place = secrets.randbelow(BITS)
    work.session.add(StatusEntry(list_id=found.id, certificate_id=certificate_id, place=place))
    work.session.flush()
    return StatusPlace(purpose.value, found.list_id, place)


def set_status(work: Work, *, certificate_id: int, purpose: Purpose, is_set: bool) -> None:
    """Set or clear the bit of a certificate, and sign the list at once."""
    statement = (
        sa.select(StatusEntry.place, StatusList)
        .join(StatusList, StatusList.id == StatusEntry.list_id)
        .where(StatusEntry.certificate_id == certificate_id, StatusList.purpose == purpose.value)
        .with_for_update(of=StatusList)
    )
    for place, found in work.session.execute(statement).all():
        found.bits = with_bit(found.bits, place, is_set=is_set)
        _sign(work, office_of(work), found)
    work.session.flush()


def resign_status_lists(work: Work) -> int:
    """Sign every list again whose signature is a day old, and return how many.

    A list thus says how fresh it is, and an outage of the worker must last a month before one lapses.
    """
    due = work.session.scalars(
        sa.select(StatusList)
        .where(StatusList.signed_until <= work.now + VALID_FOR - SIGN_AGAIN_AFTER)
        .with_for_update()
    ).all()
    for found in due:
        _sign(work, office_of(work), found)
    work.session.flush()
    return len(due)


def _list_in_use(work: Work, office: Office, *, academy_id: int, purpose: Purpose) -> StatusList:
    issuer_id = office.issuer().id
    newest = work.session.scalar(
        sa.select(StatusList)
        .where(
            StatusList.academy_id == academy_id,
            StatusList.purpose == purpose.value,
            StatusList.issuer_id == issuer_id,
        )
        .order_by(StatusList.sequence.desc())
        .limit(1)
    )
    if newest is not None:
        given_out = work.session.scalar(
            sa.select(sa.func.count()).select_from(StatusEntry).where(StatusEntry.list_id == newest.id)
        )
        if (given_out or 0) < FULL_AT:
            return newest
    return _new_list(
        work,
        office,
        academy_id=academy_id,
        purpose=purpose,
        issuer_id=issuer_id,
        sequence=1 if newest is None else newest.sequence + 1,
    )


def _new_list(
    work: Work, office: Office, *, academy_id: int, purpose: Purpose, issuer_id: str, sequence: int
) -> StatusList:
    uuid = new_uuid()
    created = StatusList(
        uuid=uuid,
        academy_id=academy_id,
        purpose=purpose.value,
        issuer_id=issuer_id,
        list_id=list_address(office, uuid),
        sequence=sequence,
        bits=empty_bits(),
        created_at=work.now,
    )
    _sign(work, office, created)
    work.session.add(created)
    work.session.flush()
    return created


def list_address(office: Office, uuid: UUID) -> str:
    """Return how certificates name a list: its public address, or a URN where the installation has none."""
    return f"{office.public_url}/status-lists/{uuid}" if office.public_url else f"urn:uuid:{uuid}"


def _sign(work: Work, office: Office, found: StatusList) -> None:
    until = work.now + VALID_FOR
    document = build_list(
        list_id=found.list_id,
        issuer_id=found.issuer_id,
        purpose=Purpose(found.purpose),
        bits=found.bits,
        valid_from=work.now,
        valid_until=until,
    )
    found.signed = office.sign(document, issuer_id=found.issuer_id, now=work.now)
    found.signed_at, found.signed_until = work.now, until


def _is_taken(work: Work, *, list_id: int, place: int) -> bool:
    statement = sa.select(StatusEntry.id).where(StatusEntry.list_id == list_id, StatusEntry.place == place)
    return work.session.scalar(statement) is not None
