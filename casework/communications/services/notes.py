"""Notes among ourselves, which no customer sees."""

from collections.abc import Sequence
from datetime import datetime

from casework.accounts.models import User
from casework.cases.models import Case
from casework.communications.events import CommunicationWritten, StaffMentioned
from casework.communications.mentions import Mentions, mentioned_in
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.services.intents import with_words, written_before
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish


def write_note(case: Case, body: str, *, author: User, now: datetime, intent: str = "") -> Communication:
    """Write an internal note, which no customer sees; the same words with the same `intent` are written once.

    - Whoever is named in it with an @ is told, once each, when they may see the case.
    - Naming somebody who may not see it is refused, in words that do not tell why.

    Raises Refused, also when empty.
    """
    if not body.strip():
        raise Refused("The note is empty. Write something, or leave the page.")
    intent = with_words(intent, case, body)
    same = written_before(intent)
    if same is not None:
        return same
    mentions = mentioned_in(case, body)
    _refuse_hidden(mentions)
    note = _keep(case, body, Purpose.NOTE, author_id=author.id, now=now, intent=intent)
    for user in mentions.told:
        if user.id != author.id:
            publish(StaffMentioned(note.id, case.id, user.id, author.id, now))
    return note


def hand_over_with(case: Case, words: str, *, author_id: int, now: datetime) -> Communication:
    """The words with which a case was given to somebody, as an internal note that they see first."""
    return _keep(case, words, Purpose.HANDOVER, author_id=author_id, now=now, intent="")


def _refuse_hidden(mentions: Mentions) -> None:
    reasons: Sequence[str] = [
        f"{name} cannot be told about this case. Take the @ away, or name somebody else."
        for name in mentions.refused
    ]
    if reasons:
        raise Refused(reasons)


def _keep(
    case: Case, body: str, purpose: Purpose, *, author_id: int, now: datetime, intent: str
) -> Communication:
    note = Communication(
        case_id=case.id,
        customer_id=None,
        direction=Direction.NOTE,
        purpose=purpose,
        channel="",
        body=body.strip(),
        author_id=author_id,
        written_at=now,
        delivery=Delivery.INTERNAL,
        intent=intent or None,
    )
    db.session.add(note)
    db.session.flush()
    publish(CommunicationWritten(note.id, case.id, now))
    return note
