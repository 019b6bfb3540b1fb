"""Forms for cases that belong together."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from casework.cases.models import Case
from casework.cases.parts import Item, parts
from casework.cases.services.links import LinkAs
from casework.core.forms import HouseForm, Story, Text

REFERENCE = _l("Give the reference of the other case.")


class Boxes(SelectMultipleField):
    """Several boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LinkForm(HouseForm):
    """Another case that belongs to this one."""

    reference = Text(_l("Reference of the other case"), required=REFERENCE, longest=60, hint="26-00012")
    kind = RadioField(
        _l("It is"),
        choices=[
            (LinkAs.SAME_SUBJECT.value, _l("about the same")),
            (LinkAs.PARENT.value, _l("above this case")),
            (LinkAs.CHILD.value, _l("below this case")),
        ],
        default=LinkAs.SAME_SUBJECT.value,
    )
    note = Text(_l("Note"), longest=300, hint=_l("why they belong together"))


class MergeForm(HouseForm):
    """The case that goes on and answers for this one as well."""

    reference = Text(
        _l("Reference of the case that goes on"), required=REFERENCE, longest=60, hint="26-00012"
    )
    reason = Story(
        _l("How you know that it is the same"),
        required=_l("Say how you know that it is the same."),
        longest=2000,
    )


class SplitForm(HouseForm):
    """What gets a case of its own."""

    issues = Boxes(_l("Issues that get a case of their own"), coerce=int)
    messages = Boxes(_l("Messages and notes that go with them"), coerce=int)
    files = Boxes(_l("Files that go with them"), coerce=int)
    promises = Boxes(_l("Promises that go with them"), coerce=int)

    def offer(self, case: Case) -> None:
        """Let the form choose among the issues of this case, and what else it has."""
        self.issues.choices = [(one.number, f"{one.number}. {one.summary}") for one in case.issues]
        self.messages.choices, self.files.choices, self.promises.choices = [], [], []
        for part in parts():
            self[part.name].choices = [_choice(item) for item in part.items(case)]

    def chosen(self) -> dict[str, list[int]]:
        """What goes besides the issues, by the name of its part."""
        return {part.name: self[part.name].data or [] for part in parts()}


def _choice(item: Item) -> tuple[int, str]:
    return item.id, f"{item.at.day} {item.at:%b %Y}: {item.words}"
