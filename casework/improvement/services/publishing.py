"""What is said in public about a change."""

from dataclasses import dataclass
from datetime import datetime

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.core.errors import Refused
from casework.improvement.models import ImprovementAction
from casework.improvement.services.guard import allow, note


@dataclass(frozen=True, kw_only=True)
class PublicWords:
    """The three texts of the public page: a heading, what people said, and what was done."""

    title: str
    said: str
    did: str


def publish(action: ImprovementAction, words: PublicWords, *, actor: User, now: datetime) -> None:
    """Put the change on the public page, or change what it says there. The same again changes nothing.

    Raises NotAllowed, and Refused before the action is done or when a text is missing.
    """
    allow(actor, Permission.TELL_CUSTOMERS)
    texts = (words.title.strip(), words.said.strip(), words.did.strip())
    reasons = []
    if action.done_at is None:
        reasons.append("Mark the action as done first; only what was done is published.")
    if not all(texts):
        reasons.append("Write all three: the heading, what people said, and what was done.")
    if reasons:
        raise Refused(reasons)
    before = (action.public_title, action.public_said, action.public_did)
    if action.published_at is not None and before == texts:
        return
    action.public_title, action.public_said, action.public_did = texts
    action.published_at = action.published_at or now
    after = {"action_id": action.id, "title": texts[0], "said": texts[1], "did": texts[2]}
    note(action.opportunity, "published", f"Said in public: {texts[0]}", actor=actor, at=now, after=after)


def withdraw(action: ImprovementAction, *, actor: User, now: datetime) -> None:
    """Take the change off the public page; its texts are kept. Raises NotAllowed."""
    allow(actor, Permission.TELL_CUSTOMERS)
    if action.published_at is None:
        return
    action.published_at = None
    words = f"Taken off the public page: {action.public_title}"
    note(action.opportunity, "withdrawn", words, actor=actor, at=now, after={"action_id": action.id})
