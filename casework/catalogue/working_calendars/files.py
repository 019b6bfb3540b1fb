"""A calendar as the TOML file of CONTRACTS: what is downloaded is what `clocks due --calendar` reads."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from casework.core.errors import Refused

LARGEST = 100_000


def as_toml(definition: Mapping[str, Any]) -> str:
    """The file of a calendar. Texts and lists in JSON's manner are TOML as well."""
    lines = [f"time_zone = {json.dumps(definition['time_zone'])}"]
    if definition.get("closures"):
        lines.append(f"closures = {json.dumps(definition['closures'])}")
    for table in ("holidays", "hours", "special"):
        rows: Mapping[str, Any] = definition.get(table, {})
        if rows:
            lines += ["", f"[{table}]"]
            lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in rows.items()]
    return "\n".join(lines) + "\n"


def read_upload(content: bytes) -> dict[str, Any]:
    """What stands in an uploaded file, which may be anything; not yet whether it is a calendar. Raises Refused."""
    if len(content) > LARGEST:
        raise Refused(f"The file is larger than {LARGEST // 1000} KB. A calendar file is far smaller.")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("The file is not text in UTF-8, so it is not a calendar file.") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"The file is not TOML: {str(error)[:200]}. Choose a calendar file.") from None
