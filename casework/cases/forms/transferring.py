"""Forms that give a case another kind or another department, or say where it came from."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from casework.cases.forms.seen import SeenForm
from casework.core.forms import Story, Text

Choices = Sequence[tuple[object, str]]


class LookedForm(SeenForm):
    """A form that shows what becomes of the due dates before it is saved; `looked` names the choice that was shown."""

    looked = HiddenField()
    chooses: tuple[str, ...] = ()

    def choice(self) -> str:
        """What was chosen, as far as due dates depend on it."""
        chosen = [self[name].data for name in self.chooses]
        return ".".join("" if one is None else str(one) for one in chosen)

    def was_looked_at(self) -> bool:
        """Whether the due dates of this very choice were shown; from now on they are."""
        shown, self.looked.data = self.looked.data, self.choice()
        return bool(shown == self.choice())


class KindForm(LookedForm):
    """Which other kind a case is of, and why."""

    chooses = ("kind",)
    kind = RadioField(
        _l("It is"), validators=[InputRequired(_l("Choose what kind of case it is."))], validate_choice=False
    )
    reason = Story(_l("Why"), required=_l("Say why it is of another kind."), longest=5000,
                   hint=_l("stands in the history; no customer sees it"))  # fmt: skip

    def offer(self, kinds: Choices) -> None:
        """Let the form choose among these kinds."""
        self.kind.choices = list(kinds)


class TransferForm(LookedForm):
    """Which department gets a case, and who is told what."""

    chooses = ("team_id", "service_id")
    team_id = SelectField(_l("Department"), coerce=int, default=0,
                          description=_l("nobody there has it until somebody takes it or is given it"))  # fmt: skip
    service_id = SelectField(_l("Service"), coerce=int, default=0,
                             description=_l("what the case is about"))  # fmt: skip
    reason = Story(_l("Why"), required=_l("Say why it goes to another department."), longest=5000,
                   hint=_l("stands in the history; no customer sees it"))  # fmt: skip
    note = Story(_l("A note for whoever gets it"), longest=5000,
                 hint=_l("what was done, what comes next; no customer sees it"))  # fmt: skip
    words = Story(_l("Words to the customer"), longest=5000,
                  hint=_l("who looks after it now; the customer is sent them at once"))  # fmt: skip

    def offer(self, teams: Choices, services: Choices) -> None:
        """Let the form choose among these teams, and keep the service or choose another one."""
        self.team_id.choices = [(0, _l("Choose")), *teams]
        self.service_id.choices = [(0, _l("As it is")), *services]


class CameFromForm(SeenForm):
    """Which other agency had a case first."""

    agency = Text(_l("Other agency"), required=_l("Say which agency it came from."))
    first_received_on = DateField(_l("The day on which they received it"), validators=[Optional()])
    reason = Story(_l("Why it was passed on"), required=_l("Say why it was passed on to us."), longest=5000,
                   hint=_l("stands in the history; no customer sees it"))  # fmt: skip


__all__ = ["CameFromForm", "KindForm", "LookedForm", "TransferForm"]
