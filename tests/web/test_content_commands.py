"""What `flask lms content` says of the supplied courses: lessons in numbers, and which facts they cover."""

from __future__ import annotations

from pathlib import Path

import flask
from click.testing import Result

from tests.support.content import copy_course, replace_in
from tests.support.people import COURSE_FOLDER


def run(app: flask.Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["lms", "content", *(str(one) for one in arguments)])


def test_check_prints_the_lessons_of_a_course(app: flask.Flask) -> None:
    result = run(app, "check", COURSE_FOLDER)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    lessons = [line for line in lines[1:] if ":" not in line]
    assert lines[0].split()[:3] == ["lesson", "words", "minutes"]
    assert len(lessons) == len(list((COURSE_FOLDER / "lessons").glob("*.md")))
    for line in lessons:
        _key, words, minutes, written, age, *held = line.split()
        assert int(words) > 500
        assert int(written) <= int(minutes)
        assert 5 <= int(age) <= 17
        assert all(int(count) >= 1 for count in held)
    assert lines[-1].endswith(f"lesson {len(lessons)}, protocol 1, quiz 2, region 7).")


def test_check_complains_of_what_a_lesson_may_not_say(app: flask.Flask, tmp_path: Path) -> None:
    folder = copy_course(tmp_path)
    path = folder / "lessons" / "depth.md"
    last = path.read_text(encoding="utf-8").count("\n") + 2
    with path.open("a", encoding="utf-8") as file:
        file.write("\nWait 3 weeks, {{ INT-1 }} or a [[term:weeek]].\n")
    result = run(app, "check", folder)
    assert result.exit_code == 1
    where = f"lessons/depth.md:{last}: text: "
    assert f"{where}“3 weeks” is typed here." in result.output
    assert f"{where}The protocol has no fact “INT-1”. Did you mean “INT-01”?" in result.output
    assert f"{where}The glossary has no term “weeek”." in result.output


def test_coverage_is_written_or_printed(app: flask.Flask, tmp_path: Path) -> None:
    page = tmp_path / "coverage.md"
    result = run(app, "coverage", COURSE_FOLDER, "--output", page)
    assert (result.exit_code, result.output) == (0, f"{page}: written.\n")
    text = page.read_text(encoding="utf-8")
    assert run(app, "coverage", COURSE_FOLDER, "--output", "-").output == text
    assert text.startswith("# Coverage\n")
    assert "| S12 | References | " in text
    assert "| D-15 | Sun protection on the first day | " in text


def test_coverage_says_what_stands_in_its_way(app: flask.Flask, tmp_path: Path) -> None:
    result = run(app, "coverage", COURSE_FOLDER, "--output", tmp_path / "nowhere" / "page.md")
    assert (result.exit_code, "Choose another place." in result.output) == (1, True)
    folder = copy_course(tmp_path)
    replace_in(folder / "course.yaml", "protocol: scalp-microneedling\n", "protocol: other\n")
    result = run(app, "coverage", folder, "--output", "-")
    assert (result.exit_code, "holds no course that can be read." in result.output) == (1, True)
