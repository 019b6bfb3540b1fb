"""The calendars that ship with Casework, to begin a new one from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from casework.calendars import PRESETS as PLAIN
from casework.calendars import load_calendar
from casework.catalogue.services import PRESETS as OF_AGENCIES
from casework.catalogue.working_calendars.text import week_words
from casework.core.errors import NotFound

FOLDERS = (OF_AGENCIES, PLAIN)


@dataclass(frozen=True)
class Preset:
    """A shipped calendar; `title` says in words when it is open."""

    key: str
    title: str
    definition: Mapping[str, Any]

    def within(self, time_zone: str) -> dict[str, Any]:
        """Its definition on the wall clock of a zone; one with the holidays of a place stays where it is."""
        if self.definition.get("holidays"):
            return dict(self.definition)
        return {**self.definition, "time_zone": time_zone}


@cache
def preset_calendars() -> Mapping[str, Preset]:
    """Every shipped calendar by its key, which is the name of its file."""
    found = {path.stem: path for folder in FOLDERS for path in folder.glob("*.toml")}
    known = {path.stem: path for path in found.values() if _is_calendar(path.read_text(encoding="utf-8"))}
    return {key: _preset(key, load_calendar(known[key]).to_data()) for key in sorted(known)}


def preset_calendar(key: str) -> Preset:
    """The shipped calendar of this key. Raises NotFound."""
    found = preset_calendars().get(key)
    if found is None:
        raise NotFound("There is no such calendar on the list. Go back to Calendars and choose one.")
    return found


def _preset(key: str, definition: Mapping[str, Any]) -> Preset:
    week = "; ".join(f"{days} {hours}" for days, hours in week_words(definition))
    return Preset(key, f"{key.replace('-', ' ').capitalize()}: {week}", definition)


def _is_calendar(text: str) -> bool:
    # The folder of the catalogue holds its other presets, too.
    return "time_zone" in text and "[hours]" in text
