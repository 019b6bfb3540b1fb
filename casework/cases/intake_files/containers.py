"""Files as they come, plain or packed in .zip, .gz or .xz: bytes within limits, and damage as a sentence."""

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from casework.cases.intake_files.file_kinds import TABLE_SUFFIXES, TEXT_SUFFIXES, looks_like
from casework.cases.intake_files.rows import SourceError

BUFFER = 1 << 20
MAX_BYTES = 4 << 30
MAX_RATIO = 200
RATIO_MATTERS_FROM = 100 << 20
_DAMAGE = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    OSError,
    RuntimeError,
    NotImplementedError,
)


@dataclass(frozen=True)
class Limits:
    """How much may come out of a file: bytes in all, and times its packed size once it is large."""

    max_bytes: int = MAX_BYTES
    max_ratio: int = MAX_RATIO
    ratio_matters_from: int = RATIO_MATTERS_FROM


@dataclass(frozen=True)
class Contained:
    """The one data file inside: its name (which tells its kind) and a way to open it, as often as needed."""

    name: str
    open: Callable[[], IO[bytes]]

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


class _Guarded(io.RawIOBase):
    """A stream that stops with a sentence when it is damaged, or grows beyond the limits."""

    def __init__(self, stream: IO[bytes], *, name: str, packed: int, limits: Limits) -> None:
        self._stream, self._name, self._packed, self._limits = stream, name, max(packed, 1), limits
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            data = self._stream.read(len(view))
        except _DAMAGE as error:
            raise SourceError(
                f"{self._name} is damaged or cut short ({error}); get it again. Nothing was taken from it."
            ) from None
        view[: len(data)] = data
        self._read += len(data)
        self._check()
        return len(data)

    def _check(self) -> None:
        if self._read > self._limits.max_bytes:
            raise SourceError(
                f"{self._name} holds more than {self._limits.max_bytes:,} bytes once unpacked; split it."
            )
        large = self._read > self._limits.ratio_matters_from
        if large and self._read > self._limits.max_ratio * self._packed:
            raise SourceError(
                f"{self._name} unpacks to more than {self._limits.max_ratio} times its size, "
                "which no honest table does; it was not read."
            )

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_container(path: Path, limits: Limits) -> Contained:
    """The data file at a path, or the one packed in it; SourceError when it is not what its name says."""
    if not path.is_file():
        raise SourceError(f"There is no file {path}; check the name.")
    packing = path.suffix.lower()
    _check_packing(path, packing)
    if packing == ".zip":
        return _zip_member(path, limits)
    name = path.name.removesuffix(path.suffix) if packing in (".gz", ".xz") else path.name
    opener: Callable[[Path], IO[bytes]] = {".gz": _open_gz, ".xz": _open_xz}.get(packing, _open_plain)

    def opened() -> IO[bytes]:
        guarded = _Guarded(opener(path), name=path.name, packed=path.stat().st_size, limits=limits)
        return io.BufferedReader(guarded, BUFFER)

    return Contained(name, opened)


def _open_plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _open_gz(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb"))


def _open_xz(path: Path) -> IO[bytes]:
    return lzma.open(path, "rb")


def _check_packing(path: Path, packing: str) -> None:
    expected = {".zip": "a zip archive", ".gz": "a gzip file", ".xz": "an xz file"}.get(packing)
    with path.open("rb") as stream:
        first = stream.read(4096)
    if not first:
        raise SourceError(f"{path.name} is empty.")
    found = looks_like(first)
    if expected is not None and found != expected:
        raise SourceError(f"{path.name} is named {packing} but is not {expected}; it was not read.")


def _zip_member(path: Path, limits: Limits) -> Contained:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not _is_litter(member)]
    except _DAMAGE as error:
        raise SourceError(f"{path.name} is damaged or cut short ({error}); get it again.") from None
    member = _the_one(path.name, members)
    if member.flag_bits & 1:
        raise SourceError(f"{member.filename} in {path.name} is locked with a password; save it without one.")

    def opened() -> IO[bytes]:
        # The stream of a member keeps the archive open for as long as it is open itself.
        with zipfile.ZipFile(path) as archive:
            stream = archive.open(member)
        name = f"{member.filename} in {path.name}"
        guarded = _Guarded(stream, name=name, packed=member.compress_size, limits=limits)
        return io.BufferedReader(guarded, BUFFER)

    return Contained(PurePosixPath(member.filename).name, opened)


def _is_litter(member: zipfile.ZipInfo) -> bool:
    """Folders, and what desktops add to an archive unasked."""
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or "__MACOSX" in parts or any(part.startswith(".") for part in parts)


def _the_one(archive: str, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    def with_suffix(suffixes: tuple[str, ...]) -> list[zipfile.ZipInfo]:
        return [member for member in members if PurePosixPath(member.filename).suffix.lower() in suffixes]

    # A .txt beside a table is somebody's read-me.
    named = [suffix for suffix in (*TABLE_SUFFIXES, *TEXT_SUFFIXES) if suffix != ".txt"]
    found = with_suffix(tuple(named)) or with_suffix((".txt",))
    if len(found) == 1:
        return found[0]
    listed = ", ".join(member.filename for member in found or members) or "nothing"
    if found:
        raise SourceError(
            f"{archive} holds {len(found)} data files ({listed}); pack the one to import alone."
        )
    raise SourceError(f"{archive} holds no CSV, XLSX or Parquet file, but {listed}.")
