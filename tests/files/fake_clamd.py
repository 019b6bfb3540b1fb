"""A scanner that speaks the INSTREAM command, and finds what is called EICAR."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def fake_clamd(answer: bytes = b"") -> Iterator[str]:
    """The address at which it listens. With `answer` it says that, whatever it was sent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    thread.join(5)


def _serve(server: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(5)
            content = _content(connection.makefile("rb"))
            found = b"stream: Eicar-Test FOUND\0" if b"EICAR" in content else b"stream: OK\0"
            connection.sendall(answer or found)


def _content(stream: object) -> bytes:
    read = stream.read  # type: ignore[attr-defined]
    assert read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!L", read(4))[0]:
        content += read(size)
    return content
