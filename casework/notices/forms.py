"""The form in which one chooses what to be told of."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from casework.core.forms import HouseForm
from casework.notices.rules import ByMail, What

BY_MAIL = [
    (ByMail.DIGEST.value, _l("Within half an hour, together")),
    (ByMail.DAILY.value, _l("Once in the morning")),
    (ByMail.OFF.value, _l("Never")),
]


class ChoicesForm(HouseForm):
    """For each kind of notice: a box for the app, and how by mail. Its fields are added below."""

    def rows(self) -> list[tuple[What, BooleanField, SelectField]]:
        """Kind, box and choice, as the page lists them."""
        return [(what, self[f"app_{what.value}"], self[f"mail_{what.value}"]) for what in What]

    def chosen(self) -> dict[What, tuple[bool, ByMail]]:
        """What was chosen, as the service takes it."""
        return {what: (bool(box.data), ByMail(mail.data)) for what, box, mail in self.rows()}


for _what in What:
    setattr(ChoicesForm, f"app_{_what.value}", BooleanField(_l("In the app")))
    setattr(ChoicesForm, f"mail_{_what.value}", SelectField(_l("By mail"), choices=BY_MAIL))


def data_of(chosen: Mapping[What, tuple[bool, ByMail]]) -> dict[str, object]:
    """What was chosen before, as the form takes it."""
    data: dict[str, object] = {}
    for what, (in_app, mail) in chosen.items():
        data |= {f"app_{what.value}": in_app, f"mail_{what.value}": mail.value}
    return data
