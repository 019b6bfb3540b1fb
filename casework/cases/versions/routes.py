"""Settings > Processes: moving the open cases of a version to another one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.models import ItemState
from casework.cases.models.versions import Going
from casework.cases.queries.seen import mark_of
from casework.cases.versions import doing, queries, rules, services
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes.queries import get_version
from casework.catalogue.processes.uses import count_with
from casework.catalogue.queries import process_of
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid, NotFound
from casework.core.flashes import say
from casework.core.forms import ONCE_LENGTH, HouseForm, tidy
from casework.core.queue import enqueue

blueprint = Blueprint("versions", __name__, url_prefix="/settings/processes")
# More than these are handed to a worker, so that nobody waits before a blank page.
AT_ONCE = 200


@dataclass(frozen=True)
class Line:
    """One state of the old version in the mapping: how many open cases it has, and where they go."""

    name: str
    label: str
    n: int
    to: str


@requires(Permission.ADMINISTER)
def choose(number: int) -> ResponseReturnValue:
    """Choose version and states, look at what would become of which cases, and do it."""
    user, old = current_user(), get_version(number)
    others = queries.other_versions(old)
    if not others:
        return render_template("cases/versions_none.html", version=old)
    new = _new_version(request.values.get("to", ""), [one.id for one in others])
    mapping = rules.settled(_typed(), process_of(old), process_of(new))
    groups = queries.groups_of(old.id, user, mapping, process_of(new).paths)
    mark = mark_of(old.id, new.id, sorted(mapping.items()), groups)
    if request.method == "POST":
        return _apply(user, old, new, mapping, mark)
    return _page(user, old, new, others, mapping, groups, mark)


@requires(Permission.ADMINISTER)
def moving(number: int) -> str:
    """How far it has come, and what became of each case."""
    user = current_user()
    job = queries.job_for(user, number)
    results = queries.results_of(job, user)
    old, new = get_version(job.from_id), get_version(job.to_id)
    return render_template(
        "cases/versions_moving.html",
        job=job,
        old=old,
        new=new,
        running=job.state is Going.RUNNING,
        n=sum(results.values()),
        done=results.get(ItemState.DONE, 0),
        stayed=results.get(ItemState.REFUSED, 0),
        page=queries.results_page(job, user, after=_number(request.args.get("after", ""))),
        labels=_labels(old),
        new_labels=_labels(new),
    )


def _apply(
    user: User, old: ProcessVersion, new: ProcessVersion, mapping: Mapping[str, str], mark: str
) -> ResponseReturnValue:
    """Begin, if what would happen is still what the page showed; a second press finds the same job."""
    once = tidy(request.form.get("once"))[:ONCE_LENGTH]
    before = services.job_before(old, new, mapping, actor=user, once_key=once)
    if before is not None:
        return redirect(url_for("versions.moving", number=before.id), 303)
    if request.form.get("seen") != mark:
        say(
            _("Something changed since you looked, so nothing was moved. Look at it again, then confirm."),
            "warn",
        )
        parts: dict[str, Any] = {f"s_{name}": mapping.get(name, "") for name in _typed()}
        return redirect(url_for("versions.choose", number=old.id, to=new.id, look=1, **parts), 303)
    with transaction():
        job, is_new = services.keep_job(old, new, mapping, actor=user, now=clock.now(), once_key=once)
        job_id, many = job.id, _many(old, user)
        if is_new and many:
            enqueue("cases.move_versions", job_id)
    db.session.expire_all()
    if is_new and not many:
        doing.run(job_id, clock.now)
    return redirect(url_for("versions.moving", number=job_id), 303)


def _page(
    user: User,
    old: ProcessVersion,
    new: ProcessVersion,
    others: Any,
    mapping: Mapping[str, str],
    groups: list[rules.Group],
    mark: str,
) -> str:
    looks = "look" in request.args
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.state] = counts.get(group.state, 0) + group.n
    lines = [
        Line(state.name, state.label, counts.get(state.name, 0), mapping.get(state.name, ""))
        for state in process_of(old).states
        if counts.get(state.name) or not state.is_closed
    ]
    places = {state.name: place for place, state in enumerate(process_of(old).states)}
    page = queries.page_of(old.id, user, after=_number(request.args.get("after", ""))) if looks else None
    return render_template(
        "cases/versions_choose.html",
        old=old,
        new=new,
        others=others,
        lines=lines,
        targets=rules.targets(process_of(new)),
        looks=looks,
        groups=sorted(groups, key=lambda group: (places.get(group.state, len(places)), group.problem)),
        go=sum(group.n for group in groups if not group.problem),
        stay=sum(group.n for group in groups if group.problem),
        notes=rules.worth_saying(process_of(old), process_of(new), mapping),
        reasons=rules.REASONS,
        page=page,
        rows=[(row, _becomes(row, mapping, process_of(new).paths)) for row in page.rows] if page else [],
        labels=_labels(old),
        new_labels=_labels(new),
        mapping=mapping,
        form=HouseForm(formdata=None),
        seen=mark,
        may_open=user.may(Permission.WORK_CASES),
        here=_href(old, new, mapping),
    )


def _becomes(row: Any, mapping: Mapping[str, str], paths: Collection[str]) -> tuple[str, str]:
    """To which state a case goes, or why it stays."""
    stands = {"merged": row.duplicate_of_id is not None, "waits": row.awaiting_approval}
    problem = rules.problem_of(row.state, row.path, **stands, mapping=mapping, paths=paths)
    return ("", rules.REASONS[problem]) if problem else (mapping[row.state], "")


def _href(old: ProcessVersion, new: ProcessVersion, mapping: Mapping[str, str]) -> str:
    """This page with what is chosen, to be gone on with by `after`."""
    parts: dict[str, Any] = {
        f"s_{state.name}": mapping.get(state.name, "") for state in process_of(old).states
    }
    return url_for("versions.choose", number=old.id, to=new.id, look=1, **parts)


def _many(old: ProcessVersion, user: User) -> bool:
    return sum(group.n for group in queries.groups_of(old.id, user, {})) > AT_ONCE


def _new_version(text: str, known: list[int]) -> ProcessVersion:
    number = _number(text) or known[0]
    if number not in known:
        raise NotFound(_("Cases cannot go to that version. Choose another version of the same kind."))
    return get_version(number)


def _typed() -> dict[str, str]:
    return {key[2:]: value for key, value in request.values.items() if key.startswith("s_")}


def _number(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(_("There is no such page. Go back to the version and begin again."))
    return int(text or 0)


def _labels(version: ProcessVersion) -> dict[str, str]:
    return {state.name: state.label for state in process_of(version).states}


def register(app: Flask) -> None:
    """Add the pages to the application, and let processes count the cases that have them."""
    count_with(queries.open_cases_by_version)
    app.register_blueprint(blueprint)


blueprint.add_url_rule("/versions/<int:number>/cases", "choose", choose, methods=["GET", "POST"])
blueprint.add_url_rule("/moving/<int:number>", "moving", moving)
