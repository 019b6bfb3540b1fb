"""`make run`: starts everything, and leaves nothing behind whatever way it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.tools.standin import (
    Running,
    command,
    is_guardian,
    left_of,
    processes_like,
    start,
    wait_for,
    write_standin,
)

pytestmark = [
    pytest.mark.worker,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes through /proc"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_standin(tmp_path_factory.mktemp("stand in"))


@pytest.fixture(scope="module")
def shared(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that runs for all tests that leave it running; its folder has spaces in its path."""
    with start(folder, tmp_path_factory.mktemp("shared") / "data with spaces") as running:
        running.address()
        yield running


@pytest.fixture
def running(folder: Path, tmp_path: Path) -> Iterator[Running]:
    with start(folder, tmp_path / "data") as running:
        running.address()
        yield running


def test_says_the_address_once_page_and_worker_answer_and_then_the_sign_ins(shared: Running) -> None:
    assert urlopen(shared.address()).read() == b"hello"
    assert (shared.data_dir / "pinged").exists()
    assert shared.text().rstrip().endswith("Sign in as somebody")
    assert shared.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_second_start_with_the_same_data_folder_is_refused_and_leaves_the_first_at_work(
    shared: Running, folder: Path
) -> None:
    again = subprocess.run(
        command(folder),
        env={**os.environ, "CASEWORK_DATA": str(shared.data_dir)},
        capture_output=True,
        text=True,
    )
    assert again.returncode == 1
    assert "running already" in again.stderr
    (shared.data_dir / "pinged").unlink()
    wait_for(lambda: _answers(shared) and (shared.data_dir / "pinged").exists(), 10)
    assert (shared.data_dir / "redis.url").exists()


def test_another_runs_beside_it_on_the_next_free_port_and_ends_alone_at_ctrl_c(
    shared: Running, folder: Path, tmp_path: Path
) -> None:
    port = int(shared.address().rpartition(":")[2])
    with start(folder, tmp_path / "other", PORT=str(port)) as other:
        assert port < int(other.address().rpartition(":")[2]) < port + 50
        assert other.end() < 5
        assert other.process.returncode == 0
        assert not (other.data_dir / "redis.url").exists()
    assert urlopen(shared.address()).status == 200


@pytest.mark.parametrize("part", ["workers.app:celery worker", "gunicorn", "valkey-server"])
def test_a_part_that_is_killed_is_started_again(shared: Running, part: str) -> None:
    main = min(pid for pid in processes_like(shared.data_dir, part) if not is_guardian(pid))
    told = shared.text().count("starting it again")
    os.kill(main, signal.SIGKILL)
    wait_for(lambda: shared.text().count("starting it again") > told, 5)
    (shared.data_dir / "pinged").unlink()
    # Whoever lost the broker waits longer before each new try, and on a busy machine several are needed.
    wait_for(lambda: _answers(shared) and (shared.data_dir / "pinged").exists(), 60)
    assert main not in left_of(shared.data_dir)


def test_after_the_starter_is_killed_nothing_is_left_and_it_can_be_started_at_once(
    running: Running, folder: Path
) -> None:
    before = left_of(running.data_dir)
    assert len(before) >= 9
    running.process.kill()
    running.process.wait()
    with start(folder, running.data_dir) as again:
        assert urlopen(again.address()).status == 200
        assert not set(before) & set(left_of(running.data_dir))
        again.process.kill()
        wait_for(lambda: left_of(running.data_dir) == [], 5)


def test_killing_whoever_started_the_starter_leaves_no_process(folder: Path, tmp_path: Path) -> None:
    waiter = (sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])")
    with start(folder, tmp_path / "data", under=waiter, MAKELEVEL="1") as running:
        running.address()
        running.process.kill()
        wait_for(lambda: left_of(running.data_dir) == [], 6)


def test_killing_starter_and_guardians_leaves_no_process(running: Running) -> None:
    guardians = [pid for pid in left_of(running.data_dir) if is_guardian(pid)]
    assert len(guardians) == 4
    for pid in (running.process.pid, *guardians):
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: left_of(running.data_dir) == [], 8)


def test_stop_ends_what_another_terminal_started(running: Running, folder: Path) -> None:
    environ = {**os.environ, "CASEWORK_DATA": str(running.data_dir)}
    stop = [
        subprocess.run(command(folder, "stop"), env=environ, capture_output=True, text=True) for _ in "12"
    ]
    assert stop[0].stdout == "Casework has ended.\n"
    assert stop[1].stdout.startswith("Nothing was running")
    running.process.wait(5)
    assert left_of(running.data_dir) == []


def test_a_schema_that_cannot_be_brought_up_is_told_with_its_last_words(folder: Path, tmp_path: Path) -> None:
    with start(folder, tmp_path / "data", BREAK="database") as running:
        assert running.process.wait(30) == 1
        assert "could not be brought to the newest schema" in running.text()
        assert "the schema is from another planet" in running.text()
        assert left_of(running.data_dir) == []


def _answers(running: Running) -> bool:
    try:
        return urlopen(running.address() + "/readyz", timeout=5).status == 200
    except OSError:
        return False
