"""Reading for the customer's pages. `get_case_by_link` is the only way to a case from here."""

import hashlib
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from casework.audit.models import HistoryEntry
from casework.cases.links import opens
from casework.cases.models import Case, Clock
from casework.catalogue.models import Service
from casework.catalogue.queries import active_services
from casework.core.db import db
from casework.core.errors import NotFound
from casework.portal.models import PortalDraft, PortalTry
from casework.portal.rules import LIMITS

NO_SUCH_LINK = (
    "This link does not open anything. Check that you copied all of it. "
    "If it still does not work, ask us to send it again."
)


def get_case_by_link(reference: str, token: str, secret_key: str) -> Case:
    """The one door to a case for somebody without an account.

    Raises NotFound with the same sentence for a wrong token and for a reference that nobody has; the token
    is compared in the same time whatever it is.
    """
    known = db.session.execute(
        select(Case.id, Case.link_nonce).where(Case.reference == reference.replace("\x00", ""))
    ).first()
    # Without a case the same work is done on one that cannot be, so that time does not tell the two apart.
    found = Case(id=known.id, link_nonce=known.link_nonce) if known else Case(id=0, link_nonce="")
    is_right = opens(found, token.lower(), secret_key)
    if known is None or not is_right:
        raise NotFound(NO_SUCH_LINK)
    wanted = (
        select(Case)
        .where(Case.id == known.id)
        .options(
            joinedload(Case.customer),
            joinedload(Case.service),
            joinedload(Case.handler),
            joinedload(Case.process_version),
            selectinload(Case.clocks).joinedload(Clock.standard),
        )
    )
    return db.session.scalars(wanted).unique().one()


def case_of_reference(reference: str) -> Case | None:
    """The case of a reference with its customer, for sending its link to the address on file and nothing else."""
    wanted = select(Case).where(Case.reference == reference).options(joinedload(Case.customer))
    return db.session.scalars(wanted).first()


def states_visited(case_id: int) -> list[tuple[str, datetime]]:
    """The states that a case was moved to, with when, oldest first, by the names that its version has for them."""
    entries = (
        select(HistoryEntry.verb, HistoryEntry.after, HistoryEntry.at)
        .where(
            HistoryEntry.subject_type == "case",
            HistoryEntry.subject_id == case_id,
            HistoryEntry.verb.in_(("moved", "version_changed")),
        )
        .order_by(HistoryEntry.id)
    )
    visited: list[tuple[str, datetime]] = []
    for verb, after, at in db.session.execute(entries):
        if verb == "version_changed":
            renamed = after.get("renamed", {})
            visited = [(renamed.get(name, name), when) for name, when in visited]
        elif "state" in after:
            visited.append((str(after["state"]), at))
    return visited


def draft_with(token: str, now: datetime) -> PortalDraft | None:
    """The draft that this token opens, while it is kept."""
    if not token:
        return None
    live = select(PortalDraft).where(
        PortalDraft.token_hash == hash_of_token(token), PortalDraft.expires_at > now
    )
    return db.session.scalars(live).first()


def hash_of_token(token: str) -> str:
    """What the table keeps of a token. The token is random, so a quick hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_tried_too_often(what: str, address: str, now: datetime) -> bool:
    """Whether this network address has used up what is allowed."""
    limit = LIMITS[what]
    tries = select(func.count()).where(
        PortalTry.what == what, PortalTry.address == address, PortalTry.at > now - limit.within
    )
    return (db.session.scalar(tries) or 0) >= limit.most


def services_to_choose() -> list[tuple[str, str]]:
    """The services a customer may choose among, by name."""
    return [(str(service.id), service.name) for service in db.session.scalars(active_services())]


def service_named(service_id: str) -> Service | None:
    """A service that may still be chosen."""
    if not (service_id.isascii() and service_id.isdigit()):
        return None
    return db.session.scalars(active_services().where(Service.id == int(service_id))).first()
