"""The parts of the log form: a row for each point, and the answer when a case is resolved on the spot."""

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from casework.cases.models import Finding, Remedy
from casework.cases.services.resolving import OnTheSpot, Spot
from casework.catalogue.money import minor_units
from casework.core.errors import Invalid
from casework.core.forms import Story, Text

OUTCOMES = (
    ("considered", _l("We will look into it further")),
    ("adopted", _l("We will do it")),
    ("not_adopted", _l("We will not do it")),
)
REMEDIES = [(r.value, r.label) for r in Remedy]
FINDINGS = [(f.value, f.label) for f in Finding]


class IssueRow(Form):
    """One point on the log form. What is typed of category, service and cause is looked up when it is saved."""

    summary = Text(_l("Issue"))
    category = Text(_l("Category"))
    category_id = IntegerField(validators=[Optional()])
    service = Text(_l("Service"))
    service_id = IntegerField(validators=[Optional()])
    # What was ticked among the suggestions, where no script put it into the field itself.
    suggested = IntegerField(validators=[Optional()])
    suggested_service = IntegerField(validators=[Optional()])
    finding = SelectField(_l("Finding"), choices=[("", _l("as above")), *FINDINGS], default="")
    cause = Text(_l("Cause"))
    cause_id = IntegerField(validators=[Optional()])
    remedy = SelectField(
        _l("Remedy"), choices=[("", _l("as above")), ("none", _l("None")), *REMEDIES], default=""
    )
    amount = Text(_l("Amount"), longest=30)


class AnswerPart(Form):
    """How the case is resolved while the customer is still there."""

    answer = Story(
        _l("What you told the customer"), hint=_l("what was decided, why, and what was done at once")
    )
    finding = RadioField(_l("Finding"), choices=FINDINGS, validators=[Optional()])
    cause = Text(_l("Cause"), hint=_l("why it happened"))
    cause_id = IntegerField(validators=[Optional()])
    remedy = SelectField(_l("Remedy"), choices=[("", _l("None")), *REMEDIES], default="")
    amount = Text(_l("Amount in all"), hint=_l("for a refund or a payment, such as 25.50"), longest=30)
    remedy_note = Text(_l("About the remedy"), longest=1000, hint=_l("what exactly, and by when"))
    outcome = SelectField(_l("What becomes of the suggestion"), choices=list(OUTCOMES), default="considered")

    if TYPE_CHECKING:

        def rows(self) -> list[IssueRow]: ...

    def on_the_spot(self, currency: str) -> OnTheSpot:
        """What was typed, as the service takes it: what a row leaves open is decided as for all.

        Money for all of them is given once: it stands with the first issue that has no remedy of its own.
        Raises Invalid for an amount that cannot be read.
        """
        spots: list[Spot] = []
        amount: int | None = _amount(self.amount, currency)
        for row in self.rows():
            own = bool(row.remedy.data)
            spots.append(
                Spot(
                    finding=_finding(row.finding.data or self.finding.data),
                    cause_id=row.cause_id.data or self.cause_id.data or None,
                    remedy=_remedy(row.remedy.data or self.remedy.data),
                    note="" if own else self.remedy_note.data,
                    amount=_amount(row.amount, currency) if own else amount,
                )
            )
            amount = amount if own else None
        return OnTheSpot(words=self.answer.data, spots=tuple(spots), outcome=self.outcome.data)


def _finding(value: str | None) -> Finding | None:
    return Finding(value) if value else None


def _remedy(value: str | None) -> Remedy | None:
    return Remedy(value) if value and value != "none" else None


def _amount(field: Text, currency: str) -> int | None:
    try:
        return minor_units(field.data or "", currency)
    except Invalid as problem:
        field.errors = [problem.message]
        raise
