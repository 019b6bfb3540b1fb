"""Files that go with issues into a case of their own; the content stays where it is kept."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from casework.cases.models import Case, CaseFile
from casework.cases.parts import Item, Part
from casework.cases.queries.files import files_of
from casework.core.db import db


def _items(case: Case) -> list[Item]:
    if not case.file_count:
        return []
    return [
        Item(one.id, one.name, one.added_at)
        for one in db.session.scalars(files_of(case.id))
        if one.removed_at is None
    ]


def _move(ids: Sequence[int], from_case: Case, to_case: Case) -> None:
    db.session.execute(
        update(CaseFile)
        .where(CaseFile.id.in_(ids), CaseFile.case_id == from_case.id)
        .values(case_id=to_case.id)
        .execution_options(synchronize_session=False)
    )
    for case in (from_case, to_case):
        there = select(func.count()).where(CaseFile.case_id == case.id, CaseFile.removed_at.is_(None))
        case.file_count = db.session.scalar(there) or 0
    db.session.flush()


FILES = Part(name="files", label="Files", items=_items, move=_move)
