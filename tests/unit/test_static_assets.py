"""Vendored files match their lock file, and no page needs an exception in its security policy."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "lms" / "core" / "static" / "lms"
PACKAGES = ("lms", "courses", "quizzes")
FIRST_LOAD_BYTES = 150_000


def files(*suffixes: str) -> list[Path]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in suffixes)
    return sorted(path for path in found if "vendor" not in path.parts)


def templates() -> list[Path]:
    return [path for path in files(".html") if "templates" in path.parts]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_comments(template: str) -> str:
    return re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)


def icons_of(template: str) -> Iterator[str]:
    """Names of sprite icons that a template spells out."""
    text = without_comments(template)
    yield from re.findall(r"icons\.svg'\) \}\}#([a-z0-9-]+)", text)
    yield from re.findall(r"\bicon\('([a-z0-9-]+)'", text)
    yield from re.findall(r"\b(?:banner|verdict)\('[a-z]+', '([a-z0-9-]+)'", text)
    yield from re.findall(r"\b(?:chip|empty|nav_link)\(.*?, '([a-z0-9-]+)'\) *[}%]\}", text)


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))


def test_vendored_files_match_the_lock_file() -> None:
    check = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "vendor.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.stdout == ""
    assert check.returncode == 0


def test_lock_file_names_version_source_digest_and_licence() -> None:
    entries = json.loads((STATIC / "vendor" / "vendor.json").read_text(encoding="utf-8"))["files"]
    for entry in entries:
        assert set(entry) == {"path", "package", "version", "source", "licence", "tarball", "sha384"}
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["sha384"].startswith("sha384-")
    packages = {entry["package"] for entry in entries}
    assert {entry["package"] for entry in entries if entry["source"] == "LICENSE"} == packages


@pytest.mark.parametrize("path", templates(), ids=named)
def test_templates_have_no_inline_style_script_or_handler(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<style\b", text), "style element"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "event handler"
    assert "javascript:" not in text
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag, f"inline script: {tag}"
        assert "nonce=" in tag, f"script without nonce: {tag}"


@pytest.mark.parametrize("path", templates(), ids=named)
def test_templates_load_nothing_from_elsewhere(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    loaded = re.findall(r"(?:src|srcset|poster|data|action)\s*=\s*[\"']\s*((?:https?:)?//[^\"']*)", text)
    assert loaded == []
    linked = [
        tag
        for tag in re.findall(r"<(?:link|use|image)\b[^>]*>", text)
        if re.search(r"[\"'](?:https?:)?//", tag)
    ]
    assert linked == []


@pytest.mark.parametrize("path", files(".css", ".js"), ids=named)
def test_styles_and_scripts_name_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "https://" not in text
    assert "http://" not in text
    assert not re.search(r"url\(\s*[\"']?(?:data:|//)", text)


@pytest.mark.parametrize("path", files(".js"), ids=named)
def test_scripts_use_no_sink_that_trusted_types_refuse(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.srcdoc|\.style\b"
    assert not re.search(sinks, text)
    assert not re.search(r"\bimport\b", text), "an imported module would be cached without its digest"


@pytest.mark.parametrize("path", files(".css"), ids=named)
def test_files_that_styles_point_to_exist(path: Path) -> None:
    for target in re.findall(r"url\(\"([^\"]+)\"\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).is_file(), target


def test_every_icon_in_use_is_in_the_sprite() -> None:
    used = {
        (name, named(path)) for path in templates() for name in icons_of(path.read_text(encoding="utf-8"))
    }
    known = sprite()
    assert sorted((name, path) for name, path in used if name not in known) == []
    assert ("flag", "quizzes/templates/lms/quizzes/_player.html") in used


def test_modules_named_by_templates_exist() -> None:
    for path in templates():
        for block in re.findall(
            r"\{% block scripts %\}(.*?)\{% endblock %\}", path.read_text(encoding="utf-8"), re.DOTALL
        ):
            for module in re.findall(r"[a-z-]+\.js", block):
                assert (STATIC / module).is_file(), f"{named(path)}: {module}"


def test_first_load_fits_its_budget() -> None:
    texts = [*STATIC.glob("*.css"), *STATIC.glob("*.js"), *STATIC.glob("*.svg")]
    fonts = (STATIC / "vendor").rglob("latin.woff2")
    size = sum(len(gzip.compress(path.read_bytes())) for path in texts) + sum(
        path.stat().st_size for path in fonts
    )
    assert size <= FIRST_LOAD_BYTES
