"""What answers while one types on the log form: each part is asked for by itself and none of them blocks typing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.calendars import Relative, day_text, in_words
from casework.cases.forms import LogForm
from casework.cases.models import Case, ClockState
from casework.cases.queries import customers_found, customers_seen_by, earlier_cases
from casework.cases.rules import SEVERITIES
from casework.cases.services.clocks import Promise, promises_for
from casework.cases.views import PROMISES, Row, promise_words, rows_of
from casework.catalogue.queries import default_calendar, the_agency
from casework.core import clock
from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.rules import digits, searchable

# Shorter words match half of the town.
ENOUGH = 3
LONGEST_QUESTION = 200


@dataclass(frozen=True)
class FoundCustomer:
    """A customer who matches what was typed, and what of them matches in words."""

    customer: Customer
    why: str


@dataclass(frozen=True)
class Expected:
    """A due date that the case in the form would get: what, when in words, the working, and why it applies."""

    what: str
    relative: Relative
    promise: Promise
    because: str


@requires(Permission.WORK_CASES)
def promises() -> str:
    """The due dates that the case in the form would get."""
    form = LogForm(formdata=request.args, meta={"csrf": False})
    form.zone = ZoneInfo(the_agency().time_zone)
    return render_template("cases/_promises.html", promises=promises_of(form, clock.now()))


@requires(Permission.WORK_CASES)
def find_customers() -> str:
    """Customers who match what was typed, as the options of a list."""
    typed = request.args.get("find", "").strip()
    return render_template(
        "cases/_customers.html", typed=typed[:LONGEST_QUESTION], found=found_customers(typed)
    )


@requires(Permission.WORK_CASES)
def customer_history() -> str:
    """The earlier cases of the chosen customer that this person may see."""
    key = request.args.get("customer_id", "")
    customer = None
    if key.isascii() and key.isdigit() and len(key) < 10:
        wanted = select(Customer).where(Customer.id == int(key))
        customer = db.session.scalars(customers_seen_by(current_user(), wanted)).first()
    cases = list(db.session.scalars(earlier_cases(current_user(), customer.id))) if customer else []
    zone = ZoneInfo(the_agency().time_zone)
    rows: list[tuple[Row, str]] = [
        (row, day_text(case.received_at.astimezone(zone).date()))
        for case, row in zip(cases, rows_of(cases, now=clock.now()), strict=True)
    ]
    return render_template("cases/_history.html", customer=customer, rows=rows)


def found_customers(typed: str) -> list[FoundCustomer]:
    """Customers who match, of whom this person may know, each with what matches."""
    typed = typed.replace("\x00", "").strip()[:LONGEST_QUESTION]
    if len(typed) < ENOUGH:
        return []
    wanted = customers_found(current_user(), typed)
    return [FoundCustomer(one, _why(one, typed)) for one in db.session.scalars(wanted)]


def _why(customer: Customer, typed: str) -> str:
    number = digits(typed)
    if len(number) >= ENOUGH and digits(customer.phone).endswith(number):
        return _("phone matches") if number != digits(customer.phone) else _("phone matches exactly")
    wanted = searchable(typed)
    if wanted and all(word in customer.search_name for word in wanted.split()):
        return _("name matches")
    if wanted and wanted in customer.search_email:
        return _("e-mail matches")
    return _("by an earlier case")


def promises_of(form: LogForm, now: datetime) -> list[Expected]:
    """The due dates that a case like the one in the form would get."""
    received_at = now
    if form.received.data is not None:
        received_at = min(form.received_at(), now)
    service_id = form.service_id.data or None
    severity = form.chosen_severity if form.chosen_severity in SEVERITIES else 1
    found = promises_for(
        kind=form.kind.data or "complaint",
        severity=severity,
        service_id=service_id,
        received_at=received_at,
        channel=form.channel.data or "",
        category_id=next((row.category_id.data for row in form.issues if row.category_id.data), None),
    )
    return [
        Expected(what, relative, promise, _because(promise, severity))
        for what, relative, promise in promise_words(found, now)
    ]


def due_dates_of(case: Case, now: datetime) -> str:
    """The due dates of a case that was just logged, in a sentence."""
    calendar = default_calendar()
    running = sorted(
        (clock for clock in case.clocks if clock.state is ClockState.RUNNING), key=lambda one: one.due_at
    )
    parts = [
        f"{PROMISES.get(one.promise, one.name).lower()}: {in_words(calendar, one.due_at, now).absolute}"
        for one in running
    ]
    return _("Due: %(dates)s.", dates="; ".join(parts)) if parts else ""


def _because(promise: Promise, severity: int) -> str:
    """Why a standard applies, where it does not apply to everything."""
    reasons = []
    if promise.standard.severity is not None:
        reasons.append(_("the severity is %(level)s", level=SEVERITIES[severity][0].lower()))
    if promise.standard.service_id is not None:
        reasons.append(_("it is about this service"))
    return _("because %(reasons)s", reasons=_(" and ").join(reasons)) if reasons else ""


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these parts have."""
    blueprint.add_url_rule("/new/promises", "promises", promises)
    blueprint.add_url_rule("/new/customers", "find_customers", find_customers)
    blueprint.add_url_rule("/new/history", "customer_history", customer_history)
