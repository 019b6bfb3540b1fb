"""Drafts of the log form: keeping one, going on with one, discarding and sweeping."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from casework.cases.models import CaseDraft
from casework.cases.rules import title_of
from casework.core.db import db
from casework.core.errors import Invalid, NotFound
from casework.core.once import made_before

MOST_CHARACTERS = 200_000
# More half-written forms than one person keeps apart; the oldest go first.
MOST_OF_ONE = 10
KEPT_FOR = timedelta(days=30)
UNDO_FOR = timedelta(days=1)
# The field of the form that names a file which waits for it.
STAGED = "staged"
NEVER_KEPT = ("csrf_token", "replaces", "draft_id")
TITLES = ("issues-0-summary", "narrative", "name", "find")

Fields = Sequence[tuple[str, str]]


def once_key_of(user_id: int, once: str) -> str:
    """The key under which this person's form opens its case: the key of somebody else's form leads to nothing."""
    return f"log:{user_id}:{once}"


def keep_draft(
    user_id: int, once: str, fields: Fields, *, now: datetime, replaces: str = ""
) -> CaseDraft | None:
    """Keep what is in the form as this person's draft of it; None when the form was saved as a case meanwhile.

    - `replaces` is the key of an earlier form whose words were put into this one: its draft goes.
    - A form with nothing typed is no draft.

    Raises Invalid when it is larger than a draft may be, or carries no key.
    """
    kept = [(name, value.replace("\x00", "")) for name, value in fields if name not in NEVER_KEPT]
    if sum(len(name) + len(value) for name, value in kept) > MOST_CHARACTERS:
        raise Invalid("This is too long to be kept as a draft. Save the case, then add the rest to it.")
    if not once:
        raise Invalid("This form cannot be kept as a draft. Reload the page.")
    if made_before(once_key_of(user_id, once)) is not None:
        return None
    if replaces and replaces != once:
        end_draft(user_id, replaces)
    draft = db.session.scalars(
        select(CaseDraft).where(CaseDraft.user_id == user_id, CaseDraft.once == once).with_for_update()
    ).first()
    if draft is None:
        draft = CaseDraft(user_id=user_id, once=once)
        db.session.add(draft)
    draft.title, draft.data = _title(kept), {"fields": [list(pair) for pair in kept]}
    draft.updated_at, draft.discarded_at = now, None
    db.session.flush()
    _drop_oldest(user_id)
    return draft


def drafts_of(user_id: int) -> Sequence[CaseDraft]:
    """This person's drafts, the newest first."""
    mine = select(CaseDraft).where(CaseDraft.user_id == user_id, CaseDraft.discarded_at.is_(None))
    # What is in them is asked for by whoever goes on with one.
    mine = mine.options(defer(CaseDraft.data))
    return db.session.scalars(mine.order_by(CaseDraft.updated_at.desc(), CaseDraft.id.desc())).all()


def get_draft(user_id: int, draft_id: int) -> CaseDraft:
    """One draft of this person. Raises NotFound, for somebody else's too."""
    mine = select(CaseDraft).where(CaseDraft.id == draft_id, CaseDraft.user_id == user_id)
    draft = db.session.scalars(mine).first()
    if draft is None:
        raise NotFound("That draft is no longer there. It may have been saved as a case.")
    return draft


def tokens_in_drafts(user_ids: Collection[int]) -> set[str]:
    """The tokens of the files that the drafts of these people name, the discarded ones too: they may come back."""
    theirs = select(CaseDraft.data).where(CaseDraft.user_id.in_(user_ids))
    found = db.session.scalars(theirs) if user_ids else ()
    return {str(value) for data in found for name, value in data["fields"] if name == STAGED}


def discard_draft(draft: CaseDraft, *, now: datetime) -> None:
    """Take a draft off the list; for a day that can be undone."""
    draft.discarded_at = now


def take_back(draft: CaseDraft) -> None:
    """Put a discarded draft back on the list."""
    draft.discarded_at = None


def end_draft(user_id: int, once: str) -> None:
    """The form was saved as a case, or its words went into another one."""
    db.session.execute(
        delete(CaseDraft)
        .where(CaseDraft.user_id == user_id, CaseDraft.once == once)
        .execution_options(synchronize_session=False)
    )


def sweep_drafts(now: datetime) -> int:
    """Forget drafts that nobody has touched for 30 days, and discarded ones after a day. Answers how many went."""
    old = CaseDraft.updated_at < now - KEPT_FOR
    discarded = CaseDraft.discarded_at.is_not(None) & (CaseDraft.discarded_at < now - UNDO_FOR)
    gone = db.session.scalars(
        delete(CaseDraft)
        .where(old | discarded)
        .returning(CaseDraft.id)
        .execution_options(synchronize_session=False)
    )
    return len(list(gone))


def _drop_oldest(user_id: int) -> None:
    extra = (
        select(CaseDraft.id)
        .where(CaseDraft.user_id == user_id)
        .order_by(CaseDraft.updated_at.desc(), CaseDraft.id.desc())
        .offset(MOST_OF_ONE)
    )
    ids = list(db.session.scalars(extra))
    if ids:
        db.session.execute(
            delete(CaseDraft).where(CaseDraft.id.in_(ids)).execution_options(synchronize_session=False)
        )


def _title(fields: Fields) -> str:
    given = {name: value.strip() for name, value in reversed(fields)}
    return title_of([given.get(name, "") for name in TITLES], "")
