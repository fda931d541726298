"""Settings: read from configuration and environment, refused with a clear text, all documented."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lms.core.errors import ConfigurationError
from lms.core.settings import Settings, read_settings

DOCS = Path(__file__).parents[3] / "docs"


def test_every_setting_is_documented_with_its_description() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    missing = [
        one.name
        for one in fields(Settings)
        if f"| `LMS_{one.name.upper()}` |" not in text or one.metadata["description"] not in text
    ]
    assert missing == []


def test_defaults_put_everything_into_the_instance_folder(tmp_path: Path) -> None:
    settings = read_settings({}, instance_path=str(tmp_path), environ={})
    assert settings.database_url == f"sqlite:///{tmp_path}/papilla.sqlite3"
    assert settings.sqlite_path == tmp_path / "papilla.sqlite3"
    assert settings.is_https is False


def test_configuration_wins_over_environment(tmp_path: Path) -> None:
    settings = read_settings(
        {"LMS_ACADEMY_NAME": "From the app"},
        instance_path=str(tmp_path),
        environ={"LMS_ACADEMY_NAME": "From outside", "LMS_SESSION_DAYS": "3"},
    )
    assert settings.academy_name == "From the app"
    assert settings.session_days == 3


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"LMS_PUBLC_URL": "https://x.example"}, "LMS_PUBLC_URL"),
        ({"LMS_PUBLIC_URL": "x.example"}, "LMS_PUBLIC_URL"),
        ({"LMS_PUBLIC_URL": "https://x.example/?a=b"}, "LMS_PUBLIC_URL"),
        ({"LMS_SESSION_DAYS": "soon"}, "LMS_SESSION_DAYS"),
        ({"LMS_SESSION_DAYS": 0}, "LMS_SESSION_DAYS"),
        ({"LMS_SESSION_DAYS": True}, "LMS_SESSION_DAYS"),
        ({"LMS_SIGN_UP": "maybe"}, "LMS_SIGN_UP"),
        ({"LMS_TIME_ZONE": "Mars/Olympus"}, "LMS_TIME_ZONE"),
        ({"LMS_BUSY_TIMEOUT_SECONDS": 2}, "LMS_BUSY_TIMEOUT_SECONDS"),
        ({"LMS_LOG_LEVEL": "LOUD"}, "LMS_LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(config: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        read_settings(config, instance_path="instance", environ={})


def test_no_proxies_is_a_legal_number() -> None:
    assert read_settings({"LMS_TRUSTED_PROXIES": 0}, instance_path="i", environ={}).trusted_proxies == 0
