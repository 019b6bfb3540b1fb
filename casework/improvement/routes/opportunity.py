"""The page of one opportunity, and all the cases behind it."""

from functools import partial

from flask import Blueprint, render_template, request, url_for

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.cases.views import rows_of, state_of
from casework.core import clock
from casework.core.errors import Invalid
from casework.improvement.models import ImprovementAction, Opportunity, State
from casework.improvement.queries import (
    causes_in,
    coverages,
    effect_of,
    evidence_of,
    evidence_page,
    get_opportunity,
    history_since_found,
    place_among,
)
from casework.improvement.rules import Coverage
from casework.improvement.views import (
    causes_chart,
    due_words,
    effect_figure,
    finder_label,
    next_step,
    stages_of,
    steps_line,
    today_here,
    told_panel,
)

MOST_ID = 2**63


@requires(Permission.WORK_CASES)
def opportunity(opportunity_id: int) -> str:
    """The effect first, then who was told, the actions, the arithmetic, the causes, the evidence."""
    user, now = current_user(), clock.now()
    found = get_opportunity(opportunity_id)
    told = coverages([action.id for action in found.actions], user)
    newest = _newest_change(found)
    effect = effect_of(newest, now, user) if newest else None
    today, causes = today_here(now), causes_in(user, found.id)
    return render_template(
        "improvement/opportunity.html",
        opportunity=found,
        finder_label=finder_label(found.finder),
        line=partial(steps_line, found, told),
        place=place_among(found) if found.stands else None,
        effect=effect_figure(effect, newest) if effect and newest else None,
        told=[told_panel(one, told.get(one.id, Coverage())) for one in found.actions if one.done_at],
        actions=[(one, due_words(one, today), stages_of(one), next_step(one)) for one in found.actions],
        causes=causes_chart(causes),
        cause_rows=causes,
        evidence=evidence_of(user, found.id),
        state_of=state_of,
        history=history_since_found(found.id),
        may_decide=user.may(Permission.DECIDE_IMPROVEMENT),
        may_tell=user.may(Permission.TELL_CUSTOMERS),
        states=State,
    )


@requires(Permission.WORK_CASES)
def cases(opportunity_id: int) -> str:
    """Every case behind an opportunity that this person may see."""
    user = current_user()
    found = get_opportunity(opportunity_id)
    before_id = _before_id()
    page, next_id = evidence_page(user, found.id, before_id=before_id)
    first = url_for("improvement.cases", opportunity_id=found.id)
    return render_template(
        "improvement/cases.html",
        opportunity=found,
        rows=rows_of(page, now=clock.now()),
        first_href=first if before_id else "",
        next_href=url_for("improvement.cases", opportunity_id=found.id, before=next_id) if next_id else "",
    )


def _newest_change(found: Opportunity) -> ImprovementAction | None:
    changed = [one for one in found.actions if one.change_on is not None]
    return max(changed, key=lambda one: (one.change_on, one.id), default=None)


def _before_id() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) >= MOST_ID:
        raise Invalid("The address of this page is not complete. Go back to the first page of the list.")
    return int(text)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/<int:opportunity_id>", "opportunity", opportunity)
    blueprint.add_url_rule("/<int:opportunity_id>/cases", "cases", cases)
