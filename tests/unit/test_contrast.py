"""The colour tokens: every pair of text or shape and its ground keeps its WCAG contrast, light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "lms" / "core" / "static" / "lms" / "tokens.css"
TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")

AAA = 7.0
AA = 4.5
SHAPES = 3.0

PAIRS = (
    *(("ink", ground, AAA) for ground in ("canvas", "surface", "inset", "mark", "brand-soft")),
    *(("ink", ground, AAA) for ground in ("danger-soft", "warn-soft", "info-soft", "ok-soft", "line")),
    ("ink-2", "surface", AAA),
    *(("ink-2", ground, AA) for ground in ("canvas", "inset", "mark", "brand-soft", "danger-soft", "line")),
    ("on-brand", "brand", AAA),
    ("on-brand", "brand-hover", AAA),
    ("brand", "surface", AAA),
    *(
        ("brand", ground, AA)
        for ground in ("canvas", "inset", "brand-soft", "danger-soft", "warn-soft", "ok-soft", "info-soft")
    ),
    *(("brand-hover", ground, AA) for ground in ("canvas", "surface", "brand-soft", "danger-soft")),
    ("danger", "surface", AAA),
    *(("danger", ground, AA) for ground in ("canvas", "danger-soft")),
    ("warn", "surface", AAA),
    *(("warn", ground, AA) for ground in ("canvas", "warn-soft")),
    ("info", "surface", AAA),
    ("info", "info-soft", AA),
    ("ok", "surface", AAA),
    *(("ok", ground, AA) for ground in ("canvas", "ok-soft")),
    *(("line-strong", ground, SHAPES) for ground in ("surface", "canvas", "inset")),
    *(("mark-edge", ground, SHAPES) for ground in ("surface", "canvas", "mark")),
    *(
        ("focus", ground, SHAPES)
        for ground in ("canvas", "surface", "inset", "mark", "danger-soft", "brand-soft")
    ),
    ("brand", "mark", SHAPES),
    ("canvas", "ink", AAA),
)


def tokens() -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in TOKEN.findall(TOKENS.read_text(encoding="utf-8"))}


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_ratio_of_known_colours() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_every_token_is_read() -> None:
    text = TOKENS.read_text(encoding="utf-8")
    colours = set(re.findall(r"--([a-z0-9-]+): light-dark\(#", text))
    assert colours == set(tokens())
    assert colours <= {name for pair in PAIRS for name in pair[:2]}


@pytest.mark.parametrize(("front", "ground", "minimum"), PAIRS, ids=str)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(front: str, ground: str, minimum: float, theme: int) -> None:
    found = tokens()
    measured = ratio(found[front][theme], found[ground][theme])
    assert measured >= minimum, f"{front} on {ground} is {measured:.2f}, needs {minimum}"
