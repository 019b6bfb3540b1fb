"""The supervisor's side of one part: its command, its guardian, its log."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tools.stack.hold import end_group

GUARDIAN = Path(__file__).with_name("guardian.py")
LOG_LIMIT = 10 * 1024 * 1024


@dataclass(kw_only=True)
class Child:
    """One part of Casework. `grace` is how many seconds it has to end by itself before it is killed.

    `passes` are file handles the part needs, `holds` those its guardian keeps (the lock on the data folder).
    """

    name: str
    command: Sequence[str]
    folder: Path
    data_dir: Path
    environ: Mapping[str, str]
    grace: float = 3.0
    passes: Sequence[int] = ()
    holds: Sequence[int] = ()
    log_name: str = ""
    starts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.data_dir / "logs" / f"{self.log_name or self.name}.log"

    @property
    def note(self) -> Path:
        """Where the guardian keeps the id of the part's process group."""
        return self.data_dir / "logs" / f".{self.name}.group"

    def start(self) -> None:
        """Start the part behind its guardian; what it prints goes to its log."""
        self.starts.append(time.monotonic())
        handles = ",".join(str(handle) for handle in self.passes)
        guardian = [sys.executable, "-I", "-S", str(GUARDIAN), str(self.grace), str(self.note), handles]
        with _open_log(self.log) as log:
            self.process = subprocess.Popen(
                [*guardian, *self.command],
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[*self.passes, *self.holds],
                start_new_session=True,
            )

    def status(self) -> int | None:
        """The exit status once it has ended; None while it runs."""
        return self.process.poll() if self.process else None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_end(self) -> None:
        """Ask the guardian to end the part; it kills what has not ended after the grace."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait for the end that was asked for. A guardian that does not answer is killed with its part."""
        if self.process is None:
            return
        try:
            self.process.wait(self.grace + 1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()
        if self.process.stdin:
            self.process.stdin.close()

    def sweep(self) -> None:
        """End what a guardian that was killed itself has left behind."""
        end_noted_group(self.note)

    def tail(self, lines: int = 15) -> str:
        """The last lines of the log, indented."""
        if not self.log.exists():
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        return "\n".join("    " + line for line in text)


def end_noted_group(note: Path) -> None:
    """Kill the process group whose id a guardian left in `note`, and take the note away."""
    try:
        group = int(note.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    end_group(group)
    note.unlink(missing_ok=True)


def _open_log(path: Path) -> BinaryIO:
    """Open a log to add to; one that has grown large is put aside first, in place of the one before."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))
