"""Alembic's environment: our metadata, our version table, only tables that start with `lms_`."""

from __future__ import annotations

from alembic import context

import lms.slices  # noqa: F401 - its models fill the metadata
from lms.core.database import Base
from lms.core.health import VERSION_TABLE
from lms.core.migrating import include_name

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=include_name,
    compare_type=True,
    render_as_batch=False,
)
context.run_migrations()
