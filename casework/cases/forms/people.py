"""Forms about who has a case and who may see it."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField

from casework.cases.forms.seen import SeenForm
from casework.core.forms import HouseForm, Story

Choices = Sequence[tuple[object, str]]


class AssignForm(HouseForm):
    """Who looks after a case."""

    handler_id = SelectField(_l("Handler"), coerce=int, default=0)

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.handler_id.choices = [(0, _l("Nobody yet")), *staff]


class HandOverForm(SeenForm):
    """Giving a case to somebody, with words for them."""

    handler_id = SelectField(_l("Who looks after it from now on"), coerce=int, default=0)
    note = Story(
        _l("A note for them"), hint=_l("what was done, what comes next; no customer sees it"), longest=5000
    )

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.handler_id.choices = [(0, _l("Nobody yet")), *staff]


class AccessForm(SeenForm):
    """Who a case is about, and who may see it."""

    restricted = RadioField(
        _l("Who may see it"),
        choices=[("", _l("Everybody who handles cases")), ("yes", _l("Only those chosen here"))],
        default="",
    )
    granted = SelectMultipleField(
        _l("May see it when restricted"),
        coerce=int,
        description=_l("you, whoever has it, and at least one more supervisor or manager"),
    )
    named = SelectMultipleField(
        _l("Staff this case is about"),
        coerce=int,
        description=_l("they can no longer open it, find it or be given it"),
    )

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.granted.choices = list(staff)
        self.named.choices = list(staff)
