"""The wheel holds all that is needed: installed alone, in an empty folder, it sets up and serves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.run_folder import only_one

PROJECT = Path(__file__).resolve().parents[2]
SITE_PACKAGES = sysconfig.get_path("purelib")
SERVE = """
import json, re
from lms.standalone import create_app
import lms
client = create_app().test_client()
paths = ["/", "/check", "/sign-in", "/healthz"]
statuses = {path: client.get(path).status_code for path in paths}
sign_up = client.get("/sign-up").text
stylesheet = re.search('rel="stylesheet" href="([^"]+)"', sign_up)[1]
token = re.search('name="csrf_token"[^>]* value="([^"]+)"', sign_up)[1]
account = {"name": "Test Trainee", "email": "t@example.org", "password": "correct horse battery staple"}
statuses["sign up"] = client.post("/sign-up", data={**account, "csrf_token": token}).status_code
course = client.get("/courses/microneedling-hair-loss")
print(json.dumps({
    "package": lms.__file__,
    "statuses": statuses,
    "stylesheet": client.get(stylesheet).status_code,
    "course": course.text,
}))
"""


@pytest.fixture(scope="module")
def wheel() -> Path:
    """Build the wheel once in this run, with the build tool of this environment and no network."""
    with only_one("wheel") as folder:
        built = folder / "dist"
        if not built.exists():
            subprocess.run(
                [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)],
                cwd=PROJECT, check=True, capture_output=True,
            )  # fmt: skip
    (path,) = built.glob("papilla_lms-*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_templates_assets_migrations_and_content(names: set[str]) -> None:
    for expected in (
        "lms/core/templates/lms/base.html",
        "lms/migrations/HEAD",
        "lms/migrations/env.py",
        "courses/library/microneedling-hair-loss/course.yaml",
        "courses/library/microneedling-hair-loss/protocol.yaml",
    ):
        assert expected in names
    assert any(name.startswith("lms/core/static/") and name.endswith(".css") for name in names)
    assert any(name.startswith("lms/migrations/versions/") for name in names)


def test_every_tracked_file_of_the_packages_is_in_it(names: set[str]) -> None:
    for package in ("lms", "courses", "quizzes"):
        for path in (PROJECT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(PROJECT)) in names


def test_it_holds_nothing_else(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"courses", "lms", "quizzes"}
    assert not any(name.endswith(".pyc") for name in names)


def test_the_licence_is_in_it(names: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_installed_alone_it_sets_up_and_serves(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    target = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()
    )  # fmt: skip
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-compile", "--quiet",
         "--disable-pip-version-check", "--target", str(target), str(wheel)],
        check=True,
    )  # fmt: skip
    empty = tmp_path / "empty"
    empty.mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    environ = {**inherited, "PYTHONPATH": str(SITE_PACKAGES)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [python, *arguments], cwd=empty, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-m", "flask", "--app", "lms.standalone:create_app", "lms", "setup")
    found = json.loads(run("-c", SERVE))
    assert found["package"].startswith(str(target))
    assert found["statuses"].pop("sign up") == 303
    assert set(found["statuses"].values()) == {200}
    assert found["stylesheet"] == 200
    assert "Microneedling" in found["course"]
