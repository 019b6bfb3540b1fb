"""One supervisor per data folder: a lock that the kernel gives back, whatever way its holders end.

The supervisor takes the lock and its guardians share it, so it stays taken until the last process that was
started for this folder is gone; also after the supervisor was killed.
"""

import fcntl
import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from tools.stack import StackError

NAME = "casework.lock"
ALREADY = (
    "Casework is running already with this data folder ({folder}; process {pid}). "
    "Use that one, end it with `make stop`, or set CASEWORK_DATA to start another beside it."
)


class Hold:
    """The lock on a data folder; `handle` is what guardians inherit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.handle = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, seconds: float = 10) -> None:
        """Take the lock. Leftovers of a supervisor that was killed end by themselves: wait for them that long.

        Raises StackError when a living supervisor holds it.
        """
        deadline = time.monotonic() + seconds
        while not self._try():
            pid = read_holder(self.folder)
            if time.monotonic() > deadline or (pid and is_alive(pid)):
                raise StackError(ALREADY.format(folder=self.folder, pid=pid or "unknown"))
            time.sleep(0.1)
        os.ftruncate(self.handle, 0)
        os.pwrite(self.handle, json.dumps({"pid": os.getpid()}).encode(), 0)

    def is_free(self) -> bool:
        """Whether nobody holds it now."""
        free = self._try()
        if free:
            fcntl.flock(self.handle, fcntl.LOCK_UN)
        return free

    def close(self) -> None:
        """Let go of it; it stays taken while a guardian lives."""
        os.close(self.handle)

    def _try(self) -> bool:
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def read_holder(folder: Path) -> int | None:
    """The process id of the supervisor that last took the lock of this folder."""
    try:
        return int(json.loads((folder / NAME).read_text(encoding="ascii"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process of this id exists and is more than a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        state = (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()[0]
        )
        return state != "Z"
    return True


def end_group(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a whole process group, if it is still there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
