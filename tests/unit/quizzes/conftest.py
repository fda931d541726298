"""The shipped protocol and cases, parsed once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from quizzes.cases.model import Case
from quizzes.cases.parse import parse_case
from quizzes.protocols.model import Protocol
from quizzes.protocols.parse import parse_protocol

LIBRARY = Path(__file__).parents[3] / "courses" / "library" / "microneedling-hair-loss"


@pytest.fixture(scope="session")
def library() -> Path:
    return LIBRARY


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return parse_protocol((LIBRARY / "protocol.yaml").read_bytes(), "protocol.yaml")


@pytest.fixture(scope="session")
def cases() -> Mapping[str, Case]:
    parsed = [
        parse_case(file.read_bytes(), f"cases/{file.name}")
        for file in sorted((LIBRARY / "cases").glob("*.yaml"))
    ]
    return {case.source_id: case for case in parsed}
