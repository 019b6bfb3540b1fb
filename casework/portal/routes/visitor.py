"""Who asks, without knowing who it is: the draft their browser holds, and the network address they come from."""

import hashlib
from datetime import datetime

from flask import current_app, request
from werkzeug.wrappers import Response

from casework.accounts.rules import counting_address
from casework.core.config import current_settings
from casework.portal.models import PortalDraft
from casework.portal.queries import draft_with
from casework.portal.rules import DRAFT_LASTS

COOKIE_PATH = "/tell-us"


def address() -> str:
    """The network address under which tries are counted."""
    return counting_address(request.remote_addr or "")


def draft_token() -> str:
    """The token that the browser holds, if any."""
    return request.cookies.get(_cookie_name(), "")


def my_draft(now: datetime) -> PortalDraft | None:
    """The draft of this browser, sent or not, while it is kept."""
    return draft_with(draft_token(), now)


def with_draft(response: Response, token: str) -> Response:
    """Let the browser hold the token: sent to these pages only, unreadable for scripts, as long as the draft lives."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=int(DRAFT_LASTS.total_seconds()),
        path=COOKIE_PATH,
        secure=current_settings().is_production,
        httponly=True,
        samesite="Lax",
    )
    return response


def without_draft(response: Response) -> Response:
    """Let the browser forget the token."""
    response.delete_cookie(
        _cookie_name(),
        path=COOKIE_PATH,
        secure=current_settings().is_production,
        httponly=True,
        samesite="Lax",
    )
    return response


def _cookie_name() -> str:
    # Cookies do not know ports: two installations on one machine need two names.
    return "casework_draft_" + hashlib.sha256(str(current_app.secret_key).encode()).hexdigest()[:8]
