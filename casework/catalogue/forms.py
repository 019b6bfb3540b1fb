"""Forms for the agency's own reference data."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from casework.catalogue.guidance.services import GuidanceText
from casework.core.forms import HouseForm, Story, Text

Choices = Sequence[tuple[object, str]]
MOST_STEPS = 30
STEP_LENGTH = 500


class GuidanceForm(HouseForm):
    """What to do with cases of a category, of a service, or of both together."""

    category_id = SelectField(_l("Category"), coerce=int, default=0)
    service_id = SelectField(_l("Service"), coerce=int, default=0)
    title = Text(_l("Title"), required=_l("Give it a title, such as “Somebody may be ill from food”."))
    steps = Story(
        _l("Steps"), longest=10_000, hint=_l("one on each line, in the order in which they are done")
    )
    body = Story(
        _l("In words"),
        hint=_l("an empty line begins a new paragraph; a line that begins with - is a point of a list"),
    )
    seen = IntegerField(widget=HiddenInput(), default=0)

    def offer(self, *, categories: Choices, services: Choices) -> None:
        """Let the form choose among these."""
        self.category_id.choices = [(0, _l("Any category")), *categories]
        self.service_id.choices = [(0, _l("Any service")), *services]

    def validate_steps(self, field: Story) -> None:
        """A list that nobody can follow is not a help."""
        lines = _lines(field.data)
        if len(lines) > MOST_STEPS or any(len(line) > STEP_LENGTH for line in lines):
            raise ValidationError(
                f"Write at most {MOST_STEPS} steps, each at most {STEP_LENGTH} characters long."
            )

    def text(self) -> GuidanceText:
        """What was typed, as the service takes it."""
        return GuidanceText(
            title=self.title.data,
            body=self.body.data,
            steps=tuple(_lines(self.steps.data)),
            category_id=self.category_id.data or None,
            service_id=self.service_id.data or None,
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
