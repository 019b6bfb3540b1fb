"""Where the bytes are: one file for each content, named by its SHA-256, in a folder that no web server serves.

A file is written under another name, brought to the disk, and renamed; the row about it is written after that.
So a crash leaves at most a file without a row, which `sweep` removes a day later, and never a row without its file.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from casework.core.config import current_settings
from casework.files.rules import TOO_BIG, NotTaken

CHUNK = 256 * 1024
INCOMING = "incoming"


@dataclass(frozen=True)
class Incoming:
    """A file that was received and is not kept yet."""

    path: Path
    sha256: str
    size: int


class Store:
    """The folder of kept files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, sha256: str) -> Path:
        """Where the content with this hash is."""
        return self.folder / sha256[:2] / sha256[2:]

    @contextmanager
    def receive(self, stream: IO[bytes], *, most: int) -> Iterator[Incoming]:
        """Write what comes to a file of its own; it is gone afterwards unless `keep` was called for it.

        Raises NotTaken as soon as more than `most` bytes came, whatever was announced.
        """
        folder = self.folder / INCOMING
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            with open(path, "xb", opener=_private) as new:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise NotTaken(TOO_BIG)
                    digest.update(chunk)
                    new.write(chunk)
                new.flush()
                os.fsync(new.fileno())
            yield Incoming(path, digest.hexdigest(), size)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, incoming: Incoming) -> None:
        """Give a received file its lasting place. The same content again takes the place of itself."""
        place = self.path_of(incoming.sha256)
        if not place.parent.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _to_disk(self.folder)
        # Even when it is there already: a new file is young, so that no sweep takes it away meanwhile.
        incoming.path.replace(place)
        _to_disk(place.parent)

    def open(self, sha256: str) -> IO[bytes]:
        """The content with this hash, to read. Raises FileNotFoundError."""
        return self.path_of(sha256).open("rb")

    def sweep(self, *, before: float, is_known: Callable[[str], bool]) -> int:
        """Remove what was written before an instant (seconds since 1970) and has no row; how many files that were."""
        removed = 0
        for path in self._older_than(before):
            known = path.parent.name != INCOMING and is_known(path.parent.name + path.name)
            if not known and self._remove(path, before):
                removed += 1
        return removed

    def _older_than(self, before: float) -> Iterator[Path]:
        for folder in sorted(self.folder.glob("*/")):
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        yield path

    def _remove(self, path: Path, before: float) -> bool:
        """Set the file aside, look at its age again, and put it back if somebody kept the same content meanwhile."""
        aside = self.folder / INCOMING / secrets.token_hex(16)
        aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            path.rename(aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime >= before:
            aside.replace(path)
            return False
        aside.unlink()
        return True


def the_store() -> Store:
    """The store of the application that is running."""
    return Store(current_settings().data_dir / "files")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _to_disk(folder: Path) -> None:
    """Bring the folder itself to the disk: a rename lasts only with the folder that holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
