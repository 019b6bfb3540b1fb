"""What somebody may not know of: in which cases they are named, and which restricted ones they were not let into."""

from sqlalchemy import CompoundSelect, Select, func, select, union, union_all

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.models.glass import GlassBreak


def named_in(user: User) -> Select[int]:
    """The cases in which this person is named: nothing else lets them see those."""
    wanted = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.NAMED
    )
    return wanted.correlate(None)


def let_into(user: User) -> CompoundSelect[int]:
    """The restricted cases that this person was let into, or opened by breaking the glass not a day ago.

    The database's own clock says when the day is over, so that no question has to bring the time along.
    """
    granted = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.GRANTED
    )
    broken = select(GlassBreak.case_id).where(GlassBreak.user_id == user.id, GlassBreak.until_at > func.now())
    return union_all(granted.correlate(None), broken.correlate(None))


def hidden_from(user: User) -> Select[int]:
    """The cases that this person may not know of, to be taken out of what was counted from all of them.

    - Those in which they are named, and the restricted ones that they were not let into.
    - Somebody whose role opens no cases reads figures too: they are kept from the same ones.
    """
    shut = select(Case.id).where(Case.is_restricted, Case.id.not_in(let_into(user)))
    both = union(named_in(user), shut.correlate(None)).subquery()
    return select(both.c.case_id).correlate(None)
