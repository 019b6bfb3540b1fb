"""What each role may offer on the spot, for administrators to change."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms.limits import ROLES, cells_of, limits_form, limits_in
from casework.cases.models import Remedy
from casework.catalogue.limits import limits_table, set_remedy_limits
from casework.catalogue.money import money_words
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say
from casework.core.forms import HouseForm
from casework.workflow.guards.limits import MONEY


@requires(Permission.ADMINISTER)
def remedy_limits() -> str | Response | tuple[str, int]:
    """The limits, a table for each role, and saving them."""
    currency = the_agency().currency
    form = limits_form(limits_table(), currency)
    if request.method == "GET":
        return _page(form)
    wanted = limits_in(form, currency) if form.validate() else None
    if wanted is None:
        return _page(form), 422
    try:
        with transaction():
            changed = set_remedy_limits(wanted, actor_id=current_user().id, now=clock.now())
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(form), 422
    say(_("The limits are saved; they hold from now on.") if changed else _("Nothing was changed."))
    return redirect(url_for("cases.remedy_limits"))


def _page(form: HouseForm) -> str:
    return render_template(
        "cases/limits.html",
        form=form,
        cells=cells_of(form),
        roles=ROLES,
        remedies=list(Remedy),
        money=MONEY,
        currency=the_agency().currency,
    )


def money(minor: int) -> str:
    """An amount of the agency's currency as people read it, for templates."""
    return money_words(minor, the_agency().currency, str(get_locale() or "en"))


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has, and how templates write money."""
    blueprint.record_once(lambda setup: setup.app.add_template_filter(money, "money"))
    blueprint.add_url_rule("/limits", "remedy_limits", remedy_limits, methods=["GET", "POST"])
