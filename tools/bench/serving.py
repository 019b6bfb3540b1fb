"""Pages and memory, with the processes that `make run` starts: web server, worker, and the broker between them."""

import http.client
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from casework.accounts.roles import Role
from casework.accounts.services import begin_sign_in, note_attempt
from casework.accounts.services.people import By, add_person
from casework.cases.models import Case, Channel, Kind
from casework.cases.services import NewCase, NewIssue, open_case
from casework.catalogue.services import category_by_path
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.queue import BrokerPublisher
from casework.customers.services import Contact
from casework.measures.models import StaleFact
from casework.measures.services import mark_all_stale
from tools.bench.figures import Figure
from tools.bench.place import Place
from tools.paths import ROOT
from tools.stack import broker, parts
from tools.stack.child import Child
from tools.stack.settings import listen

REQUESTS = 60
WARM_UP = 10
MOST_QUERIES = 12
FIRST_PORT = 5600
PASSWORD = "a long word for measuring"  # noqa: S105 - of a person who is gone a minute later
_BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


class NotReady(Exception):
    """A process did not come up or did not finish; the message holds the end of its log."""


def measure_serving(where: Place) -> list[Figure]:
    """Times and queries of the queue page and a case page, and the memory that web and worker needed at most."""
    with ExitStack() as ends:
        with where.app.app_context():
            cookie, pages = sign_in(where), _pages()
            db.session.remove()
        # Outside, because each request then has a context and a session of its own.
        queries = {name: queries_of(where, path, cookie) for name, path in pages.items()}
        port, web = ends.enter_context(_web(where))
        times = _times(port, {"/healthz": "/healthz", **pages}, cookie)
        bare = times.pop("/healthz")
        figures = [Figure(name="bare page (/healthz) p50", value=bare * 1000, unit="ms")]
        for name, seconds in times.items():
            figures += [
                Figure(name=f"{name} p50", value=seconds * 1000, unit="ms"),
                Figure(name=f"{name} ÷ bare page", value=seconds / bare),
                Figure(name=f"{name} queries", value=queries[name], most=MOST_QUERIES),
            ]
        worker = ends.enter_context(_worker_at_work(where))
        return figures + _memory("web", web) + _memory("worker", worker)


def sign_in(where: Place) -> str:
    """A supervisor's session, as the cookie that a browser would hold."""
    now = clock.now()
    with transaction():
        person = add_person(
            email="bench@agency.example",
            name="Bench Person",
            role=Role.SUPERVISOR,
            password=PASSWORD,
            by=By(None, now),
        )
        attempt_id = note_attempt(person.email, "127.0.0.1", now)
        _, token = begin_sign_in(
            person,
            attempt_id=attempt_id,
            password=PASSWORD,
            address="127.0.0.1",
            user_agent="bench",
            now=now,
        )
    signer = SecureCookieSessionInterface().get_signing_serializer(where.app)
    assert signer is not None
    value: Any = signer.dumps({"_user_id": token, "_fresh": True})
    return f"{where.app.config['SESSION_COOKIE_NAME']}={value}"


def _pages() -> dict[str, str]:
    """The list of all open cases, the worst of them, and a case logged here by a customer with an earlier one."""
    wanted = select(Case.reference).where(Case.is_open).order_by(Case.next_due_at, Case.id).limit(1)
    imported = db.session.scalars(wanted).one()
    with transaction():
        logged = [_log_case(number) for number in range(2)][-1].reference
    return {
        "queue page": "/cases/?view=open",
        "case page (imported)": f"/cases/{imported}",
        "case page (logged here)": f"/cases/{logged}",
    }


def _log_case(number: int) -> Case:
    category = category_by_path(["Measuring", f"Matter {number}"])
    new = NewCase(
        kind=Kind.COMPLAINT,
        channel=Channel.PHONE,
        received_at=clock.now(),
        narrative="Nobody came on the day that was agreed, and nobody called.",
        issues=(
            NewIssue(summary="Nobody came", category_id=category.id),
            NewIssue(summary="Nobody called", category_id=category.id),
        ),
        severity=2,
        contact=Contact(name="Robin Example", email="robin@customer.example"),
    )
    return open_case(new, actor_id=None, now=clock.now())


