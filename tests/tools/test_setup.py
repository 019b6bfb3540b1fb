"""The set-up: done once for the same inputs, done again when they change, and plain about what is missing."""

import importlib.util
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from tools import environment, frontend, setup
from tools.lock import check_no_index
from tools.steps import SetupError, alone, call, fingerprint, is_done, mark_done

REPOSITORY = Path(__file__).resolve().parents[2]


def write_environment(venv: Path) -> None:
    """What counts as a virtual environment: its Python says so and has pip."""
    (venv / "bin").mkdir(parents=True, exist_ok=True)
    (venv / "bin" / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (venv / "bin" / "python").chmod(0o755)


def test_a_step_is_done_until_its_inputs_change(tmp_path: Path) -> None:
    source, stamps = tmp_path / "lock.txt", tmp_path / "stamps"
    source.write_text("one==1")
    digest = fingerprint([source], "python 3.11")
    assert not is_done("install", digest, stamps)
    mark_done("install", digest, stamps)
    assert is_done("install", fingerprint([source], "python 3.11"), stamps)
    assert not is_done("install", fingerprint([source], "python 3.12"), stamps)
    source.write_text("one==2")
    assert not is_done("install", fingerprint([source], "python 3.11"), stamps)


def test_what_belongs_to_one_input_is_not_taken_for_another(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("xy")
    (tmp_path / "b").write_text("")
    one = fingerprint([tmp_path / "a", tmp_path / "b"])
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").write_text("y")
    assert fingerprint([tmp_path / "a", tmp_path / "b"]) != one


def test_a_command_that_fails_is_told_in_a_sentence_with_its_last_words() -> None:
    with pytest.raises(SetupError) as told:
        call([sys.executable, "-c", "print('no room'); raise SystemExit(3)"], failed="It could not be done.")
    assert str(told.value) == "It could not be done.\nThe last lines it printed:\n    no room"


def test_a_python_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SetupError, match=r"needs Python 3.11 or later and this is 3.9.2"):
        environment.check_python()


def test_a_python_without_venv_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SetupError, match="apt-get install python3-venv"):
        environment.create_environment(tmp_path / "venv")


def test_an_environment_is_made_once_and_again_when_it_was_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def create(venv: Path) -> None:
        write_environment(venv)
        made.append(venv)

    monkeypatch.setattr(environment, "create_environment", create)
    first, second = tmp_path / "here it is", tmp_path / "moved"
    for _ in range(2):
        environment.make_environment(first)
    assert made == [first]
    first.rename(second)
    environment.make_environment(second)
    assert made == [first, second]


def test_an_environment_that_somebody_made_by_hand_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create(venv: Path) -> None:
        raise AssertionError("it was there already")

    monkeypatch.setattr(environment, "create_environment", create)
    write_environment(tmp_path)
    environment.make_environment(tmp_path)
    environment.make_environment(tmp_path)


def test_one_whose_making_was_interrupted_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(venv: Path) -> None:
        write_environment(venv)
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "create_environment", stop)
    with pytest.raises(KeyboardInterrupt):
        environment.make_environment(tmp_path / "venv")
    made: list[Path] = []
    monkeypatch.setattr(environment, "create_environment", made.append)
    environment.make_environment(tmp_path / "venv")
    assert made == [tmp_path / "venv"]


def test_a_bare_link_to_the_machines_own_python_is_not_taken_for_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(environment, "create_environment", made.append)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    environment.make_environment(tmp_path)
    assert made == [tmp_path]


def test_front_end_files_are_copied_and_a_missing_one_is_named(tmp_path: Path) -> None:
    for path in frontend.FILES.values():
        (tmp_path / "modules" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "modules" / path).write_text(path)
    frontend.copy_files(tmp_path / "modules", tmp_path / "vendor")
    assert {file.name for file in (tmp_path / "vendor").iterdir()} == set(frontend.FILES)
    (tmp_path / "modules" / frontend.FILES["htmx.min.js"]).unlink()
    with pytest.raises(SetupError, match=r"no file htmx\.org/dist/htmx\.min\.js"):
        frontend.copy_files(tmp_path / "modules", tmp_path / "vendor")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json"])
def test_lock_files_name_no_package_index(name: str) -> None:
    check_no_index(REPOSITORY / name)


def test_a_lock_file_that_names_an_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("--index-url " + "https://index.example\nflask==3.1\n")
    with pytest.raises(SetupError, match="names a package index"):
        check_no_index(tmp_path / "requirements.txt")


def test_a_second_set_up_in_the_same_folder_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with alone(tmp_path):
            order.append("second")

    with alone(tmp_path):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.2)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]


def test_a_set_up_that_fails_exits_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise SetupError("There is no room on the disk. Make some, try again.")

    monkeypatch.setattr(setup, "check_python", refuse)
    assert setup.main([]) == 1
    assert capsys.readouterr().err == "There is no room on the disk. Make some, try again.\n"
