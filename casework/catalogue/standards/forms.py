"""The form of a standard."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from casework.catalogue.models import Standard
from casework.catalogue.processes.forms import Whole
from casework.catalogue.standards.queries import mark_of
from casework.catalogue.standards.rules import LONGEST
from casework.catalogue.standards.words import UNITS, step_text
from casework.catalogue.words import PROMISES, RESTARTS, STARTS
from casework.core.forms import HouseForm, Required, Story, Text

Choices = Sequence[tuple[Any, str]]
KINDS = ("complaint", "compliment", "suggestion", "enquiry")
CHANNELS = ("phone", "email", "web", "in_person", "letter", "social_media", "other")
LEVELS = ("1", "2", "3", "4")


class StandardForm(HouseForm):
    """What a standard says. `seen` is a mark of the draft as it was shown."""

    seen = HiddenField()
    name = Text(
        _l("Name"),
        required=_l("Give the standard a name that staff and customers understand."),
        hint=_l("as staff and customers read it, such as “Answer within 20 working days”"),
    )
    promise = SelectField(_l("What is promised"), choices=list(PROMISES.items()))
    limit = Whole(_l("Limit"), least=1, most=LONGEST, validators=[Required(_l("Say how many."))])
    unit = SelectField(
        _l("Unit"), choices=[(name, more) for name, (_, more) in UNITS.items()], default="working_day"
    )
    starts = SelectField(_l("Counted from"), choices=list(STARTS.items()))
    kind = SelectField(_l("Kind"), choices=[("", _l("every kind")), *((k, k) for k in KINDS)])
    stage = SelectField(
        _l("Stage"), coerce=int, choices=[(0, _l("every stage")), (1, "1"), (2, "2"), (3, "3")]
    )
    channel = SelectField(
        _l("Channel"), choices=[("", _l("every channel")), *((c, c.replace("_", " ")) for c in CHANNELS)]
    )
    severity = SelectField(
        _l("Severity"),
        coerce=int,
        choices=[
            *((0, _l("every severity")), (1, _l("1, low")), (2, _l("2, medium"))),
            *((3, _l("3, high")), (4, _l("4, severe"))),
        ],
    )
    service_id = SelectField(_l("Service"), coerce=int)
    category_id = SelectField(_l("Category"), coerce=int)
    path = Text(
        _l("Path"), longest=60, hint=_l("of the process, such as expedited; regular is the ordinary one")
    )
    limit_1 = Whole(_l("Low"), least=1, most=LONGEST)
    limit_2 = Whole(_l("Medium"), least=1, most=LONGEST)
    limit_3 = Whole(_l("High"), least=1, most=LONGEST)
    limit_4 = Whole(_l("Severe"), least=1, most=LONGEST)
    may_pause = BooleanField(_l("It pauses while the customer is waited for"))
    pause_in = Text(_l("Only in these states"), hint=_l("names as in the process, with commas; empty is all"))
    roll = BooleanField(_l("An end on a closed day moves to the next working day"))
    extension_times = Whole(_l("Extended how often"), most=99, hint=_l("0 is never"))
    extension_limit = Whole(
        _l("By how much at most"), least=1, most=LONGEST, hint=_l("empty is as long as it takes")
    )
    extension_unit = SelectField(
        _l("Its unit"), choices=[("", _l("as the limit")), *((n, more) for n, (_, more) in UNITS.items())]
    )
    extension_is_total = BooleanField(_l("That number is the whole time, not an addition"))
    extension_words = Story(_l("What the customer has to be told"), longest=1000)
    repeats = BooleanField(_l("It starts again whenever the customer was told"))
    is_early = BooleanField(_l("It is an early path, which lapses and is not missed"))
    restarts_on = SelectMultipleField(
        _l("Starts anew when the case is given to"),
        choices=list(RESTARTS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    steps = Story(
        _l("On the way"),
        longest=1000,
        hint=_l("one on each line, such as “2 before: owner, supervisor”; empty is the usual"),
    )
    calendar_id = SelectField(_l("Calendar"), coerce=int)
    in_force_from = DateField(
        _l("In force from"), validators=[Optional()], description=_l("empty is at once")
    )
    source = Text(_l("Source"), hint=_l("law, code or decision"))
    note = Story(_l("Note"), longest=2000)

    def offer(self, *, services: Choices, categories: Choices, calendars: Choices) -> None:
        """What there is to choose from."""
        self.service_id.choices = [(0, _l("every service")), *services]
        self.category_id.choices = [(0, _l("every category")), *categories]
        self.calendar_id.choices = [(0, _l("that of the agency")), *calendars]

    def show(self, standard: Standard) -> None:
        """Fill in what a draft says."""
        for name in _PLAIN:
            getattr(self, name).data = getattr(standard, name)
        for name in _NUMBERS:
            getattr(self, name).data = getattr(standard, name) or 0
        for level in LEVELS:
            self[f"limit_{level}"].data = (standard.severity_limits or {}).get(level)
        self.pause_in.data = ", ".join(standard.pause_in or ())
        self.restarts_on.data = list(standard.restarts_on or ())
        self.steps.data = "\n".join(step_text(step) for step in standard.steps or ())
        self.seen.data = mark_of(standard)

    def values(self) -> dict[str, Any]:
        """The columns of a standard as they were typed."""
        found: dict[str, Any] = {name: getattr(self, name).data for name in _PLAIN}
        found |= {name: getattr(self, name).data or None for name in _NUMBERS}
        levels = {level: self[f"limit_{level}"].data for level in LEVELS}
        return {
            **found,
            "extension_times": self.extension_times.data or 0,
            "severity_limits": {level: limit for level, limit in levels.items() if limit},
            "pause_in": [part.strip() for part in (self.pause_in.data or "").split(",") if part.strip()],
            "restarts_on": list(self.restarts_on.data or ()),
            "steps": [_step(line) for line in (self.steps.data or "").splitlines() if line.strip()],
        }


_PLAIN = (
    "name",
    "promise",
    "limit",
    "unit",
    "starts",
    "kind",
    "channel",
    "path",
    "may_pause",
    "roll",
    "extension_times",
    "extension_limit",
    "extension_unit",
    "extension_is_total",
    "extension_words",
    "repeats",
    "is_early",
    "in_force_from",
    "source",
    "note",
)
_NUMBERS = ("stage", "severity", "service_id", "category_id", "calendar_id")


def _step(line: str) -> dict[str, Any]:
    at, _, tell = line.partition(":")
    return {"at": at.strip(), "tell": [who.strip() for who in tell.split(",") if who.strip()]}
