"""The command group `content`: check, import and export content folders.

Problems go to the error output, one line each (`file:line: field: message`), and the command ends with 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.academies.queries import default_academy
from lms.core.errors import ContentError, LMSError, Problem
from lms.core.web import runtime
from lms.publishing.checks import check_folder, examine_folder
from lms.publishing.folders import course_folders
from lms.publishing.kinds import DocumentKind
from lms.publishing.rules import Outcome
from lms.publishing.service import export_folder, import_documents

_FOLDER = click.Path(path_type=Path)


@click.group("content")
def content() -> None:
    """Check, import and export content folders."""


@content.command("check")
@click.argument("path", type=_FOLDER)
@with_appcontext
def check_command(path: Path) -> None:
    """Read the content folder PATH, or each one in it, and print what is wrong; nothing is stored."""
    kinds = runtime().kinds
    with problems_shown():
        folders = course_folders(path)
        problems: list[Problem] = []
        for folder in folders:
            inside = "" if folder == path else f"{folder.name}/"
            problems += [replace(one, file=inside + one.file) for one in _checked(folder, kinds, inside)]
        if problems:
            raise ContentError(problems)


def _checked(folder: Path, kinds: Mapping[str, DocumentKind], inside: str) -> tuple[Problem, ...]:
    """Print what a folder holds and what is worth a look in it; returns its problems."""
    checked, found = examine_folder(folder, kinds)
    problems = list(found)
    documents = {(each.kind, each.key): each.document for each in checked}
    for kind in kinds.values():
        if kind.report is not None:
            report = kind.report(documents)
            problems += report.problems
            for line in report.lines:
                click.echo(line)
            for hint in report.hints:
                click.echo(f"hint: {replace(hint, file=inside + hint.file)}")
    if not problems:
        counts = Counter(each.kind for each in checked)
        said = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
        click.echo(f"{folder}: {len(checked)} documents without problems ({said}).")
    return tuple(problems)


@content.command("import")
@click.argument("path", type=_FOLDER)
@with_appcontext
def import_command(path: Path) -> None:
    """Publish the content folder PATH: all of it or, with any problem, nothing."""
    here = runtime()
    with problems_shown():
        checked = check_folder(path, here.kinds)
        with here.work() as work:
            academy = default_academy(work)
            report = import_documents(work, academy_id=academy.id, documents=checked)
    for each in report.documents:
        if each.outcome is not Outcome.UNCHANGED:
            click.echo(f"{each.file}: revision {each.number} ({each.outcome})")
    for file in report.withdrawn:
        click.echo(f"{file}: no longer published")
    documents, revisions = len(report.documents), report.new_revisions
    click.echo(f"Course {report.course_key}: {documents} documents, {revisions} new revisions.")
    with here.reading() as reading:
        for notes in here.import_notes:
            for line in notes(reading, academy_id=academy.id, course_key=report.course_key):
                click.echo(line)


@content.command("export")
@click.argument("path", type=_FOLDER)
@click.option("--course", "course_key", help="The key of the course; by default the name of PATH.")
@with_appcontext
def export_command(path: Path, course_key: str | None) -> None:
    """Write the content folder of a course to PATH, which must be new or empty."""
    here = runtime()
    with problems_shown(), here.reading() as reading:
        academy = default_academy(reading)
        key = course_key or path.absolute().name
        report = export_folder(reading, academy_id=academy.id, course_key=key, path=path)
    click.echo(f"{path}: {len(report.files)} files of the course {report.course_key}.")


@contextmanager
def problems_shown() -> Iterator[None]:
    """Turn what is wrong into lines on the error output and the exit code 1."""
    try:
        yield
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        count = len(error.problems)
        raise click.ClickException(
            f"{count} {'problem' if count == 1 else 'problems'}; nothing was stored."
        ) from error
    except LMSError as error:
        raise click.ClickException(str(error)) from error
