"""Reading notices. A notice of a case that its person may no longer see is not there: the query leaves it out."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.core.db import db
from casework.core.errors import Invalid, NotFound
from casework.notices.models import Notice, NoticeChoice, NoticeMail
from casework.notices.rules import ByMail, What, default_mail

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Told:
    """One notice as its page shows it: with what the case is called now, and who did it."""

    notice: Notice
    reference: str
    title: str
    by: str


@dataclass(frozen=True)
class Page:
    """Some notices, the newest first, and the cursor of the next page (empty at the end)."""

    told: Sequence[Told]
    next: str


def of_user(user: User) -> tuple[Any, ...]:
    """The notices of this person in the app, of cases that they may see."""
    return Notice.user_id == user.id, Notice.in_app, Notice.case_id.in_(seen_by(user))


def seen_by(user: User) -> Select[Any]:
    """The ids of the cases that this person may see."""
    return visible_cases(user).with_only_columns(Case.id)


def notices_of(user: User, *, unread: bool = False, after: str = "", size: int = PAGE) -> Page:
    """A page of this person's notices. Raises Invalid for a cursor that is none."""
    by = aliased(User)
    wanted = (
        select(Notice, Case.reference, Case.title, by)
        .join(Case, Case.id == Notice.case_id)
        .outerjoin(by, by.id == Notice.by_id)
        .where(*of_user(user))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(size + 1)
    )
    if unread:
        wanted = wanted.where(Notice.read_at.is_(None))
    if after:
        at, last = _place(after)
        wanted = wanted.where(or_(Notice.at < at, and_(Notice.at == at, Notice.id < last)))
    rows = db.session.execute(wanted).all()
    told = [Told(row[0], row[1], row[2], _name(row[3])) for row in rows[:size]]
    return Page(told, _cursor(told[-1].notice) if len(rows) > size else "")


def unread_now(user: User) -> int:
    """How many notices this person has not read, of cases that they may see; at most MOST_COUNTED."""
    some = select(Notice.id).where(*of_user(user), Notice.read_at.is_(None)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def get_notice_for(user: User, notice_id: int) -> tuple[Notice, str]:
    """The one door to a notice: it, and the reference of its case. Raises NotFound."""
    wanted = select(Notice, Case.reference).join(Case, Case.id == Notice.case_id)
    row = db.session.execute(wanted.where(Notice.id == notice_id, *of_user(user))).first()
    if row is None:
        raise NotFound("There is no such notice. Go back to your notices.")
    return row[0], row[1]


def choices_of(user_ids: Sequence[int]) -> dict[int, dict[What, tuple[bool, ByMail]]]:
    """For each of these people and each kind of notice: whether in the app, and how by mail."""
    chosen = {user_id: {what: (True, default_mail(what)) for what in What} for user_id in user_ids}
    for row in db.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id.in_(user_ids))):
        chosen[row.user_id][row.what] = row.in_app, row.mail
    return chosen


def people_to_mail(limit: int = 500, after: int = 0) -> Sequence[int]:
    """Ids of people with something still to be mailed, by id."""
    wanted = select(Notice.user_id).where(Notice.mail != ByMail.OFF, Notice.user_id > after).distinct()
    return db.session.scalars(wanted.order_by(Notice.user_id).limit(limit)).all()


def mail_times(user_id: int) -> NoticeMail | None:
    """When this person was last sent a mail of notices, if ever."""
    return db.session.get(NoticeMail, user_id, populate_existing=True)


def _name(who: User | None) -> str:
    return who.short_name if who else ""


def _cursor(notice: Notice) -> str:
    place = json.dumps([notice.at.isoformat(), notice.id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, int]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor[:200]) % 4)))
        found = datetime.fromisoformat(at), int(last)
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("This is not a page of your notices. Go back to the first one.") from None
    if found[0].tzinfo is None or not 0 < found[1] < 2**31:
        raise Invalid("This is not a page of your notices. Go back to the first one.")
    return found
