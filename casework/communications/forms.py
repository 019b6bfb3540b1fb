"""Forms for what is said: replies, notes, calls, what a customer said, and settling a message."""

import hashlib
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from casework.cases.models import Channel
from casework.communications.services import Call, Outcome
from casework.core.forms import HouseForm, Required, Story

Choices = Sequence[tuple[object, str]]

WAYS = {
    "email": _l("e-mail"),
    "letter": _l("letter, printed and posted by us"),
    "phone": _l("phone: these words are read to them"),
    "web": _l("their private page"),
}


LARGEST_KEY = 2**31 - 1


def key_of(text: object) -> int:
    """The number of a row. Raises ValueError for what no row has."""
    number = int(str(text))
    if not 0 < number <= LARGEST_KEY:
        raise ValueError(text)
    return number


class NoteForm(HouseForm):
    """An internal note."""

    body = Story(
        _l("Note"),
        hint=_l("no customer sees this; @ and a name tells that person"),
        required=_l("The note is empty. Write something, or go back."),
    )


class HeardForm(HouseForm):
    """What the customer said at the desk, in a letter, or another way."""

    channel = SelectField(
        _l("How"),
        choices=[(c.value, c.label) for c in Channel if c is not Channel.WEB],
        default=Channel.PHONE.value,
    )
    body = Story(_l("What they said"), required=_l("Write down what the customer said, or go back."))


class CallForm(HouseForm):
    """A phone call with the customer."""

    who = RadioField(
        _l("Who called"), choices=[("we", _l("We called them")), ("they", _l("They called us"))], default="we"
    )
    outcome = RadioField(
        _l("What came of it"),
        choices=[(o.value, o.label) for o in Outcome],
        default=Outcome.REACHED.value,
        description=_l("when we called"),
    )
    body = Story(_l("What was said"), hint=_l("for ourselves; short is enough"))
    they_said = BooleanField(
        _l("The customer told us something that belongs to the case"),
        description=_l("a case that waits for them goes on"),
    )

    def call(self) -> Call:
        """What was typed, as the service takes it."""
        return Call(
            by_us=self.who.data == "we",
            outcome=Outcome(self.outcome.data),
            words=self.body.data,
            they_said=bool(self.they_said.data),
        )


class ReplyForm(HouseForm):
    """Words to the customer, seen whole before they go."""

    purpose = RadioField(_l("What for"), choices=[], default="tell")
    channel = SelectField(_l("How it goes"), choices=[])
    body = Story(
        _l("Words to the customer"), required=_l("There is nothing to send yet. Write something, or go back.")
    )
    previewed = HiddenField()

    def offer(self, purposes: Choices, ways: Sequence[str]) -> None:
        """Let the form choose among these purposes, and these ways, the customer's own first."""
        self.purpose.choices = list(purposes)
        self.channel.choices = [(way, WAYS[way]) for way in ways]

    def digest(self) -> str:
        """What tells the message that was shown from one that was changed since."""
        typed = "|".join((self.purpose.data or "", self.channel.data or "", self.body.data or ""))
        return hashlib.sha256(typed.replace("\r\n", "\n").encode()).hexdigest()[:16]


class SettleForm(HouseForm):
    """What became of a message that the program cannot settle itself."""

    what = RadioField(_l("What happened"), choices=[], validators=[Required(_l("Choose what happened."))])
    on = DateField(_l("On which day"), validators=[Optional()])


class PostedForm(HouseForm):
    """Letters that were posted, on one day."""

    message = SelectMultipleField(choices=[], coerce=key_of, validate_choice=False)
    on = DateField(_l("Posted on"), validators=[Optional()])
