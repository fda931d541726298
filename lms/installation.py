"""Setting an installation up: tables, default academy, supplied courses, demo accounts. Safe to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import courses
from lms.academies.service import ensure_default_academy
from lms.accounts.passwords import Passwords
from lms.accounts.queries import credentials
from lms.accounts.service import create_account
from lms.core.migrating import upgrade
from lms.core.runtime import Runtime
from lms.publishing.checks import check_folder
from lms.publishing.service import import_documents

LIBRARY = Path(courses.__path__[0]) / "library"


def set_up(
    runtime: Runtime, *, demo: Iterable[tuple[str, str, frozenset[str]]], demo_password: str
) -> Iterator[str]:
    """Do what is not done yet and yield a line about each thing done.

    Raises `ContentError` when a supplied course has problems; nothing of it is imported then.
    """
    upgrade(runtime.workshop.engine, "head")
    _ = runtime.workshop.keyring.all  # made now, so that an unreadable key shows before anyone sits an exam
    with runtime.work() as work:
        academy_id = ensure_default_academy(work, name=runtime.settings.academy_name)
    for folder in sorted(path for path in LIBRARY.iterdir() if (path / "course.yaml").is_file()):
        documents = check_folder(folder, runtime.kinds)
        with runtime.work() as work:
            report = import_documents(work, academy_id=academy_id, documents=documents)
        if report.new_revisions:
            yield f"Course {report.course_key}: {report.new_revisions} new revisions published."
            with runtime.reading() as reading:
                for notes in runtime.import_notes:
                    yield from notes(reading, academy_id=academy_id, course_key=report.course_key)
    people = tuple(demo)
    if people:
        _create_demo_accounts(runtime, people, demo_password)
        yield "Demo accounts (password of all: " + demo_password + "):"
        for email, _name, roles in people:
            yield f"  {email}  {', '.join(sorted(roles))}"


def _create_demo_accounts(
    runtime: Runtime, people: tuple[tuple[str, str, frozenset[str]], ...], password: str
) -> None:
    with runtime.reading() as reading:
        missing = [person for person in people if credentials(reading, email=person[0]) is None]
    if not missing:
        return
    password_hash = Passwords(slots=1).hash(password)
    with runtime.work() as work:
        for email, name, roles in missing:
            create_account(
                work,
                email=email,
                name=name,
                password_hash=password_hash,
                academy_name=runtime.settings.academy_name,
                roles=roles,
            )
