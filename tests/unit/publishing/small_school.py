"""Two academies on a real SQLite file, for the tests of publishing that need a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import flask
import sqlalchemy as sa

from lms.academies.models import Academy
from lms.core.database import Base, WriteLock, open_engine
from lms.core.events import Events
from lms.core.runtime import Runtime
from lms.core.settings import Settings
from lms.core.work import Reading, Work, Workshop
from lms.publishing.library import Library
from lms.publishing.models import Document, Edition, FolderFile, Revision
from tests.unit.publishing.small_course import KINDS

SHAPES = (Academy, Document, Revision, FolderFile, Edition)
TABLES = [Base.metadata.tables[shape.__tablename__] for shape in SHAPES]
START = datetime(2028, 3, 2, 9, 0, tzinfo=UTC)


class School:
    """An installation with publishing alone; its clock moves a minute with every unit of work."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(database_url=f"sqlite:///{folder}/school.sqlite3")
        self.engine = open_engine(settings)
        Base.metadata.create_all(self.engine, tables=TABLES)
        minutes = count()
        self.workshop = Workshop(
            engine=self.engine,
            lock=WriteLock(None, timeout_seconds=10),
            clock=lambda: START + timedelta(minutes=next(minutes)),
            events=Events(),
            documents=Library(KINDS),
            settings=settings,
            keyring=None,
            wake_worker=lambda: None,
        )
        with self.work() as work:
            for key in ("default", "other"):
                work.session.add(Academy(key=key, name=key, created_at=work.now))
            work.session.flush()
            academies = {one.key: one.id for one in work.session.scalars(sa.select(Academy))}
        self.academy_id = academies["default"]
        self.other_academy_id = academies["other"]

    def work(self) -> Work:
        return Work(self.workshop)

    def reading(self) -> Reading:
        return Reading(self.workshop)

    def app(self) -> flask.Flask:
        """Return an app whose runtime is this school's, for the command line."""
        absent: Any = None
        app = flask.Flask("small_school")
        app.extensions["lms"] = Runtime(
            settings=self.workshop.settings,
            workshop=self.workshop,
            group_commit=absent,
            limits=absent,
            mailer=absent,
            deliveries={},
            kinds=self.workshop.documents.kinds,
        )
        return app

    def forget_documents(self) -> None:
        """Start with an empty library, as a new process does."""
        self.workshop = replace(self.workshop, documents=Library(KINDS))

    def count(self, shape: type[Base]) -> int:
        with self.reading() as reading:
            return reading.session.scalar(sa.select(sa.func.count()).select_from(shape)) or 0

    def close(self) -> None:
        self.engine.dispose()
