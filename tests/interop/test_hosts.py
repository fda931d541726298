"""Papilla in other people's apps: mounted in a line, and nothing of theirs changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest

from lms import LMS
from lms.core.errors import ConfigurationError
from tests.interop.hosts import minimal_host, plain_host
from tests.support import databases
from tests.support.visitor import Visitor, visible_text

PROJECT = Path(__file__).resolve().parents[2]


def _config(folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    return {
        "TESTING": True,
        "INSTANCE_PATH": str(folder),
        "LMS_DATABASE_URL": databases.copy_sqlite("course", folder),
    }


@pytest.fixture
def opened() -> Iterator[list[flask.Flask]]:
    apps: list[flask.Flask] = []
    yield apps
    for app in apps:
        app.extensions["lms"].workshop.engine.dispose()


@pytest.fixture
def clinic(tmp_path: Path, opened: list[flask.Flask]) -> flask.Flask:
    app = minimal_host.create_host(_config(tmp_path))
    app.test_client_class = Visitor
    opened.append(app)
    return app


@pytest.fixture
def plain(tmp_path: Path, opened: list[flask.Flask]) -> flask.Flask:
    app = plain_host.create_app(_config(tmp_path))
    app.test_client_class = Visitor
    opened.append(app)
    return app


def test_the_hosts_pages_speak_their_own_language(clinic: flask.Flask) -> None:
    assert clinic.test_client().get("/").text == "clinic says hello"


def test_the_hosts_error_page_stays_and_ours_serves_below_the_mount(clinic: flask.Flask) -> None:
    client = clinic.test_client()
    assert client.get("/nowhere").text == "The clinic has no such page."
    ours = client.get("/training/nowhere")
    assert ours.status_code == 404
    assert "There is nothing at this address" in ours.text


def test_nothing_of_the_host_is_replaced(tmp_path: Path, opened: list[flask.Flask]) -> None:
    app = minimal_host.create_clinic(_config(tmp_path))
    manager = app.login_manager  # type: ignore[attr-defined]
    before: dict[str, Any] = {
        "config": dict(app.config),
        "globals": dict(app.jinja_env.globals),
        "filters": dict(app.jinja_env.filters),
        "handlers": {code: dict(each) for code, each in app.error_handler_spec[None].items()},
        "endpoints": set(app.view_functions),
        "extensions": set(app.extensions),
        "context": list(app.template_context_processors[None]),
        "before": list(app.before_request_funcs.get(None, [])),
        "after": list(app.after_request_funcs.get(None, [])),
    }
    LMS(app, url_prefix="/training", identify=minimal_host.current_staff)
    opened.append(app)
    assert app.login_manager is manager  # type: ignore[attr-defined]
    assert dict(app.config) == before["config"]
    assert dict(app.jinja_env.globals) == before["globals"]
    added = app.jinja_env.filters.keys() - before["filters"].keys()
    assert all(name.startswith("lms_") for name in added)
    assert {code: dict(each) for code, each in app.error_handler_spec[None].items()} == before["handlers"]
    assert all(name.startswith("lms.") for name in set(app.view_functions) - before["endpoints"])
    assert all(name.split(".")[0] == "lms" for name in app.extensions.keys() - before["extensions"])
    assert app.template_context_processors[None] == before["context"]
    assert app.before_request_funcs.get(None, []) == before["before"]
    assert app.after_request_funcs.get(None, []) == before["after"]


def test_whoever_is_signed_in_at_the_clinic_is_signed_in_here(clinic: flask.Flask) -> None:
    client = clinic.test_client()
    client.get("/enter/1")
    assert "Test Nurse" in client.get("/training/").text
    assert client.get("/training/instructor/cases").status_code == 403


def test_roles_come_from_the_host(clinic: flask.Flask) -> None:
    client = clinic.test_client()
    client.get("/enter/2")
    assert client.get("/training/instructor/cases").status_code == 200


def test_a_form_works_under_the_hosts_csrf_protection(clinic: flask.Flask) -> None:
    client = clinic.test_client()
    client.get("/enter/1")
    assert isinstance(client, Visitor)
    answer = client.send("/training/courses/microneedling-hair-loss/enrol")
    assert answer.status_code == 303, visible_text(answer)
    assert answer.location.startswith("/training/")


def test_a_stale_form_comes_back_with_what_was_typed(clinic: flask.Flask) -> None:
    client = clinic.test_client()
    client.get("/enter/1")
    answer = client.post("/training/courses/microneedling-hair-loss/enrol", data={"remark": "typed words"})
    assert answer.status_code == 400
    assert "typed words" in answer.text


def test_a_host_with_a_login_manager_must_say_who_is_signed_in(tmp_path: Path) -> None:
    app = minimal_host.create_clinic(_config(tmp_path))
    with pytest.raises(ConfigurationError, match="identify"):
        LMS(app, url_prefix="/training")


def test_mounting_twice_is_refused(plain: flask.Flask) -> None:
    with pytest.raises(ConfigurationError, match="once per app"):
        LMS(plain, url_prefix="/again")


def test_three_lines_are_enough(plain: flask.Flask) -> None:
    client = plain.test_client()
    assert client.get("/").text == "a page of the host"
    assert client.get("/training/healthz").json["status"] == "ok"  # type: ignore[index]
    page = client.get("/training/")
    assert page.status_code == 200
    assert isinstance(client, Visitor)
    signed_up = client.submit(
        client.get("/training/sign-up"),
        name="Test Trainee",
        email="trainee@example.org",
        password="correct horse battery staple",
    )
    assert signed_up.status_code == 303, visible_text(signed_up)
    assert "Test Trainee" in client.get("/training/").text


def test_every_address_and_asset_stays_below_the_mount(plain: flask.Flask) -> None:
    text = plain.test_client().get("/training/").text
    for attribute in ("href", "src", "action"):
        for part in text.split(f'{attribute}="')[1:]:
            target = part.split('"')[0]
            assert target.startswith(("/training/", "#", "mailto:")), target


def test_two_apps_in_one_process_never_meet(tmp_path: Path, opened: list[flask.Flask]) -> None:
    apps = [plain_host.create_app(_config(tmp_path / name)) for name in ("one", "two")]
    opened.extend(apps)
    for app in apps:
        app.test_client_class = Visitor
    account = {
        "name": "Test Trainee",
        "email": "trainee@example.org",
        "password": "correct horse battery staple",
    }
    first, second = (app.test_client() for app in apps)
    assert isinstance(first, Visitor)
    assert isinstance(second, Visitor)
    assert first.send("/training/sign-up", account).status_code == 303
    sign_in = {"email": account["email"], "password": account["password"]}
    assert first.send("/training/sign-in", sign_in).status_code == 303
    assert second.send("/training/sign-in", sign_in).status_code == 422


def test_a_host_overrides_one_template(tmp_path: Path, opened: list[flask.Flask]) -> None:
    templates = tmp_path / "templates" / "lms"
    templates.mkdir(parents=True)
    (templates / "error.html").write_text("the host's own words: {{ detail }}", encoding="utf-8")
    config = _config(tmp_path)
    app = flask.Flask(
        "host", instance_path=config.pop("INSTANCE_PATH"), template_folder=str(tmp_path / "templates")
    )
    app.config.from_mapping(config, SECRET_KEY="a host's own key")
    LMS(app, url_prefix="/training")
    opened.append(app)
    assert app.test_client().get("/training/nowhere").text.startswith("the host's own words:")


@pytest.mark.parametrize("host", ["minimal_host", "plain_host"])
def test_the_example_hosts_start_from_the_command_line(host: str, tmp_path: Path) -> None:
    path = PROJECT / "tests" / "interop" / "hosts" / f"{host}.py"
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(path), "routes"],
        cwd=PROJECT,
        env={"PATH": "/usr/bin:/bin", "LMS_INSTANCE_PATH": str(tmp_path), "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "/training/check" in done.stdout
