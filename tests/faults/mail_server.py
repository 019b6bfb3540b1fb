"""A real mail server that takes its time and remembers what it took, also from those who hung up meanwhile."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller

SECONDS = 0.03


class SlowServer:
    """Every second message counts as taken before the answer is on its way, the others only with the answer."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.begun = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message."""
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        self.begun += 1
        takes_at_once = self.begun % 2 == 0
        if takes_at_once:
            self.taken.append(message_id)
        await asyncio.sleep(SECONDS)
        if not takes_at_once:
            self.taken.append(message_id)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[SlowServer, str]]:
    """The server and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = SlowServer()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
