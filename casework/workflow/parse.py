"""From a process file or stored data to a process that is known to work, or a refusal that says why not."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.core.errors import Invalid
from casework.workflow.definition import Process
from casework.workflow.reading import read_process
from casework.workflow.validation import problems

# The process that an agency begins with, one for each kind.
PRESETS = Path(__file__).parent / "presets"
# Files of processes for codes that need a shape of their own; an agency takes one up when it works under that code.
MORE_PRESETS: tuple[Path, ...] = tuple(sorted((PRESETS / "more").glob("*.toml")))


class ProcessError(Invalid):
    """A process that is refused; `problems` holds a sentence for each thing to mend."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__(f"The process '{name}' is refused. {' '.join(self.problems)}")


def parse_process(data: Mapping[str, Any], *, name: str = "process") -> Process:
    """The process that the data describe. `name` is used where the data hold none.

    Raises ProcessError with all problems at once.
    """
    process, unreadable = read_process(data, name=name)
    found = unreadable or problems(process)
    if found:
        raise ProcessError(process.name, found)
    return process


def load_process(path: str | Path) -> Process:
    """The process of a TOML file. Raises ProcessError, also for a file that is missing or not TOML."""
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ProcessError(path.stem, [f"The file {path} cannot be read: {error.strerror}."]) from error
    except (ValueError, RecursionError) as error:
        raise ProcessError(path.stem, [f"The file {path} is not TOML: {error}."]) from error
    return parse_process(data, name=path.stem)


def preset_names() -> list[str]:
    """The processes that an agency begins with, by name."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def more_preset_names() -> list[str]:
    """The processes for further codes, in the order of MORE_PRESETS."""
    return [path.stem for path in MORE_PRESETS]


def load_preset(name: str) -> Process:
    """A shipped process by the name of its file. Raises ProcessError for a name that is not shipped."""
    files = {path.stem: path for path in (*PRESETS.glob("*.toml"), *MORE_PRESETS)}
    if name not in files:
        shipped = ", ".join((*preset_names(), *more_preset_names()))
        raise ProcessError(name, [f"Shipped are: {shipped}."])
    return load_process(files[name])
