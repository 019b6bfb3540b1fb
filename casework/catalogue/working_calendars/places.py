"""Places with public holidays, by name: every country of the holidays package, and every part of one."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import holidays
from babel import Locale


@lru_cache(maxsize=8)
def holiday_places(language: str) -> Mapping[str, str]:
    """Names by code, "US" and "US/MN", in the order of the countries' names in this language."""
    names = Locale.parse(language).territories
    known = holidays.list_supported_countries(include_aliases=False)
    found: dict[str, str] = {}
    for country in sorted(known, key=lambda code: names.get(code, code)):
        name = names.get(country, country)
        found[country] = name
        aliases = getattr(holidays, country).get_subdivision_aliases() if known[country] else {}
        parts = {part: (aliases.get(part) or [part])[0] for part in known[country]}
        found |= {
            f"{country}/{part}": f"{name}, {parts[part]}" for part in sorted(parts, key=parts.__getitem__)
        }
    return found


def place_code(definition: Mapping[str, Any]) -> str:
    """The place whose public holidays a calendar keeps, as "US/MN"; empty for none."""
    found = definition.get("holidays") or {}
    return "/".join(part for part in (found.get("country"), found.get("subdivision")) if part)


def place_name(definition: Mapping[str, Any], language: str) -> str:
    """The name of that place; a code that goes by another name stands for itself."""
    code = place_code(definition)
    return holiday_places(language).get(code, code)
