"""Published standards that ship with Casework, by the code they stand in: a file each in presets/published. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from casework.core.errors import NotFound

FOLDER = Path(__file__).parents[1] / "presets" / "published"


@dataclass(frozen=True)
class Code:
    """A published code. `standards` hold the columns of catalogue.models.Standard; `process` names a process file."""

    id: str
    name: str
    country: str
    process: str
    standards: tuple[Mapping[str, Any], ...]


@cache
def published_codes() -> tuple[Code, ...]:
    """Every published code, by country and name."""
    found = [_read(path) for path in FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda code: (code.country, code.name)))


def published_code(code_id: str) -> Code:
    """The code of this id. Raises NotFound."""
    found = next((code for code in published_codes() if code.id == code_id), None)
    if found is None:
        known = ", ".join(code.id for code in published_codes())
        raise NotFound(f"There is no published code {code_id}. Known are: {known}.")
    return found


def _read(path: Path) -> Code:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Code(
        id=path.stem,
        name=data["name"],
        country=data["country"],
        process=data["process"],
        standards=tuple({**row, "country": data["country"]} for row in data["standard"]),
    )
