"""The command lines of the parts of Casework."""

import sys
from pathlib import Path

FLASK = [sys.executable, "-m", "flask"]
CELERY = [sys.executable, "-m", "celery", "-A", "workers.app:celery"]


def web(handle: int, *, processes: int = 1, app: str = "app:create_app()") -> list[str]:
    """The web server, taking requests from the listening socket `handle`."""
    return [
        *(sys.executable, "-m", "gunicorn", app),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", "4"),
        *("--bind", f"fd://{handle}", "--graceful-timeout", "2", "--no-control-socket"),
        # A long search in letters that take nine characters each in an address is answered with a page of ours.
        *("--limit-request-line", "8190"),
    ]


def worker() -> list[str]:
    """The worker for every queue."""
    options = ["--concurrency", "2", "--prefetch-multiplier", "1", "--without-gossip", "--without-mingle"]
    return [*CELERY, "worker", "--loglevel", "INFO", *options]


def scheduler(data_dir: Path) -> list[str]:
    """The process that asks for the tasks of the schedule at their times."""
    return [
        *CELERY,
        "beat",
        "--loglevel",
        "INFO",
        "--schedule",
        str(data_dir / "beat-schedule"),
        "--pidfile=",
    ]


def migrate() -> list[str]:
    """Brings the database to the newest schema."""
    return [*FLASK, "db", "upgrade"]


def load_demo(name: str) -> list[str]:
    """Fills a database that is empty with the demo called `name`: "load" (generated) or "boston"."""
    return [*FLASK, "demo", name, "--if-empty"]
