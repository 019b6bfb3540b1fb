"""One table: what happened, and what follows from it. Everything that crosses packages upward is named here."""

from casework.accounts.events import AccountChanged
from casework.audit.services import record
from casework.cases import services as cases
from casework.cases import timeline
from casework.cases.events import CaseChanged, CaseMoved, CaseOpened, CasesImported
from casework.cases.models import Case, Channel
from casework.cases.reach import cannot_be_told
from casework.communications import queries as communication_queries
from casework.communications import services as communications
from casework.communications.events import CommunicationFailed, CommunicationSent, CustomerReplied
from casework.communications.models import Purpose
from casework.core.db import db
from casework.core.events import follow
from casework.improvement import services as improvement
from casework.improvement.queries import in_timeline
from casework.measures import services as measures

# Whoever is resolved on the spot through these has heard the answer with their own ears.
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)


def connect() -> None:
    """Let everybody follow the events that concern them. Called once when the application is put together."""
    follow(AccountChanged, write_history)
    follow(CaseOpened, confirm_receipt)
    follow(CasesImported, take_in_the_imported)
    follow(CaseMoved, tell_the_customer)
    follow(CaseChanged, figures_are_stale)
    follow(CommunicationSent, decision_is_known)
    follow(CommunicationFailed, decision_is_not_known)
    follow(CommunicationSent, customer_is_told)
    follow(CommunicationFailed, customer_is_not_told)
    follow(CustomerReplied, go_on_after_the_reply)
    timeline.add_source(communication_queries.timeline_entries)
    timeline.add_source(in_timeline.timeline_entries)


def write_history(event: AccountChanged) -> None:
    """Changes of people and teams stand in the same history as everything else."""
    record(
        event.subject_type,
        event.subject_id,
        event.verb,
        event.summary,
        actor_id=event.actor_id,
        at=event.at,
        before=event.before,
        after=event.after,
    )


def confirm_receipt(event: CaseOpened) -> None:
    """Whoever writes on the web gets the reference and the private link at once; others were told by a person."""
    case = db.session.get_one(Case, event.case_id)
    if case.channel is Channel.WEB and not event.imported:
        communications.write_to_customer(
            case, Purpose.RECEIPT, "", author_id=None, now=event.at, intent=f"receipt:{case.id}"
        )


def tell_the_customer(event: CaseMoved) -> None:
    """A move that says something to the customer puts it into the outbox, or records why nobody can be told."""
    if not event.says:
        return
    case = db.session.get_one(Case, event.case_id)
    purpose = Purpose(event.says)
    message = communications.write_to_customer(
        case,
        purpose,
        event.words,
        author_id=event.actor_id,
        now=event.at,
        intent=f"{event.move}:{case.id}:{case.version}",
        spoken=event.move == cases.FIRST_CONTACT and case.channel in SPOKEN,
    )
    if purpose is not Purpose.DECISION:
        return
    if message is None:
        why = cannot_be_told(case)
        cases.note_decision_impossible(case, why, actor_id=event.actor_id, now=event.at)
    elif not message.delivery.is_out:
        cases.note_decision_queued(case)


def figures_are_stale(event: CaseChanged) -> None:
    """The measures of this case are computed again by the next refresh."""
    measures.mark_stale(event.case_id, event.at)


def take_in_the_imported(event: CasesImported) -> None:
    """Imported cases are counted by the next refresh, and the answers they came with stand in their timelines."""
    measures.mark_many_stale(event.case_ids, event.at)
    communications.keep_imported_answers(event.answers)


def decision_is_known(event: CommunicationSent) -> None:
    """A decision that went out lets the case be closed."""
    if event.purpose == Purpose.DECISION and event.case_id is not None:
        cases.note_decision_sent(db.session.get_one(Case, event.case_id), event.at)


def decision_is_not_known(event: CommunicationFailed) -> None:
    """A decision that did not arrive does not count as told."""
    if event.purpose == Purpose.DECISION and event.case_id is not None:
        cases.note_decision_trouble(db.session.get_one(Case, event.case_id))


def customer_is_told(event: CommunicationSent) -> None:
    """A customer whom news of a change has reached counts as told."""
    if event.purpose == Purpose.TOLD:
        improvement.note_told(event.communication_id, event.at)


def customer_is_not_told(event: CommunicationFailed) -> None:
    """News that did not arrive leaves its customer untold, with the reason."""
    if event.purpose == Purpose.TOLD:
        improvement.note_not_told(event.communication_id, event.trouble)


def go_on_after_the_reply(event: CustomerReplied) -> None:
    """A case that waits for its customer goes on when the customer answers, and its clocks with it."""
    cases.go_on_after_reply(db.session.get_one(Case, event.case_id), now=event.at)
