"""The form in which a case is logged."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
)
from wtforms.validators import Optional, ValidationError

from casework.accounts.rules import email_problem
from casework.calendars import is_gap, local_instant
from casework.cases.models import Channel, Kind
from casework.cases.rules import SEVERITIES
from casework.cases.services import NewCase, NewIssue
from casework.core.forms import HouseForm, LocalTime, Story, Text
from casework.customers.services import Contact

Choices = Sequence[tuple[object, str]]


class IssueRow(Form):
    """One point on the log form."""

    summary = Text(_l("Issue"))
    category_id = SelectField(_l("Category"), coerce=int, choices=[], validate_choice=True, default=0)


class LogForm(HouseForm):
    """Everything asked when a case is logged, on one screen."""

    kind = RadioField(_l("Kind"), choices=[(k.value, k.label) for k in Kind], default=Kind.COMPLAINT.value)
    channel = RadioField(
        _l("Channel"),
        choices=[(c.value, c.label) for c in Channel if c is not Channel.WEB],
        default=Channel.PHONE.value,
    )
    customer_id = IntegerField(_l("Customer"), validators=[Optional()])
    name = Text(_l("Name"))
    email = Text(_l("E-mail address"), longest=254)
    phone = Text(_l("Phone"), longest=60)
    address = Text(_l("Postal address"), longest=500)
    prefers = SelectField(
        _l("Wants to hear by"),
        choices=[
            ("", _l("whatever they left")),
            ("email", _l("e-mail")),
            ("phone", _l("phone")),
            ("letter", _l("letter")),
        ],
    )
    narrative = Story(_l("What happened"), hint=_l("in the customer's words"))
    issues = FieldList(FormField(IssueRow), min_entries=2, max_entries=20)
    service_id = SelectField(_l("Service"), coerce=int, default=0)
    severity = RadioField(
        _l("Severity"), choices=[(n, label) for n, (label, _) in SEVERITIES.items()], coerce=int, default=1
    )
    desired_outcome = Text(_l("What would put it right"), longest=2000, hint=_l("ask, do not promise"))
    received = LocalTime(_l("Received"), description=_l("change it if it reached us earlier"))

    def offer(self, *, services: Choices, categories: Choices) -> None:
        """Let the form choose among these services and categories."""
        self.service_id.choices = [(0, _l("Not known yet")), *services]
        for row in self.issues:
            row.form.category_id.choices = [(0, _l("Not known yet")), *categories]

    def validate_email(self, field: Text) -> None:
        """An address to which nothing can be sent would be found out only when the answer does not arrive."""
        if field.data and email_problem(field.data):
            raise ValidationError(
                _l("Write the e-mail address in full, like name@example.com, or leave it empty.")
            )

    def validate_received(self, field: LocalTime) -> None:
        """A time that the clocks jumped over was nobody's."""
        if field.data is None:
            raise ValidationError(_l("Give the day and time at which it was received."))
        if is_gap(self.zone, field.data):
            raise ValidationError(
                _l(
                    "The clocks went forward over that time, so it did not exist. Give a time an hour earlier or later."
                )
            )

    zone: ZoneInfo

    def received_at(self) -> datetime:
        """The instant of the local time in the form."""
        return local_instant(self.zone, self.received.data)

    def new_case(self) -> NewCase:
        """What was typed, as the service takes it."""
        issues = tuple(
            NewIssue(summary=row.form.summary.data, category_id=row.form.category_id.data or None)
            for row in self.issues
        )
        return NewCase(
            kind=Kind(self.kind.data),
            channel=Channel(self.channel.data),
            received_at=self.received_at(),
            narrative=self.narrative.data,
            issues=issues,
            severity=self.severity.data,
            service_id=self.service_id.data or None,
            customer_id=self.customer_id.data or None,
            contact=Contact(
                name=self.name.data,
                email=self.email.data,
                phone=self.phone.data,
                address=self.address.data,
                prefers=self.prefers.data,
            ),
            desired_outcome=self.desired_outcome.data,
        )
