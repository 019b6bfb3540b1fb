"""The forms of the assignment rules."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from casework.cases.models import AssignmentRule, Channel, Kind, Way
from casework.cases.rules import SEVERITIES
from casework.cases.services.routing import MOST_CAPACITY, RuleWords
from casework.core.forms import HouseForm, Text

Choices = Sequence[tuple[object, str]]


class RuleForm(HouseForm):
    """One assignment rule: which cases, and where they go."""

    kind = SelectField(_l("Kind"), choices=[("", _l("Any kind")), *((k.value, k.label) for k in Kind)])
    channel = SelectField(
        _l("Channel"), choices=[("", _l("Any channel")), *((c.value, c.label) for c in Channel)]
    )
    service_id = SelectField(_l("Service"), coerce=int, default=0)
    category_id = SelectField(
        _l("Category"), coerce=int, default=0, description=_l("With everything below it in the tree.")
    )
    severity = SelectField(
        _l("Severity at least"),
        coerce=int,
        default=0,
        choices=[(0, _l("Any severity")), *((n, label) for n, (label, _) in SEVERITIES.items())],
    )
    team_id = SelectField(_l("Team"), coerce=int, default=0)
    way = RadioField(
        _l("Person"), choices=[(way.value, way.label) for way in Way], default=Way.LEAST_LOADED.value
    )
    skill = Text(
        _l("Skill the person needs"),
        longest=40,
        hint=_l("As it stands on their page, such as Spanish. Empty: none."),
    )
    # The version of the rule that the page showed.
    seen = IntegerField(default=0)

    def offer(self, *, services: Choices, categories: Choices, teams: Choices) -> None:
        """Let the form choose among these."""
        self.service_id.choices = [(0, _l("Any service")), *services]
        self.category_id.choices = [(0, _l("Any category")), *categories]
        self.team_id.choices = [(0, _l("The team that owns the service")), *teams]

    def words(self) -> RuleWords:
        """What was chosen, as the service takes it."""
        return RuleWords(
            kind=self.kind.data,
            channel=self.channel.data,
            service_id=self.service_id.data or None,
            category_id=self.category_id.data or None,
            severity=self.severity.data or None,
            skill=" ".join(self.skill.data.split()).lower(),
            team_id=self.team_id.data or None,
            way=Way(self.way.data),
        )

    @staticmethod
    def data_of(rule: AssignmentRule) -> dict[str, object]:
        """What the form shows of a rule."""
        return {
            "kind": rule.kind,
            "channel": rule.channel,
            "service_id": rule.service_id or 0,
            "category_id": rule.category_id or 0,
            "severity": rule.severity or 0,
            "team_id": rule.team_id or 0,
            "way": rule.way.value,
            "skill": rule.skill,
            "seen": rule.version,
        }


class CapacityForm(HouseForm):
    """How many open cases one person usually carries."""

    capacity = IntegerField(
        _l("Open cases one person usually carries"),
        description=_l("Where neither the person nor the team says otherwise."),
        validators=[
            InputRequired(_l("Say how many open cases.")),
            NumberRange(
                min=1,
                max=MOST_CAPACITY,
                message=_l("Say how many open cases with a whole number from 1 to %(n)s.", n=MOST_CAPACITY),
            ),
        ],
    )
