"""Forms of the lists: narrowing them, keeping them under a name, and acting on many cases."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField

from casework.cases.models import Channel, Kind, Scope
from casework.cases.rules import SEVERITIES
from casework.cases.services.saved_views import LONGEST_NAME
from casework.core.forms import HouseForm, Story, Text

Choices = Sequence[tuple[object, str]]
ANY = ("", _l("Any"))


class FilterForm(FlaskForm):
    """What narrows a list. It asks and changes nothing, so it carries no token and is sent in the address."""

    class Meta:
        csrf = False

    handler = SelectField(_l("Handler"))
    team = SelectField(_l("Team"))
    service = SelectField(_l("Service"))
    category = SelectField(_l("Category and those under it"))
    severity = SelectField(_l("Severity"))
    kind = SelectField(_l("Kind"))
    channel = SelectField(_l("Channel"))
    stage = SelectField(_l("Stage"))
    tag = StringField(_l("Tag"))
    restricted = SelectField(_l("Restricted"))
    received_from = DateField(_l("Received from"))
    received_to = DateField(_l("Received up to"))
    due_from = DateField(_l("Due from"))
    due_to = DateField(_l("Due up to"))

    def offer(self, *, people: Choices, teams: Choices, services: Choices, categories: Choices) -> None:
        """Let the form choose among what the agency has."""
        self.handler.choices = [ANY, ("nobody", _l("Nobody yet")), *people]
        self.team.choices = [ANY, *teams]
        self.service.choices = [ANY, *services]
        self.category.choices = [ANY, *categories]
        self.severity.choices = [ANY, *((str(n), label) for n, (label, _) in sorted(SEVERITIES.items()))]
        self.kind.choices = [ANY, *((kind.value, kind.label) for kind in Kind)]
        self.channel.choices = [ANY, *((channel.value, channel.label) for channel in Channel)]
        self.stage.choices = [ANY, ("1", "1"), ("2", "2")]
        self.restricted.choices = [
            ANY,
            ("yes", _l("Restricted cases only")),
            ("no", _l("Without restricted cases")),
        ]


class SaveViewForm(HouseForm):
    """A name for a list, and who finds it."""

    name = Text(_l("Name"), required=_l("Give the view a name."), longest=LONGEST_NAME)
    scope = RadioField(_l("Who finds it"), default=Scope.PERSONAL.value)
    first = BooleanField(_l("Begin with it when I open Cases"))

    def offer(self, *, may_share: bool) -> None:
        """Sharing is offered to those who may share."""
        offered = Scope if may_share else [Scope.PERSONAL]
        self.scope.choices = [(scope.value, scope.label) for scope in offered]


class BulkAssignForm(HouseForm):
    """To whom the selected cases go."""

    handler_id = SelectField(_l("Give them to"), coerce=int)

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.handler_id.choices = [(0, _l("Nobody yet")), *staff]


class BulkTagForm(HouseForm):
    """Tags to put on or take off."""

    tags = Text(
        _l("Tags"),
        required=_l("Write at least one tag."),
        hint=_l("commas between them, such as: eastgate, spring 2026"),
    )


class BulkMessageForm(HouseForm):
    """Words to the customers of the selected cases."""

    words = Story(
        _l("What the customers are told"),
        required=_l("Write what the customers are told."),
        longest=5000,
        hint=_l("each gets it by their own way, with their own reference and link"),
    )


class BulkMoveForm(HouseForm):
    """Which step the selected cases take."""

    move = RadioField(_l("Step"), validate_choice=False)

    def offer(self, moves: Choices) -> None:
        """Let the form choose among these steps."""
        self.move.choices = list(moves)
