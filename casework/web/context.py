"""What every template may use: the navigation, the agency, addresses of files with a hash, keys for forms."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import get_locale
from sqlalchemy.exc import SQLAlchemyError

from casework.accounts.sign_in import signed_in
from casework.catalogue import queries as catalogue
from casework.core.config import Settings
from casework.core.errors import NotFound
from casework.web.navigation import Link, endpoint_exists, links_for

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AgencyFacts:
    """The agency as pages name it."""

    name: str
    phone: str
    hours: str
    email: str
    time_zone: str


def register(app: Flask) -> None:
    """Give templates their names."""
    app.context_processor(_names)
    # Macros are imported without the context, so what they call is global.
    app.jinja_env.globals.update(asset=asset, endpoint_exists=endpoint_exists, once_key=once_key)


def the_agency() -> AgencyFacts:
    """The agency, asked for once a request; before it is set up, or without a database, a plain stand-in."""
    if "agency" not in g:
        g.agency = _agency()
    facts: AgencyFacts = g.agency
    return facts


def agency_zone() -> ZoneInfo:
    """The zone on whose clocks the agency's people and customers read times."""
    return ZoneInfo(the_agency().time_zone)


def asset(path: str) -> str:
    """The address of a file in static/, with a hash of its content so that browsers may keep it for ever."""
    file = f"{current_app.static_folder}/{path}"
    try:
        changed_ns = os.stat(file).st_mtime_ns
    except OSError:
        return url_for("static", filename=path)
    # A page asks for thirty of them; putting an address together costs far more than looking whether a file changed.
    known: dict[tuple[str, int], str] = current_app.extensions.setdefault("asset_addresses", {})
    if has_request_context() and not request.script_root:
        key = path, changed_ns
        if key not in known:
            known[key] = url_for("static", filename=path, v=_content_hash(Path(file), changed_ns))
        return known[key]
    return url_for("static", filename=path, v=_content_hash(Path(file), changed_ns))


def once_key() -> str:
    """A new key for a form, by which a second sending of the same form is known (core.once)."""
    return secrets.token_urlsafe(16)


def _names() -> dict[str, Any]:
    return {
        "navigation": _navigation(),
        "agency": the_agency(),
        "language": str(get_locale() or "en"),
    }


def _navigation() -> list[Link]:
    try:
        someone = signed_in()
        return links_for(someone.user) if someone else []
    except SQLAlchemyError as error:
        log.warning("navigation left out", error=type(error).__name__)
        return []


def _agency() -> AgencyFacts:
    settings: Settings = current_app.extensions["settings"]
    try:
        row = catalogue.the_agency()
    except (NotFound, SQLAlchemyError) as error:
        if not isinstance(error, NotFound):
            log.warning("agency not read", error=type(error).__name__)
        return AgencyFacts("Casework", "", "", "", settings.time_zone)
    return AgencyFacts(row.name, row.phone, row.hours, row.email, row.time_zone)


@lru_cache(maxsize=256)
def _content_hash(file: Path, changed_ns: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
