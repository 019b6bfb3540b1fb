"""A process that cannot end and a calendar without hours are refused by the commands, each with its reason."""

from pathlib import Path

from flask import Flask

CALENDAR = """
name = "closed"
time_zone = "America/Chicago"

[hours]
"""
PRESET = Path(__file__).resolve().parents[2] / "casework" / "workflow" / "presets" / "enquiry.toml"


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.stderr if result.exit_code else result.stdout


def test_a_process_in_order_is_said_to_be(app: Flask) -> None:
    code, words = run(app, "process", "check", str(PRESET))
    assert code == 0
    assert "is in order" in words


def test_a_process_with_a_state_that_cannot_reach_an_end_is_refused_and_the_state_named(
    app: Flask, tmp_path: Path
) -> None:
    stuck = tmp_path / "stuck.toml"
    stuck.write_text(
        PRESET.read_text().replace(
            "state = [",
            'state = [\n  { name = "limbo", label = "Limbo", public_label = "We wait", step = "Received" },',
            1,
        )
        + '\n[[move]]\nname = "lose"\nlabel = "Lose"\nfrom = ["received"]\nto = "limbo"\nroles = ["frontline"]\n'
    )
    code, words = run(app, "process", "check", str(stuck))
    assert code == 1
    assert "limbo" in words.lower()
    assert "end" in words


def test_a_file_that_is_no_process_is_refused_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "page.toml").write_text("<html></html>")
    for name in ("page.toml", "missing.toml"):
        code, words = run(app, "process", "check", str(tmp_path / name))
        assert code == 1
        assert name in words


def test_a_calendar_without_hours_is_refused_before_anything_is_counted(app: Flask, tmp_path: Path) -> None:
    calendar = tmp_path / "closed.toml"
    calendar.write_text(CALENDAR)
    question = ("--start", "2026-11-23T09:00", "--limit", "3", "--unit", "working_day")
    code, words = run(app, "clocks", "due", "--calendar", str(calendar), *question)
    assert code == 1
    assert "hours" in words
