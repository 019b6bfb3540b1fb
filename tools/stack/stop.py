"""`make stop`: ends what `make run` started with this CASEWORK_DATA, also when its terminal is gone."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from tools.stack import StackError
from tools.stack.child import end_noted_group
from tools.stack.hold import NAME, Hold, is_alive, read_holder

SECONDS = 10


def stop(data_dir: Path) -> str:
    """End the supervisor of this folder and everything it started; returns a sentence. Raises StackError."""
    if not (data_dir / NAME).exists() or Hold(data_dir).is_free():
        return f"Nothing was running with the data folder {data_dir}."
    hold = Hold(data_dir)
    pid = read_holder(data_dir)
    if pid and is_alive(pid):
        _signal(pid, signal.SIGTERM, data_dir)
    if _wait(hold):
        return "Casework has ended."
    for note in (data_dir / "logs").glob(".*.group"):
        end_noted_group(note)
    if pid and is_alive(pid):
        _signal(pid, signal.SIGKILL, data_dir)
    if _wait(hold):
        return "Casework did not end when asked and was killed."
    raise StackError(f"Something still uses {data_dir}. Look for it with: ps ax | grep casework")


def _signal(pid: int, number: int, data_dir: Path) -> None:
    try:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    except PermissionError as error:
        raise StackError(
            f"Casework with {data_dir} was started by another user, who has to stop it."
        ) from error


def _wait(hold: Hold) -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if hold.is_free():
            return True
        time.sleep(0.1)
    return False
