"""Whether to load a demo agency, and which: only in the demo, and only into a database that is empty.

Asking a database takes a second, so a note says that it was asked. The note counts only for the SQLite file in the
data folder, and only while that file is there; any other database is asked at every start.
"""

from collections.abc import Callable, Mapping

from tools.stack.settings import StackSettings

NOTE = "demo-loaded"
DATABASE = "casework.db"


def is_due(settings: StackSettings, environ: Mapping[str, str]) -> bool:
    """Whether the database is to be asked. To be called before the migrations make the file."""
    if not settings.wants_demo:
        return False
    elsewhere = environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE")
    known = (settings.data_dir / NOTE).exists() and (settings.data_dir / DATABASE).exists()
    return bool(elsewhere) or not known


def choose(settings: StackSettings, say: Callable[[str], None]) -> str:
    """The name of the demo: "boston" where it is asked for and its file is there, else "load"."""
    if settings.demo == "boston" and settings.boston_file.is_file():
        return "boston"
    if settings.demo == "boston":
        say(f"DEMO=boston needs {settings.boston_file}, which is not there; using the generated agency.")
    elif settings.demo:
        say(f"DEMO={settings.demo} is not known (boston is); using the generated agency.")
    return "load"


def remember(settings: StackSettings) -> None:
    """Note that the database has been asked, and filled if it was empty."""
    (settings.data_dir / NOTE).touch()


def sign_ins(settings: StackSettings) -> str:
    """What the demo left to tell about signing in."""
    note = settings.data_dir / "demo-sign-ins.txt"
    return note.read_text(encoding="utf-8").rstrip() if settings.wants_demo and note.is_file() else ""
