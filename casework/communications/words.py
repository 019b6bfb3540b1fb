"""What a message says: the words of `templates/mail/<purpose>/` around what a person wrote."""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_BLANK_LINES = re.compile(r"\n\s*\n\s*")
FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"


@cache
def _templates() -> Environment:
    # Plain text: nothing is HTML here, so nothing is escaped.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


class Words(NamedTuple):
    """A message in words: its subject, what is said, and the whole text as it is sent.

    Only the whole text holds the customer's private link; pages show what is said.
    """

    subject: str
    body: str
    text: str


def compose(purpose: str, **facts: Any) -> Words:
    """A message of this purpose. A fact that the words ask for and is missing raises."""
    templates = _templates()
    subject = templates.get_template(f"{purpose}/subject.txt").render(**facts)
    body = _tidy(templates.get_template(f"{purpose}/body.txt").render(**facts))
    text = _tidy(templates.get_template("_frame.txt").render(body=body, **facts))
    return Words(" ".join(subject.split()), body, text + "\n")


def compose_for_staff(name: str, **facts: Any) -> Words:
    """A mail to a member of staff: nothing stands round it, least of all a customer's private link."""
    templates = _templates()
    subject = templates.get_template(f"{name}/subject.txt").render(**facts)
    text = _tidy(templates.get_template(f"{name}/body.txt").render(**facts))
    return Words(" ".join(subject.split()), "", text + "\n")


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip()
