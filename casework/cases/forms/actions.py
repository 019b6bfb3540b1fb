"""Forms for what is promised in a case."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from casework.cases.forms.seen import SeenForm
from casework.cases.services import Ending, Promised
from casework.core.forms import Story, Text

Choices = Sequence[tuple[object, str]]


class ActionForm(SeenForm):
    """Something to be done in a case, by whom and when."""

    what = Text(_l("What is to be done"), hint=_l("as the customer would say it"))
    owner_id = SelectField(_l("Who does it"), coerce=int, default=0)
    due_on = DateField(_l("By when"), validators=[Optional()])
    is_promised = BooleanField(
        _l("The customer was promised this"), description=_l("they are told when it is done"), default=True
    )

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.owner_id.choices = [(0, _l("Choose")), *staff]

    def promised(self) -> Promised:
        """What was typed, as the service takes it."""
        return Promised(
            what=self.what.data,
            owner_id=self.owner_id.data or None,
            due_on=self.due_on.data,
            is_promised=bool(self.is_promised.data),
        )


class EndForm(SeenForm):
    """An action that is done, or will not be."""

    tells = True

    note = Story(_l("Note"), hint=_l("for ourselves: what exactly was done"), longest=2000)
    words = Story(_l("What the customer is told"), hint=_l("change the words as you like"))

    def ending(self, *, done: bool) -> Ending:
        """What was typed, as the service takes it."""
        return Ending(done=done, note=self.note.data, words=self.words.data, seen=self.seen.data)
