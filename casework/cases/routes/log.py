"""Logging a case on one screen, with what answers while one types."""

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms import LogForm
from casework.cases.queries import customers_seen_by, earlier_cases
from casework.cases.rules import SEVERITIES
from casework.cases.services import open_case
from casework.cases.services.clocks import promises_for
from casework.cases.views import promise_words, rows_of
from casework.catalogue.queries import active_categories, active_services, the_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.flashes import say
from casework.core.forms import local_now
from casework.customers.models import Customer
from casework.customers.queries import customers_like


def log_form() -> LogForm:
    """The form with its choices, received now unless something else was typed."""
    zone = the_agency().time_zone
    form = LogForm()
    form.zone = ZoneInfo(zone)
    form.offer(
        services=[(s.id, s.name) for s in db.session.scalars(active_services())],
        categories=[(c.id, c.path) for c in db.session.scalars(active_categories())],
    )
    if request.method == "GET" and form.received.data is None:
        form.received.data = local_now(clock.now(), zone)
    return form


@requires(Permission.WORK_CASES)
def log() -> str | Response | tuple[str, int]:
    """The form, and saving it."""
    form, now = log_form(), clock.now()
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            user_id = current_user().id
            # A person's own: the key of somebody else's form leads to nothing.
            key = f"log:{user_id}:{form.once.data}"
            case = open_case(form.new_case(), actor_id=user_id, now=now, once_key=key)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(form), 422
    say(f"Saved as {case.reference}.", clear_draft="log-case")
    if "next" in request.form:
        return redirect(url_for("cases.log"))
    return redirect(url_for("cases.case", reference=case.reference))


@requires(Permission.WORK_CASES)
def promises() -> str:
    """The due dates that the case in the form would get: a part of the page, asked for while one types."""
    return render_template("cases/_promises.html", promises=_promises(log_form_of_query()))


@requires(Permission.WORK_CASES)
def find_customers() -> str:
    """Customers who match what was typed: a part of the page."""
    typed = request.args.get("find", "").strip()[:200]
    wanted = customers_seen_by(current_user(), customers_like(typed))
    found = list(db.session.scalars(wanted)) if len(typed) > 2 else []
    return render_template("cases/_customers.html", typed=typed, customers=found)


@requires(Permission.WORK_CASES)
def customer_history() -> str:
    """The earlier cases of the chosen customer that this person may see: a part of the page."""
    key = request.args.get("customer_id", "")
    customer = _customer(int(key)) if key.isascii() and key.isdigit() and len(key) < 12 else None
    cases = list(db.session.scalars(earlier_cases(current_user(), customer.id))) if customer else []
    return render_template("cases/_history.html", customer=customer, rows=rows_of(cases, now=clock.now()))


def log_form_of_query() -> LogForm:
    """The same form, filled from the address: parts of the page are asked for with GET."""
    form = LogForm(formdata=request.args, meta={"csrf": False})
    form.zone = ZoneInfo(the_agency().time_zone)
    return form


def _page(form: LogForm) -> str:
    return render_template(
        "cases/log.html",
        form=form,
        promises=_promises(form),
        severity_notes={n: words for n, (_, words) in SEVERITIES.items()},
        chosen=_customer(form.customer_id.data) if form.customer_id.data else None,
    )


def _customer(customer_id: int) -> Customer | None:
    """A chosen customer, when this person may know of them."""
    wanted = select(Customer).where(Customer.id == customer_id)
    return db.session.scalars(customers_seen_by(current_user(), wanted)).first()


def _promises(form: LogForm) -> list[object]:
    now = clock.now()
    received_at = form.received_at() if form.received.data is not None else now
    found = promises_for(
        kind=form.kind.data or "complaint",
        severity=form.severity.data or 1,
        service_id=form.service_id.data or None,
        received_at=min(received_at, now),
    )
    return list(promise_words(found, now))


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/new", "log", log, methods=["GET", "POST"])
    blueprint.add_url_rule("/new/promises", "promises", promises)
    blueprint.add_url_rule("/new/customers", "find_customers", find_customers)
    blueprint.add_url_rule("/new/history", "customer_history", customer_history)
