"""Logging a case on one screen: the form, saving it, and resolving it on the same call."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms import LogForm
from casework.cases.forms.log_rows import IssueRow
from casework.cases.models import Case
from casework.cases.queries import customers_seen_by
from casework.cases.queries.approvals import approvers_of
from casework.cases.queries.files import staged_files_of
from casework.cases.routes.log_live import due_dates_of, found_customers, promises_of
from casework.cases.routes.log_names import Lists, look_up, names_of
from casework.cases.rules import SEVERITIES
from casework.cases.services import log_case
from casework.cases.services.drafts import drafts_of, end_draft, get_draft, once_key_of
from casework.cases.services.files import attach_staged, stage
from casework.cases.services.resolving import OnTheSpot, SavedBefore
from casework.cases.severity import PROPOSED
from casework.catalogue.limits import remedy_limits
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid, NotFound, Refused
from casework.core.flashes import say
from casework.core.forms import local_now
from casework.customers.models import Customer
from casework.files.services import take_in

# Pressing one of these asks for more of the form and saves nothing.
ASKS = ("find_now", "add_point")


def log_form(formdata: MultiDict[str, str] | None = None) -> LogForm:
    """The form, received now unless something else was typed; with `formdata`, filled from it."""
    zone = the_agency().time_zone
    form = LogForm() if formdata is None else LogForm(formdata=formdata)
    form.zone = ZoneInfo(zone)
    if request.method == "GET" and form.received.data is None and not form.received.errors:
        form.received.data = local_now(clock.now(), zone)
    return form


@requires(Permission.WORK_CASES)
def log() -> str | Response | tuple[str, int]:
    """The form, and saving it."""
    lists = Lists()
    if request.method == "GET":
        form, tokens = _opened()
        return _page(form, lists, tokens)
    form = log_form()
    tokens = _staged(form)
    if any(name in request.form for name in ASKS):
        return _asked_for_more(form, lists, tokens)
    is_valid = form.validate()
    if not look_up(form, lists) or not is_valid:
        return _page(form, lists, tokens), 422
    try:
        saved = _save(form, tokens)
    except (Refused, Invalid) as refusal:
        db.session.rollback()
        if isinstance(refusal, SavedBefore):
            form.once.data = secrets.token_urlsafe(16)
        form.add_problems(refusal.reasons if isinstance(refusal, Refused) else [refusal.message])
        return _page(form, lists, tokens), 422
    return _saved(form, saved)


def _opened() -> tuple[LogForm, list[str]]:
    """A new form, or the draft that is gone on with, with the tokens of its files."""
    draft_id = request.args.get("draft", "")
    if not draft_id:
        return log_form(), []
    if not (draft_id.isascii() and draft_id.isdigit() and len(draft_id) < 10):
        raise NotFound("There is no such draft. Go to “Log a case” to see the drafts that you have.")
    draft = get_draft(current_user().id, int(draft_id))
    fields = MultiDict([(str(name), str(value)) for name, value in draft.data["fields"]])
    form = log_form(fields)
    form.once.data, form.draft_id.data = draft.once, str(draft.id)
    return form, fields.getlist("staged")


def _staged(form: LogForm) -> list[str]:
    """The tokens of the files of this form. What came with the form itself is kept first, so that no other mistake
    in the form loses it; what is not taken is said at the top."""
    tokens = request.form.getlist("staged")
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if uploads:
        taken, refused = take_in(uploads)
        form.add_problems(refused)
        try:
            with transaction():
                tokens += [one.token for one in stage(taken, actor=current_user(), now=clock.now())]
        except Refused as refusal:
            form.add_problems(refusal.reasons)
    return tokens


def _asked_for_more(form: LogForm, lists: Lists, tokens: list[str]) -> str:
    """The same page with one more point, or with the customers who match; everything typed stays."""
    if "add_point" in request.form:
        form.add_row()
    return _page(form, lists, tokens, find="find_now" in request.form)


@dataclass(frozen=True)
class Saved:
    """What the next page says of the case that was saved; read while it was still at hand."""

    reference: str
    dates: str
    answered: bool
    awaits_check: bool
    # Who may check it, where the team has somebody.
    checkers: tuple[str, ...]


def _save(form: LogForm, tokens: list[str]) -> Saved:
    user, now = current_user(), clock.now()

    def also(case: Case) -> None:
        attach_staged(case, tokens, actor=user, now=now)
        for once in filter(None, (form.once.data, form.replaces.data)):
            end_draft(user.id, once)

    with transaction():
        _check_customer(form)
        case = log_case(
            form.new_case(),
            actor=user,
            now=now,
            once_key=once_key_of(user.id, form.once.data),
            on_the_spot=_answer(form),
            also=also,
        )
        answered = case.responded_at is not None
        dates = "" if answered else due_dates_of(case, now)
        awaits = case.awaiting_approval
        checkers = tuple(person.name for person in approvers_of(case, user)) if awaits else ()
        return Saved(case.reference, dates, answered, awaits, checkers)


def _check_customer(form: LogForm) -> None:
    if form.customer_id.data and _customer(form.customer_id.data) is None:
        raise Refused("That customer is no longer there. Look them up again, or add them.")


def _answer(form: LogForm) -> OnTheSpot | None:
    """What was decided on the spot, when that was asked for. Words written for nothing are not thrown away."""
    if "resolve" in request.form:
        return form.on_the_spot(the_agency().currency)
    if form.answer.data:
        raise Refused(
            "You wrote an answer. Press “Save and resolve” to give it, or empty it to save the case alone."
        )
    return None


def _saved(form: LogForm, saved: Saved) -> Response:
    """Where it goes on: at the case or at an empty form, with the reference, the due dates and a link."""
    words = _("Saved as %(reference)s.", reference=saved.reference)
    if saved.awaits_check:
        who = _(" or ").join(saved.checkers) or _("a supervisor")
        words += " " + _("The answer waits to be checked by %(who)s before it goes out.", who=who)
    elif saved.answered:
        words = _("Saved as %(reference)s and resolved.", reference=saved.reference)
    href = url_for("cases.case", reference=saved.reference)
    here = "next" in request.form
    say(
        f"{words} {saved.dates}".strip(),
        clear_draft=draft_name(form),
        href=href if here else "",
        label=_("Open %(reference)s", reference=saved.reference),
    )
    return redirect(url_for("cases.log") if here else href)


def draft_name(form: LogForm) -> str:
    """The name under which the browser keeps what is typed: a draft gone on with is not mixed with a new form."""
    key = form.draft_id.data or ""
    return f"log-case-{key}" if key.isascii() and key.isdigit() else "log-case"


def _page(form: LogForm, lists: Lists, tokens: Sequence[str] = (), *, find: bool = False) -> str:
    names_of(form, lists)
    form.offer(services=lists.services)
    user = current_user()
    chosen = _customer(form.customer_id.data) if form.customer_id.data else None
    typed = form.find.data or ""
    now = clock.now()
    return render_template(
        "cases/log.html",
        form=form,
        lists=lists,
        promises=promises_of(form, now),
        severity_notes={n: words for n, (_label, words) in SEVERITIES.items()},
        proposals=PROPOSED,
        chosen=chosen,
        typed=typed,
        found=found_customers(typed) if find and chosen is None else [],
        searched=find,
        draft_name=draft_name(form),
        drafts=[one for one in drafts_of(user.id) if one.once != form.once.data],
        own_limits=remedy_limits().get(user.role.value, {}),
        currency=the_agency().currency,
        uploads=staged_files_of(user.id, list(tokens)),
        blank_row=IssueRow(prefix="issues-__i__-"),
    )


def _customer(customer_id: int) -> Customer | None:
    """A chosen customer, when this person may know of them."""
    if not 0 < customer_id < 2**31:
        return None
    wanted = select(Customer).where(Customer.id == customer_id)
    return db.session.scalars(customers_seen_by(current_user(), wanted)).first()


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has."""
    blueprint.add_url_rule("/new", "log", log, methods=["GET", "POST"])
