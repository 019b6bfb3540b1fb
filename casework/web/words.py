"""The words of templates: translated with one look at the language for each request.

A list of fifty cases asks for some four hundred words, and finding out the language anew for each of them took a
quarter of the time of the page.
"""

from contextvars import ContextVar
from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import get_domain
from markupsafe import Markup

_of_request: ContextVar[NullTranslations | None] = ContextVar("translations", default=None)


def register(app: Flask) -> None:
    """Let templates translate by the functions of this module."""
    app.before_request(_look_up)
    app.teardown_request(_forget)
    app.jinja_env.globals.update(_=say, gettext=say, ngettext=say_how_many)


def say(text: str, /, **values: object) -> Markup:
    """The text in the language of the request. Values are escaped; the text itself is the programmer's own."""
    said = Markup(_translations().ugettext(text))  # noqa: S704
    return said % values if values else said


def say_how_many(one: str, many: str, num: int, /, **values: object) -> Markup:
    """The text for so many, in the language of the request; `num` is among the values."""
    said = Markup(_translations().ungettext(one, many, num))  # noqa: S704
    return said % {"num": num, **values}


def _translations() -> Any:
    # Outside a request (a mail, a command) the language is asked for each time.
    return _of_request.get() or get_domain().get_translations()


def _look_up() -> None:
    _of_request.set(get_domain().get_translations())


def _forget(_error: BaseException | None) -> None:
    _of_request.set(None)
