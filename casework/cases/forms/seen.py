"""What every form carries that changes a case: what it saw of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from casework.core.forms import HouseForm

NOT_SHOWN = _l("This was not sent from its own page, so nothing was done. Look at it here, then send it.")


class SeenForm(HouseForm):
    """A form over something that somebody else may change meanwhile; `seen` is made by queries.seen."""

    seen = HiddenField()
    # Whether somebody outside is told something by it.
    tells = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_shown = self.came_with_key or bool(self.seen.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """What tells a customer something comes from its own page, where the words could be read before."""
        is_valid = bool(super().validate(extra_validators))
        if self.tells and not self.was_shown:
            self.add_problems([NOT_SHOWN])
            return False
        return is_valid

    def show(self, seen: str) -> None:
        """Carry what the case is like now, unless the form came back with what it saw before."""
        if not self.seen.data:
            self.seen.data = seen

    def show_again(self, seen: str) -> None:
        """Carry what the case is like now, because the person has been shown it."""
        self.seen.data = seen
