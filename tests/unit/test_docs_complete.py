"""A command or a kind of document that nobody documented fails here."""

from __future__ import annotations

from pathlib import Path

import click

from lms.cli import command_group
from lms.slices import document_kinds

DOCS = Path(__file__).parents[2] / "docs"


def names_of(group: click.Group, prefix: str) -> set[str]:
    context = click.Context(group)
    names: set[str] = set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        path = f"{prefix} {name}"
        names |= names_of(command, path) if isinstance(command, click.Group) else {path}
    return names


def test_every_command_is_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    commands = names_of(command_group(), "flask lms")
    assert len(commands) >= 11
    assert {name for name in commands if f"| `{name}` |" not in text} == set()


def test_every_kind_of_document_is_documented() -> None:
    index = (DOCS / "content-format.md").read_text(encoding="utf-8")
    for kind in document_kinds():
        assert f"(content-format/{kind}.md)" in index, f"docs/content-format.md does not link {kind}"
        assert len((DOCS / "content-format" / f"{kind}.md").read_text(encoding="utf-8")) > 500
