"""Watching a case: being told what happens in it without looking after it."""

from sqlalchemy import delete

from casework.cases.models import CasePerson, Relation
from casework.cases.queries import people_of
from casework.core.db import db
from casework.core.once import stand_in_line


def watch_case(case_id: int, user_id: int) -> None:
    """Let somebody who may see the case be told what happens in it. Twice is the same as once."""
    stand_in_line(f"watch:{case_id}:{user_id}")
    if user_id not in people_of(case_id)[Relation.WATCHING]:
        db.session.add(CasePerson(case_id=case_id, user_id=user_id, relation=Relation.WATCHING))
        db.session.flush()


def unwatch_case(case_id: int, user_id: int) -> None:
    """Let somebody no longer be told."""
    db.session.execute(
        delete(CasePerson).where(
            CasePerson.case_id == case_id,
            CasePerson.user_id == user_id,
            CasePerson.relation == Relation.WATCHING,
        )
    )
