"""The PDF of a printed case. WeasyPrint is loaded here and nowhere else, when the first PDF is made."""

import importlib
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from flask import current_app

from casework.calendars import moment_text
from casework.catalogue.queries import the_agency


def made_words(at: datetime) -> str:
    """When it was made, on the agency's clocks."""
    return moment_text(ZoneInfo(the_agency().time_zone), at)


def write_pdf(document: dict[str, Any], made_at: datetime) -> bytes:
    """The document as an accessible PDF. Raises whatever WeasyPrint does where it is not whole."""
    # Loaded here alone: it brings fonts and drawing with it, and an installation may do without.
    weasyprint = importlib.import_module("weasyprint")
    page = current_app.jinja_env.get_template("cases/casefile_document.html")
    html = page.render(document=document, made=made_words(made_at), sheet="", language="en")
    style = Path(current_app.static_folder or "static") / "css" / "casefile.css"
    made: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf(
        stylesheets=[weasyprint.CSS(string=style.read_text(encoding="utf-8"), url_fetcher=_nothing)],
        pdf_variant="pdf/ua-1",
    )
    return made


def _nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    """What a customer wrote makes nothing be fetched, from the network or from the disk."""
    raise ValueError(f"Nothing is fetched for a case file, and this was asked for: {url[:100]}")
