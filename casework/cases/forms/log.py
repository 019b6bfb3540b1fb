"""The form in which a case is logged."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from casework.accounts.rules import email_problem
from casework.calendars import is_gap, local_instant
from casework.cases.forms.log_rows import AnswerPart, IssueRow
from casework.cases.models import Channel, Kind
from casework.cases.rules import SEVERITIES
from casework.cases.services import NewCase, NewIssue
from casework.cases.severity import HARMS, RISKS, proposed_severity, severity_words
from casework.core.forms import HouseForm, LocalTime, Story, Text
from casework.customers.models import Consent
from casework.customers.services import Contact, NewRepresentative

Choices = Sequence[tuple[object, str]]
REFERENCE = re.compile(r"\d\d-\d{3,}")
MOST_ISSUES = 20
FIRST_ROWS = 2
ADJUSTMENTS = ("Interpreter", "Large print", "Easy words", "Call, do not write")


class LogForm(AnswerPart, HouseForm):
    """Everything asked when a case is logged, on one screen."""

    kind = RadioField(_l("Kind"), choices=[(k.value, k.label) for k in Kind], default=Kind.COMPLAINT.value)
    channel = RadioField(
        _l("Channel"),
        choices=[(c.value, c.label) for c in Channel if c is not Channel.WEB],
        default=Channel.PHONE.value,
    )
    find = Text(_l("Customer"), hint=_l("name, phone, e-mail, earlier case"))
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
        default="",
    )
    rep_name = Text(_l("Who acts for the customer"))
    rep_relation = Text(_l("Relation"), hint=_l("such as daughter, lawyer, interpreter"), longest=100)
    rep_phone = Text(_l("Their phone"), longest=60)
    rep_email = Text(_l("Their e-mail"), longest=254)
    rep_consent = SelectField(
        _l("How the customer agreed"),
        choices=[("", _l("Choose")), *((c.value, c.label) for c in Consent)],
        default="",
    )
    rep_consent_on = DateField(_l("When the customer agreed"), validators=[Optional()])
    rep_write = BooleanField(_l("Write to them, not to the customer"))
    narrative = Story(_l("What happened"), hint=_l("in the customer's words"))
    issues = FieldList(FormField(IssueRow), min_entries=FIRST_ROWS, max_entries=MOST_ISSUES)
    service_id = SelectField(_l("Service"), coerce=int, default=0, validate_choice=False)
    harm = SelectField(_l("Harm"), choices=list(HARMS.items()), coerce=int, default=0)
    risk = SelectField(_l("Risk"), choices=list(RISKS.items()), coerce=int, default=0)
    severity = RadioField(
        _l("Severity"),
        choices=[(n, label) for n, (label, _) in SEVERITIES.items()] + [(0, _l("By harm and risk"))],
        coerce=int,
        default=0,
    )
    desired_outcome = Text(_l("What would put it right"), longest=2000, hint=_l("ask, do not promise"))
    adjusted = SelectMultipleField(
        _l("Adjustments"),
        choices=[(a, a) for a in ADJUSTMENTS],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    adjustments = Text(_l("Other adjustments"), longest=300)
    location = Text(_l("Where"), hint=_l("place or address, if it matters"), longest=300)
    received = LocalTime(_l("Received"), description=_l("change it if it reached us earlier"))
    # The key of an earlier form whose words the browser put back into this one, and the draft gone on with.
    replaces = HiddenField()
    draft_id = HiddenField()

    zone: ZoneInfo

    def offer(self, *, services: Choices) -> None:
        """Show these services to choose among; what may be chosen is checked when it is saved."""
        self.service_id.choices = [(0, _l("Not known yet")), *services]

    def add_row(self) -> None:
        """One more point, as long as there is room."""
        if len(self.issues) < MOST_ISSUES:
            self.issues.append_entry()

    def validate_find(self, field: Text) -> None:
        """A reference is nobody's name: whoever looked one up meant to choose somebody."""
        said_else = self.customer_id.data or self.name.data or self.email.data or self.phone.data
        if field.data and not said_else and REFERENCE.fullmatch(field.data):
            raise ValidationError(
                _l(
                    "Choose the customer of %(reference)s from the list, or empty the field.",
                    reference=field.data,
                )
            )

    def validate_email(self, field: Text) -> None:
        """An address to which nothing can be sent would be found out only when the answer does not arrive."""
        if field.data and email_problem(field.data):
            raise ValidationError(
                _l("Write the e-mail address in full, like name@example.com, or leave it empty.")
            )

    validate_rep_email = validate_email

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

    @property
    def chosen_severity(self) -> int:
        """The severity that a person chose, else the one that harm and risk propose."""
        harm = self.harm.data if self.harm.data in HARMS else 0
        risk = self.risk.data if self.risk.data in RISKS else 0
        return int(self.severity.data or proposed_severity(harm, risk))

    def received_at(self) -> datetime:
        """The instant of the local time in the form."""
        return local_instant(self.zone, self.received.data)

    def rows(self) -> list[IssueRow]:
        """The rows that become issues: those with words, or the first one, which stands for the story."""
        named = [row.form for row in self.issues if row.form.summary.data]
        return named or [row.form for row in self.issues][:1]

    def new_case(self) -> NewCase:
        """What was typed, as the service takes it; the names in it have been looked up before."""
        service_id = self.service_id.data or None
        issues = tuple(
            NewIssue(
                summary=row.summary.data,
                category_id=row.category_id.data or None,
                service_id=row.service_id.data or None,
            )
            for row in self.rows()
        )
        return NewCase(
            kind=Kind(self.kind.data),
            channel=Channel(self.channel.data),
            received_at=self.received_at(),
            narrative=self.narrative.data,
            issues=issues,
            severity=self.chosen_severity,
            severity_why=severity_words(self.harm.data, self.risk.data, self.chosen_severity),
            service_id=service_id,
            customer_id=self.customer_id.data or None,
            contact=self._contact(),
            desired_outcome=self.desired_outcome.data,
            adjustments="; ".join([*self.adjusted.data, *filter(None, [self.adjustments.data])]),
            location=self.location.data,
            representative=self._representative(),
            write_to_representative=self.rep_write.data,
        )

    def _contact(self) -> Contact:
        """Who they are. What stands in the look-up, where nobody was chosen, is what they said of themselves."""
        name, email, phone = self.name.data, self.email.data, self.phone.data
        said = "" if name or email or phone or self.customer_id.data else self.find.data or ""
        if said and not email_problem(said):
            email = said
        elif said and not any(c.isalpha() for c in said) and sum(c.isdigit() for c in said) > 3:
            phone = said
        elif said:
            name = said
        return Contact(
            name=name, email=email, phone=phone, address=self.address.data, prefers=self.prefers.data
        )

    def _representative(self) -> NewRepresentative | None:
        asked = (self.rep_name, self.rep_phone, self.rep_email, self.rep_relation, self.rep_consent)
        if not any(field.data for field in asked):
            return None
        return NewRepresentative(
            contact=Contact(name=self.rep_name.data, email=self.rep_email.data, phone=self.rep_phone.data),
            relation=self.rep_relation.data,
            consent=Consent(self.rep_consent.data) if self.rep_consent.data else None,
            consent_on=self.rep_consent_on.data,
        )
