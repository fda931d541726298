"""`cases derive` and `cases test` with a region file: its limits apply, and its problems are printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizzes.commands import cases

CASE = "c01-crown-thinning.yaml"
SECOND_SESSION_CAPPED = [0.5, 0.5]


def run(*words: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(cases, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def test_derive_applies_the_limits_of_a_region_file(library: Path) -> None:
    path = library / "cases" / CASE
    region = library / "regions" / "us-arizona.yaml"
    _status, free, _errors = run("derive", path, "--json")
    status, capped, _errors = run("derive", path, "--json", "--region", region)
    assert status == 0
    depths = [json.loads(text)[0]["ranges"]["depth_mm"] for text in (free, capped)]
    assert all(depth[1] > 0.5 for depth in depths[0].values())
    assert list(depths[1].values()) == [SECOND_SESSION_CAPPED] * len(depths[0])


@pytest.mark.parametrize("region", ["us-arizona", "us-north-carolina", "england"])
def test_every_case_keeps_its_word_in_every_region(library: Path, region: str) -> None:
    status, out, errors = run("test", library, "-n", "2", "--region", library / "regions" / f"{region}.yaml")
    assert (status, errors) == (0, "")
    assert "clean:" in out


def test_a_region_file_that_does_not_fit_is_refused(library: Path, tmp_path: Path) -> None:
    text = (library / "regions" / "us-arizona.yaml").read_text(encoding="utf-8")
    path = tmp_path / "here.yaml"
    path.write_text(text.replace("about: [DEP-CAP, D-04]", "about: [D-04]"), encoding="utf-8")
    for command in ("derive", "test"):
        status, _out, errors = run(command, library / "cases" / CASE, "--region", path)
        assert status == 1
        assert "here.yaml:" in errors
        assert "licence_maximum_mm: Say where this limit comes from" in errors
