"""A tiny process around each part of Casework that sees to it that the part does not outlive the supervisor.

Its standard input is a pipe whose other end only the supervisor has. When the supervisor ends, killed or not, the
kernel closes that end; the guardian reads the end of file and ends its part, children and children's children,
which are one process group. On Linux the part also dies with its guardian (PR_SET_PDEATHSIG).

Run as a file by `python -I -S`, so it stays small and imports nothing of ours:
guardian.py GRACE_SECONDS NOTE_FILE FD,FD… COMMAND…  (the note keeps the id of the group; the FDs are passed on)
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

PR_SET_PDEATHSIG = 1


def die_with_guardian() -> None:
    """In the part, before it becomes itself: ask the kernel to kill it when the guardian dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def watch_signals() -> int:
    """Turn signals into bytes on a pipe and return the end to read; asked to end or a child ended, both wake us."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    return reader


def must_end(signals: int, seconds: float | None) -> bool:
    """Wait for something to happen; true when the supervisor is gone or asks to end."""
    sources = [signals] if seconds is not None else [signals, 0]
    ready, _, _ = select.select(sources, [], [], seconds)
    if 0 in ready and not os.read(0, 1):
        return True
    return signals in ready and signal.SIGTERM in os.read(signals, 64)


def guard(part: subprocess.Popen[bytes], signals: int, grace: float) -> int:
    """Stay with the part until it ends, then end what is left of its group; returns its exit status."""
    deadline: float | None = None
    while part.poll() is None:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if left == 0.0:
            break
        if must_end(signals, left) and deadline is None:
            deadline = time.monotonic() + grace
            part.terminate()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(part.pid, signal.SIGKILL)
    return part.wait()


def main(arguments: list[str]) -> int:
    """Start the part in a group of its own and guard it; returns its exit status, 128 + n for signal n."""
    grace, note, handles, *command = arguments
    signals = watch_signals()
    passed = [int(handle) for handle in handles.split(",") if handle]
    part = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        pass_fds=passed,
        process_group=0,
        preexec_fn=die_with_guardian,  # noqa: PLW1509 - this process has one thread
    )
    for handle in passed:
        os.close(handle)
    with open(note, "w", encoding="ascii") as file:
        file.write(str(part.pid))
    status = guard(part, signals, float(grace))
    with suppress(OSError):
        os.unlink(note)
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
