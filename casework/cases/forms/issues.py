"""Forms for the issues of a case."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from casework.cases.models import Finding, Remedy
from casework.cases.services import Decision
from casework.core.forms import HouseForm, Text

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
    remedy_note = Text(_l("About the remedy"), longest=1000, hint=_l("what exactly, and by when"))

    seen = HiddenField()

    def offer(self, causes: Choices) -> None:
        """Let the form choose among these causes."""
        self.cause_id.choices = [(0, _l("Choose a cause")), *causes]

    def decision(self) -> Decision:
        """What was typed, as the service takes it."""
        return Decision(
            finding=Finding(self.finding.data),
            cause_id=self.cause_id.data or None,
            remedy=Remedy(self.remedy.data) if self.remedy.data else None,
            remedy_note=self.remedy_note.data,
            seen=self.seen.data,
        )


class IssueForm(HouseForm):
    """One more point in a case."""

    summary = Text(_l("What the point is"), required=_l("Say in a few words what the point is."))
    category_id = SelectField(_l("Category"), coerce=int, default=0)

    def offer(self, categories: Choices) -> None:
        """Let the form choose among these categories."""
        self.category_id.choices = [(0, _l("Not known yet")), *categories]
