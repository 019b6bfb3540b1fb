"""What is to be left out of a printed case."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from casework.cases.casefile.leaving_out import SECTIONS, LeaveOut, issue_numbers, words_in
from casework.core.forms import HouseForm, Story


class Boxes(SelectMultipleField):
    """Several boxes. What is no longer there to be left out is passed over."""

    widget = ListWidget()
    option_widget = CheckboxInput()

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)


class CasefileForm(HouseForm):
    """The choices; `seen` is the mark of the preview that was looked at."""

    sections = Boxes(_l("Leave out these sections"), choices=list(SECTIONS.items()))
    unseen = BooleanField(
        _l("Leave out what the customer has not seen: notes, internal changes, files not shared")
    )
    staff = BooleanField(_l("Leave out the names of staff"))
    contact = BooleanField(_l("Leave out the customer's contact details"))
    words = Story(
        _l("Words to black out everywhere"),
        hint=_l("one word or phrase on each line; found whatever their capitals and accents"),
        longest=5000,
    )
    issues = Boxes(_l("Leave out these issues"))
    entries = Boxes(_l("Leave out these entries of the timeline"))
    seen = HiddenField()

    def offer(self, issues: Sequence[tuple[str, str]], entries: Sequence[tuple[str, str]]) -> None:
        """Let the form choose among these issues and entries."""
        self.issues.choices = list(issues)
        self.entries.choices = list(entries)

    def leave_out(self) -> LeaveOut:
        """What was chosen."""
        return LeaveOut(
            sections=frozenset(self.sections.data or ()) & SECTIONS.keys(),
            entries=frozenset(self.entries.data or ()) & {value for value, _ in self.entries.choices or ()},
            issues=issue_numbers(self.issues.data or ()),
            unseen=bool(self.unseen.data),
            staff=bool(self.staff.data),
            contact=bool(self.contact.data),
            words=words_in(self.words.data or ""),
        )
