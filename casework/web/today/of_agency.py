"""The lists of Today that managers and administrators begin with: figures, improvement, and what must run."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.cases.queries.board import colleagues
from casework.cases.queries.routing import rules_in_order, rules_without_effect, words_of_rule
from casework.catalogue.models import Service
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.improvement.models import ImprovementAction, Telling, TellingState
from casework.improvement.queries.opportunities import TABS, opportunities_in
from casework.measures import pages
from casework.measures.definitions import DEFINITIONS
from casework.measures.queries.figures import monthly, standing
from casework.measures.queries.levels import Moves
from casework.measures.when import present
from casework.web.doctor import check_mail, checks
from casework.web.today.rows import SHOWN, Day, Section, Todo


def signals(day: Day) -> Section:
    """Measures whose newest points are no chance, those that get worse first."""
    when, known = present(day.now), standing(day.user)
    # What is open at a month's end is counted from every case; the figures kept by month are enough here.
    definitions = [one for one in DEFINITIONS.values() if one.shape != "level"]
    read = pages.Figures(
        monthly=monthly(sorted({one.figures_of for one in definitions}), (), known.sight),
        open=Moves(),
        overdue=Moves(),
        standing=known,
    )
    found = []
    if read.standing.last_active is not None:
        for one in definitions:
            said = pages.series_of(one, read, when).verdict
            if said.change in ("better", "worse"):
                found.append((said.change == "better", one, said))
    found.sort(key=lambda each: (each[0], each[1].short))
    return Section(
        name="signals",
        label=_("Signals"),
        why=_("A change that is no chance."),
        none=_("No measure shows a signal."),
        more=url_for("measures.scorecard") if len(found) > SHOWN else "",
        todos=[
            Todo(
                what=one.short,
                why=said.change_words,
                href=url_for("measures.measure", measure=one.name),
                action=_("See the chart"),
            )
            for _better, one, said in found[:SHOWN]
        ],
    )


def opportunities(day: Day) -> Section:
    """What was found to improve and waits for a decision, the one that helps most first."""
    found = db.session.scalars(opportunities_in(TABS["found"]).limit(SHOWN + 1)).all()
    return Section(
        name="opportunities",
        label=_("Opportunities to decide"),
        why=_("Accept each with an owner, or dismiss it with the reason."),
        none=_("No opportunity waits for a decision."),
        more=url_for("improvement.opportunities") if len(found) > SHOWN else "",
        todos=[
            Todo(
                what=one.title,
                why=_("%(n)s customers a month would be helped", n=f"{one.customers_per_month:.1f}"),
                href=url_for("improvement.opportunity", opportunity_id=one.id),
                action=_("Decide"),
            )
            for one in found[:SHOWN]
        ],
    )


def actions_late(day: Day) -> Section:
    """Improvement actions past their due date."""
    today = day.now.astimezone(day.zone).date()
    wanted = (
        select(ImprovementAction, User.name)
        .join(User, User.id == ImprovementAction.owner_id)
        .where(ImprovementAction.done_at.is_(None), ImprovementAction.due_on < today)
        .order_by(ImprovementAction.due_on, ImprovementAction.id)
        .limit(SHOWN)
    )
    return Section(
        name="actions",
        label=_("Actions late"),
        why=_("A change was planned for by now."),
        none=_("No improvement action is late."),
        todos=[
            Todo(
                what=one.what,
                why=ngettext(
                    "%(name)s, due %(num)d day ago",
                    "%(name)s, due %(num)d days ago",
                    (today - one.due_on).days,
                    name=name,
                ),
                href=url_for("improvement.opportunity", opportunity_id=one.opportunity_id),
                action=_("Ask how it stands"),
            )
            for one, name in db.session.execute(wanted)
        ],
    )


def untold(day: Day) -> Section:
    """Actions that are done while customers who raised the matter still wait to be told."""
    seen = visible_cases(day.user).with_only_columns(Case.id).where(Case.id == Telling.case_id)
    waiting = (
        select(Telling.action_id, func.count().label("n"))
        .where(Telling.state == TellingState.TO_TELL, seen.correlate(Telling).exists())
        .group_by(Telling.action_id)
        .subquery()
    )
    wanted = (
        select(ImprovementAction, waiting.c.n)
        .join(waiting, waiting.c.action_id == ImprovementAction.id)
        .order_by(waiting.c.n.desc(), ImprovementAction.id)
        .limit(SHOWN)
        .options(joinedload(ImprovementAction.opportunity))
    )
    return Section(
        name="untold",
        label=_("Customers to tell"),
        why=_("What they raised has changed, and they do not know yet."),
        none=_("Everybody who should be told was told."),
        todos=[
            Todo(
                what=one.what,
                why=ngettext("%(num)d customer waits to hear", "%(num)d customers wait to hear", n),
                href=url_for("improvement.tell", action_id=one.id),
                action=_("Tell them"),
            )
            for one, n in db.session.execute(wanted)
        ],
    )


def must_run(day: Day) -> Section:
    """What does not run as it should. The mail server is not rung up for a page; `flask doctor` does."""
    found = []
    for check in checks:
        if check is not check_mail:
            said = check()
            if not said.ok:
                found.append(said)
    return Section(
        name="doctor",
        label=_("What does not run"),
        why=_("Found by looking, as flask doctor does."),
        none=_("Everything that must run answers."),
        todos=[
            Todo(what=said.name.capitalize(), why=said.sentence, href=url_for("web.settings"), action="")
            for said in found
        ],
    )


def without_team(day: Day) -> Section:
    """People who handle cases and belong to no team, so that no board and no rule knows them."""
    roles = [role for role in Role if may(role, Permission.WORK_CASES)]
    wanted = select(User).where(User.is_active, User.team_id.is_(None), User.role.in_(roles))
    found = db.session.scalars(wanted.order_by(User.name, User.id).limit(SHOWN + 1)).all()
    return Section(
        name="teamless",
        label=_("People without a team"),
        why=_("No board shows them and no rule gives them a case."),
        none=_("Everybody who handles cases has a team."),
        more=url_for("accounts.people") if len(found) > SHOWN else "",
        todos=[
            Todo(
                what=one.name,
                why=one.role.label,
                href=url_for("accounts.person", person_id=one.id),
                action=_("Choose a team"),
            )
            for one in found[:SHOWN]
        ],
    )


def without_owner(day: Day) -> Section:
    """Services whose cases reach no team unless a rule says so."""
    wanted = select(Service.name).where(Service.is_active, Service.owner_team_id.is_(None))
    found = db.session.scalars(wanted.order_by(Service.name).limit(SHOWN)).all()
    return Section(
        name="ownerless",
        label=_("Services without a team"),
        why=_("Their cases reach nobody unless a rule says where they go."),
        none=_("Every service has a team that owns it."),
        todos=[
            Todo(what=name, why=_("No team owns it"), href=url_for("rules.rules"), action=_("Make a rule"))
            for name in found
        ],
    )


def idle_rules(day: Day) -> Section:
    """Assignment rules that cannot do what they say."""
    rules = db.session.scalars(rules_in_order()).all()
    people = []
    if rules:
        today = day.now.astimezone(day.zone).date()
        people = colleagues(None, today=today, usual=the_agency().capacity)
    found = rules_without_effect(rules, people)
    return Section(
        name="rules",
        label=_("Rules without effect"),
        why=_("They cannot do what they say."),
        none=_("Every assignment rule can take effect."),
        more=url_for("rules.rules") if len(found) > SHOWN else "",
        todos=[
            Todo(
                mark=_("Rule %(n)s", n=place),
                what=words_of_rule(rules[place - 1]).capitalize(),
                why=why,
                href=url_for("rules.rule", number=rules[place - 1].id),
                action=_("Mend it"),
            )
            for place, why in found[:SHOWN]
        ],
    )
