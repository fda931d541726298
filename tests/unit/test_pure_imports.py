"""Rules load no framework: importing them in a fresh interpreter leaves Flask and SQLAlchemy unloaded.

The import contracts see imports between modules, but not that importing a module also runs the
`__init__` of every package above it. This does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FRAMEWORKS = ("flask", "werkzeug", "jinja2", "wtforms", "flask_login", "flask_wtf", "sqlalchemy")
PURE = (
    "quizzes.protocols",
    "quizzes.protocols.decide",
    "quizzes.protocols.parse",
    "quizzes.cases",
    "quizzes.cases.parse",
    "quizzes.cases.derive",
    "quizzes.cases.variants",
    "quizzes.interactions",
    "quizzes.interactions.registry",
    "quizzes.grading",
    "quizzes.grading.grade",
    "quizzes.blueprint",
    "quizzes.case_traits",
    "quizzes.quiz_checks",
    "quizzes.regrading",
    "quizzes.selftest",
    "quizzes.rules",
    "courses.content",
    "courses.rules",
    "courses.learning_time.rules",
    "courses.review.cards.deck",
    "courses.review.rules",
    "courses.review.spotted",
    "courses.search.entries",
    "lms.certificates.badge",
    "lms.certificates.number",
    "lms.certificates.proofs",
    "lms.certificates.status_list",
    "lms.publishing.documents",
    "lms.academies.rules",
    "lms.accounts.rules",
    "lms.core.clock",
    "lms.core.errors",
    "lms.core.identifiers",
    "lms",
)
PROBE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.argv[2:]) & set(sys.modules))))
"""


@pytest.mark.parametrize("module", PURE)
def test_importing_loads_no_framework(module: str) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, module, *FRAMEWORKS],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == []


def test_the_extension_is_loaded_when_it_is_first_asked_for() -> None:
    code = "import sys, lms; assert 'flask' not in sys.modules; lms.LMS; assert 'flask' in sys.modules"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
