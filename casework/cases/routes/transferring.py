"""Another kind, another department, another agency: each page shows what becomes of the due dates before it saves."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.cases.choices import choices_for
from casework.cases.forms.seen import SeenForm
from casework.cases.forms.transferring import CameFromForm, KindForm, TransferForm
from casework.cases.models import Case, Kind
from casework.cases.queries import get_case_for
from casework.cases.queries.seen import changed_since, seen_of, transfer_mark
from casework.cases.saving import as_it_is_now, saving
from casework.cases.services import transferring as services
from casework.cases.services.may_transfer import why_not_came, why_not_kind, why_not_transfer
from casework.cases.views import state_of
from casework.catalogue.models import Service
from casework.core import clock
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.flashes import say
from casework.core.once import made_before, remember

Page = Callable[[Case, object], str]
Saved = Response | tuple[str, int]


@requires(Permission.WORK_CASES)
def change_kind(reference: str) -> str | Saved:
    """Let the case be of another kind, in the process of that kind."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    form = KindForm()
    form.offer([(kind.value, kind.label) for kind in Kind if kind is not found.kind])
    form.show(seen_of(found, transfer_mark(found)))

    def page(case: Case, changes: object = None) -> str:
        kind = _kind(form.kind.data, case)
        shown = None if kind is None else services.foresee_kind(case, kind, now=now)
        state = None if kind is None else services.state_as(case, kind)
        form.was_looked_at()
        why_not = why_not_kind(case, actor=user)
        return _page("cases/kind.html", case, form, shown, why_not, changes=changes, becomes=state)

    if request.method == "GET" or "look" in request.form:
        return page(found)
    if _is_done(found, form):
        return _back(reference)
    if not form.validate() or (kind := _kind(form.kind.data, found)) is None:
        return page(found), 422
    if not form.was_looked_at():
        return page(found)

    def act() -> None:
        services.change_kind(found, kind, form.reason.data, actor=user, now=now, seen=form.seen.data)

    said = _("It is of another kind now. Its clocks follow the standards of that kind.")
    return _save(found, user, form, act, page, now) or _done(reference, "kind", said)


@requires(Permission.WORK_CASES)
def transfer(reference: str) -> str | Saved:
    """Give the case to another department."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    form = TransferForm()
    _offer_departments(found, form)
    form.show(seen_of(found, transfer_mark(found)))

    def page(case: Case, changes: object = None) -> str:
        _team, service = _chosen(form)
        shown = services.foresee_transfer(case, service=service, now=now) if form.team_id.data else None
        form.was_looked_at()
        return _page(
            "cases/transfer.html", case, form, shown, why_not_transfer(case, actor=user), changes=changes
        )

    if request.method == "GET" or "look" in request.form:
        return page(found)
    if _is_done(found, form):
        return _back(reference)
    team, service = _chosen(form)
    if not form.validate() or team is None:
        if team is None:
            form.team_id.errors = [_("Choose which department gets it.")]
        return page(found), 422
    if not form.was_looked_at():
        return page(found)

    def act() -> None:
        services.transfer_case(
            found,
            team=team,
            service=service,
            reason=form.reason.data,
            actor=user,
            now=now,
            note=form.note.data,
            words=form.words.data,
            seen=form.seen.data,
        )

    name = team.name
    said = _("%(team)s has it now.", team=name)
    return _save(found, user, form, act, page, now) or _done(reference, "transfer", said)


@requires(Permission.WORK_CASES)
def came_from(reference: str) -> str | Saved:
    """Write down that the case came from another agency."""
    user, now = current_user(), clock.now()
    found = get_case_for(user, reference)
    form = CameFromForm()
    form.show(seen_of(found, transfer_mark(found)))

    def page(case: Case, changes: object = None) -> str:
        shown = services.foresee_came(case, now=now)
        return _page(
            "cases/came_from.html", case, form, shown, why_not_came(case, actor=user), changes=changes
        )

    if request.method == "GET":
        return page(found)
    if _is_done(found, form):
        return _back(reference)
    day = form.first_received_on.data
    if not form.validate() or day is None:
        if day is None and not form.first_received_on.errors:
            form.first_received_on.errors = [_("Give the day on which they received it.")]
        return page(found), 422

    def act() -> None:
        given = {"actor": user, "now": now, "seen": form.seen.data}
        services.came_from_agency(found, form.agency.data, day, form.reason.data, **given)

    said = _("It is written down where it came from.")
    return _save(found, user, form, act, page, now) or _done(reference, "came-from", said)


def _save(
    found: Case, user: User, form: SeenForm, act: Callable[[], None], page: Page, now: datetime
) -> tuple[str, int] | None:
    """Do it once, however often it was sent; the page again with what stands in the way, or None when done."""
    reference = found.reference
    try:
        with saving(found, user):
            if not _is_done(found, form):
                act()
                remember(_key(found, form), found.id, now)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return page(as_it_is_now(user, reference), None), 422
    except Conflict as conflict:
        case = as_it_is_now(user, reference)
        form.add_problems([conflict.message])
        changes = changed_since(case, form.seen.data)
        form.show_again(seen_of(case, transfer_mark(case)))
        return page(case, changes), 409
    return None


def _key(found: Case, form: SeenForm) -> str:
    return f"{request.endpoint}:{found.id}:{form.once.data}"


def _is_done(found: Case, form: SeenForm) -> bool:
    """Whether this very form did it already: a second press changes nothing, and is told so by the case itself."""
    return made_before(_key(found, form)) is not None


def _done(reference: str, draft: str, words: str) -> Response:
    say(words, clear_draft=f"{draft}-{reference}")
    return _back(reference)


def _back(reference: str) -> Response:
    return redirect(url_for("cases.case", reference=reference))


def _page(
    template: str, case: Case, form: SeenForm, shown: object, why_not: Sequence[str], **more: object
) -> str:
    return render_template(
        template,
        case=case,
        form=form,
        foreseen=shown,
        why_not=[] if form.form_errors else why_not,
        state=state_of(case),
        **more,
    )


def _kind(key: str | None, case: Case) -> Kind | None:
    """The kind that was chosen, when it is one and another one."""
    return next((kind for kind in Kind if kind.value == key and kind is not case.kind), None)


def _offer_departments(found: Case, form: TransferForm) -> None:
    choices = choices_for(found)
    teams = [(int(str(key)), name) for key, name in choices("team") if key != found.team_id]
    services_ = [(int(str(key)), name) for key, name in choices("service") if key != found.service_id]
    form.offer(teams, services_)


def _chosen(form: TransferForm) -> tuple[Team | None, Service | None]:
    """The department and the service that were chosen, where there are such."""
    team_id, service_id = form.team_id.data or 0, form.service_id.data or 0
    team = db.session.get(Team, team_id) if 0 < team_id < 2**31 else None
    return team, db.session.get(Service, service_id) if 0 < service_id < 2**31 else None


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/<reference>/kind", "change_kind", change_kind, methods=both)
    blueprint.add_url_rule("/<reference>/transfer", "transfer", transfer, methods=both)
    blueprint.add_url_rule("/<reference>/came-from", "came_from", came_from, methods=both)
