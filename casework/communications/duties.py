"""Letters that are written and not posted yet, as the team board counts them."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from casework.cases.duties import Duty
from casework.communications.queries import letters_by_handler


def _page(filters: Mapping[str, str]) -> str:
    parts: dict[str, Any] = {"what": "letters", **filters}
    return url_for("communications.messages", **parts)


LETTERS = Duty(
    name="letters", label=_l("Letters"), words=_l("letters to post"), counts=letters_by_handler, page=_page
)
