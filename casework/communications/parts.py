"""Messages and notes that go with issues into a case of their own."""

from collections.abc import Sequence

from sqlalchemy import update

from casework.cases.models import Case
from casework.cases.parts import Item, Part
from casework.communications.models import Communication, Delivery
from casework.communications.queries import communications_of
from casework.core.db import db

# What is on its way holds the private link of the case it was written in, so it stays there.
SETTLED = (Delivery.RECEIVED, Delivery.INTERNAL, Delivery.SENT, Delivery.ON_PAGE)
SHORT = 80


def _items(case: Case) -> list[Item]:
    return [
        Item(said.id, " ".join(said.body.split())[:SHORT], said.written_at)
        for said in db.session.scalars(communications_of(case.id))
        if said.delivery in SETTLED
    ]


def _move(ids: Sequence[int], from_case: Case, to_case: Case) -> None:
    db.session.execute(
        update(Communication)
        .where(Communication.id.in_(ids), Communication.case_id == from_case.id)
        .values(case_id=to_case.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


MESSAGES = Part(name="messages", label="Messages and notes", items=_items, move=_move)
