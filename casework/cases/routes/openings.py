"""Every opening of a restricted case is written down, in one place for all pages.

An opening is a page that shows something of the case: its own page, those under it, its files, its printed file, its
messages, a list with it that goes out as a file. No opening is a list on the screen, a part that a page asks for by
itself again and again, and what changes the case: that stands in its history anyway.
"""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from casework.cases.queries.openings import take_openings
from casework.cases.services.access import note_opened
from casework.core import clock
from casework.core.db import db, transaction

# Parts of the page of a case, which ask for themselves.
PARTS = frozenset({"cases.earlier", "cases.guidance", "communications.names"})
# What is asked for by sending a form, and still shows the case.
SHOWN_BY_POST = frozenset({"cases.casefile"})
WORDS = {
    "cases.case": "Opened this restricted case",
    "cases.access": "Looked at who may see this restricted case",
    "cases.approval": "Opened the answer that waits to be checked",
    "cases.casefile": "Opened the case file",
    "cases.casefile_pdf": "Fetched the case file as PDF",
    "communications.settle": "Opened a message of this restricted case",
}
OTHER = "Opened a page of this restricted case"


def keep_openings(answer: Response) -> Response:
    """Write down what was opened for this answer. Done last, so that reading never waits for a writer."""
    opened = take_openings()
    user_id: int | None = g.get("user_id")
    if not opened or user_id is None or not _shows(answer):
        return answer
    words, now = WORDS.get(request.endpoint or "", OTHER), clock.now()
    # What was read ends here, so that it can be written down although the page was only asked for.
    db.session.rollback()
    with transaction():
        for case_id, said in opened.items():
            note_opened(case_id, said or words, actor_id=user_id, now=now)
    return answer


def _shows(answer: Response) -> bool:
    if answer.status_code != 200 or request.endpoint in PARTS:
        return False
    return request.method in ("GET", "HEAD") or request.endpoint in SHOWN_BY_POST


def add_to(blueprint: Blueprint) -> None:
    """Let every page of the application, and not only those about cases, be followed by this."""
    blueprint.after_app_request(keep_openings)
