"""Forms for checking answers, and for saying which are checked."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from casework.cases.models import Kind
from casework.cases.rules import SEVERITIES
from casework.cases.services.approval_rules import NewRule
from casework.core.forms import HouseForm, Story

Choices = Sequence[tuple[object, str]]
MOST = 1_000_000_000


class ReleaseForm(HouseForm):
    """Letting an answer go out; `seen` says which one was looked at."""

    seen = HiddenField()


class ReturnForm(ReleaseForm):
    """Giving an answer back."""

    comment = Story(
        _l("What should be changed"),
        required=_l("Say what should be changed, so that whoever wrote it knows what to do."),
        longest=4000,
        hint=_l("whoever wrote it reads this, and changes it themselves"),
    )


class RuleForm(HouseForm):
    """One more rule that says which answers are checked."""

    min_severity = SelectField(_l("Severity"), coerce=int, default=0)
    kind = SelectField(_l("Kind"), default="")
    service_id = SelectField(_l("Service"), coerce=int, default=0)
    amount_above = IntegerField(
        _l("Refund or payment above"),
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST, message=_l("Give an amount of zero or more, in whole units.")),
        ],
        description=_l("in whole units, such as 100; leave it empty when it does not matter"),
    )
    checked_staff = BooleanField(_l("Only when written by staff whose answers are checked"))

    def offer(self, services: Choices) -> None:
        """Let the form choose among these services."""
        levels = [(n, f"{label} or above" if n < 4 else label) for n, (label, _) in SEVERITIES.items()]
        self.min_severity.choices = [(0, _l("Any")), *levels]
        self.kind.choices = [("", _l("Any")), *((kind.value, kind.label) for kind in Kind)]
        self.service_id.choices = [(0, _l("Any")), *services]

    def rule(self) -> NewRule:
        """What was chosen, as the service takes it."""
        return NewRule(
            min_severity=self.min_severity.data or None,
            kind=self.kind.data or "",
            service_id=self.service_id.data or None,
            checked_staff=bool(self.checked_staff.data),
            amount_above=self.amount_above.data,
        )


class CheckedStaffForm(HouseForm):
    """Whose answers are checked."""

    people = SelectMultipleField(
        _l("Their answers are checked"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, staff: Choices) -> None:
        """Let the form choose among these people."""
        self.people.choices = list(staff)
