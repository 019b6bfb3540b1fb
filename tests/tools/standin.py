"""A stand-in for Casework, small and quick: the same entry points, so that the supervisor is tested with the real
web server, worker, scheduler and Redis-protocol server, whatever state the application is in."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools.stack import broker

REPOSITORY = Path(__file__).resolve().parents[2]

APP = """
import os, pathlib
import click
from flask import Flask
from workers.app import celery

def create_app():
    app = Flask(__name__)
    data = pathlib.Path(os.environ["CASEWORK_DATA"])

    @app.get("/")
    def home():
        return "hello"

    @app.get("/readyz")
    def ready():
        celery.send_task("system.ping")
        return "", 200 if (data / "pinged").exists() else 503

    @app.cli.group()
    def db(): ...

    @db.command()
    def upgrade():
        if os.environ.get("BREAK") == "database":
            raise SystemExit("the schema is from another planet")

    @app.cli.group()
    def demo(): ...

    @demo.command()
    @click.option("--if-empty", is_flag=True)
    def load(if_empty):
        (data / "demo-sign-ins.txt").write_text("Sign in as somebody\\n")

    return app
"""

WORKER = """
import os, pathlib
from celery import Celery

celery = Celery("standin", broker=os.environ["REDIS_URL"].replace("unix://", "redis+socket://"))
celery.conf.task_acks_late = True

@celery.task(name="system.ping")
def ping():
    (pathlib.Path(os.environ["CASEWORK_DATA"]) / "pinged").touch()
"""

START = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tools.stack.__main__ as stack
stack.ROOT = Path(sys.argv[2])
sys.exit(stack.main(sys.argv[3:]))
"""


def write_standin(folder: Path) -> Path:
    """Write the stand-in into a folder; returns it."""
    (folder / "workers").mkdir(parents=True)
    (folder / "workers" / "__init__.py").touch()
    (folder / "app.py").write_text(APP)
    (folder / "workers" / "app.py").write_text(WORKER)
    return folder


def command(folder: Path, *words: str) -> list[str]:
    """The command line of the supervisor for this stand-in."""
    return [sys.executable, "-c", START, str(REPOSITORY), str(folder), *words]


@dataclass
class Running:
    """A supervisor at work."""

    process: subprocess.Popen[str]
    data_dir: Path
    output: Path

    def text(self) -> str:
        return self.output.read_text()

    def address(self) -> str:
        """Where it answers, once it says so."""
        wait_for(lambda: "Casework is at" in self.text() or self.process.poll() is not None, 60)
        found = re.search(r"^Casework is at (\S+)$", self.text(), re.MULTILINE)
        assert found, self.text()
        return found[1]

    def end(self) -> float:
        """Ask it to end as Ctrl-C does; the seconds it took until nothing was left."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        assert left_of(self.data_dir) == []
        return time.monotonic() - began


@contextmanager
def start(folder: Path, data_dir: Path, *, under: tuple[str, ...] = (), **environ: str) -> Iterator[Running]:
    """Start the supervisor; whatever the test does, nothing of it is left afterwards."""
    output = data_dir.parent / f"{data_dir.name}.output"
    given = {**os.environ, "CASEWORK_DATA": str(data_dir), "MAKELEVEL": "", "REDIS_URL": "", **environ}
    with open(output, "w") as file:
        process = subprocess.Popen(
            [*under, *command(folder)], env=given, stdout=file, stderr=file, text=True, start_new_session=True
        )
    try:
        yield Running(process, data_dir, output)
    finally:
        process.kill()
        process.wait()
        for pid in left_of(data_dir):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        broker.tidy(data_dir)


def left_of(data_dir: Path) -> list[int]:
    """The processes that were given this data folder and still live."""
    mark = f"CASEWORK_DATA={data_dir}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
            if alive and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def processes_like(data_dir: Path, *words: str) -> list[int]:
    """Those of them whose command line holds all these words."""
    return [pid for pid in left_of(data_dir) if all(word in _command_line(pid) for word in words)]


def is_guardian(pid: int) -> bool:
    """Whether this process is the small one around a part."""
    return "guardian.py" in _command_line(pid)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait until it is so; fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {seconds} s"
        time.sleep(0.05)
