"""Back to the case, when something was said."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from casework.cases.models import Case


def back_to(case: Case) -> Response:
    """To the timeline of the case, where it now stands."""
    return redirect(url_for("cases.case", reference=case.reference, _anchor="timeline"))
