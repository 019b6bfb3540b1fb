"""Forms for notes, for what a customer said, and for settling a message."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from casework.cases.models import Channel
from casework.core.forms import HouseForm, Story


class NoteForm(HouseForm):
    """An internal note."""

    body = Story(
        _l("Note"),
        hint=_l("no customer sees this"),
        required=_l("The note is empty. Write something, or go back."),
    )


class HeardForm(HouseForm):
    """What the customer said by phone, at the desk, or in a letter."""

    channel = SelectField(
        _l("How"),
        choices=[(c.value, c.label) for c in Channel if c is not Channel.WEB],
        default=Channel.PHONE.value,
    )
    body = Story(_l("What they said"), required=_l("Write down what the customer said, or go back."))


class SettleForm(HouseForm):
    """What became of a message that the program cannot settle itself."""

    what = RadioField(_l("What happened"), choices=[])
