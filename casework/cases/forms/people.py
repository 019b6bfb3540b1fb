"""Forms about who has a case and who may see it."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField

from casework.core.forms import HouseForm

Choices = Sequence[tuple[object, str]]


class AssignForm(HouseForm):
    """Who looks after a case."""

    handler_id = SelectField(_l("Handler"), coerce=int, default=0)

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.handler_id.choices = [(0, _l("Nobody yet")), *staff]


class AccessForm(HouseForm):
    """Who a case is about, and who may see it."""

    restricted = RadioField(
        _l("Who may see it"),
        choices=[("", _l("Everybody who handles cases")), ("yes", _l("Only those chosen here"))],
        default="",
    )
    granted = SelectMultipleField(_l("May see it when restricted"), coerce=int)
    named = SelectMultipleField(
        _l("Staff this case is about"),
        coerce=int,
        description=_l("they can no longer open it, find it or be given it"),
    )

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.granted.choices = list(staff)
        self.named.choices = list(staff)
