"""What the courses slice adds to the command group `content`: the table of what its lessons teach."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
from flask.cli import with_appcontext

from courses.content.coverage import Coverage, coverage_of, coverage_page
from lms.core.errors import InvalidInput
from lms.core.web import runtime
from lms.publishing.checks import examine_folder
from lms.publishing.commands import content, problems_shown
from lms.publishing.folders import course_folders
from lms.publishing.kinds import DocumentKind

PAGE = Path("docs") / "coverage.md"

__all__ = ["content"]


@content.command("coverage")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=PAGE,
    show_default=True,
    help="The page to write; - prints it.",
)
@with_appcontext
def coverage_command(path: Path, output: Path) -> None:
    """Write which lessons of the content folder PATH, or of each one in it, teach which facts."""
    with problems_shown():
        page = coverage_page(read_coverage(path, runtime().kinds))
        if str(output) == "-":
            click.echo(page, nl=False)
            return
        try:
            output.write_text(page, encoding="utf-8")
        except OSError as error:
            raise InvalidInput(
                f"{output} cannot be written: {error.strerror}. Choose another place."
            ) from error
    click.echo(f"{output}: written.")


def read_coverage(path: Path, kinds: Mapping[str, DocumentKind]) -> tuple[Coverage, ...]:
    """Return the coverage of each course under a path; what cannot be read in it is passed over.

    Raises `InvalidInput` when there is no course.
    """
    found = []
    for folder in course_folders(path):
        checked, _problems = examine_folder(folder, kinds)
        found.append(coverage_of({(each.kind, each.key): each.document for each in checked}))
    readable = tuple(one for one in found if one is not None)
    if not readable:
        raise InvalidInput(f"{path} holds no course that can be read. Run `content check` to see why.")
    return readable
