"""The commands a newcomer types first: they explain themselves, and say clearly what is missing."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FIND_PYTHON = PROJECT / ".ci" / "find-python"
TARGETS = re.compile(r"^([a-z-]+):", re.MULTILINE)


def _script(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def _find_python(path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [shutil.which("sh") or "sh", str(FIND_PYTHON)],
        env={"PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_help_lists_every_command() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony is not None
    assert re.findall(r"^  make ([a-z-]+)", shown, re.MULTILINE) == phony[1].split()
    assert set(phony[1].split()) == set(TARGETS.findall(makefile))


@pytest.mark.parametrize("name", ["run", "find-python", "install-test-tools"])
def test_the_scripts_can_be_executed(name: str) -> None:
    assert os.access(PROJECT / ".ci" / name, os.X_OK)


def test_a_name_that_cannot_run_is_passed_over(tmp_path: Path) -> None:
    _script(tmp_path, "python3.13", "exit 127")
    _script(tmp_path, "python3.12", "exit 1")
    good = _script(tmp_path, "python3", "exit 0")
    found = _find_python(str(tmp_path))
    assert (found.returncode, found.stdout.strip()) == (0, str(good))


def test_a_named_python_decides(tmp_path: Path) -> None:
    _script(tmp_path, "python3.13", "exit 0")
    own = _script(tmp_path, "mine", "exit 0")
    assert _find_python(str(tmp_path), PYTHON=str(own)).stdout.strip() == str(own)


def test_without_a_good_python_it_says_what_was_tried_and_what_to_do(tmp_path: Path) -> None:
    _script(tmp_path, "python3", 'case "$1" in --version) echo "Python 3.9.2" ;; *) exit 1 ;; esac')
    found = _find_python(str(tmp_path))
    assert found.returncode == 1
    assert found.stdout == ""
    assert "python3.11: not found" in found.stderr
    assert "Python 3.9.2" in found.stderr
    assert "apt-get install python3-venv" in found.stderr
