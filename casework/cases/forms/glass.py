"""The form with which the glass is broken."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from casework.cases.services.glass import LONGEST_REASON, LONGEST_REFERENCE, SHORTEST_REASON
from casework.core.forms import HouseForm, Story, Text

TOO_SHORT = f"Say why you have to see the case, in at least {SHORTEST_REASON} characters."


class GlassForm(HouseForm):
    """Which case, and why it has to be seen without being let in."""

    reference = Text(_l("Reference"), required="Type the reference of the case.", longest=LONGEST_REFERENCE)
    reason = Story(
        _l("Why you have to see it"),
        required=TOO_SHORT,
        longest=LONGEST_REASON,
        hint=_l("those who may see the case read this"),
    )

    def validate_reason(self, field: Story) -> None:
        """A reason says more than a word."""
        Length(min=SHORTEST_REASON, message=TOO_SHORT)(self, field)
