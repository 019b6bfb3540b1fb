"""What is asked before a change is put in force."""

from flask_babel import lazy_gettext as _l

from casework.core.forms import HouseForm, Story

REASON_LENGTH = 500


class ApplyForm(HouseForm):
    """Why it is changed."""

    reason = Story(
        _l("Why"),
        required=_l("Say why it is changed; the history of each case says so."),
        longest=REASON_LENGTH,
        hint=_l(
            "A sentence. It stands in the history of every case that moves, and in why its date is what it is."
        ),
    )
