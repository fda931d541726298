# ruff: noqa: INP001 - a script that is run by path
"""Vendored front-end files: fonts, icons and their licences, at exact versions, without a bundler.

`python .ci/vendor.py` packs the packages named below with npm, compares each tarball with the integrity
value written here, copies the wanted files, builds the icon sprite and writes `vendor/vendor.json`, the
lock file. `python .ci/vendor.py --check` needs no network: it recomputes every digest of the lock file and
fails on any difference, on unlisted files under `vendor/` and on files that are gone.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "lms" / "core" / "static" / "lms"
LOCK = STATIC / "vendor" / "vendor.json"
SPRITE = "icons.svg"


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package at one version: integrity of the tarball, licence, files taken (source, target)."""

    name: str
    version: str
    integrity: str
    licence: str
    files: tuple[tuple[str, str], ...]


PACKAGES = (
    Package(
        name="@fontsource-variable/hanken-grotesk",
        version="5.3.0",
        integrity="sha512-DOd0FqL+3cH2dfNy0JtSq9tUfxBz5mLmHMjTU0DOr3E9Zo6wxuatCl53DIPNrSPgCsnuKyM739BTIG5glCLirw==",
        licence="OFL-1.1",
        files=(
            ("files/hanken-grotesk-latin-wght-normal.woff2", "vendor/hanken-grotesk-5.3.0/latin.woff2"),
            (
                "files/hanken-grotesk-latin-ext-wght-normal.woff2",
                "vendor/hanken-grotesk-5.3.0/latin-ext.woff2",
            ),
            ("LICENSE", "vendor/hanken-grotesk-5.3.0/LICENSE"),
        ),
    ),
    Package(
        name="@fontsource-variable/newsreader",
        version="5.3.0",
        integrity="sha512-rrzYi43qMpbzwuFtf9OkWH8sxAPVPcQQQEwXpPtwaKYeJ8yVg5aLs5kawmo1f2Q1t1M38TLmEKCkGVDsYwgdFw==",
        licence="OFL-1.1",
        files=(
            ("files/newsreader-latin-wght-normal.woff2", "vendor/newsreader-5.3.0/latin.woff2"),
            ("files/newsreader-latin-ext-wght-normal.woff2", "vendor/newsreader-5.3.0/latin-ext.woff2"),
            ("LICENSE", "vendor/newsreader-5.3.0/LICENSE"),
        ),
    ),
    Package(
        name="lucide-static",
        version="1.62.0",
        integrity="sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
        licence="ISC",
        files=(("LICENSE", "vendor/lucide-static-1.62.0/LICENSE"),),
    ),
)

ICON_PACKAGE = "lucide-static"
ICON_NAMES = """
arrow-left arrow-right arrow-up-right award badge-check ban book-open bookmark calendar-clock check
chevron-down chevron-left chevron-right circle circle-check circle-dot circle-play circle-user circle-x
clipboard-check clipboard-list clock clock-alert cloud-alert cloud-check cloud-off copy download
external-link eye eye-off file-check file-text flag globe graduation-cap history hourglass house info
key-round languages library life-buoy lightbulb link list-checks loader lock lock-open log-in log-out mail
menu message-square-warning minus moon notebook-pen pencil phone play plus printer qr-code rotate-ccw save
scale search shield-alert shield-check shield-question-mark shield-x siren square-check stethoscope sun
syringe target timer timer-off trending-up triangle-alert undo-2 upload user-plus users x
"""
ICONS = tuple(ICON_NAMES.split())


def digest(content: bytes) -> str:
    """Return the SHA-384 of some bytes in the form of subresource integrity."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def pack(package: Package, folder: Path) -> tarfile.TarFile:
    """Return the tarball that npm fetches, once it has the integrity written in this file."""
    spec = f"{package.name}@{package.version}"
    command = ["npm", "pack", spec, "--ignore-scripts", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - every word is written above
    (tarball,) = folder.glob("*.tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise SystemExit(f"{spec}: the tarball is {found}, expected {package.integrity}")
    return tarfile.open(tarball)


def member(archive: tarfile.TarFile, source: str) -> bytes:
    """Return the bytes of one file of an npm tarball."""
    stream = archive.extractfile(f"package/{source}")
    if stream is None:
        raise SystemExit(f"{source} is not a file of the package")
    return stream.read()


def symbol(name: str, svg: str) -> str:
    """Return one icon as a symbol, which takes over the drawing attributes of the outer element."""
    inner = re.sub(r"<!--.*?-->|<svg[^>]*>|</svg>", "", svg, flags=re.DOTALL)
    shape = re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>").strip()
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" stroke="currentColor" stroke-linecap="round" '
        f'stroke-linejoin="round">{shape}</symbol>'
    )


def sprite(archive: tarfile.TarFile, package: Package) -> bytes:
    """Return the icon sprite: every icon of `ICONS` as a symbol, one a line."""
    symbols = [symbol(name, member(archive, f"icons/{name}.svg").decode()) for name in ICONS]
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg">'
        f"<!-- Lucide {package.version}, {package.licence}: "
        f"vendor/{package.name}-{package.version}/LICENSE -->"
    )
    return ("\n".join([head, *symbols, "</svg>"]) + "\n").encode()


def contents(package: Package) -> Iterator[tuple[str, str, bytes]]:
    """Yield source, target and bytes of everything taken from one package."""
    with tempfile.TemporaryDirectory() as folder, pack(package, Path(folder)) as archive:
        for source, target in package.files:
            yield source, target, member(archive, source)
        if package.name == ICON_PACKAGE:
            yield f"icons/{{{','.join(ICONS)}}}.svg", SPRITE, sprite(archive, package)


def write() -> None:
    """Re-create all vendored files and the lock file."""
    entries: list[dict[str, str]] = []
    for package in PACKAGES:
        for source, target, content in contents(package):
            path = STATIC / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            entries.append(
                {
                    "path": target,
                    "package": package.name,
                    "version": package.version,
                    "source": source,
                    "licence": package.licence,
                    "tarball": package.integrity,
                    "sha384": digest(content),
                }
            )
    entries.sort(key=lambda entry: entry["path"])
    LOCK.write_text(json.dumps({"files": entries}, indent=2) + "\n", encoding="utf-8")


def differences() -> list[str]:
    """Return what does not match the lock file, one sentence each."""
    entries = json.loads(LOCK.read_text(encoding="utf-8"))["files"]
    wanted = {entry["path"]: entry["sha384"] for entry in entries}
    found = []
    for target, expected in wanted.items():
        path = STATIC / target
        if not path.is_file():
            found.append(f"{target} is missing")
        elif digest(path.read_bytes()) != expected:
            found.append(f"{target} differs from the lock file")
    for path in sorted((STATIC / "vendor").rglob("*")):
        target = path.relative_to(STATIC).as_posix()
        if path.is_file() and path != LOCK and target not in wanted:
            found.append(f"{target} is not in the lock file")
    return found


def main() -> int:
    """Write everything, or with --check only compare; return the exit status."""
    parser = argparse.ArgumentParser(description="Vendored fonts and icons")
    parser.add_argument("--check", action="store_true", help="compare the files with the lock file, offline")
    if not parser.parse_args().check:
        write()
    problems = differences()
    for problem in problems:
        sys.stdout.write(problem + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
