"""What the supervisor itself is told by the environment; the rest of the settings are read by casework.core.config."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.stack import StackError

PORTS_TRIED = 50


@dataclass(frozen=True, kw_only=True)
class StackSettings:
    """Where to keep things, where to answer, and what to start with.

    `own_broker` says that REDIS_URL is not set, so that a server is started here.
    `demo` is "boston", or empty for the generated agency; `wants_demo` is false in production.
    """

    data_dir: Path
    port: int
    own_broker: bool
    demo: str
    wants_demo: bool
    sample_data: Path

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def boston_file(self) -> Path:
        return self.sample_data / "boston-311-2011.zip"


def read_settings(environ: Mapping[str, str], root: Path) -> StackSettings:
    """Settings from the environment; relative folders are seen from the checkout. Raises StackError."""
    port = environ.get("PORT") or "5000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise StackError(f"PORT is {port!r}; it must be a whole number from 1 to 65535.")
    return StackSettings(
        data_dir=root / Path(environ.get("CASEWORK_DATA") or "var").expanduser(),
        port=int(port),
        own_broker=not (environ.get("REDIS_URL") or environ.get("REDIS_URL_FILE")),
        demo=(environ.get("DEMO") or "").strip().lower(),
        wants_demo=(environ.get("CASEWORK_ENV") or "demo") == "demo",
        sample_data=root / Path(environ.get("CASEWORK_SAMPLE_DATA") or "../shared/data").expanduser(),
    )


def make_folders(settings: StackSettings) -> None:
    """Make the data folder, for this user alone, and the folder for logs. Raises StackError."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.logs.mkdir(mode=0o700, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise StackError(
            f"CASEWORK_DATA is {settings.data_dir}, and that is not a folder. Name another."
        ) from error
    except OSError as error:
        raise StackError(
            f"The data folder {settings.data_dir} cannot be made: {error.strerror}. Name another in CASEWORK_DATA."
        ) from error
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        raise StackError(
            f"The data folder {settings.data_dir} cannot be written to by this user. "
            "Give it to this user (chown), or name another in CASEWORK_DATA."
        )


def listen(first: int) -> socket.socket:
    """A socket that listens on 127.0.0.1 at `first` or the next free port.

    It is opened here and handed to the web server, so that nobody can take the port in between, and so that
    requests wait rather than fail while a web server is started again.
    """
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(256)
        except OSError:
            listener.close()
            continue
        return listener
    raise StackError(f"No port from {first} to {first + PORTS_TRIED - 1} is free. Set PORT to another.")
