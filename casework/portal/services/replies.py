"""What a customer does on the private page: answers an offer, writes, asks for a review."""

from datetime import datetime
from enum import StrEnum

from casework.cases.models import Case
from casework.cases.reach import cannot_be_told
from casework.cases.services import make_move
from casework.catalogue.queries import process_of
from casework.communications.models import Communication
from casework.communications.services import hear_from_customer
from casework.core.errors import Refused
from casework.core.once import made_before, remember

MOVED_ON = (
    "We have gone on with this since you opened the page, so we did not take it as it is. "
    "Look at what is new, then write to us."
)
NO_REVIEW = (
    "A review cannot be asked for here now: it is too early, too late, or there was one already. "
    "Write us a message instead, and we tell you who can help."
)


class Answer(StrEnum):
    """What a customer says to a proposed remedy."""

    YES = "yes"
    NO = "no"
    OTHER = "other"

    @property
    def move(self) -> str:
        """The move of the process that it makes."""
        return {"yes": "accept_remedy", "no": "refuse_remedy", "other": "suggest_remedy"}[self.value]

    @property
    def words(self) -> str:
        """The choice as the timeline tells it."""
        return {
            "yes": "Yes, this would put it right.",
            "no": "No, this would not put it right.",
            "other": "I would like something else.",
        }[self.value]


def can_make(case: Case, move: str) -> bool:
    """Whether the customer has this move in the present state of the case."""
    if case.duplicate_of_id is not None:
        return False  # It is answered with the case that stands for it.
    found = process_of(case.process_version).move(move, case.state)
    return found is not None and "customer" in found.roles


def review_move(case: Case) -> str:
    """The move by which the customer asks that the next stage looks at it, whatever its process calls it; or empty."""
    if case.duplicate_of_id is not None:
        return ""
    leading = process_of(case.process_version).moves_from(case.state)
    found = (move for move in leading if "customer" in move.roles and move.stage == case.stage + 1)
    return next((move.name for move in found), "")


def answer_offer(case: Case, answer: Answer, words: str, *, now: datetime, once: str) -> None:
    """Take the customer's answer to the proposed remedy: the process goes on, and the words stand in the timeline.

    The same `once` is taken once. Raises Refused when no remedy is proposed (any more).
    """
    said = " ".join(filter(None, (answer.words, words.strip())))
    _move_and_say(
        case, answer.move, {"answer": said}, said, now=now, key=f"offer:{case.id}:{once}", no=MOVED_ON
    )


def ask_for_review(case: Case, reason: str, *, now: datetime, once: str) -> None:
    """Ask that somebody else looks at the decision again. Raises Refused when it is too late or not possible."""
    said = f"Please look at it again. {reason.strip()}"
    key = f"review:{case.id}:{once}"
    _move_and_say(case, review_move(case), {"reason": reason}, said, now=now, key=key, no=NO_REVIEW)


def write_message(case: Case, words: str, *, now: datetime, once: str) -> Communication:
    """Keep what the customer writes; the same `once` is kept once. Raises Refused when it is empty."""
    return hear_from_customer(case, words, channel="web", now=now, intent=f"reply:{case.id}:{once}")


def _move_and_say(
    case: Case, move: str, given: dict[str, object], said: str, *, now: datetime, key: str, no: str
) -> None:
    """Make the move and keep the words.

    Raises Refused with the sentence `no`: those of the process are written for staff.
    """
    if made_before(key) is not None:
        return
    if not can_make(case, move):
        raise Refused(no)
    try:
        # The move comes first: a reply to a case that waits would otherwise be read as the answer to a question.
        make_move(case, move, given, actor=None, now=now, role="customer", reachable=not cannot_be_told(case))
    except Refused as refusal:
        raise Refused(no) from refusal
    heard = hear_from_customer(case, said, channel="web", now=now, intent=key)
    remember(key, heard.id, now)
