"""Reading the files of a case. A file is reached by way of its case alone, so the one door decides about both."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from casework.cases.models import Case, CaseFile, CasefileRequest, StagedFile
from casework.core.db import db
from casework.core.errors import NotFound
from casework.files.models import Blob

NO_FILE = "There is no such file in this case. Go back to the case to see the files it has."


def files_of(case_id: int) -> Select[CaseFile]:
    """Every file of a case, the removed ones too, oldest first, each with who added it."""
    return (
        select(CaseFile)
        .where(CaseFile.case_id == case_id)
        .options(joinedload(CaseFile.blob), joinedload(CaseFile.added_by))
        .order_by(CaseFile.id)
    )


def file_of(case: Case, file_id: int) -> CaseFile:
    """One file of this case. Raises NotFound for the file of another case as for one that never was."""
    found = db.session.scalars(files_of(case.id).where(CaseFile.id == file_id)).first()
    if found is None:
        raise NotFound(NO_FILE)
    return found


def bytes_of_case(case_id: int) -> int:
    """How much the files of a case take up, the removed ones too: they are kept as well."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(Blob.size), 0)).join(CaseFile).where(CaseFile.case_id == case_id)
        )
        or 0
    )


def staged_files_of(user_id: int, tokens: list[str]) -> list[StagedFile]:
    """Of these tokens, the files that this person added to a form and that no case has taken, in the order given."""
    if not tokens:
        return []
    wanted = (
        select(StagedFile)
        .where(StagedFile.user_id == user_id, StagedFile.token.in_(tokens), StagedFile.case_id.is_(None))
        .options(joinedload(StagedFile.blob))
    )
    found = {one.token: one for one in db.session.scalars(wanted)}
    return [found[token] for token in dict.fromkeys(tokens) if token in found]


def staged_bytes_of(user_id: int) -> int:
    """How much this person has added to forms that are not saved."""
    wanted = (
        select(func.coalesce(func.sum(Blob.size), 0))
        .join(StagedFile)
        .where(StagedFile.user_id == user_id, StagedFile.case_id.is_(None))
    )
    return int(db.session.scalar(wanted) or 0)


def casefile_request_of(case: Case, request_id: int) -> CasefileRequest:
    """A printable file that was made of this case. Raises NotFound for one of another case."""
    wanted = (
        select(CasefileRequest)
        .where(CasefileRequest.id == request_id, CasefileRequest.case_id == case.id)
        .options(joinedload(CasefileRequest.blob))
    )
    found = db.session.scalars(wanted).first()
    if found is None:
        raise NotFound("There is no such case file. Choose again what goes into it.")
    return found
