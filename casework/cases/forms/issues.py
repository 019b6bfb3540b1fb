"""Forms for the issues of a case."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from casework.cases.forms.seen import SeenForm
from casework.cases.models import Finding, Remedy
from casework.cases.services import Decision, IssueEdit
from casework.catalogue.money import minor_units
from casework.core.errors import Invalid
from casework.core.forms import HouseForm, Story, Text

Choices = Sequence[tuple[object, str]]


class DecideForm(HouseForm):
    """The finding, cause and remedy of one issue."""

    finding = RadioField(_l("Finding"), choices=[(f.value, f.label) for f in Finding])
    cause_id = SelectField(_l("Cause"), coerce=int, default=0, description=_l("why it happened"))
    remedy = SelectField(
        _l("Remedy"),
        choices=[("", _l("None")), *((r.value, r.label) for r in Remedy)],
        description=_l("what is offered to put it right"),
    )
    amount = Text(_l("Amount"), hint=_l("for a refund or a payment, such as 25.50"), longest=30)
    remedy_note = Text(_l("About the remedy"), longest=1000, hint=_l("what exactly, and by when"))

    reason = Story(
        _l("Why it is corrected"),
        hint=_l("the customer was told something else; the history keeps both"),
        longest=2000,
    )

    seen = HiddenField()

    def offer(self, causes: Choices) -> None:
        """Let the form choose among these causes."""
        self.cause_id.choices = [(0, _l("Choose a cause")), *causes]

    def decision(self, currency: str) -> Decision:
        """What was typed, as the service takes it. Raises Invalid for an amount that cannot be read."""
        try:
            amount = minor_units(self.amount.data or "", currency)
        except Invalid as problem:
            self.amount.errors = [problem.message]
            raise
        return Decision(
            finding=Finding(self.finding.data),
            cause_id=self.cause_id.data or None,
            remedy=Remedy(self.remedy.data) if self.remedy.data else None,
            remedy_note=self.remedy_note.data,
            remedy_amount=amount,
            seen=self.seen.data,
            reason=self.reason.data,
        )


class IssueForm(HouseForm):
    """One more point in a case."""

    summary = Text(_l("What the point is"), required=_l("Say in a few words what the point is."))
    category_id = SelectField(_l("Category"), coerce=int, default=0)

    def offer(self, categories: Choices) -> None:
        """Let the form choose among these categories."""
        self.category_id.choices = [(0, _l("Not known yet")), *categories]


class EditIssueForm(SeenForm):
    """What an issue is about."""

    summary = Text(_l("What the point is"), required=_l("Say in a few words what the point is."))
    category_id = SelectField(_l("Category"), coerce=int, default=0)
    service_id = SelectField(_l("Service"), coerce=int, default=0)

    def offer(self, *, categories: Choices, services: Choices) -> None:
        """Let the form choose among these categories and services."""
        self.category_id.choices = [(0, _l("Not known yet")), *categories]
        self.service_id.choices = [(0, _l("Not known yet")), *services]

    def edit(self) -> IssueEdit:
        """What was typed, as the service takes it."""
        return IssueEdit(
            summary=self.summary.data,
            category_id=self.category_id.data or None,
            service_id=self.service_id.data or None,
            seen=self.seen.data,
        )
