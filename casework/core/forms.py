"""The base of every form, and the field for a local date and time."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

NAME_LENGTH = 300
STORY_LENGTH = 20_000
ONCE_LENGTH = 100
# A slip of the finger makes year 0026 or 20226, which no calendar reaches.
YEARS = range(1900, 2200)
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def tidy(value: str | None) -> str:
    """What was typed, without the space around it and without NUL characters, which PostgreSQL cannot keep."""
    return (value or "").replace("\x00", "").strip()


class HouseForm(FlaskForm):
    """A form of ours: `once` is a random key made when it is first shown; it makes a second press harmless."""

    once = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It comes back from a browser, so it is made fit for an index again.
        key = tidy(self.once.data)[:ONCE_LENGTH]
        # Whether it was sent from the page that showed it, and not made up elsewhere.
        self.came_with_key = bool(key)
        self.once.data = key or secrets.token_urlsafe(16)

    def add_problems(self, reasons: Sequence[str]) -> None:
        """Show sentences that belong to no single field, such as what a rule refused, at the top."""
        self.form_errors: list[Any] = [*(self.form_errors or []), *reasons]


class Text(StringField):
    """One line."""

    def __init__(
        self, label: str, *, required: str = "", longest: int = NAME_LENGTH, hint: str = "", **more: Any
    ) -> None:
        super().__init__(label, _validators(required, longest), filters=[tidy], description=hint, **more)


class Story(TextAreaField):
    """As many lines as it takes."""

    def __init__(
        self, label: str, *, required: str = "", longest: int = STORY_LENGTH, hint: str = "", **more: Any
    ) -> None:
        super().__init__(label, _validators(required, longest), filters=[tidy], description=hint, **more)


class LocalTime(DateTimeLocalField):
    """A date and time on the agency's wall; one that does not exist or cannot be meant is answered with a sentence."""

    data: Any

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, format=FORMATS, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("There is no such date and time. Write it like 2026-11-23 09:30.") from None
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(f"Check the year: it must lie between {YEARS[0]} and {YEARS[-1]}.")


class Required:
    """Something must be typed; the sentence says what."""

    field_flags = {"required": True}

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.data or not str(field.data).strip():
            raise ValidationError(self.sentence)


def local_now(now: datetime, zone: str) -> datetime:
    """The time on the agency's wall, to the minute, as a form shows it."""
    return now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def _validators(required: str, longest: int) -> list[Any]:
    checks: list[Any] = [
        Length(max=longest, message=f"This is longer than {longest:,} characters. Shorten it.")
    ]
    return [Required(required), *checks] if required else checks
