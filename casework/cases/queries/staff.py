"""Which staff may see a case: for naming them in a note, and for giving them something to do in it."""

from sqlalchemy import Select, select
from sqlalchemy.orm.util import identity_key

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.queries.visible import staff_who_may_handle
from casework.core.db import db


def staff_who_may_see(case: Case) -> Select[User]:
    """Active staff who handle cases and may see this one, its own team's first; those named in it are not there."""
    wanted = staff_who_may_handle(case)
    if case.is_restricted:
        granted = select(CasePerson.user_id).where(
            CasePerson.case_id == case.id, CasePerson.relation == Relation.GRANTED
        )
        wanted = wanted.where(User.id.in_(granted))
    return wanted


def staff_like(case: Case, typed: str, limit: int = 8) -> Select[User]:
    """Of these, the ones with a name of which a word begins with what was typed."""
    plain = typed.strip().replace("\x00", "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    begins = User.name.ilike(f"{plain}%", escape="\\") | User.name.ilike(f"% {plain}%", escape="\\")
    return staff_who_may_see(case).where(begins).limit(limit)


def names_at_clocks(case: Case) -> dict[int, str]:
    """The names of those who paused, extended or changed the clocks of a case, by their ids: for staff alone.

    Whoever the session knows already is not asked for again.
    """
    wanted = {event.actor_id for event in case.clock_events if event.actor_id is not None}
    known = (db.session.identity_map.get(identity_key(User, user_id)) for user_id in wanted)
    found = {user.id: user.name for user in known if isinstance(user, User)}
    left = wanted - set(found)
    if left:
        rows = db.session.execute(select(User.id, User.name).where(User.id.in_(left)))
        found |= dict(rows.tuples().all())
    return found
