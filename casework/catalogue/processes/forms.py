"""The forms of the editor: the head of a process, a state, publishing, bringing in a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from casework.catalogue.processes.names import name_from
from casework.core.forms import HouseForm, Required, Story, Text

MOST_DAYS = 36_500
Choices = Sequence[tuple[str, str]]
Row = dict[str, Any]


class Whole(IntegerField):
    """A whole number from `least` to `most`, or nothing; anything else is answered with a sentence."""

    def __init__(
        self, label: str, *, least: int = 0, most: int = MOST_DAYS, hint: str = "", **more: Any
    ) -> None:
        super().__init__(label, description=hint, **more)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed and typed.isascii() and typed.isdigit() and self.least <= int(typed[:9]) <= self.most:
            self.data = int(typed[:9])
        elif typed:
            raise ValueError(f"Write a whole number from {self.least} to {self.most}.")


class DraftForm(HouseForm):
    """A form of the editor: `seen` is the version of the draft that it shows."""

    seen = IntegerField(widget=HiddenInput(), default=0)
    # The name that the part had when it was shown: its place may be another one by now.
    was = Text("", default="", widget=HiddenInput())

    def sees(self, version: int) -> None:
        """Show this version from now on: whoever was told of it may save over it."""
        self.seen.data, self.seen.raw_data = version, None


class HeadForm(DraftForm):
    """What is said of a process as a whole."""

    title = Text(_l("Title"), required=_l("Give the process a title, such as “Complaint in two stages”."))
    note = Story(_l("Note"), longest=2000, hint=_l("what it is for; staff who look at it read this"))
    start = SelectField(_l("A new case begins in"), validate_choice=False)
    steps = Story(
        _l("Steps of the progress bar"),
        required=_l("Write at least one step."),
        longest=2000,
        hint=_l("one on each line, in order"),
    )
    reopen_window_days = Whole(_l("Days in which a case can be reopened"))
    escalate_window_days = Whole(_l("Days in which a review can be asked for"))

    def offer(self, definition: Mapping[str, Any]) -> None:
        """Let the start be one of these states."""
        states = [
            (s["name"], s.get("label") or s["name"]) for s in definition.get("state", ()) if s.get("name")
        ]
        self.start.choices = [("", _l("Choose a state")), *states]

    def head(self) -> Row:
        """What was typed, as it stands in a process file."""
        return {
            "title": self.title.data,
            "note": self.note.data,
            "start": self.start.data or "",
            "steps": _lines(self.steps.data),
            "reopen_window_days": self.reopen_window_days.data or 0,
            "escalate_window_days": self.escalate_window_days.data or 0,
        }

    @staticmethod
    def data_of(definition: Mapping[str, Any]) -> Row:
        """What the form shows of a definition."""
        steps = "\n".join(map(str, definition.get("steps", ())))
        return {**{key: definition.get(key) for key in HeadForm.KEYS}, "steps": steps}

    KEYS = ("title", "note", "start", "reopen_window_days", "escalate_window_days")


class NamedForm(DraftForm):
    """A state or a move: its label, and its name, which is made from the label when it is left out."""

    taken: Sequence[str] = ()
    label = Text(_l("Label"), required=_l("Give it a label: the words that staff read."))
    name = Text(
        _l("Name in the file"),
        longest=60,
        hint=_l("small letters, digits and underscores; made from the label when left empty"),
    )

    def validate_name(self, field: Text) -> None:
        """A name is one that a file can hold, and a state's is its own."""
        made = field.data or name_from(self.label.data)
        if field.data and field.data != name_from(field.data):
            raise ValidationError(
                f"A name is made of small letters, digits and underscores, such as “{made}”."
            )
        if made in self.taken:
            raise ValidationError(f"The name “{made}” is taken by another state. Choose another one.")

    @property
    def chosen_name(self) -> str:
        """The name typed, or the one that the label makes."""
        return str(self.name.data or name_from(self.label.data))


class StateForm(NamedForm):
    """Where a case can stand."""

    public_label = Text(
        _l("What the customer reads"),
        required=_l("Write what the customer reads on their page while the case stands here."),
    )
    step = SelectField(_l("Step of the progress bar"), validate_choice=False)
    is_end = BooleanField(_l("An end: a case may rest here for ever"))
    is_closed = BooleanField(_l("The case is closed here"))
    waits_for_customer = BooleanField(_l("The case waits for the customer here"))

    def offer(self, definition: Mapping[str, Any], at: int | None) -> None:
        """Let the step be one of the process's, and refuse the names of the other states."""
        self.step.choices = [(step, step) for step in definition.get("steps", ())]
        others = (s for n, s in enumerate(definition.get("state", ())) if n != at)
        self.taken = [str(state.get("name")) for state in others]

    def row(self) -> Row:
        """The state as it stands in a process file."""
        flags = ("is_end", "waits_for_customer", "is_closed")
        plain = {
            "label": self.label.data,
            "public_label": self.public_label.data,
            "step": self.step.data or "",
        }
        return {"name": self.chosen_name, **plain, **{flag: True for flag in flags if self[flag].data}}


class PublishForm(DraftForm):
    """Making a draft the next version."""

    note = Story(
        _l("What changed, and why"),
        required=_l("Say in a sentence what changed and why. It stays beside the version."),
        longest=2000,
        hint=_l("whoever looks at the version later reads this"),
    )
    use = BooleanField(_l("New cases begin with this version from now on"))


class BringInForm(HouseForm):
    """A process file from this computer."""

    file = FileField(_l("Process file"), validators=[Required(_l("Choose a process file."))])


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
