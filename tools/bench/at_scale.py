"""The working day at 10,000, 100,000 and 1,000,000 cases on PostgreSQL: pages that staff wait for, two web processes.

Each page is held against a bare page with as many rows from constants, served in the same way in the same run.
"""

import http.client
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.message import Message
from statistics import median, quantiles
from urllib.parse import urlencode

from sqlalchemy import select, text

from casework.cases.models import Case, Channel, Kind
from casework.cases.services import NewCase, open_case
from casework.core import clock
from casework.core.db import db, transaction
from casework.customers.services import Contact
from casework.demo.loading import load_generated
from tools.bench.clocks_at_scale import clock_figures
from tools.bench.figures import Figure
from tools.bench.place import Place, place
from tools.bench.serving import NotReady, expect, queries_of, running, sign_in
from tools.stack import parts
from tools.stack.settings import listen
from tools.steps import say

LARGEST = 1_000_000
REQUESTS, WARM_UP = 60, 12
PROCESSES = 2
MOST_QUERIES = 12
LOAD_SECONDS = 300
PORT = 5700
# A word that no made-up life has, so that it is in three cases of however many; and one that very many have.
RARE, COMMON = "quagmire", "inspection"
# What a page may take in milliseconds at the largest size, on a machine whose bare page takes 0.8 ms.
PROMISED_MS = {"queue": 12.0, "case": 15.0, "log a case": 15.0}
PROMISED_P95_MS = {"search, rare word": 80.0, "search, common word": 80.0, "look-alikes": 100.0}
FLOOR_MS = 0.8


def measure_at(sizes: list[int]) -> list[Figure]:
    """The figures of each size; a promise is held against the largest size alone."""
    figures: list[Figure] = []
    queue: dict[int, float] = {}
    for size in sizes:
        with place("postgresql") as where:
            say(f"Loading {size:,} cases …")
            loaded = _load(where, size)
            most = LOAD_SECONDS if size == LARGEST else None
            figures.append(Figure(name=f"{size:,} cases: demo load", value=loaded, unit="s", most=most))
            say("Loaded. Asking for pages …")
            taken, queries = _measure(where)
            figures += _figures(size, taken, queries)
            queue[size] = median(taken["queue"])
            say("Asked. Walking the clocks …")
            figures += clock_figures(where, size)
    if len(queue) > 1:
        ratio = queue[max(queue)] / queue[min(queue)]
        name = f"queue at {max(queue):,} ÷ queue at {min(queue):,}"
        figures.append(Figure(name=name, value=ratio, most=1.3))
    return figures


def _load(where: Place, size: int) -> float:
    began = time.perf_counter()
    with where.app.app_context():
        load_generated(cases=size, seed=1, now=clock.now())
        with transaction():
            for number in range(3):
                _open(number)
        db.session.commit()
        # The database would do this by itself within minutes of a load.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            seconds = time.perf_counter() - began
            connection.execute(text("VACUUM ANALYZE"))
        db.session.remove()
    return seconds


def _open(number: int) -> None:
    new = NewCase(
        kind=Kind.COMPLAINT,
        channel=Channel.PHONE,
        received_at=clock.now(),
        narrative=f"The path behind the clinic is a {RARE} and nobody answers the phone.",
        contact=Contact(name=f"Robin Example {number}", email=f"robin{number}@customer.example"),
    )
    open_case(new, actor_id=None, now=clock.now())


def _measure(where: Place) -> tuple[dict[str, list[float]], dict[str, int]]:
    with ExitStack() as ends:
        with where.app.app_context():
            cookie = sign_in(where)
            wanted = select(Case.reference).where(Case.is_open).order_by(Case.next_due_at, Case.id).limit(40)
            references = list(db.session.scalars(wanted))
            db.session.remove()
        pages = _pages(references[20])
        queries = {name: queries_of(where, path, cookie) for name, path in pages.items()}
        port = ends.enter_context(_served(where, parts.web, "app:create_app()"))
        bare = ends.enter_context(_served(where, parts.web, "tools.bench.bare:create_app()"))
        form, own_cookie = _form(port, cookie)
        asks: dict[str, Callable[[], float]] = {"bare page": lambda: _ask(bare, "/", "")}
        for name, path in pages.items():
            asks[name] = lambda path=path: _ask(port, path, cookie)  # type: ignore[misc]
        asks["log a case"] = lambda: _log(port, form, own_cookie)
        taken: dict[str, list[float]] = {name: [] for name in asks}
        for turn in range(WARM_UP + REQUESTS):
            for name, ask in asks.items():
                seconds = ask()
                if turn >= WARM_UP:
                    taken[name].append(seconds * 1000)
        return taken, queries


