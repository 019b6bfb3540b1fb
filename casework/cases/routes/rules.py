"""The assignment rules, for administrators: an ordered list, each rule tried on the newest cases before it counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.forms.board import CapacityForm, RuleForm
from casework.cases.models import AssignmentRule
from casework.cases.queries import routing as reading
from casework.cases.queries.board import colleagues, teams_by_name
from casework.cases.services import routing as services
from casework.catalogue.models import Category, Service
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Invalid
from casework.core.flashes import say

blueprint = Blueprint("rules", __name__, url_prefix="/settings/assignment")


@dataclass(frozen=True)
class Outcome:
    """What cases alike would have got: how many, which rule (None: none fits), the team, and how many each person."""

    about: str
    n: int
    place: int | None
    team: str
    people: list[tuple[str, int]]


@dataclass(frozen=True)
class Trial:
    """Rules tried on the newest cases: outcomes, the most frequent first, and how many go elsewhere than today."""

    n: int
    outcomes: list[Outcome]
    changed: int | None = None


@requires(Permission.ADMINISTER)
def rules() -> str:
    """The rules in their order, those without effect marked, with their newest changes."""
    return _list_page(CapacityForm(formdata=None, data={"capacity": the_agency().capacity}))


@requires(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """Add a rule at the end of the list."""
    return _rule_page(None)


@requires(Permission.ADMINISTER)
def rule(number: int) -> ResponseReturnValue:
    """Change a rule."""
    return _rule_page(reading.get_rule(number))


@requires(Permission.ADMINISTER)
def remove(number: int) -> Response:
    """Take a rule away."""
    with transaction():
        services.remove_rule(reading.get_rule(number), actor=current_user(), now=clock.now())
    say(_("The rule is removed. How the rules stood before is kept in their history."))
    return redirect(url_for("rules.rules"))


@requires(Permission.ADMINISTER)
def move(number: int) -> Response:
    """Let a rule decide earlier or later."""
    step = request.form.get("step")
    with transaction():
        found = reading.get_rule(number)
        if step not in ("up", "down"):
            raise Invalid("Move a rule up or down. Go back to the list and use its buttons.")
        services.move_rule(found, -1 if step == "up" else 1, actor=current_user(), now=clock.now())
    return redirect(url_for("rules.rules"))


@requires(Permission.ADMINISTER)
def capacity() -> ResponseReturnValue:
    """Say how many open cases one person usually carries."""
    form = CapacityForm()
    if not form.validate():
        return _list_page(form), 422
    with transaction():
        services.set_usual_capacity(form.capacity.data, actor=current_user(), now=clock.now())
    say(_("Saved."))
    return redirect(url_for("rules.rules"))


def _list_page(form: CapacityForm) -> str:
    now = clock.now()
    found = db.session.scalars(reading.rules_in_order()).all()
    agency = the_agency()
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    people = colleagues(None, today=today, usual=agency.capacity) if found else []
    return render_template(
        "cases/rules.html",
        rules=[(place, one, reading.words_of_rule(one)) for place, one in enumerate(found, 1)],
        problems=dict(reading.rules_without_effect(found, people)),
        trial=_trial(found, now) if "try" in request.args else None,
        changes=db.session.scalars(reading.changes_of_rules()).all(),
        form=form,
    )


def _rule_page(found: AssignmentRule | None) -> ResponseReturnValue:
    form = RuleForm(data=RuleForm.data_of(found) if found else {})
    form.offer(
        services=_names(Service),
        categories=_paths(),
        teams=[(team.id, team.name) for team in teams_by_name()],
    )
    if request.method == "GET":
        return _form_page(form, found)
    if not form.validate():
        return _form_page(form, found), 422
    now = clock.now()
    if "try" in request.form:
        return _form_page(form, found, trial=_trial_with(form, found, now))
    try:
        with transaction():
            if found is None:
                services.add_rule(form.words(), actor=current_user(), now=now)
            else:
                services.change_rule(
                    found, form.words(), seen=form.seen.data or 0, actor=current_user(), now=now
                )
    except CaseworkError as error:
        return _form_page(form, found, problems=[error.message]), 422
    say(_("The rule is saved and counts for every case that is logged from now on."))
    return redirect(url_for("rules.rules"))


def _form_page(
    form: RuleForm,
    found: AssignmentRule | None,
    *,
    trial: Trial | None = None,
    problems: Sequence[str] = (),
) -> str:
    return render_template("cases/rules_rule.html", form=form, rule=found, trial=trial, problems=problems)


def _trial_with(form: RuleForm, found: AssignmentRule | None, now: datetime) -> Trial:
    """The rules as they would be with what the form says, beside the rules as they are."""
    as_they_are = list(db.session.scalars(reading.rules_in_order()))
    words = form.words()
    draft = AssignmentRule(
        kind=words.kind,
        channel=words.channel,
        service_id=words.service_id,
        severity=words.severity,
        skill=words.skill,
        team_id=words.team_id,
        way=words.way,
        category=db.session.get(Category, words.category_id) if words.category_id else None,
    )
    with_it = [draft if one is found else one for one in as_they_are]
    return _trial(with_it if found is not None else [*as_they_are, draft], now, before=as_they_are)


def _trial(
    found: Sequence[AssignmentRule], now: datetime, *, before: Sequence[AssignmentRule] | None = None
) -> Trial:
    cases = reading.newest_tried(current_user())
    facts = [case.facts for case in cases]
    results = services.try_rules(found, facts, now=now)
    teams = {team.id: team.name for team in teams_by_name()}
    alike: dict[tuple[str, int | None, int | None], Counter[str]] = {}
    for case, (place, team_id, person) in zip(cases, results, strict=True):
        who = person.name if person is not None else ""
        alike.setdefault((case.about, place, team_id), Counter())[who] += 1
    outcomes = [
        Outcome(about, people.total(), place, teams.get(team_id or 0, ""), people.most_common())
        for (about, place, team_id), people in alike.items()
    ]
    changed = None
    if before is not None:
        now_go = services.try_rules(before, facts, now=now)
        changed = sum(
            (a[1], a[2] and a[2].id) != (b[1], b[2] and b[2].id) for a, b in zip(results, now_go, strict=True)
        )
    return Trial(len(cases), sorted(outcomes, key=lambda one: (-one.n, one.about)), changed)


def _names(kind: type[Service]) -> list[tuple[object, str]]:
    wanted = select(kind.id, kind.name).where(kind.is_active).order_by(kind.name)
    return [(key, name) for key, name in db.session.execute(wanted)]


def _paths() -> list[tuple[object, str]]:
    wanted = select(Category.id, Category.path).where(Category.is_active).order_by(Category.path)
    return [(key, path) for key, path in db.session.execute(wanted)]


blueprint.add_url_rule("", "rules", rules)
blueprint.add_url_rule("/add", "add", add, methods=["GET", "POST"])
blueprint.add_url_rule("/capacity", "capacity", capacity, methods=["POST"])
blueprint.add_url_rule("/<int:number>", "rule", rule, methods=["GET", "POST"])
blueprint.add_url_rule("/<int:number>/remove", "remove", remove, methods=["POST"])
blueprint.add_url_rule("/<int:number>/move", "move", move, methods=["POST"])
