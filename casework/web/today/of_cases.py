"""The lists of Today that come from cases, answers, promises, messages and notices."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from casework.cases.models import Case, CaseAction
from casework.cases.queries import visible_cases
from casework.cases.queries.actions import open_actions
from casework.cases.queries.approvals import approvals_back_with, approvals_waiting_for
from casework.cases.queries.board import colleagues, seen_counts
from casework.cases.queues import Filters, parts_of
from casework.catalogue.guidance.queries import unread_guidance
from casework.catalogue.queries import the_agency
from casework.communications.models import Communication, Direction, Purpose
from casework.communications.queries import messages_needing
from casework.core.db import db
from casework.notices.queries import notices_of
from casework.notices.rules import sentence
from casework.web.today.rows import (
    SHOWN,
    Day,
    Section,
    Todo,
    case_todo,
    cases_of,
    light,
    what_is_owed,
    what_to_do,
    with_whom,
)


def late(day: Day, filters: Filters, *, mine: bool) -> Section:
    """What was due before now."""
    found, more = cases_of(day, "overdue", filters)
    return Section(
        name="overdue",
        label=_("Late"),
        why=_("Somebody was promised to hear by now.") if mine else _("Move these, or say why they wait."),
        none=_("Nothing is late."),
        more=more,
        todos=[
            case_todo(
                day,
                case,
                why=_owing(case, _received(day, case) if mine else with_whom(case)),
                action=what_to_do(case) if mine else _("Look into it"),
            )
            for case in found
        ],
    )


def _received(day: Day, case: Case) -> str:
    return _("Received %(day)s", day=day.moment(case.received_at))


def _owing(case: Case, words: str) -> str:
    owed = what_is_owed(case)
    return f"{words}, {owed}" if owed else words


def due_soon(day: Day, filters: Filters) -> Section:
    """What is due within two working days."""
    found, more = cases_of(day, "due_soon", filters)
    return Section(
        name="due_soon",
        label=_("Due soon"),
        why=_("Due within two working days."),
        none=_("Nothing is due in the next two working days."),
        more=more,
        todos=[
            case_todo(day, case, why=_owing(case, _received(day, case)), action=what_to_do(case))
            for case in found
        ],
    )


def unassigned(day: Day, filters: Filters, *, takes: bool) -> Section:
    """What nobody looks after."""
    found, more = cases_of(day, "unassigned", filters)
    return Section(
        name="unassigned",
        label=_("Nobody yet"),
        why=_("Take one, so that somebody looks after it.") if takes else _("Give each to somebody."),
        none=_("Every open case has somebody."),
        more=more if takes else url_for("cases.board", team=filters.team_id),
        todos=[
            case_todo(
                day,
                case,
                why=_("Waits since %(day)s", day=day.moment(case.received_at)),
                action=_("Take it") if takes else _("Give it"),
            )
            for case in found
        ],
    )


def escalated(day: Day, filters: Filters) -> Section:
    """Customers who asked for a review."""
    found, more = cases_of(day, "escalated", filters)
    return Section(
        name="escalated",
        label=_("Reviews"),
        why=_("The customer did not accept the first answer; somebody new looks at it."),
        none=_("Nobody waits for a review."),
        more=more,
        todos=[case_todo(day, case, why=with_whom(case), action=_("See to it")) for case in found],
    )


def replied(day: Day) -> Section:
    """My open cases in which the customer had the last word."""
    later = aliased(Communication)
    answered = exists().where(
        later.case_id == Communication.case_id,
        later.id > Communication.id,
        # An automatic confirmation is no answer; a note or a call shows that somebody saw it.
        later.purpose != Purpose.RECEIPT,
    )
    last_word = (
        select(Communication.case_id, Communication.written_at)
        .where(
            Communication.case_id == Case.id,
            Communication.direction == Direction.IN,
            Communication.purpose == Purpose.REPLY,
            ~answered,
        )
        .correlate(Case)
        .exists()
    )
    wanted = visible_cases(day.user).where(Case.is_open, Case.handler_id == day.user.id, last_word)
    found = db.session.scalars(light(wanted).order_by(Case.next_due_at, Case.id).limit(SHOWN)).all()
    return Section(
        name="replied",
        label=_("Customers replied"),
        why=_("They had the last word."),
        none=_("No customer waits for your word."),
        todos=[
            case_todo(day, case, why=_("%(name)s replied", name=_customer(case)), action=_("Read the reply"))
            for case in found
        ],
    )


def promises(day: Day, *, of_team: bool) -> Section:
    """What was promised in answers and is due by tomorrow, or was already."""
    today = day.now.astimezone(day.zone).date()
    page = open_actions(day.user, whose="team" if of_team else "mine", size=SHOWN)
    close = [one for one in page.actions if (one.due_on - today).days <= 2]
    return Section(
        name="promises",
        label=_("Promises"),
        why=_("Promised to a customer, and due by now or within two days."),
        none=_("No promise is due."),
        more=url_for("cases.actions", whose="team" if of_team else None) if page.next and close else "",
        todos=[
            Todo(
                mark=one.case.reference,
                what=one.what,
                why=_promise_words(one.due_on, today, _owner(one) if of_team else ""),
                href=url_for("cases.case", reference=one.case.reference),
                action=_("Keep it"),
            )
            for one in close
        ],
    )


def _owner(one: CaseAction) -> str:
    return one.owner.name if one.owner is not None else _("needs an owner")


def _promise_words(due_on: date, today: date, name: str) -> str:
    days = (today - due_on).days
    if days > 0:
        words = ngettext("Due %(num)d day ago", "Due %(num)d days ago", days)
    else:
        words = _("Due today") if not days else ngettext("Due in %(num)d day", "Due in %(num)d days", -days)
    return f"{words}, {name}" if name else words


def returned(day: Day) -> Section:
    """Answers of mine that whoever checks them sent back."""
    found = db.session.scalars(approvals_back_with(day.user).limit(SHOWN)).all()
    return Section(
        name="returned",
        label=_("Answers returned"),
        why=_("Somebody checked your answer and wants something changed."),
        none=_("No answer of yours was returned."),
        todos=[
            Todo(
                mark=one.case.reference,
                what=one.case.title,
                why=one.comment[:120] or _("The case changed since you wrote it"),
                href=url_for("cases.case", reference=one.case.reference),
                action=_("Mend it"),
            )
            for one in found
        ],
    )


def to_approve(day: Day) -> Section:
    """Answers that wait for this person to check them."""
    found = db.session.scalars(approvals_waiting_for(day.user).limit(SHOWN + 1)).all()
    return Section(
        name="approve",
        label=_("Answers to check"),
        why=_("They go out when you release them."),
        none=_("No answer waits for you."),
        more=url_for("cases.approvals") if len(found) > SHOWN else "",
        todos=[
            Todo(
                mark=one.case.reference,
                what=one.case.title,
                why=_(
                    "%(name)s wrote it, waits since %(day)s",
                    name=one.asked_by.name,
                    day=day.moment(one.asked_at),
                ),
                due=day.due(one.case.next_due_at),
                severity=one.case.severity,
                href=url_for("cases.approval", reference=one.case.reference),
                action=_("Check it"),
            )
            for one in found[:SHOWN]
        ],
    )


def messages(day: Day, filters: Filters) -> Section:
    """Messages that did not go out by themselves: undeliverable, unclear, or to be done by hand."""
    page = messages_needing(day.user, filters, size=SHOWN)
    kept: dict[str, Any] = parts_of(filters)
    return Section(
        name="messages",
        label=_("Messages that need a person"),
        why=_("Letters to post, calls to make, and what did not arrive."),
        none=_("Every message went out."),
        more=url_for("communications.messages", **kept) if page.next else "",
        todos=[
            Todo(
                mark=one.case.reference if one.case else "",
                what=one.subject or (one.case.title if one.case else _("A message")),
                why=one.trouble[:120] or _by_hand(one.channel, day.moment(one.written_at)),
                href=url_for("communications.settle", message_id=one.id),
                action=_("Settle it") if one.trouble else _WHAT_TO_DO.get(one.channel, _l("Settle it")),
            )
            for one in page.messages
        ],
    )


_WHAT_TO_DO = {"letter": _l("Post it"), "phone": _l("Make the call")}


def _by_hand(channel: str, when: str) -> str:
    """A letter or a call that waits for somebody, and since when."""
    if channel == "letter":
        return _("Letter, written %(day)s", day=when)
    return (
        _("Call, written %(day)s", day=when)
        if channel == "phone"
        else _("By hand, written %(day)s", day=when)
    )


def notices(day: Day) -> Section:
    """What this person was told of and has not read; nothing is asked when the counter says that there is nothing."""
    page = notices_of(day.user, unread=True, size=SHOWN) if day.user.unread else None
    return Section(
        name="notices",
        label=_("New notices"),
        why=_("What happened in your cases since you last looked."),
        none=_("You have read every notice."),
        more=url_for("notices.notices", unread=1) if page and page.next else "",
        todos=[
            Todo(
                mark=one.reference,
                what=one.title,
                why=_(sentence(one.notice.what, one.notice.count)) + (f", {one.by}" if one.by else ""),
                href=url_for("notices.open_notice", notice_id=one.notice.id),
                action=_("Read it"),
            )
            for one in (page.told if page else ())
        ],
    )


def guidance(day: Day) -> Section:
    """Guidance that is new or changed since this person read it."""
    found = db.session.scalars(unread_guidance(day.user, SHOWN)).all()
    return Section(
        name="guidance",
        label=_("Guidance to read"),
        why=_("New, or changed since you read it."),
        none=_("You have read all guidance."),
        todos=[
            Todo(
                what=one.title,
                why=_("Changed %(day)s", day=day.moment(one.updated_at)),
                href=url_for("catalogue.guidance", guidance_id=one.id),
                action=_("Read it"),
            )
            for one in found
        ],
    )


def load(day: Day, team_id: int) -> Section:
    """People of a team who carry too much, or are away with open cases."""
    agency = the_agency()
    today = day.now.astimezone(day.zone).date()
    people = colleagues([team_id], today=today, usual=agency.capacity)
    counts = seen_counts(day.user, [one.user.id for one in people])
    todos = []
    for one in people:
        n = counts.get(one.user.id, 0)
        away = one.away and n > 0
        if not away and not (one.is_counted_on and n > one.capacity):
            continue
        if away:
            until = one.away_until.strftime("%-d %B") if one.away_until else _("further notice")
            why = ngettext(
                "Away until %(until)s with %(num)d open case",
                "Away until %(until)s with %(num)d open cases",
                n,
                until=until,
            )
        else:
            why = _("%(n)s open cases of %(most)s", n=n, most=one.capacity)
        href = url_for("cases.board_balance", team=team_id)
        todos.append(Todo(what=one.user.name, why=why, href=href, action=_("Even it out")))
    return Section(
        name="load",
        label=_("Too much for one person"),
        why=_("Beyond what they can carry, or away with open cases."),
        none=_("Nobody carries more than they can."),
        more=url_for("cases.board", team=team_id) if len(todos) > SHOWN else "",
        todos=todos[:SHOWN],
    )


def _customer(case: Case) -> str:
    known = case.customer is not None and not case.customer.is_anonymous
    return case.customer.label if known and case.customer else _("The customer")
