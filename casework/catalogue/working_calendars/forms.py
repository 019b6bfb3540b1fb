"""The forms of a calendar: a draft as it is typed, a file that is brought in."""

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from casework.calendars import CalendarError
from casework.calendars.model import WEEKDAYS
from casework.catalogue.models import CalendarVersion
from casework.catalogue.working_calendars.files import LARGEST
from casework.catalogue.working_calendars.places import holiday_places, place_code
from casework.catalogue.working_calendars.presets import preset_calendars
from casework.catalogue.working_calendars.queries import mark_of
from casework.catalogue.working_calendars.text import (
    closures_of,
    closures_text,
    hours_of,
    hours_text,
    special_of,
    special_text,
)
from casework.core.forms import HouseForm, Required, Story, Text

# What comes in a file can be edited here, too, and its shifts take less room than there.
LINE = 1_000


class CalendarForm(HouseForm):
    """A calendar as it is typed. `seen` is a mark of the draft as it was shown."""

    seen = HiddenField()
    time_zone = SelectField(_l("Time zone"))
    monday = Text(_l("Monday"), longest=LINE)
    tuesday = Text(_l("Tuesday"), longest=LINE)
    wednesday = Text(_l("Wednesday"), longest=LINE)
    thursday = Text(_l("Thursday"), longest=LINE)
    friday = Text(_l("Friday"), longest=LINE)
    saturday = Text(_l("Saturday"), longest=LINE)
    sunday = Text(_l("Sunday"), longest=LINE)
    holidays = SelectField(_l("Public holidays of"), validate_choice=True)
    closures = Story(
        _l("Closed days"),
        longest=LARGEST,
        hint=_l("a line each, such as 24 December 2026 or 24 Dec 2026 to 28 Dec 2026"),
    )
    special = Story(
        _l("Days with hours of their own"),
        longest=LARGEST,
        hint=_l("a line each, such as 31 December 2026 08:00-12:00"),
    )
    note = Story(_l("Why it changes"), longest=1000, hint=_l("stands in the history of each case that moves"))

    def __init__(self, draft: CalendarVersion, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # What a draft keeps already is among it, should it go by another name.
        zones = available_timezones() | {draft.definition["time_zone"]}
        self.time_zone.choices = [(zone, zone) for zone in sorted(zones)]
        self.holidays.choices = _choices(place_code(draft.definition))

    def show(self, draft: CalendarVersion) -> None:
        """Fill in what a draft says."""
        definition = draft.definition
        self.time_zone.data = definition["time_zone"]
        for day in WEEKDAYS:
            self[day].data = hours_text(definition.get("hours", {}).get(day, []))
        self.holidays.data = place_code(definition)
        self.closures.data = closures_text(definition.get("closures", []))
        self.special.data = special_text(definition.get("special", {}))
        self.note.data, self.seen.data = draft.note, mark_of(draft)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything typed can be taken apart; what cannot is said beside its field."""
        reads = {day: [_reads(hours_of, day.capitalize())] for day in WEEKDAYS}
        more = {"closures": [_reads(closures_of)], "special": [_reads(special_of)]}
        return bool(super().validate({**(extra_validators or {}), **reads, **more}))

    def definition(self) -> dict[str, Any]:
        """What was typed in the shape of a calendar file, once it is valid."""
        hours = {day: hours_of(self[day].data or "", day.capitalize()) for day in WEEKDAYS}
        found: dict[str, Any] = {
            "time_zone": self.time_zone.data,
            "hours": {day: shifts for day, shifts in hours.items() if shifts},
            "closures": closures_of(self.closures.data or ""),
            "special": special_of(self.special.data or ""),
        }
        country, _, subdivision = (self.holidays.data or "").partition("/")
        if country:
            found["holidays"] = {"country": country} | ({"subdivision": subdivision} if subdivision else {})
        return found


class FileForm(HouseForm):
    """A calendar file as the draft of the next version."""

    file = FileField(
        _l("Calendar file"),
        validators=[Required(_l("Choose a file."))],
        description=_l("TOML, such as one downloaded here"),
    )


class NewCalendarForm(HouseForm):
    """A new calendar: its name, and the calendar or the file that it is made from."""

    name = Text(_l("Name"), required=_l("Give the calendar a name."), longest=80)
    preset = SelectField(_l("Begin with"), default="")
    file = FileField(_l("Calendar file"), description=_l("TOML, such as one downloaded here"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        shipped = [(one.key, one.title) for one in preset_calendars().values()]
        self.preset.choices = [("", _l("the file below")), *shipped]

    def validate_file(self, field: FileField) -> None:
        """One of both, and not both: a file that is left aside would go unnoticed."""
        if self.preset.data and field.data:
            raise ValidationError(_l("Choose a calendar to begin with or a file, not both."))
        if not self.preset.data and not field.data:
            raise ValidationError(_l("Choose a file, or a calendar to begin with."))


def _reads(read: Callable[..., Any], *more: str) -> Callable[[Any, Any], None]:
    def check(_form: Any, field: Any) -> None:
        try:
            read(field.data or "", *more)
        except CalendarError as error:
            raise ValidationError(error.message) from None

    return check


def _choices(kept: str) -> list[tuple[str, Any]]:
    """None, every place there is, and what a draft keeps already, should it go by another name."""
    places = dict(holiday_places(str(get_locale() or "en")))
    if kept:
        places.setdefault(kept, kept)
    return [("", _l("none")), *places.items()]
