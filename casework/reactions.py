"""One table: what happened, and what follows from it. Everything that crosses packages upward is named here."""

from datetime import datetime

from casework.accounts.events import AccountChanged
from casework.audit.services import record
from casework.cases import answer_preview, duties, parts, timeline
from casework.cases import services as cases
from casework.cases.changes import services as changes
from casework.cases.events import (
    AccessChanged,
    ApprovalAsked,
    ApprovalDecided,
    CaseActionEnded,
    CaseAssigned,
    CaseChanged,
    CaseHandedOver,
    CaseMoved,
    CaseOpened,
    CasesChanged,
    CasesImported,
    CaseTransferred,
    ClockPassed,
    GlassBroken,
    UpdateWritten,
)
from casework.cases.models import Case, Channel
from casework.cases.queries.links import merged_into, stands_for
from casework.cases.reach import cannot_be_told
from casework.cases.services import approval_rules, approvals, clocks, merging
from casework.cases.services.moving_files import FILES
from casework.cases.services.moving_promises import PROMISES
from casework.catalogue.events import AgencySetUp, DraftDiscarded
from casework.communications import queries as communication_queries
from casework.communications import services as communications
from casework.communications.duties import LETTERS
from casework.communications.events import (
    CommunicationFailed,
    CommunicationSent,
    CommunicationWritten,
    CustomerReplied,
    StaffMentioned,
)
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.parts import MESSAGES
from casework.communications.previews import preview
from casework.core.db import db
from casework.core.events import follow, publish
from casework.core.queue import enqueue
from casework.improvement import services as improvement
from casework.improvement.queries import in_timeline
from casework.measures import services as measures
from casework.notices import following as notices
from casework.search import services as search

# What tells a customer how it stands with their case, when it has reached them.
TELLS_HOW_IT_STANDS = (
    Purpose.ACKNOWLEDGEMENT,
    Purpose.QUESTION,
    Purpose.PROPOSAL,
    Purpose.EXTENSION,
    Purpose.UPDATE,
    Purpose.REPLY,
    Purpose.CALL,
    Purpose.DECISION,
)
# What a move may say; a promise may be met by it.
SAYS_SOMETHING = (*TELLS_HOW_IT_STANDS, Purpose.REFERRAL)
# Why something is owed on although it was written, in words that a customer may read.
NOT_ARRIVED = "the message did not reach the customer"
WAITS_FOR = {"letter": "the letter was still to be posted", "phone": "the call was still to be made"}
# Whoever is resolved on the spot through these has heard the answer with their own ears.
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)


def connect() -> None:
    """Let everybody follow the events that concern them. Called once when the application is put together."""
    follow(AccountChanged, write_history)
    follow(AgencySetUp, check_what_a_new_agency_checks)
    follow(DraftDiscarded, changes.forget_draft)
    follow(CaseOpened, confirm_receipt)
    follow(CasesImported, take_in_the_imported)
    follow(CasesChanged, many_are_stale)
    follow(CaseMoved, tell_the_customer)
    follow(CaseMoved, tell_those_merged)
    follow(CaseHandedOver, keep_the_words)
    follow(CaseActionEnded, tell_of_the_promise)
    follow(UpdateWritten, send_the_update)
    follow(CaseChanged, figures_are_stale)
    follow(CaseChanged, answer_may_be_stale)
    follow(CaseOpened, words_are_stale)
    follow(CaseChanged, words_are_stale)
    follow(CommunicationWritten, words_are_stale)
    follow(CommunicationSent, words_reached_the_customer)
    follow(CommunicationFailed, words_did_not_reach_the_customer)
    follow(CommunicationSent, customer_is_told)
    follow(CommunicationFailed, customer_is_not_told)
    follow(CustomerReplied, go_on_after_the_reply)
    follow(CustomerReplied, answer_no_longer_fits)
    follow(CaseAssigned, notices.tell_the_handler)
    follow(CaseTransferred, notices.tell_the_new_team)
    follow(StaffMentioned, notices.tell_the_mentioned)
    follow(CustomerReplied, notices.tell_of_the_reply)
    follow(ApprovalAsked, notices.tell_the_approver)
    follow(ApprovalDecided, notices.tell_whoever_asked)
    follow(CaseMoved, notices.tell_the_watchers)
    follow(AccessChanged, look_again_for_opportunities)
    follow(AccessChanged, notices.count_again)
    follow(ClockPassed, notices.tell_of_the_clock)
    follow(GlassBroken, notices.tell_of_the_broken_glass)
    search.follow_commits()
    answer_preview.set_writer(preview)
    parts.add_part(MESSAGES)
    parts.add_part(FILES)
    parts.add_part(PROMISES)
    duties.add_duty(LETTERS)
    timeline.add_paged_source(communication_queries.timeline_entries)
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
        channel=event.channel,
    )
    _note_waiting(case, message, event.at)
    if purpose is not Purpose.DECISION:
        return
    if message is None:
        why = cannot_be_told(case)
        cases.note_decision_impossible(case, why, actor_id=event.actor_id, now=event.at)
    elif not message.delivery.is_out:
        cases.note_decision_queued(case)


def _note_waiting(case: Case, message: Communication | None, now: datetime) -> None:
    """What somebody has yet to bring to the customer has not told them anything."""
    if message is not None and message.delivery is Delivery.BY_HAND:
        why = WAITS_FOR.get(message.channel, NOT_ARRIVED)
        cases.note_waiting(case, message.purpose, written_at=message.written_at, why=why, now=now)