def queries_of(where: Place, path: str, cookie: str) -> int:
    """How many statements a page sends, once it is warm."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(_BOOKKEEPING):
            statements.append(statement)

    for _ in range(2):
        statements.clear()
        event.listen(Engine, "before_cursor_execute", note)
        try:
            # The line that each request leaves is for nobody here.
            with redirect_stderr(StringIO()):
                answer = where.app.test_client(use_cookies=False).get(path, headers={"Cookie": cookie})
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        expect(answer.status_code, path)
    return len(statements)


def _times(port: int, pages: dict[str, str], cookie: str) -> dict[str, float]:
    """The median time of each page in seconds; the pages take turns, so that all meet the same machine."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(WARM_UP + REQUESTS):
        for name, path in pages.items():
            seconds = _get(port, path, cookie)
            if number >= WARM_UP:
                taken[name].append(seconds)
    return {name: median(values) for name, values in taken.items()}


def _get(port: int, path: str, cookie: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    try:
        connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    seconds = time.perf_counter() - began
    expect(answer.status, path)
    return seconds


def expect(status: int, path: str) -> None:
    if status != 200:
        raise NotReady(f"{path} answered {status}, so there is nothing to measure. Mend the page, try again.")


@contextmanager
def _web(where: Place) -> Iterator[tuple[int, Child]]:
    with listen(FIRST_PORT) as listener:
        port, handle = listener.getsockname()[1], listener.fileno()
        with running(where, "web", parts.web(handle), passes=[handle]) as web:
            # The socket listens already, so the first request waits for the server.
            _get(port, "/healthz", "")
            yield port, web


@contextmanager
def _worker_at_work(where: Place) -> Iterator[Child]:
    """A worker that has just counted every case anew."""
    at = broker.socket_path(where.folder)
    command = broker.server_command(broker.find_server(), where.folder, at)
    try:
        with running(where, "redis", command) as server:
            _wait(lambda: broker.answers(at), server)
            where.environ["REDIS_URL"] = f"unix://{at}"
            with running(where, "worker", parts.worker()) as worker, where.app.app_context():
                with transaction():
                    mark_all_stale(clock.now())
                BrokerPublisher(f"redis+socket://{at}").send("measures.refresh", ())
                _wait(_all_counted, worker)
                yield worker
    finally:
        broker.tidy(where.folder)


def _all_counted() -> bool:
    db.session.rollback()
    return not db.session.scalar(select(func.count()).select_from(StaleFact))


@contextmanager
def running(where: Place, name: str, command: list[str], passes: list[int] | None = None) -> Iterator[Child]:
    environ = {**where.environ, **({"C_FORCE_ROOT": "1"} if os.geteuid() == 0 else {})}
    child = Child(
        name=name, command=command, folder=ROOT, data_dir=where.folder, environ=environ, passes=passes or ()
    )
    child.start()
    try:
        yield child
    finally:
        child.ask_to_end()
        child.wait()


def _wait(is_so: Callable[[], bool], child: Child, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if not child.is_running() or time.monotonic() > deadline:
            raise NotReady(f"The {child.name} did not do its work:\n{child.tail()}")
        time.sleep(0.2)


def _memory(name: str, child: Child) -> list[Figure]:
    """The most memory that each process of a part has held at once; nothing where the system does not say."""
    group = child.note.read_text(encoding="ascii").strip()
    peaks = [peak for folder in Path("/proc").glob("[0-9]*") if (peak := _peak(folder, group))]
    if not peaks:
        return []
    note = f"largest of {len(peaks)} processes, {sum(peaks):.0f} together"
    return [Figure(name=f"{name}: peak memory", value=max(peaks), unit="MiB", note=note)]


def _peak(process: Path, group: str) -> float:
    try:
        # After the name in brackets come state, parent and group.
        if (process / "stat").read_text().rsplit(")", 1)[1].split()[2] != group:
            return 0.0
        lines = (process / "status").read_text().splitlines()
    except (OSError, IndexError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)
