"""Asking a ClamAV daemon about a file: its INSTREAM command, spoken over a socket.

The protocol is a word, the content in chunks with their length in front, and one line back; that is less than
any library for it would bring along.
"""

import socket
import struct
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
SECONDS = 60
DEFAULT_PORT = 3310
_LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """The scanner did not answer, or did not say whether the file is clean; ask again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner found: the name of what is in the file, or nothing."""

    found: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.found


class Clamd:
    """A daemon at tcp://host:port or unix:///path."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self.address, self.seconds = address, seconds

    def scan(self, file: IO[bytes]) -> Verdict:
        """Have this file looked at. Raises ScannerAway."""
        try:
            with self._connect() as connection:
                answer = _ask(connection, file)
        except OSError as error:
            raise ScannerAway(f"The scanner did not answer ({error}).") from error
        return _verdict(answer)

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(parts.path)
            except OSError:
                connection.close()
                raise
            return connection
        where = (parts.hostname or "", parts.port or DEFAULT_PORT)
        return socket.create_connection(where, timeout=self.seconds)


def _ask(connection: socket.socket, file: IO[bytes]) -> str:
    connection.sendall(b"zINSTREAM\0")
    try:
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It has said enough already, usually that the file is beyond its own limit: the answer tells.
        pass
    answer = b""
    while len(answer) < _LONGEST_ANSWER and not answer.endswith(b"\0"):
        part = connection.recv(1024)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(answer: str) -> Verdict:
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return Verdict()
    if words.endswith(" FOUND"):
        return Verdict(found=words.removesuffix(" FOUND")[:200])
    raise ScannerAway(f"The scanner did not decide: {words[:200] or 'it said nothing'}.")
