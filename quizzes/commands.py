"""Commands for authors of cases: `cases derive` prints the computed key of every case and visit.

They need a content folder and nothing else, neither an application nor a database.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lms.core.errors import ContentError, Problem
from quizzes.cases.derive import derive
from quizzes.cases.model import Case
from quizzes.cases.parse import check_case, parse_case
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol

PROTOCOL_FILE = "protocol.yaml"
CASES_FOLDER = "cases"
SUFFIX = ".yaml"


@click.group("cases")
def cases() -> None:
    """Work with the cases of a content folder."""


@cases.command("derive")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of one line per visit.")
def derive_command(path: Path, *, as_json: bool) -> None:
    """Print the key that the protocol computes for each case and visit.

    PATH is a content folder, its folder of cases, or one case file.
    """
    try:
        derived = derive_path(path)
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(error.problems)} problems; no key was computed.") from error
    if as_json:
        click.echo(json.dumps(derived, ensure_ascii=False, indent=2))
        return
    for key in derived:
        rules = ", ".join(reason["rule"] for reason in key["reasons"]) or "no finding"
        click.echo(f"{key['case']} visit {key['visit']}: {key['action']}, {key['escalation']} ({rules})")


def derive_path(path: Path) -> list[dict[str, Any]]:
    """Return the computed keys of every case under a path, ordered by file name and visit.

    Raises `ContentError` with the problems of all files; then no key is returned.
    """
    folder, files = _files(path)
    problems: list[Problem] = []
    protocol: Protocol | None = None
    try:
        protocol = parse_protocol((folder / PROTOCOL_FILE).read_bytes(), PROTOCOL_FILE)
    except ContentError as error:
        problems += error.problems
    except OSError as error:
        problems.append(Problem(PROTOCOL_FILE, 1, "", f"The protocol cannot be read: {error.strerror}."))
    parsed: list[Case] = []
    for file in files:
        name = f"{CASES_FOLDER}/{file.name}"
        try:
            case = parse_case(file.read_bytes(), name)
        except ContentError as error:
            problems += error.problems
            continue
        twin = next((other for other in parsed if other.source_id == case.source_id), None)
        if twin is not None:
            message = f"“{case.source_id}” is the source of “{twin.key}” already. Give each case its own."
            problems.append(Problem(name, case.lines.get("source_id", 1), "source_id", message))
        parsed.append(case)
        if protocol is not None:
            problems += check_case(case, {("protocol", protocol.key): protocol}, name)
    if problems or protocol is None:
        raise ContentError(problems)
    return [key for case in parsed for key in derive(protocol, case)]


def _files(path: Path) -> tuple[Path, list[Path]]:
    """Return the content folder of a path and the case files it asks for."""
    if path.is_file():
        folder, files = path.resolve().parent.parent, [path]
    elif (path / PROTOCOL_FILE).is_file() or (path / CASES_FOLDER).is_dir():
        folder, files = path, sorted((path / CASES_FOLDER).glob(f"*{SUFFIX}"))
    else:
        folder, files = path.resolve().parent, sorted(path.glob(f"*{SUFFIX}"))
    if not files:
        message = "There is no case here. Name a content folder, its folder of cases, or a case file."
        raise ContentError([Problem(str(path), 1, "", message)])
    return folder, files