def keep_the_words(event: CaseHandedOver) -> None:
    """The words with which a case was handed over stand in it as a note."""
    case = db.session.get_one(Case, event.case_id)
    communications.hand_over_with(case, event.words, author_id=event.actor_id, now=event.at)


def tell_of_the_promise(event: CaseActionEnded) -> None:
    """Whoever was promised something is told that it is done, or that it is not; or it is kept why they cannot be."""
    if not event.promised:
        return
    case = db.session.get_one(Case, event.case_id)
    message = communications.write_to_customer(
        case,
        Purpose.UPDATE,
        event.words,
        author_id=event.actor_id,
        now=event.at,
        intent=f"promise:{event.action_id}",
    )
    if message is not None:
        cases.note_action_told(event.action_id, message.id)
    else:
        why = cannot_be_told(case)
        cases.note_action_untold(case, event.action_id, why, actor_id=event.actor_id, now=event.at)


def send_the_update(event: UpdateWritten) -> None:
    """An update to the customers of many cases goes to each of them by their own way."""
    case = db.session.get_one(Case, event.case_id)
    communications.write_to_customer(
        case, Purpose.UPDATE, event.words, author_id=event.actor_id, now=event.at, intent=event.intent
    )


def figures_are_stale(event: CaseChanged) -> None:
    """The measures of this case are computed again by the next refresh."""
    measures.mark_stale(event.case_id, event.at)


def words_are_stale(event: CaseOpened | CaseChanged | CommunicationWritten) -> None:
    """The words of a case are found as they are now, before its transaction ends and after."""
    search.note_changed(event.case_id)


def many_are_stale(event: CasesChanged) -> None:
    """Figures and words of many cases are made anew."""
    measures.mark_many_stale(event.case_ids, event.at)
    search.note_many_changed(event.case_ids)


def take_in_the_imported(event: CasesImported) -> None:
    """Imported cases are counted by the next refresh and found by their words; their answers stand in the timelines."""
    measures.mark_many_stale(event.case_ids, event.at)
    communications.keep_imported_answers(event.answers)
    search.note_many_changed(event.case_ids)


def words_reached_the_customer(event: CommunicationSent) -> None:
    """What went out counts from then on: a decision lets the case be closed, and the next word is owed.

    The automatic receipt says nothing of how it stands, and neither does what never reached the customer.
    """
    found = _case_of(event)
    if found is None:
        return
    case, message = found
    at = message.sent_at or event.at
    cases.note_reached(case, event.purpose, written_at=message.written_at, at=at, now=event.at)
    if event.purpose in TELLS_HOW_IT_STANDS:
        clocks.note_told(case, event.at, written_at=message.written_at, now=event.at)


def words_did_not_reach_the_customer(event: CommunicationFailed) -> None:
    """A message that came back says nothing: what it was to meet is owed on."""
    found = _case_of(event)
    if found is not None:
        case, message = found
        cases.note_not_reached(
            case, event.purpose, written_at=message.written_at, why=NOT_ARRIVED, now=event.at
        )


def _case_of(event: CommunicationSent | CommunicationFailed) -> tuple[Case, Communication] | None:
    """The case of a message that a move or a person wrote, held: messages go out while somebody works on the case."""
    if event.case_id is None or event.purpose not in SAYS_SOMETHING:
        return None
    db.session.flush()
    message = db.session.get_one(Communication, event.communication_id)
    case = db.session.get_one(Case, event.case_id, with_for_update=True, populate_existing=True)
    return case, message


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
    case = db.session.get_one(Case, event.case_id)
    if case.duplicate_of_id is not None:
        merging.note_heard_meanwhile(case, event.at)
    else:
        cases.go_on_after_reply(case, now=event.at)


def check_what_a_new_agency_checks(event: AgencySetUp) -> None:
    """A new agency begins with rules that say which answers are checked before they go out."""
    approval_rules.add_default_rules(event.at)


def answer_may_be_stale(event: CaseChanged) -> None:
    """An answer that waits to be checked is looked at again when its case has changed since it was written."""
    approvals.look_for_changes(db.session.get_one(Case, event.case_id), now=event.at)


def answer_no_longer_fits(event: CustomerReplied) -> None:
    """An answer that waits to be checked was written before the customer wrote again."""
    case = stands_for(db.session.get_one(Case, event.case_id))
    approvals.note_customer_wrote(case, now=event.at)


def tell_those_merged(event: CaseMoved) -> None:
    """The decision of a case goes to the customer of each case that is handled together with it."""
    if event.says != Purpose.DECISION:
        return
    case = db.session.get_one(Case, event.case_id)
    for one in merged_into(case):
        intent = f"{event.move}:{case.id}:{case.version}:for:{one.id}"
        message = communications.write_to_customer(
            one, Purpose.DECISION, event.words, author_id=event.actor_id, now=event.at, intent=intent
        )
        merging.note_answered_together(one, event.at)
        _note_waiting(one, message, event.at)
        if message is None:
            why = cannot_be_told(one)
            cases.note_decision_impossible(one, why, actor_id=event.actor_id, now=event.at)
        elif not message.delivery.is_out:
            cases.note_decision_queued(one)
        publish(CaseChanged(one.id, event.at))


def look_again_for_opportunities(_event: AccessChanged) -> None:
    """What was found is never made of cases that some may not know of: it is found again without them, or with."""
    enqueue("improvement.find")
