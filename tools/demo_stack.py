"""The real Casework with a small demo agency in a folder of its own: for the browser tests and the pictures.

What it starts is what `make run` starts, on a free port, and nothing of it is left afterwards.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.paths import ROOT
from tools.stack import StackError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
)
READY_SECONDS = 180
END_SECONDS = 15
# What somebody set for their own installation must not reach this one.
NOT_PASSED_ON = (
    "REDIS_URL",
    "DATABASE_URL",
    "SMTP_URL",
    "IMAP_URL",
    "CASEWORK_",
    "SECRET_KEY",
    "TRUSTED_",
    "DEMO",
    "FLASK_",
)


@dataclass(frozen=True)
class DemoStack:
    """A running Casework: where it answers, and where it keeps its things."""

    address: str
    data_dir: Path

    @property
    def mails(self) -> list[Path]:
        """The mails its worker has written into the folder."""
        return sorted((self.data_dir / "mail").glob("*.eml"))

    def log(self, part: str) -> str:
        """What a part (web, worker, scheduler) has printed."""
        return (self.data_dir / "logs" / f"{part}.log").read_text(encoding="utf-8", errors="replace")


def find_browser() -> str | None:
    """The browser program of this machine, if it has one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@contextmanager
def demo_stack(data_dir: Path, *, cases: int, seed: int = 1) -> Iterator[DemoStack]:
    """Load a demo agency with so many cases into `data_dir`, start everything, and end everything.

    Raises StackError, with the last words of what failed.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    environ = _environ(data_dir)
    for words in (("db", "upgrade"), ("demo", "load", "--cases", str(cases), "--seed", str(seed))):
        _flask(environ, *words)
    _hand_over(data_dir)
    output = data_dir / "output.txt"
    with open(output, "w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.stack"],
            cwd=ROOT,
            env=environ,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        yield DemoStack(_wait_for_address(process, output), data_dir)
    finally:
        _end(process)


def _environ(data_dir: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_PASSED_ON)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Whoever takes the port meanwhile makes the stack answer at the next; the address it prints counts.
    # As when make starts it, it ends when whoever started it is gone, even killed.
    return {**kept, "CASEWORK_DATA": str(data_dir), "PORT": str(port), "MAKELEVEL": "1"}


def _flask(environ: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "flask", *words]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"`flask {' '.join(words)}` failed:\n{done.stdout}{done.stderr}")


def _hand_over(data_dir: Path) -> None:
    """The stack works as the owner of the checkout when root starts it; what was made here then belongs to them."""
    owner = ROOT.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in (data_dir, *data_dir.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def _wait_for_address(process: "subprocess.Popen[bytes]", output: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"^Casework is at (\S+)$", output.read_text(encoding="utf-8"), re.MULTILINE):
            return found[1]
        time.sleep(0.1)
    raise StackError(f"Casework did not become ready:\n{output.read_text(encoding='utf-8')}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        # Its guardians end the parts when it is gone.
        process.kill()
        process.wait()
