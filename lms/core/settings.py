"""The settings of an installation: one frozen object, read once at the start.

A setting is taken from `app.config`, then from the environment, then from its default; the name is
the same in both, `LMS_` and the field's name in capitals. `docs/settings.md` lists every one, and a
test fails when one is missing there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from lms.core.errors import ConfigurationError

PREFIX = "LMS_"
SHORTEST_BUSY_TIMEOUT_SECONDS = 10


def setting(default: Any, description: str) -> Any:
    """Return a dataclass field with its description for `docs/settings.md` and error texts."""
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of Papilla with its default; units stand in the names."""

    instance_path: str = setting(
        "", "Folder for the database, keys and mail files; the app's instance folder."
    )
    database_url: str = setting(
        "", "SQLAlchemy address of the database; an SQLite file in the instance folder."
    )
    public_url: str = setting(
        "", "Address people reach Papilla at; decides certificate issuer and mail links."
    )
    secret_key: str = setting(
        "", "Signs session cookies in the stand-alone app; created on first run if empty."
    )
    academy_name: str = setting("Papilla Academy", "Name of the default academy, the issuer of certificates.")
    academy_address: str = setting("", "Legal address of the default academy, printed on certificates.")
    academy_provider_number: str = setting("", "Provider number, printed only when the academy holds one.")
    signatory_name: str = setting("", "Name of the person who answers for certificates.")
    signatory_role: str = setting("", "Role of that person.")
    contact_email: str = setting("", "Address for questions, shown in the footer and the accessibility page.")
    incident_email: str = setting("", "Address for reports of harm linked to course content.")
    locale: str = setting(
        "en", "Language of pages when a reader has chosen none; `en-XA` is the pseudo-locale."
    )
    time_zone: str = setting("UTC", "Time zone of pages when a reader has chosen none (IANA name).")
    interactions: str = setting(
        "", "Entry points of further kinds of tasks, separated by commas; see docs/extending.md."
    )
    sign_up: str = setting("open", "`open`: anyone may create a trainee account; `closed`: nobody.")
    session_days: int = setting(14, "Days until a sign-in lapses.")
    password_minimum_length: int = setting(10, "Characters a password needs at least.")
    reset_link_minutes: int = setting(60, "Minutes a password link works.")
    sign_in_failures: int = setting(8, "Wrong passwords for one address before it must wait.")
    sign_in_window_minutes: int = setting(15, "Minutes in which those are counted, and the longest wait.")
    hashing_slots: int = setting(2, "Passwords hashed at once in one process; more wait in a short queue.")
    checks_per_minute: int = setting(
        60, "Certificate look-ups per client address and minute, in one process."
    )
    smtp_url: str = setting(
        "", "Mail server, `smtp://user:password@host:587`; without it mail becomes files."
    )
    mail_from: str = setting("", "Sender of mail; the contact address when empty.")
    maximum_body_bytes: int = setting(1_048_576, "Largest request body in bytes; larger ones get 413.")
    busy_timeout_seconds: int = setting(10, "Seconds a write waits for the database before 503.")
    pool_size: int = setting(16, "Database connections a process keeps.")
    trusted_proxies: int = setting(0, "Reverse proxies in front of the stand-alone app whose headers count.")
    log_level: str = setting("INFO", "Level of the structured log of the stand-alone app.")

    @property
    def sqlite_path(self) -> Path | None:
        """Return the file of the SQLite database, or None on another system."""
        if not self.database_url.startswith("sqlite"):
            return None
        return Path(self.database_url.split("///", 1)[1])

    @property
    def is_https(self) -> bool:
        """Return whether people reach the installation over HTTPS."""
        return self.public_url.startswith("https://")


def read_settings(
    config: Mapping[str, Any], *, instance_path: str, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Return the settings of an app's configuration and the environment.

    Raises `ConfigurationError` naming the setting, what is wrong and what to write instead. Unknown
    `LMS_` keys in the configuration are refused: a typing slip must not pass for a default. Names
    that start with `LMS_TEST_` belong to the test suite.
    """
    known = {PREFIX + one.name.upper(): one for one in fields(Settings)}
    unknown = sorted(name for name in config if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigurationError(
            f"Unknown setting {unknown[0]}. docs/settings.md lists the settings there are."
        )
    values: dict[str, Any] = {}
    for name, one in known.items():
        raw = config.get(name, environ.get(name))
        if raw is not None:
            values[one.name] = _converted(name, raw, type(one.default))
    values["instance_path"] = str(Path(values.get("instance_path") or instance_path).absolute())
    if not values.get("database_url"):
        values["database_url"] = f"sqlite:///{values['instance_path']}/papilla.sqlite3"
    return _checked(Settings(**values))


def _converted(name: str, raw: Any, kind: type) -> Any:
    if isinstance(raw, kind) and not (kind is int and isinstance(raw, bool)):
        return raw.strip() if isinstance(raw, str) else raw
    if kind is int and isinstance(raw, str):
        try:
            return int(raw)
        except ValueError:
            pass
    raise ConfigurationError(f"{name} is {raw!r}; it must be {'a whole number' if kind is int else 'text'}.")


def _checked(settings: Settings) -> Settings:
    def refuse(name: str, wanted: str) -> None:
        value = getattr(settings, name)
        raise ConfigurationError(f"{PREFIX}{name.upper()} is {value!r}; it must be {wanted}.")

    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            refuse("public_url", "an address such as https://training.example.org, without query or fragment")
    if settings.sign_up not in {"open", "closed"}:
        refuse("sign_up", "open or closed")
    if settings.time_zone not in available_timezones():
        refuse("time_zone", "an IANA time zone name such as Europe/London")
    if settings.log_level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        refuse("log_level", "DEBUG, INFO, WARNING or ERROR")
    for one in fields(settings):
        value = getattr(settings, one.name)
        minimum = 0 if one.name == "trusted_proxies" else 1
        if isinstance(value, int) and value < minimum:
            refuse(one.name, f"{minimum} or more")
    if settings.busy_timeout_seconds < SHORTEST_BUSY_TIMEOUT_SECONDS:
        refuse("busy_timeout_seconds", "10 or more: shorter waits turn bursts of answers into errors")
    return settings
