"""Whether a case may be of another kind, go to another department, or be said to come from another agency."""

from sqlalchemy import exists, select

from casework.accounts.models import Team, User
from casework.accounts.roles import Permission, Role, may
from casework.audit.models import HistoryEntry
from casework.cases.models import Case, DecisionState, Kind, Relation
from casework.cases.queries import handled_earlier, people_of
from casework.cases.reach import cannot_be_told
from casework.core.db import db

CAME = "came_from_agency"
_OUT = (DecisionState.QUEUED, DecisionState.SENT, DecisionState.IMPOSSIBLE)


def why_not_kind(case: Case, *, actor: User) -> list[str]:
    """Why this person cannot let this case be of another kind, a sentence each; empty when they can."""
    reasons = _why_not(case, actor)
    if case.stage > 1:
        reasons.append(f"It is at stage {case.stage} of a complaint. Log a new case of the other kind.")
    elif case.responded_at is not None or case.decision_state in _OUT:
        reasons.append(
            "Its answer is out already. Log a new case of the other kind, and link it to this one."
        )
    return reasons


def why_not_transfer(case: Case, *, actor: User) -> list[str]:
    """Why this person cannot give this case to another department, a sentence each; empty when they can."""
    return _why_not(case, actor)


def why_not_came(case: Case, *, actor: User) -> list[str]:
    """Why this person cannot write down that this case came from elsewhere, a sentence each."""
    reasons = _why_not(case, actor)
    said = exists().where(
        HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case.id, HistoryEntry.verb == CAME
    )
    if db.session.scalar(select(said)):
        reasons.append("It is written down already that it came from another agency. Correct it with a note.")
    return reasons


def _why_not(case: Case, actor: User) -> list[str]:
    reasons = []
    if not actor.may(Permission.WORK_CASES):
        reasons.append("Your role does not handle cases.")
    elif actor.id in people_of(case.id)[Relation.NAMED]:
        reasons.append("You are named in this case, so somebody else must handle it.")
    elif not (actor.may(Permission.ASSIGN_CASES) or case.handler_id in (None, actor.id)):
        reasons.append("Somebody else has this case. Ask them to do it, or a supervisor.")
    if case.duplicate_of_id is not None:
        reasons.append("This case is handled together with another one. Undo the merge first.")
    elif not case.is_open:
        reasons.append("This case is closed. Reopen it first, or log a new one.")
    if case.awaiting_approval:
        reasons.append("An answer waits to be checked. It has to be released, returned or taken back first.")
    return reasons


def why_not_that_kind(case: Case, kind: Kind) -> list[str]:
    """Why it cannot be of this kind."""
    return [f"It is {a_kind(kind)} already. Choose another kind."] if case.kind is kind else []


def why_not_there(case: Case, team: Team, words: str) -> list[str]:
    """Why it cannot go to this team, or its customer be told these words."""
    reasons = []
    if team.id == case.team_id:
        reasons.append(f"It is with {team.name} already. Choose another department.")
    elif not _could_take(case, team, restricted=False):
        # Who is named in it is not said to whoever asks.
        reasons.append(f"Nobody in {team.name} can be given this case. Choose another department.")
    elif case.is_restricted and not _could_take(case, team, restricted=True):
        reasons.append(
            f"This case is restricted, and nobody in {team.name} may see it. Let somebody there see it first."
        )
    why_silent = cannot_be_told(case) if words.strip() else ""
    if why_silent:
        reasons.append(f"The customer {why_silent}, so nothing can be said to them. Leave the words out.")
    return reasons


def _could_take(case: Case, team: Team, *, restricted: bool) -> bool:
    people = people_of(case.id)
    roles = [role for role in Role if may(role, Permission.WORK_CASES)]
    barred = people[Relation.NAMED] | handled_earlier(case, people)
    wanted = exists().where(
        User.team_id == team.id, User.is_active, User.role.in_(roles), User.id.not_in(barred)
    )
    if restricted:
        wanted = wanted.where(User.id.in_(people[Relation.GRANTED]))
    return bool(db.session.scalar(select(wanted)))


def a_kind(kind: Kind) -> str:
    """A kind with its article: "an enquiry"."""
    return f"{'an' if kind is Kind.ENQUIRY else 'a'} {kind.label.lower()}"
