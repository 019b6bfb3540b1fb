"""What a message says: the words of `templates/mail/<purpose>/` around what a person wrote."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"


@cache
def _templates() -> Environment:
    # Plain text: nothing is HTML here, so nothing is escaped.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def compose(purpose: str, **facts: Any) -> tuple[str, str]:
    """Subject and text of a message of this purpose. A fact that the words ask for and is missing raises."""
    subject = _templates().get_template(f"{purpose}/subject.txt").render(**facts)
    body = _templates().get_template(f"{purpose}/body.txt").render(**facts)
    return " ".join(subject.split()), body.strip() + "\n"
