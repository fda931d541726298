"""Commands for authors of cases: `cases derive` prints the computed keys, `cases test` tries every drawing.

They need a content folder and nothing else, neither an application nor a database.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lms.core.errors import ContentError, Problem
from quizzes.cases.derive import derive
from quizzes.cases.model import Case
from quizzes.cases.parse import check_case, parse_case
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol
from quizzes.protocols.record import Region
from quizzes.regions.document import check_region, parse_region
from quizzes.selftest import CaseReport, self_test

PROTOCOL_FILE = "protocol.yaml"
CASES_FOLDER = "cases"
SUFFIX = ".yaml"
DRAWINGS = 100
"""How many seeds `cases test` draws of each case unless it is told."""

MOST_DRAWINGS = 100_000
_PATH = click.Path(exists=True, path_type=Path)
_REGION = click.option(
    "--region",
    "region_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A region file whose limits of licence and device apply, whatever its dates.",
)


@click.group("cases")
def cases() -> None:
    """Work with the cases of a content folder."""


@cases.command("derive")
@click.argument("path", type=_PATH)
@_REGION
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of one line per visit.")
def derive_command(path: Path, *, region_file: Path | None, as_json: bool) -> None:
    """Print the key that the protocol computes for each case and visit.

    PATH is a content folder, its folder of cases, or one case file.
    """
    with _problems_shown("no key was computed"):
        derived = derive_path(path, region_file)
    if as_json:
        click.echo(json.dumps(derived, ensure_ascii=False, indent=2))
        return
    for key in derived:
        rules = ", ".join(reason["rule"] for reason in key["reasons"]) or "no finding"
        click.echo(f"{key['case']} visit {key['visit']}: {key['action']}, {key['escalation']} ({rules})")


@cases.command("test")
@click.argument("path", type=_PATH)
@click.option(
    "-n",
    "count",
    type=click.IntRange(1, MOST_DRAWINGS),
    default=DRAWINGS,
    show_default=True,
    help="How many seeds to draw of each case.",
)
@_REGION
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def test_command(path: Path, *, count: int, region_file: Path | None, as_json: bool) -> None:
    """Draw variants of each case, derive their keys, and grade them as three learners would answer.

    PATH is a content folder, its folder of cases, or one case file. The perfect answer has to earn
    everything, and neither an empty nor a careless one may pass a case in which a finding stops or limits
    the treatment. Contradictions end the command with status 1.
    """
    with _problems_shown("nothing was tested"):
        protocol, found = read_cases(path)
        region = read_region(region_file, protocol)
    reports = [self_test(protocol, case, file=file, count=count, region=region) for file, case in found]
    if as_json:
        click.echo(json.dumps([asdict(report) for report in reports], ensure_ascii=False, indent=2))
    else:
        for line in _table(reports):
            click.echo(line)
    contradictions = [one for report in reports for one in report.contradictions]
    for one in contradictions:
        click.echo(str(one), err=True)
    if contradictions:
        at_fault = sum(bool(report.contradictions) for report in reports)
        count = len(contradictions)
        said = "contradiction" if count == 1 else "contradictions"
        raise click.ClickException(f"{count} {said} in {at_fault} of {len(reports)} cases.")
    if not as_json:
        drawn = sum(report.drawings for report in reports)
        slowest = max(report.milliseconds for report in reports)
        click.echo(f"clean: {len(reports)} cases, {drawn} drawings, at most {slowest:.2f} ms per variant.")


def derive_path(path: Path, region_file: Path | None = None) -> list[dict[str, Any]]:
    """Return the computed keys of every case under a path, ordered by file name and visit.

    The limits of a region file apply where one is named. Raises `ContentError` with the problems of all
    files; then no key is returned.
    """
    protocol, found = read_cases(path)
    region = read_region(region_file, protocol)
    return [key for _, case in found for key in derive(protocol, case, region)]


def read_region(path: Path | None, protocol: Protocol) -> Region | None:
    """Return the limits of a region file, which must fit the protocol, or None where no file is named.

    Raises `ContentError` with the problems of the file.
    """
    if path is None:
        return None
    profile = parse_region(path.read_bytes(), path.name)
    problems = tuple(check_region(profile, {("protocol", protocol.key): protocol}, path.name))
    if problems:
        raise ContentError(problems)
    return profile.limits


def read_cases(path: Path) -> tuple[Protocol, list[tuple[str, Case]]]:
    """Return the protocol of a content folder, and the file name and case of everything under a path.

    Raises `ContentError` with the problems of all files.
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
    parsed: list[tuple[str, Case]] = []
    for file in files:
        name = f"{CASES_FOLDER}/{file.name}"
        try:
            case = parse_case(file.read_bytes(), name)
        except ContentError as error:
            problems += error.problems
            continue
        twin = next((other for _, other in parsed if other.source_id == case.source_id), None)
        if twin is not None:
            message = f"“{case.source_id}” is the source of “{twin.key}” already. Give each case its own."
            problems.append(Problem(name, case.lines.get("source_id", 1), "source_id", message))
        parsed.append((name, case))
        if protocol is not None:
            problems += check_case(case, {("protocol", protocol.key): protocol}, name)
    if problems or protocol is None:
        raise ContentError(problems)
    return protocol, parsed


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


@contextmanager
def _problems_shown(consequence: str) -> Iterator[None]:
    """Turn the problems of documents into lines on the error output and the exit status 1."""
    try:
        yield
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        count = len(error.problems)
        said = f"{count} {'problem' if count == 1 else 'problems'}; {consequence}."
        raise click.ClickException(said) from error


def _table(reports: Sequence[CaseReport]) -> Iterator[str]:
    """Yield one line per case under a heading, and below each how the seeds spread over its choices."""
    yield f"{'case':<8}{'visits':>8}{'drawings':>10}{'different':>11}{'keys':>6}{'ms':>8}"
    for report in reports:
        yield (
            f"{report.case:<8}{report.visits:>8}{report.drawings:>10}{report.different:>11}"
            f"{report.keys:>6}{report.milliseconds:>8.3f}"
        )
        for slot, counts in report.spread.items():
            yield f"  {slot}: " + ", ".join(f"{choice} ({count})" for choice, count in counts.items())
