"""A calendar as the TOML file of CONTRACTS: what is downloaded is what `clocks due --calendar` reads."""

import json
from collections.abc import Mapping
from typing import Any


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
