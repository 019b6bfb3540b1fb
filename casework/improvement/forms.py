"""Forms for deciding on opportunities, for actions, and for telling."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from casework.core.forms import HouseForm, Story, Text
from casework.improvement.models import Step
from casework.improvement.services import NewAction, PublicWords

REASON_LENGTH = 2000
WORDS_LENGTH = 5000
People = Sequence[tuple[int, str]]


class Day(DateField):
    """A date; one that does not exist is answered with a sentence."""

    def __init__(self, label: str, *, required: str, hint: str = "", **more: Any) -> None:
        super().__init__(label, validators=[InputRequired(required)], description=hint, **more)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("There is no such date. Write it like 2026-11-23.")) from None


class AcceptForm(HouseForm):
    """Who takes an opportunity on, and why."""

    owner_id = SelectField(_l("Owner"), coerce=int, description=_l("sees to it that something changes"))
    reason = Text(_l("Why it is worth it"), longest=REASON_LENGTH)

    def offer(self, people: People) -> None:
        """Let the form choose among these people."""
        self.owner_id.choices = _choices(people)


class DismissForm(HouseForm):
    """Why an opportunity is set aside."""

    reason = Story(
        _l("Why it is dismissed"),
        required=_l("Say why it is dismissed, so that nobody has to ask again."),
        longest=REASON_LENGTH,
        hint=_l("it returns only with materially more evidence"),
    )


class MergeForm(HouseForm):
    """Which opportunity stands for this one."""

    into_id = SelectField(_l("Merge into"), coerce=int)
    reason = Text(_l("Why they belong together"), longest=REASON_LENGTH)

    def offer(self, others: People) -> None:
        """Let the form choose among these opportunities."""
        self.into_id.choices = _choices(others)


class ActionForm(HouseForm):
    """What will be done, by whom, by when, and what it is expected to bring."""

    what = Text(_l("What will be done"), required=_l("Say what will be done."), longest=REASON_LENGTH)
    owner_id = SelectField(_l("Owner"), coerce=int)
    due_on = Day(_l("Due"), required=_l("Give the day by which it will be done."))
    expected_measure = Text(_l("Measure"), hint=_l("the figure that should move"))
    expected_effect = Text(_l("Expected effect"), hint=_l("where it should be afterwards, in numbers"))

    def offer(self, people: People) -> None:
        """Let the form choose among these people."""
        self.owner_id.choices = _choices(people)

    def new_action(self) -> NewAction:
        """What was typed, as the service takes it."""
        return NewAction(
            what=self.what.data,
            owner_id=self.owner_id.data,
            due_on=self.due_on.data,
            expected_measure=self.expected_measure.data,
            expected_effect=self.expected_effect.data,
        )


class DoneForm(HouseForm):
    """From which day customers notice the change."""

    change_on = Day(
        _l("Day of the change"),
        required=_l("Give the day from which customers notice the change."),
        hint=_l("the figures before and after this day are compared"),
    )


class StepForm(HouseForm):
    """The step that an action is at."""

    step = SelectField(_l("Step"), choices=[SelectChoice(step.value, step.value) for step in Step])


class WordsForm(HouseForm):
    """What everybody on the list will read. `seen` is the mark of the list that was shown."""

    words = Story(
        _l("What they will be told"),
        required=_l("Write what customers will be told."),
        longest=WORDS_LENGTH,
        hint=_l("plain words: what they said, what is different now, since when"),
    )
    seen = HiddenField()


class PublishForm(HouseForm):
    """What the public page says about a change."""

    public_title = Text(
        _l("Heading"), required=_l("Write a heading."), hint=_l("what is better now, in a few words")
    )
    public_said = Story(
        _l("You said"),
        required=_l("Write what people said."),
        longest=REASON_LENGTH,
        hint=_l("nobody may be recognised by it"),
    )
    public_did = Story(
        _l("We did"), required=_l("Write what was done."), longest=REASON_LENGTH, hint=_l("only what is done")
    )

    def words(self) -> PublicWords:
        """What was typed, as the service takes it."""
        return PublicWords(title=self.public_title.data, said=self.public_said.data, did=self.public_did.data)


def _choices(named: People) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in named]
