"""What every decision begins with: may this person, and has nobody else decided meanwhile."""

from datetime import datetime
from typing import Any

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.core.db import db
from casework.core.errors import NotAllowed, Refused
from casework.improvement.models import Opportunity


def allow(actor: User, permission: Permission) -> None:
    """Raises NotAllowed when the actor's role does not carry the permission."""
    if not actor.may(permission):
        raise NotAllowed(
            f"Your role ({actor.role.label}) may not {permission.value}. Ask a manager to do it."
        )


def lock(opportunity: Opportunity) -> Opportunity:
    """The opportunity as it is now, kept from others until the end of the transaction."""
    # Refreshing would drop what is not written yet.
    db.session.flush()
    db.session.refresh(opportunity, with_for_update={"of": Opportunity})
    return opportunity


def owner_named(owner_id: int) -> User:
    """The person who is to own something. Raises Refused when nobody who handles cases has this id."""
    owner = db.session.get(User, owner_id)
    if owner is None or not owner.may(Permission.WORK_CASES):
        raise Refused("Choose an owner who is active and works on cases.")
    return owner


def note(
    opportunity: Opportunity,
    verb: str,
    summary: str,
    *,
    actor: User | None,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add to the opportunity's history."""
    actor_id = actor.id if actor else None
    record("opportunity", opportunity.id, verb, summary, actor_id=actor_id, at=at, before=before, after=after)
