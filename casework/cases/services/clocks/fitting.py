"""Fitting the clocks of a case to what changed in it: severity, service, category, kind, path, department.

Rules (docs/clocks.md):

- a standard that no longer holds is owed no more;
- one that holds from now on counts from the event that starts it, however long ago: nothing is won by a change;
- where that ran before and was extended, it is as late as the customer was told;
- another limit for another severity holds from the start of the clock;
- a standard may say that a change of kind, department or agency starts it anew: then it counts from the change;
- what was done already (acknowledged, answered, reviewed) is not owed again, unless the case was taken up again:
  then it counts from that moment; no word of how it stands is owed once the decision has gone out;
- a case that came from another system was promised nothing of ours, and gets no promise by a change.
"""

from datetime import datetime

from casework.cases.clockwork import What
from casework.cases.models import Case
from casework.cases.services.clocks.carrying import keep_extensions
from casework.cases.services.clocks.ending import cancel_clocks
from casework.cases.services.clocks.planning import plan_fitting
from casework.cases.services.clocks.standing import keep_standing, note
from casework.cases.services.clocks.starting import about_case, add_clock


def fit_clocks(case: Case, *, why: str, now: datetime, moved: str = "", actor_id: int | None = None) -> None:
    """Let exactly those standards run that hold for the case as it is now.

    `why` says what changed ("severity is now 4"); `moved` is "kind", "department" or "agency" where the case was
    given to another one, which some standards take as a new start.
    """
    plan = plan_fitting(case, about_case(case), now=now, moved=moved)
    if plan.ended or plan.anew:
        cancel_clocks(case, now, reason=why, only=[*plan.ended, *plan.anew], actor_id=actor_id)
    for clock, limit in plan.changed:
        note(case, What.CHANGED, now, clocks=[clock], reason=why, actor_id=actor_id, limit=limit)
    for clock in plan.anew:
        if clock.standard is not None:
            add_clock(case, clock.standard, now)
    for start in plan.starting:
        clock = add_clock(case, start.standard, start.at, event=start.event)
        keep_extensions(case, clock, now=now)
    keep_standing(case)
