"""The order of things: lock, broker, database, demo, web, worker, scheduler, the line with the address, the end."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.stack import StackError, broker, demo, parts
from tools.stack.child import Child
from tools.stack.hold import Hold
from tools.stack.readiness import is_ready
from tools.stack.settings import StackSettings, listen, make_folders

READY_SECONDS = 90
BROKER_SECONDS = 30
STARTS_A_MINUTE = 5
BROKER = "redis"


class StopAsked(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM, or whoever started us is gone."""


@dataclass
class Supervisor:
    """Starts everything for `settings`, looks after it, ends everything. `say` tells the person at the terminal.

    With `follow_parent` it also ends when the process that started it does.
    """

    settings: StackSettings
    root: Path
    say: Callable[[str], None]
    follow_parent: bool = False
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    children: list[Child] = field(default_factory=list)
    asked: bool = False

    def run(self) -> None:
        """Start, stay until asked to end, end. Raises StackError when it cannot start or a part keeps ending."""
        self.parent = os.getppid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        make_folders(self.settings)
        self.hold = Hold(self.settings.data_dir)
        try:
            self.hold.take()
            self._work()
        finally:
            self.hold.close()

    def _work(self) -> None:
        # Only who holds the folder comes here, so tidying at the end touches nobody else's.
        try:
            self._start_all()
            while True:
                self.pause(0.2)
                self._revive()
        except StopAsked:
            self.say("Ending Casework …")
        finally:
            self._end_all()

    def pause(self, seconds: float = 0.05) -> None:
        """Wait a little. Raises StopAsked when it is time to end."""
        if self.asked or (self.follow_parent and os.getppid() != self.parent):
            raise StopAsked
        time.sleep(seconds)

    def _ask(self, *_: object) -> None:
        self.asked = True

    def _start_all(self) -> None:
        self.listener = listen(self.settings.port)
        port = self.listener.getsockname()[1]
        site = f"http://127.0.0.1:{port}"
        self.environ |= {
            "CASEWORK_DATA": str(self.settings.data_dir),
            "PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        # Celery asks for this before it works as root; see owner.py for when that happens.
        self.environ |= {"C_FORCE_ROOT": "1"} if os.geteuid() == 0 else {}
        if self.settings.own_broker:
            self._start_broker()
        self._prepare_database()
        handle, since = self.listener.fileno(), time.time()
        self._start("web", parts.web(handle), passes=[handle])
        self._start("worker", parts.worker())
        self._start("scheduler", parts.scheduler(self.settings.data_dir), grace=2.0)
        self._wait_until(lambda: is_ready(site, since), READY_SECONDS, "Casework did not become ready")
        self.say(f"Casework is at {site}")
        if words := demo.sign_ins(self.settings):
            self.say(words)

    def _start_broker(self) -> None:
        data_dir = self.settings.data_dir
        listen_at = broker.socket_path(data_dir)
        self._start(BROKER, broker.server_command(broker.find_server(), data_dir, listen_at), grace=1.0)
        self._wait_until(
            lambda: broker.answers(listen_at), BROKER_SECONDS, "The Redis-compatible server is silent"
        )
        self.environ["REDIS_URL"] = f"unix://{listen_at}"
        # Commands such as `flask doctor` read this to find the server that was started here.
        broker.note_path(data_dir).write_text(self.environ["REDIS_URL"] + "\n", encoding="utf-8")

    def _prepare_database(self) -> None:
        settings = self.settings
        wants_demo = demo.is_due(settings, self.environ)
        failed = "The database could not be brought to the newest schema."
        self._do_once("database", parts.migrate(), failed=failed)
        if wants_demo:
            self.environ["CASEWORK_SAMPLE_DATA"] = str(settings.sample_data)
            command = parts.load_demo(demo.choose(settings, self.say))
            self.say("Looking whether the database is empty; a demo agency is put into an empty one …")
            self._do_once("demo", command, failed="The demo agency could not be loaded.")
            demo.remember(settings)

    def _start(
        self, name: str, command: Sequence[str], *, grace: float = 3.0, passes: Sequence[int] = ()
    ) -> Child:
        child = Child(
            name=name,
            command=command,
            folder=self.root,
            data_dir=self.settings.data_dir,
            environ=self.environ,
            grace=grace,
            passes=passes,
            holds=[self.hold.handle],
        )
        self.children.append(child)
        child.start()
        return child

    def _do_once(self, name: str, command: Sequence[str], *, failed: str) -> None:
        child = self._start(name, command)
        while child.is_running():
            self.pause()
        self.children.remove(child)
        child.wait()
        if child.status():
            raise _with_tail(failed, child)

    def _wait_until(self, is_so: Callable[[], bool], seconds: float, failed: str) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            for child in self.children:
                if not child.is_running():
                    raise _with_tail(f"The part called {child.name} ended by itself while starting.", child)
            if time.monotonic() > deadline:
                raise _with_tail(f"{failed} within {seconds:.0f} seconds.", *self.children)
            self.pause(0.1)

    def _revive(self) -> None:
        """Start again a part that ended by itself; give up when it keeps ending."""
        for child in self.children:
            if child.is_running():
                continue
            recent = [at for at in child.starts if at > time.monotonic() - 60]
            if len(recent) >= STARTS_A_MINUTE:
                raise _with_tail(
                    f"The part called {child.name} ended {len(recent)} times within a minute.", child
                )
            child.wait()
            self.say(
                f"The part called {child.name} ended by itself (status {child.status()}); starting it again."
            )
            child.start()

    def _end_all(self) -> None:
        # The broker goes last, so that the others can hand back what they hold.
        others = [child for child in self.children if child.name != BROKER]
        for group in (others, [child for child in self.children if child.name == BROKER]):
            for child in group:
                child.ask_to_end()
            for child in group:
                child.wait()
        if self.settings.own_broker:
            broker.tidy(self.settings.data_dir)


def _with_tail(sentence: str, *children: Child) -> StackError:
    tails = [f"The end of {child.log}:\n{child.tail()}" for child in children if child.tail()]
    return StackError("\n".join([sentence, *tails]))
