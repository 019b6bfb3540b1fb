"""What a case knows of its words to the customer: whether they are on their way, reached them, or did not.

A move that says something meets what was promised at once, because its words go out at once. Where they do not (a
letter that somebody has yet to post, a mail that came back) nothing was said yet: it is owed on until they reach
the customer, and then met on that day.
"""

from datetime import datetime

from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, DecisionState
from casework.cases.services import clocks
from casework.core.events import publish

DECISION, ACKNOWLEDGEMENT = "decision", "acknowledgement"


def note_decision_queued(case: Case) -> None:
    """The communication that states the decision waits in the outbox."""
    case.decision_state = DecisionState.QUEUED


def note_decision_impossible(case: Case, reason: str, *, actor_id: int | None, now: datetime) -> None:
    """Nobody can be told the decision; the reason is kept, and the case may be closed."""
    case.decision_state, case.decision_impossible = DecisionState.IMPOSSIBLE, reason
    summary = f"The decision cannot be told: the customer {reason}"
    record("case", case.id, "decision_impossible", summary, actor_id=actor_id, at=now)


def note_waiting(case: Case, says: str, *, written_at: datetime, why: str, now: datetime) -> None:
    """Words that were written at `written_at` wait for somebody to bring them to the customer."""
    clocks.note_not_told(case, says, written_at=written_at, why=why, now=now)
    if case.responded_at == written_at:
        case.responded_at = None
    if says == ACKNOWLEDGEMENT and case.acknowledged_at == written_at:
        case.acknowledged_at = None
    publish(CaseChanged(case.id, now))


def note_not_reached(case: Case, says: str, *, written_at: datetime, why: str, now: datetime) -> None:
    """Words did not reach the customer, so they do not count as told."""
    if _states_the_decision(case, says, written_at):
        case.decision_state = DecisionState.DRAFTED
    note_waiting(case, says, written_at=written_at, why=why, now=now)


def note_reached(case: Case, says: str, *, written_at: datetime, at: datetime, now: datetime) -> None:
    """Words have reached the customer at `at`; those that state the decision let the case be closed."""
    met = clocks.note_told_at_last(case, says, written_at=written_at, at=at, now=now)
    if _states_the_decision(case, says, written_at):
        case.decision_state = DecisionState.SENT
    if says == DECISION:
        case.responded_at = case.responded_at or at
    if says == ACKNOWLEDGEMENT and case.acknowledged_at is None:
        case.acknowledged_at = max(at, written_at)
        if case.is_open and case.duplicate_of_id is None:
            clocks.start_clocks(case, "acknowledged", case.acknowledged_at, now=now)
    clocks.owe_next(case, met, max(at, written_at), now=now)
    if met or says == DECISION:
        publish(CaseChanged(case.id, now))


def _states_the_decision(case: Case, says: str, written_at: datetime) -> bool:
    """Whether these words are the answer that is owed, and not one after which the customer asked again."""
    return says == DECISION and not clocks.is_asked_again(case, written_at)
