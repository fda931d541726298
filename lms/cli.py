"""The command line: `flask lms …`. Modules are imported when a command needs them, so that help is quick."""

from __future__ import annotations

import importlib
import json
from typing import Any

import click
from flask.cli import with_appcontext

GROUPS = {
    "content": ("courses.commands", "content", "Check, import and export content folders."),
    "certificates": (
        "lms.certificates.commands",
        "certificates",
        "Withdraw, suspend and reinstate certificates.",
    ),
    "search": ("courses.search.commands", "search", "Keep the index of the courses."),
    "cases": ("quizzes.commands", "cases", "Derive the answer keys of cases."),
}
"""Command groups of the slices: module, attribute, and the line that help shows."""

DEMO_PASSWORD = "papilla-demo-2026"  # noqa: S105 - printed on purpose, for accounts that try Papilla out
DEMO_ACCOUNTS = (
    ("trainee@demo.example", "Dana Trainee", frozenset({"learner"})),
    ("instructor@demo.example", "Ivo Instructor", frozenset({"instructor"})),
    ("academy@demo.example", "Ada Academy", frozenset({"administrator"})),
)


class LazyGroup(click.Group):
    """A group whose subgroups are imported only when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *GROUPS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its slice if need be."""
        if cmd_name not in GROUPS:
            return super().get_command(ctx, cmd_name)
        module, attribute, _line = GROUPS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any slice."""
        rows = [
            (name, GROUPS[name][2] if name in GROUPS else self._line(ctx, name))
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _line(self, ctx: click.Context, name: str) -> str:
        command = super().get_command(ctx, name)
        return command.get_short_help_str(100) if command else ""


def command_group() -> click.Group:
    """Return the group `lms` for one app."""
    group = LazyGroup("lms", help="Papilla: courses, cases, certificates.")
    for command in (setup_command, run_command, worker_command, database_commands, health_command):
        group.add_command(command)
    return group


def _runtime() -> Any:
    from lms.core.web import runtime

    return runtime()


@click.command("setup")
@click.option("--demo/--no-demo", default=False, help="Also create three demo accounts and print them.")
@with_appcontext
def setup_command(demo: bool) -> None:  # noqa: FBT001 - click passes flags by position
    """Migrate the database, create the default academy and load the supplied courses."""
    from lms.installation import set_up

    for line in set_up(_runtime(), demo=DEMO_ACCOUNTS if demo else (), demo_password=DEMO_PASSWORD):
        click.echo(line)


@click.command("run")
@click.option("--port", default=5000, envvar="PORT", show_default=True, help="Port on 127.0.0.1.")
@click.option("--workers", default=2, show_default=True, help="Server processes.")
@click.option("--demo/--no-demo", default=True, help="Create the three demo accounts.")
@with_appcontext
def run_command(port: int, workers: int, demo: bool) -> None:  # noqa: FBT001
    """Set up, then serve on this machine with granian and a worker beside it, until interrupted."""
    from lms.installation import set_up
    from lms.serving import serve

    for line in set_up(_runtime(), demo=DEMO_ACCOUNTS if demo else (), demo_password=DEMO_PASSWORD):
        click.echo(line)
    click.echo(f"Papilla is at http://127.0.0.1:{port} (Ctrl-C ends it).")
    raise SystemExit(serve(port=port, workers=workers))


@click.command("worker")
@with_appcontext
def worker_command() -> None:
    """Deliver mail, close overdue attempts and keep status lists signed, until interrupted."""
    from lms.core.worker import run_worker

    run_worker(_runtime())


@click.command("health")
@with_appcontext
def health_command() -> None:
    """Print whether the installation can serve; ends with 1 if not."""
    from lms.core.health import health_of

    health = health_of(_runtime())
    click.echo(json.dumps({"status": health.status, "detail": health.detail}))
    raise SystemExit(0 if health.is_ok else 1)


@click.group("db")
def database_commands() -> None:
    """Move the tables up or down, or check them against the code."""


@database_commands.command("upgrade")
@click.argument("revision", default="head")
@with_appcontext
def upgrade_command(revision: str) -> None:
    """Move the tables up to REVISION."""
    from lms.core.migrating import upgrade

    upgrade(_runtime().workshop.engine, revision)
    click.echo(f"The tables are at {revision}.")


@database_commands.command("downgrade")
@click.argument("revision")
@with_appcontext
def downgrade_command(revision: str) -> None:
    """Move the tables down to REVISION (`base` removes them with all data)."""
    from lms.core.migrating import downgrade

    downgrade(_runtime().workshop.engine, revision)
    click.echo(f"The tables are at {revision}.")


@database_commands.command("check")
@with_appcontext
def check_command() -> None:
    """Compare the tables with the code; ends with 1 and the differences if they differ."""
    from lms.core.migrating import differences

    found = differences(_runtime().workshop.engine)
    for line in found:
        click.echo(line)
    click.echo("The tables are those of the code." if not found else f"{len(found)} differences.")
    raise SystemExit(1 if found else 0)
