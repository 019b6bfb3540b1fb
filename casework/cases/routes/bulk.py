"""Changing many cases at once: choose, look at what would happen to each, confirm, see what happened."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.cases import bulk as doing
from casework.cases.forms.queue import BulkAssignForm, BulkMessageForm, BulkMoveForm, BulkTagForm
from casework.cases.models import Act, BulkJob, Case, ItemState, JobState
from casework.cases.move_form import given_in, move_form
from casework.cases.queries import staff_who_handle
from casework.cases.queries.seen import mark_of
from casework.cases.routes.listing import listing_from
from casework.cases.services import bulk
from casework.cases.services.tags import suggested_tags, tags_in
from casework.catalogue.queries import active_services, process_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid, Refused
from casework.core.flashes import say
from casework.core.forms import ONCE_LENGTH, HouseForm, tidy
from casework.core.queue import enqueue
from casework.workflow.answers import field_problems
from casework.workflow.definition import Move

HEADINGS = {
    Act.ASSIGN: "Give cases to somebody",
    Act.MOVE: "Move cases",
    Act.TAG: "Tag cases",
    Act.UNTAG: "Take a tag off cases",
    Act.MESSAGE: "Send an update to customers",
}

# With these customers are told something, so they are confirmed from the page that showed what it is.
TELLS = (Act.MOVE, Act.MESSAGE)


@requires(Permission.WORK_CASES)
def start() -> Response:
    """Keep what was selected, and go on to what shall be done with it."""
    user, now = current_user(), clock.now()
    act = _act(request.form.get("act", ""))
    listing = listing_from(_parts(request.form.get("list", "")), user)
    references, is_cut = request.form.getlist("case")[: bulk.MOST + 1], False
    if request.form.get("all"):
        wanted = listing.ids(user, now=now).with_only_columns(Case.reference).limit(bulk.MOST + 1)
        references = list(db.session.scalars(wanted))
        is_cut = len(references) > bulk.MOST
        references = references[: bulk.MOST]
    given = {"handler_id": _person(request.form.get("handler_id", ""))} if act is Act.ASSIGN else {}
    with transaction():
        job = bulk.keep_job(
            act,
            references,
            given=given,
            back=listing.href(),
            is_cut=is_cut,
            actor=user,
            now=now,
            once_key=tidy(request.form.get("once"))[:ONCE_LENGTH],
        )
    return redirect(url_for("cases.bulk", number=job.id), 303)


@requires(Permission.WORK_CASES)
def show(number: int) -> str | Response | tuple[str, int]:
    """What would happen to each case before it is done; how far it has come; what happened."""
    user, now = current_user(), clock.now()
    job = bulk.job_for(user, number)
    if job.state is not JobState.DRAFT:
        return _results_page(job, user)
    if "again" in request.form:
        with transaction():
            bulk.give(job, {}, now=now)
        return redirect(url_for("cases.bulk", number=job.id), 303)
    form = _form(job, user)
    if request.method == "GET":
        return _draft_page(job, user, form)
    if not form.validate():
        return _draft_page(job, user, form), 422
    try:
        given = _given(job, user, form)
        with transaction():
            bulk.give(job, given, now=now)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _draft_page(job, user, form), 422
    return redirect(url_for("cases.bulk", number=job.id), 303)


@requires(Permission.WORK_CASES)
def confirm(number: int) -> Response:
    """Do it. A second press finds it begun. Many cases are handed to a worker, and the page can be left."""
    user, now = current_user(), clock.now()
    job = bulk.job_for(user, number)
    if job.state is JobState.DRAFT and not _is_given(job):
        raise Refused("Say first what shall be done with the cases.")
    if job.state is JobState.DRAFT and job.act in TELLS and request.form.get("seen") != _mark(job):
        say(_("Look at what would change first. Nothing was done yet."), "warn")
        return redirect(url_for("cases.bulk", number=number), 303)
    job_id = job.id
    with transaction():
        begun, many = bulk.begin(job, now=now), bulk.count_of(job) > bulk.AT_ONCE
        if begun and many:
            enqueue("cases.bulk", job_id)
    db.session.expire_all()
    if begun and not many:
        doing.run(job_id, clock.now)
    return redirect(url_for("cases.bulk", number=job_id), 303)


def _draft_page(job: BulkJob, user: User, form: HouseForm) -> str:
    ready = _is_given(job)
    lines, problem = [], ""
    try:
        lines = bulk.preview(job, user, now=clock.now()) if ready else []
    except Refused as refusal:
        ready, problem = False, refusal.message
    return render_template(
        "cases/queue_bulk.html",
        job=job,
        heading=HEADINGS[job.act],
        form=form,
        ready=ready,
        seen=_mark(job),
        problem=problem,
        summary=_summary(job) if ready else "",
        words=job.given.get("words", ""),
        n=bulk.count_of(job),
        most=bulk.MOST,
        good=[line for line in lines if not line.refusal],
        bad=[line for line in lines if line.refusal],
        tags=suggested_tags(user) if job.act in (Act.TAG, Act.UNTAG) else [],
        many=bulk.count_of(job) > bulk.AT_ONCE,
        other_step=job.act is Act.MOVE and bool(job.given.get("move")),
    )


def _results_page(job: BulkJob, user: User) -> str:
    lines = bulk.results(job, user)
    return render_template(
        "cases/queue_bulk_done.html",
        job=job,
        heading=HEADINGS[job.act],
        summary=_summary(job),
        running=job.state is JobState.RUNNING,
        n=len(lines),
        left=sum(line.state is ItemState.WAITING for line in lines),
        good=[line for line in lines if line.state is ItemState.DONE and not line.note],
        waits=[line for line in lines if line.state is ItemState.DONE and line.note],
        bad=[line for line in lines if line.state is ItemState.REFUSED],
    )


def _form(job: BulkJob, user: User) -> HouseForm:
    """The form of what shall be done, with what was said already."""
    given = job.given
    if job.act is Act.ASSIGN:
        staff = [user]
        if user.may(Permission.ASSIGN_CASES):
            staff = list(db.session.scalars(staff_who_handle(user.team_id)))
        form = BulkAssignForm(data={"handler_id": given.get("handler_id", user.id)})
        form.offer([(person.id, person.name) for person in staff])
        return form
    if job.act is Act.MESSAGE:
        return BulkMessageForm(data={"words": given.get("words", "")})
    if job.act in (Act.TAG, Act.UNTAG):
        return BulkTagForm(data={"tags": ", ".join(given.get("tags", ()))})
    moves = _moves(job, user)
    # Choosing another step is a form of its own, so that its field is not taken for one of the step before.
    if (request.method == "POST" and "move" in request.form) or given.get("move") not in moves:
        choice = BulkMoveForm()
        choice.offer([(name, f"{move.label} ({count})") for name, (move, count) in moves.items()])
        return choice
    move, _count = moves[str(given["move"])]
    form = move_form(move, _choices(user), lambda _kind: None)
    form.tells = False  # It is only kept here, and shown before anybody is told.
    for name, value in dict(given.get("fields", {})).items():
        if request.method == "GET" and f"f_{name}" in form and isinstance(value, str):
            form[f"f_{name}"].process(MultiDict({f"f_{name}": value}))
    return form


def _given(job: BulkJob, user: User, form: HouseForm) -> dict[str, Any]:
    """What the form says shall be done. Raises Refused."""
    if isinstance(form, BulkAssignForm):
        return {"handler_id": form.handler_id.data}
    if isinstance(form, BulkMessageForm):
        return {"words": form.words.data}
    if isinstance(form, BulkTagForm):
        tags = tags_in(form.tags.data)
        if not tags:
            raise Refused("Write at least one tag.")
        return {"tags": tags}
    moves = _moves(job, user)
    if isinstance(form, BulkMoveForm):
        if form.move.data not in moves:
            raise Refused("Choose a step that at least one of the cases can take.")
        move, _count = moves[form.move.data]
        return {"move": move.name} if move.fields else {"move": move.name, "fields": {}}
    move, _count = moves[str(job.given["move"])]
    fields = given_in(form, move)
    problems = field_problems(move, fields)
    if problems:
        raise Refused(problems)
    return {"move": move.name, "fields": fields}


def _moves(job: BulkJob, user: User) -> dict[str, tuple[Move, int]]:
    """The steps that at least one of the cases can take from where it is, with how many can."""
    found: dict[str, tuple[Move, int]] = {}
    for case in bulk.cases_of(job, user).values():
        for move in process_of(case.process_version).moves_from(case.state):
            if user.role.value in move.roles:
                first, count = found.get(move.name, (move, 0))
                found[move.name] = (first, count + 1)
    return found


def _choices(user: User) -> Callable[[str], Sequence[tuple[object, str]]]:
    def choices(kind: str) -> Sequence[tuple[object, str]]:
        wanted: Any = {
            "user": staff_who_handle(user.team_id),
            "team": select(Team).order_by(Team.name),
        }.get(kind, active_services())
        return [(each.id, each.name) for each in db.session.scalars(wanted)]

    return choices


def _is_given(job: BulkJob) -> bool:
    needed = {Act.ASSIGN: "handler_id", Act.MOVE: "fields", Act.MESSAGE: "words"}.get(job.act, "tags")
    return needed in job.given


def _mark(job: BulkJob) -> str:
    """What tells one thing to be done from another, for the page that shows it to carry."""
    return mark_of(job.id, job.act.value, json.dumps(job.given, sort_keys=True))


def _summary(job: BulkJob) -> str:
    """What is done, in a few words."""
    given: Mapping[str, Any] = job.given
    if job.act is Act.ASSIGN:
        to = db.session.get(User, given.get("handler_id") or 0)
        return f"Give to {to.name}" if to else "Give back: nobody has them then"
    if job.act is Act.MOVE:
        return f"Step: {str(given.get('move', '')).replace('_', ' ')}"
    if job.act is Act.MESSAGE:
        return "Send the same words to each customer"
    tags = ", ".join(given.get("tags", ()))
    return f"Put on: {tags}" if job.act is Act.TAG else f"Take off: {tags}"


def _act(text: str) -> Act:
    try:
        return Act(text)
    except ValueError:
        raise Invalid("Choose what shall be done with the selected cases.") from None


def _person(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid("Choose who looks after the cases.")
    return int(text)


def _parts(query: str) -> dict[str, str]:
    """The parts of an address as they came back from a page."""
    return dict(parse_qsl(query[:2000]))


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/bulk", "bulk_start", start, methods=["POST"])
    blueprint.add_url_rule("/bulk/<int:number>", "bulk", show, methods=["GET", "POST"])
    blueprint.add_url_rule("/bulk/<int:number>/confirm", "bulk_confirm", confirm, methods=["POST"])
