"""From a process file or stored data to a process that is known to work, or a refusal that says why not."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casework.core.errors import Invalid
from casework.workflow.definition import Process
from casework.workflow.reading import read_process
from casework.workflow.validation import problems

PRESETS = Path(__file__).parent / "presets"


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProcessError(path.stem, [f"The file {path} is not TOML: {error}."]) from error
    return parse_process(data, name=path.stem)


def preset_names() -> list[str]:
    """The processes that are shipped, complaint first."""
    return sorted(
        (path.stem for path in PRESETS.glob("*.toml")), key=lambda name: (name != "complaint", name)
    )


def load_preset(name: str) -> Process:
    """A shipped process by its name. Raises ProcessError for a name that is not shipped."""
    if name not in preset_names():
        raise ProcessError(name, [f"Shipped are: {', '.join(preset_names())}."])
    return load_process(PRESETS / f"{name}.toml")
