"""Forms about the files of a case."""

from flask_babel import lazy_gettext as _l

from casework.core.forms import HouseForm, Text


class RemoveFileForm(HouseForm):
    """Why a file is taken out of sight."""

    why = Text(
        _l("Why it is removed"),
        required=_l("Say why the file is removed; it stands in the history of the case."),
        hint=_l("for instance: belongs to another customer"),
    )
