"""The real Redis-protocol server and real workers, ended whatever the test does."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tools.stack import broker, parts

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "a key for tests alone"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Background:
    """A broker that can be stopped and started, and the workers on it; all on one database and one data folder."""

    database_url: str
    data_dir: Path
    smtp_url: str = ""
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def socket(self) -> Path:
        return broker.socket_path(self.data_dir)

    @property
    def redis_url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def worker_log(self) -> str:
        return (self.data_dir / "worker.log").read_text(errors="replace")

    def start_broker(self) -> "subprocess.Popen[bytes]":
        """Start the server and wait until it answers; what it held before is there again."""
        command = broker.server_command(broker.find_server(), self.data_dir, self.socket)
        process = self._start(command, "broker")
        wait_for(lambda: broker.answers(self.socket), 20)
        return process

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker with two processes and wait until it listens."""
        log = self.data_dir / "worker.log"
        heard = log.read_text(errors="replace").count(" ready.") if log.exists() else 0
        process = self._start(parts.worker(), "worker")
        wait_for(lambda: self.worker_log.count(" ready.") > heard or process.poll() is not None, 60)
        assert process.poll() is None, self.worker_log
        return process

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process and all that it started, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def kill_a_child(self, process: "subprocess.Popen[bytes]") -> None:
        """End one of the processes that do the work of a worker."""
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)

    def _start(self, command: list[str], name: str) -> "subprocess.Popen[bytes]":
        environ = {
            **os.environ,
            "CASEWORK_DATA": str(self.data_dir),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "SMTP_URL": self.smtp_url,
            "SECRET_KEY": SECRET,
        }
        with open(self.data_dir / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_tests,  # noqa: PLW1509 - nothing but one call to the kernel
            )
        self.running.append(process)
        return process


@contextmanager
def background(database_url: str, data_dir: Path, *, smtp_url: str = "") -> Iterator[Background]:
    """A broker, and workers when they are started; nothing of it is left afterwards."""
    data_dir.mkdir(parents=True, exist_ok=True)
    found = Background(database_url, data_dir, smtp_url)
    try:
        found.start_broker()
        yield found
    finally:
        for process in found.running:
            found.kill(process)
        broker.tidy(data_dir)


def wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so; fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.03)


def _die_with_tests() -> None:
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