def _pages(reference: str) -> dict[str, str]:
    words = "Nobody came to inspect the kitchen and nobody called to say why"
    return {
        "queue": "/cases/?view=open",
        "case": f"/cases/{reference}",
        "search, rare word": f"/search?q={RARE}",
        "search, common word": f"/search?q={COMMON}",
        "look-alikes": "/search/alike?" + urlencode({"narrative": words}),
    }


def _figures(size: int, taken: Mapping[str, list[float]], queries: Mapping[str, int]) -> list[Figure]:
    floor = median(taken["bare page"])
    figures = [Figure(name=f"{size:,} cases: bare page p50", value=floor, unit="ms")]
    for name, values in taken.items():
        if name == "bare page":
            continue
        for label, value, promised in (
            ("p50", median(values), PROMISED_MS.get(name)),
            ("p95", quantiles(values, n=20)[18], PROMISED_P95_MS.get(name)),
        ):
            most = promised if size == LARGEST else None
            figures.append(Figure(name=f"{size:,} cases: {name} {label}", value=value, unit="ms", most=most))
            if promised:
                times = promised / FLOOR_MS if size == LARGEST else None
                figures.append(
                    Figure(
                        name=f"{size:,} cases: {name} {label} ÷ bare page", value=value / floor, most=times
                    )
                )
        if name in queries:
            figures.append(
                Figure(name=f"{size:,} cases: {name} queries", value=queries[name], most=MOST_QUERIES)
            )
    return figures


@contextmanager
def _served(where: Place, command: Callable[..., list[str]], app: str) -> Iterator[int]:
    with listen(PORT) as listener:
        port, handle = listener.getsockname()[1], listener.fileno()
        name = "web" if app.startswith("app:") else "bare"
        with running(where, name, command(handle, processes=PROCESSES, app=app), passes=[handle]):
            _send(port, "GET", "/healthz" if name == "web" else "/", "")
            yield port


def _form(port: int, cookie: str) -> tuple[dict[str, str], str]:
    """The fields of the page on which a case is logged, as a browser would send them for a call with one point; and
    the cookie that belongs to the form."""
    _, headers, page = _send(port, "GET", "/cases/new", cookie)
    own_cookie = (headers.get("Set-Cookie") or cookie).partition(";")[0]
    # The form itself, without the pattern of a row that a script would add.
    form = re.sub(r"(?s)<template.*?</template>", "", _between(page, '<form[^>]* id="log"[^>]*>', "</form>"))
    tags = re.findall(r"<input[^>]*>", form)
    fields = {_value(tag, "name"): _value(tag, "value") for tag in tags if 'type="hidden"' in tag}
    received = next(_value(tag, "value") for tag in tags if _value(tag, "name") == "received")
    categories = _between(form, '<datalist id="categories">', "</datalist>")
    fields |= {
        "kind": "complaint", "channel": "phone", "severity": "2", "received": received,
        "narrative": "Nobody came to inspect the kitchen.", "name": "Robin Example", "phone": "555 0142",
        "issues-0-summary": "Kitchen not inspected", "issues-0-category": _value(categories, "value"),
        "service_id": "0", "harm": "0", "risk": "0",
    }  # fmt: skip
    return fields, own_cookie


def _between(page: str, begin: str, end: str) -> str:
    found = re.search(f"(?s){begin}(.*?){end}", page)
    if found is None:
        raise NotReady("The page on which a case is logged has changed. Say in tools/bench/at_scale.py how.")
    return found.group(1)


def _value(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def _log(port: int, form: dict[str, str], cookie: str) -> float:
    body = urlencode({**form, "once": secrets.token_urlsafe(16)})
    began = time.perf_counter()
    status, headers, page = _send(port, "POST", "/cases/new", cookie, body)
    seconds = time.perf_counter() - began
    if status not in (302, 303) or "/cases/" not in (headers.get("Location") or ""):
        said = " ".join(re.sub(r"<[^>]+>", " ", page).split())[-400:]
        raise NotReady(f"Logging a case answered {status}: {said}")
    return seconds


def _ask(port: int, path: str, cookie: str) -> float:
    began = time.perf_counter()
    status, _, _ = _send(port, "GET", path, cookie)
    seconds = time.perf_counter() - began
    expect(status, path)
    return seconds


def _send(port: int, method: str, path: str, cookie: str, body: str = "") -> tuple[int, Message, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": cookie, "Connection": "close", "Origin": f"http://127.0.0.1:{port}"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()
