"""Forms of the account pages. What they check is what a field can know; the services know the rest."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from casework.accounts.models import Team
from casework.accounts.roles import Role
from casework.accounts.rules import (
    LONGEST_EMAIL,
    LONGEST_PASSWORD,
    LONGEST_REASON,
    MOST_CAPACITY,
    SHORTEST_PASSWORD,
)

NO_TEAM = 0


class SignInForm(FlaskForm):
    """E-mail address and password; where to go then, and what was typed before the session ended."""

    email = StringField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Write your e-mail address.")), Length(max=LONGEST_EMAIL)],
    )
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password."))])
    next = HiddenField()
    kept = HiddenField()


class PasswordForm(FlaskForm):
    """A new password, with the current one."""

    current_password = PasswordField(
        _l("Current password"), validators=[InputRequired(_l("Type your current password."))]
    )
    new_password = PasswordField(
        _l("New password"),
        description=_l(
            "At least %(n)s characters. Four words that do not belong together are easy to keep in mind.",
            n=SHORTEST_PASSWORD,
        ),
        validators=[InputRequired(_l("Type a new password.")), Length(max=LONGEST_PASSWORD)],
    )


class PersonForm(FlaskForm):
    """Role and team of somebody."""

    role = SelectField(_l("Role"), choices=[SelectChoice(role.value, role.label) for role in Role])
    team = SelectField(_l("Team"), coerce=int, validators=[Optional()])

    def offer_teams(self, teams: Sequence[Team]) -> None:
        """Let the form choose among these teams, or none."""
        nobody = SelectChoice(str(NO_TEAM), _l("No team"))
        self.team.choices = [nobody, *(SelectChoice(str(team.id), team.name) for team in teams)]

    @property
    def chosen_role(self) -> Role:
        return Role(self.role.data)


class NewPersonForm(PersonForm):
    """Somebody new."""

    name = StringField(
        _l("Name"), validators=[InputRequired(_l("Write the person's name.")), Length(max=200)]
    )
    email = StringField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Write the person's e-mail address.")), Length(max=LONGEST_EMAIL)],
    )


def capacity_field(label: str, hint: str) -> IntegerField:
    """How many open cases somebody can carry; may be left empty."""
    said = _l("Say how many with a whole number from 0 to %(n)s, or leave it empty.", n=MOST_CAPACITY)
    return IntegerField(
        label, description=hint, validators=[Optional(), NumberRange(min=0, max=MOST_CAPACITY, message=said)]
    )


class TeamForm(FlaskForm):
    """The name of a team, and how much one of its people can carry."""

    name = StringField(
        _l("Name of the team"), validators=[InputRequired(_l("Write the name of the team.")), Length(max=200)]
    )
    capacity = capacity_field(
        _l("Open cases one person can carry"), _l("Empty: as many as is usual in the agency.")
    )


class LoadForm(FlaskForm):
    """What somebody can carry and what they know."""

    capacity = capacity_field(
        _l("Open cases they can carry"), _l("Empty: as many as is usual in their team.")
    )
    skills = StringField(
        _l("Skills"),
        description=_l("Languages, services, topics, with commas between: Spanish, food safety, refunds."),
        validators=[Length(max=2000)],
    )


class AbsenceForm(FlaskForm):
    """Days on which somebody is away."""

    from_on = DateField(_l("First day away"), validators=[InputRequired(_l("Give the first day away."))])
    to_on = DateField(
        _l("Last day away"),
        description=_l("Empty: until further notice."),
        validators=[Optional()],
    )
    reason = StringField(
        _l("Reason"),
        description=_l("Seen by the person and by those who lead the team, by nobody else."),
        validators=[Length(max=LONGEST_REASON)],
    )
