"""The processes that are shipped: those that every agency begins with, and more to choose from."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from casework.core.errors import NotFound
from casework.workflow.definition import Process
from casework.workflow.parse import PRESETS, ProcessError, load_process


@dataclass(frozen=True)
class Shipped:
    """A shipped process; `key` names its file."""

    key: str
    path: Path
    process: Process


def shipped() -> list[Shipped]:
    """Every shipped process that this release can read, in the order of their names."""
    paths = sorted((*PRESETS.glob("*.toml"), *(PRESETS / "more").glob("*.toml")), key=lambda path: path.stem)
    return [one for path in paths if (one := _read(path, path.stat().st_mtime_ns)) is not None]


def shipped_by(key: str) -> Shipped:
    """The shipped process of this key. Raises NotFound."""
    found = next((one for one in shipped() if one.key == key), None)
    if found is None:
        raise NotFound("There is no such process on the list. Go back to Processes and choose one.")
    return found


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Shipped | None:
    try:
        return Shipped(path.stem, path, load_process(path))
    except ProcessError:
        # One that a newer release wrote is not offered; the rest of the page stands.
        return None
