"""Steps of the set-up: each is done once for the same inputs, which is what makes the second start quick and offline.

A stamp is written after its step, so a step that was interrupted is done again.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.paths import ROOT, STAMPS


class SetupError(Exception):
    """The set-up cannot go on; the message says what happened and what to do next."""


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A digest of the content of `files` and of `words`; a missing file counts as empty."""
    digest = hashlib.sha256()
    for word in words:
        digest.update(word.encode() + b"\0")
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def is_done(name: str, digest: str, stamps: Path = STAMPS) -> bool:
    """Whether the step was finished for these very inputs."""
    stamp = stamps / name
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest


def mark_done(name: str, digest: str, stamps: Path = STAMPS) -> None:
    """Remember that the step was finished for these inputs."""
    stamps.mkdir(parents=True, exist_ok=True)
    (stamps / name).write_text(digest, encoding="ascii")


def call(command: Sequence[str | Path], *, failed: str, cwd: Path = ROOT) -> None:
    """Run a command quietly; when it fails, show the end of what it printed below the sentence `failed`."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        tail = "\n".join("    " + line for line in done.stdout.splitlines()[-20:])
        raise SetupError(f"{failed}\nThe last lines it printed:\n{tail}")


@contextmanager
def alone(folder: Path = ROOT) -> Iterator[None]:
    """Let one set-up at a time work in this checkout; a second one waits for the first."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work in this folder; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)
