"""Saving a form about a case: all of it or nothing, and never over what somebody else saved first."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm.exc import StaleDataError

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import get_case_for
from casework.cases.queries.seen import CHANGED_FIRST
from casework.cases.services.presence import forget_presence
from casework.core.db import db, transaction
from casework.core.errors import Conflict


@contextmanager
def saving(case: Case, user: User) -> Iterator[None]:
    """A transaction over one case; whoever saves is no longer shown as writing in it.

    Raises Conflict when somebody else saved the case at the same moment.
    """
    case_id, user_id = case.id, user.id
    try:
        with transaction():
            yield
            forget_presence(case_id, user_id)
    except StaleDataError as error:
        raise Conflict(CHANGED_FIRST) from error


def as_it_is_now(user: User, reference: str) -> Case:
    """The case read anew, after a save that was refused. Raises NotFound when it is hidden from this person now."""
    db.session.rollback()
    db.session.expire_all()
    return get_case_for(user, reference)
