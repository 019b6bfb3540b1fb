"""What the supervisor is made of: settings, folders, ports, sockets, the lock, the user it works as."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.standin import REPOSITORY
from tools.stack import StackError, broker, demo
from tools.stack.hold import Hold, is_alive, read_holder
from tools.stack.settings import StackSettings, listen, make_folders, read_settings

NOBODY = 65534


def settings_for(data_dir: Path) -> StackSettings:
    return read_settings({"CASEWORK_DATA": str(data_dir)}, Path("/checkout"))


def test_without_settings_it_keeps_everything_in_var_and_starts_its_own_broker() -> None:
    settings = read_settings({}, Path("/checkout"))
    assert settings.data_dir == Path("/checkout/var")
    assert (settings.port, settings.own_broker, settings.wants_demo, settings.demo) == (5000, True, True, "")
    assert settings.boston_file == Path("/checkout/../shared/data/boston-311-2011.zip")


def test_production_gets_no_demo_and_a_set_broker_is_used() -> None:
    settings = read_settings({"CASEWORK_ENV": "production", "REDIS_URL": "redis://host"}, Path("/checkout"))
    assert not settings.wants_demo
    assert not settings.own_broker


@pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "5 000"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(StackError, match="PORT is"):
        read_settings({"PORT": port}, Path("/checkout"))


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StackError, match="not a folder"):
            make_folders(settings_for(place))


def test_an_empty_database_is_asked_once_and_again_when_it_is_another(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert demo.is_due(settings, {})
    demo.remember(settings)
    assert demo.is_due(settings, {})
    (tmp_path / demo.DATABASE).touch()
    assert not demo.is_due(settings, {})
    assert demo.is_due(settings, {"DATABASE_URL": "postgresql://host/casework"})


def test_boston_is_used_where_its_file_is_and_else_it_says_why_not(tmp_path: Path) -> None:
    told: list[str] = []
    environ = {"CASEWORK_SAMPLE_DATA": str(tmp_path), "DEMO": "boston"}
    assert demo.choose(read_settings(environ, tmp_path), told.append) == "load"
    assert "boston-311-2011.zip, which is not there" in told.pop()
    (tmp_path / "boston-311-2011.zip").touch()
    assert demo.choose(read_settings(environ, tmp_path), told.append) == "boston"
    assert told == []


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with listen(port) as found:
            assert port < found.getsockname()[1] <= port + 50


def test_the_socket_is_in_the_data_folder_where_its_path_allows_it() -> None:
    assert broker.socket_path(Path("/srv/casework/var")) == Path("/srv/casework/var/redis.sock")


@pytest.mark.parametrize(
    "data_dir", [Path("/srv") / ("long" * 30), Path("/srv/with space"), Path("/srv/a%20b#c")]
)
def test_else_it_is_in_a_private_folder_that_is_the_same_every_time(data_dir: Path) -> None:
    found = broker.socket_path(data_dir)
    try:
        assert found == broker.socket_path(data_dir)
        assert len(str(found)) < 104
        assert found.parent.stat().st_mode & 0o777 == 0o700
    finally:
        broker.tidy(data_dir)
    assert not found.parent.exists()


def test_a_private_folder_that_others_could_use_is_refused() -> None:
    data_dir = Path("/srv/somebody else's")
    folder = broker.socket_path(data_dir).parent
    try:
        folder.chmod(0o777)
        with pytest.raises(StackError, match="open to others"):
            broker.socket_path(data_dir)
    finally:
        folder.rmdir()


def test_the_lock_of_a_folder_has_one_holder_and_is_shared_with_those_who_inherit_it(tmp_path: Path) -> None:
    first = Hold(tmp_path)
    first.take()
    assert read_holder(tmp_path) == os.getpid()
    with pytest.raises(StackError, match="running already"):
        Hold(tmp_path).take()
    wait = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(wait, stdin=subprocess.PIPE, pass_fds=[first.handle]) as heir:
        first.close()
        assert not Hold(tmp_path).is_free()
        assert heir.stdin
        heir.stdin.close()
    Hold(tmp_path).take(seconds=5)


def test_a_process_that_ended_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pid = ended.pid
    assert not is_alive(pid)
    assert is_alive(os.getpid())


@pytest.fixture
def checkout_of_nobody() -> Iterator[Path]:
    """The tools in a folder that belongs to somebody without power."""
    folder = Path(tempfile.mkdtemp(prefix="casework-owner-"))
    shutil.copytree(REPOSITORY / "tools", folder / "tools")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can step down")
@pytest.mark.parametrize("python", sorted({sys.executable, "/usr/bin/python3"}))
def test_root_becomes_the_owner_of_the_checkout_if_the_owner_can_run_it(
    checkout_of_nobody: Path, python: str
) -> None:
    can_run = _nobody_can_run(python)
    code = "import os, pathlib; from tools.stack.owner import step_down; step_down(pathlib.Path()); print(os.geteuid())"
    done = subprocess.run(
        [python, "-c", code], cwd=checkout_of_nobody, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == (str(NOBODY) if can_run else "0"), done.stderr
    assert "Running as" in done.stderr if can_run else "may not use the Python" in done.stderr


def _nobody_can_run(python: str) -> bool:
    try:
        done = subprocess.run([python, "-c", ""], check=False, user=NOBODY, group=NOBODY, extra_groups=[])
    except OSError:
        return False
    return done.returncode == 0
