"""The command group `search`: keeping the index of the courses."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from courses.search.service import rebuild
from lms.academies.queries import default_academy
from lms.core.errors import LMSError
from lms.core.web import runtime


@click.group("search")
def search() -> None:
    """Keep the index of the courses."""


@search.command("rebuild")
@with_appcontext
def rebuild_command() -> None:
    """Make the index of all published courses anew; imports keep it up to date by themselves."""
    try:
        with runtime().work() as work:
            reports = rebuild(work, academy_id=default_academy(work).id)
    except LMSError as error:
        raise click.ClickException(str(error)) from error
    for course_key, report in reports.items():
        click.echo(f"Course {course_key}: {report.read} documents indexed.")
    if not reports:
        click.echo("No course is published yet.")
