"""What the demo agency tells its staff to do with its main categories: one text was changed and is still unread."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from casework.accounts.models import User
from casework.catalogue.guidance.models import Guidance
from casework.catalogue.guidance.services import GuidanceText, confirm_read, write_guidance
from casework.catalogue.services import category_by_path
from casework.demo.texts import read

WRITTEN_DAYS_AGO, CHANGED_DAYS_AGO = 70, 2


def write_guidance_texts(author: User | None, readers: Sequence[User], now: datetime) -> list[Guidance]:
    """Write the texts for the demo agency's categories and let these people have read what was there at first."""
    at = now - timedelta(days=WRITTEN_DAYS_AGO)
    texts = []
    for row in read("guidance")["text"]:
        text = GuidanceText(
            title=row["title"],
            body=row["body"].strip(),
            steps=row["steps"],
            category_id=category_by_path(row["category"]).id,
        )
        before = row.get("first")
        known = _known(text, before, author, readers, at) if before else None
        changed_at = now - timedelta(days=CHANGED_DAYS_AGO) if known else at
        written = write_guidance(text, actor=author, now=changed_at, seen=known.version if known else 0)
        if known is None:
            _let_read(written, readers, at)
        texts.append(written)
    return texts


def _known(
    text: GuidanceText, body: str, author: User | None, readers: Sequence[User], at: datetime
) -> Guidance:
    """How the text was before somebody changed it."""
    first = GuidanceText(title=text.title, body=body, steps=text.steps[:2], category_id=text.category_id)
    written = write_guidance(first, actor=author, now=at)
    _let_read(written, readers, at)
    return written


def _let_read(guidance: Guidance, readers: Sequence[User], at: datetime) -> None:
    for number, reader in enumerate(readers, 1):
        confirm_read(guidance, actor=reader, now=at + timedelta(hours=3 * number))
