"""One mail with everything that is new, for each person who wants one; never a mail for each event.

The mail is a row of the outbox, written in the transaction in which its notices are marked as mailed. So a crash
before it leaves everything to be mailed, and a crash after it leaves a row that the outbox sends once
(communications/outbox.py says how).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select, update

from casework.accounts.models import Absence, User
from casework.cases.models import Case
from casework.catalogue.queries import the_agency
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.words import compose_for_staff
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.mailer import new_message_id
from casework.core.queue import enqueue
from casework.notices.models import Notice, NoticeMail
from casework.notices.queries import choices_of, mail_times, people_to_mail, seen_by
from casework.notices.rules import ByMail, is_time, sentence

MOST_LINES = 50
LOT = 500
MOST_AT_ONCE = 2000


class Line(NamedTuple):
    """One line of the mail."""

    reference: str
    says: str


def write_digests(now: datetime) -> int:
    """Put a mail into the outbox for everybody for whom it is time; returns how many. One transaction each."""
    written, last = 0, 0
    while people := people_to_mail(LOT, after=last):
        for user_id in people:
            with transaction():
                written += digest_for(user_id, now=now)
        last = people[-1]
    return written


def digest_for(user_id: int, *, now: datetime) -> bool:
    """Put one mail with everything new into the outbox for this person, if it is time; whether there is one.

    - Two workers at once make one mail: the person's row is held, and the second finds nothing left to mail.
    - Somebody who is away gets it when they are back. Notices of cases they may no longer see are left out.
    - It names the reference and what happened, and nothing else of the case: mail is read on many screens.
    """
    user = db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    ).one()
    local_now = now.astimezone(ZoneInfo(the_agency().time_zone))
    times = mail_times(user_id) or NoticeMail(user_id=user_id, mailed_at=None, morning_at=None, number=0)
    ways = {
        way
        for way in ByMail
        if is_time(way, local_now=local_now, mailed_at=times.mailed_at, morning_at=times.morning_at)
    }
    if not ways or (user.is_active and _is_away(user_id, local_now)):
        return False
    lines = _take(user, ways, now)
    if not lines:
        return False
    times.mailed_at = now
    times.morning_at = now if ByMail.DAILY in ways else times.morning_at
    times.number += 1
    db.session.add(times)
    _post(user, lines, times.number, now)
    return True


def _is_away(user_id: int, local_now: datetime) -> bool:
    today = local_now.date()
    away = exists().where(
        Absence.user_id == user_id,
        Absence.from_on <= today,
        or_(Absence.to_on.is_(None), Absence.to_on >= today),
    )
    return bool(db.session.scalar(select(away)))


def _take(user: User, ways: set[ByMail], now: datetime) -> list[Line]:
    """What is to be mailed now, marked as mailed; what is not to be mailed any more is marked so too."""
    wanted = select(Notice).where(Notice.user_id == user.id, Notice.mail != ByMail.OFF)
    waiting = db.session.scalars(wanted.order_by(Notice.at, Notice.id).limit(MOST_AT_ONCE)).all()
    chosen = choices_of([user.id])[user.id]
    case_ids = {notice.case_id for notice in waiting}
    seen = seen_by(user).with_only_columns(Case.id, Case.reference).where(Case.id.in_(case_ids))
    references: dict[int, str] = {row[0]: row[1] for row in db.session.execute(seen)}
    ended, lines = [], []
    for notice in waiting:
        # As the person wants it now, whatever they wanted when it was written.
        way, reference = chosen[notice.what][1], references.get(notice.case_id)
        if way is ByMail.OFF or reference is None or not user.is_active:
            ended.append(notice)
        elif way in ways:
            ended.append(notice)
            lines.append(Line(reference, sentence(notice.what, notice.count)))
    _end([notice.id for notice in ended], now)
    return lines


def _end(notice_ids: Sequence[int], now: datetime) -> None:
    """Nothing of these waits to be mailed; those that stand nowhere else are over."""
    these = update(Notice).where(Notice.id.in_(notice_ids)).execution_options(synchronize_session=False)
    db.session.execute(these.values(mail=ByMail.OFF))
    db.session.execute(these.where(~Notice.in_app).values(read_at=now, open_key=None))
    db.session.expire_all()


def _post(user: User, lines: Sequence[Line], number: int, now: datetime) -> None:
    """Write the mail into the outbox. The same number never becomes two mails."""
    agency = the_agency()
    unique = list(dict.fromkeys(lines))
    words = compose_for_staff(
        "digest",
        person=user.name,
        count=len(unique),
        lines=unique[:MOST_LINES],
        more=max(len(unique) - MOST_LINES, 0),
        site=current_settings().site_url,
        agency=agency,
    )
    message = Communication(
        direction=Direction.OUT,
        purpose=Purpose.DIGEST,
        channel="email",
        subject=words.subject,
        body="",
        text=words.text,
        to_address=user.email,
        written_at=now,
        delivery=Delivery.QUEUED,
        intent=f"digest:{user.id}:{number}",
        message_id=new_message_id(agency.email.rpartition("@")[2]),
        try_at=now,
    )
    db.session.add(message)
    db.session.flush()
    enqueue("communications.send", message.id)
