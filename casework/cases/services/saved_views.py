"""Saved views: lists kept under a name, for oneself, a team or everyone. They share words, never access."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.models import QueueChoice, SavedView, Scope
from casework.core.db import db
from casework.core.errors import NotFound, Refused
from casework.core.once import made_before, remember, stand_in_line

LONGEST_NAME = 60
MOST = 40
NO_SUCH = "There is no such view any more. Choose another one under “My views”."


@dataclass(frozen=True)
class Chosen:
    """What a person has chosen for lists: columns (none: the usual ones), the first view, and all they find."""

    columns: tuple[str, ...]
    first_view_id: int | None
    views: tuple[SavedView, ...]


def chosen_by(user: User) -> Chosen:
    """Everything that the list pages need to know of a person, in one statement."""
    wanted = (
        select(QueueChoice, SavedView)
        .select_from(User)
        .outerjoin(QueueChoice, QueueChoice.user_id == User.id)
        .outerjoin(SavedView, and_(SavedView.deleted_at.is_(None), _found_by(user)))
        .where(User.id == user.id)
        .order_by(func.lower(SavedView.name), SavedView.id)
        .limit(MOST * 5)
    )
    rows: list[Row[QueueChoice | None, SavedView | None]] = list(db.session.execute(wanted))
    choice = rows[0][0] if rows else None
    return Chosen(
        tuple(choice.columns) if choice else (),
        choice.first_view_id if choice else None,
        tuple(view for _, view in rows if view is not None),
    )


def saved_view_for(user: User, view_id: int, *, deleted: bool = False) -> SavedView:
    """The one door to a saved view. Raises NotFound when there is none that this person finds."""
    state = SavedView.deleted_at.is_not(None) if deleted else SavedView.deleted_at.is_(None)
    wanted = select(SavedView).where(SavedView.id == min(view_id, 2**31 - 1), state, _found_by(user))
    view = db.session.scalars(wanted).first()
    if view is None:
        raise NotFound(NO_SUCH)
    return view


def may_change(user: User, view: SavedView) -> bool:
    """Whose it is may change it; a shared one also whoever may share."""
    return view.owner_id == user.id or (
        view.scope is not Scope.PERSONAL and user.may(Permission.ASSIGN_CASES)
    )


def save_view(
    *, name: str, scope: Scope, parts: Mapping[str, str], actor: User, now: datetime, once_key: str = ""
) -> SavedView:
    """Keep a list under a name. The same form a second time makes no second one.

    - A view for the team or for everyone is kept only by those who may assign cases to others.

    Raises Refused.
    """
    before = made_before(once_key)
    if before is not None:
        return db.session.get_one(SavedView, before)
    own = select(func.count()).where(SavedView.owner_id == actor.id, SavedView.deleted_at.is_(None))
    if (db.session.scalar(own) or 0) >= MOST:
        raise Refused(f"You keep {MOST} views already. Delete one that you no longer use.")
    view = SavedView(
        owner_id=actor.id,
        scope=scope,
        team_id=_team_for(scope, actor),
        name=_name(name),
        parts=dict(parts),
        created_at=now,
        updated_at=now,
    )
    db.session.add(view)
    db.session.flush()
    remember(once_key, view.id, now)
    _note(view, "saved", f"Saved the view {view.name}", actor, now)
    return view


def change_view(
    view: SavedView,
    *,
    name: str,
    scope: Scope,
    actor: User,
    now: datetime,
    parts: Mapping[str, str] | None = None,
) -> None:
    """Rename a view, share it with others or no longer, or let it hold another list. Raises Refused."""
    _check(actor, view)
    if scope is not view.scope:
        view.team_id = _team_for(scope, actor)
        view.scope = scope
    view.name = _name(name)
    if parts is not None:
        view.parts = dict(parts)
    view.updated_at = now
    _note(view, "changed", f"Changed the view {view.name}", actor, now)


def delete_view(view: SavedView, *, actor: User, now: datetime) -> None:
    """Take a view away from everybody who finds it; `restore_view` brings it back. Raises Refused."""
    _check(actor, view)
    view.deleted_at = now
    _note(view, "deleted", f"Deleted the view {view.name}", actor, now)


def restore_view(view: SavedView, *, actor: User, now: datetime) -> None:
    """Undo a deletion. Raises Refused."""
    _check(actor, view)
    view.deleted_at = None
    _note(view, "restored", f"Brought back the view {view.name}", actor, now)


def choose_columns(user: User, columns: tuple[str, ...]) -> None:
    """Remember which columns this person's lists have; none means the usual ones."""
    _choice(user).columns = list(columns)


def begin_with(user: User, view: SavedView | None) -> None:
    """Remember the view with which this person's lists begin; None means the usual beginning."""
    _choice(user).first_view_id = view.id if view is not None else None


def _choice(user: User) -> QueueChoice:
    # Two windows of one person choose one after the other.
    stand_in_line(f"queue-choice:{user.id}")
    choice = db.session.get(QueueChoice, user.id)
    if choice is None:
        choice = QueueChoice(user_id=user.id, columns=[], first_view_id=None)
        db.session.add(choice)
        db.session.flush()
    return choice


def _found_by(user: User) -> ColumnElement[bool]:
    """Own views, those of the own team, and everyone's."""
    found = [SavedView.owner_id == user.id, SavedView.scope == Scope.EVERYONE]
    if user.team_id is not None:
        found.append(and_(SavedView.scope == Scope.TEAM, SavedView.team_id == user.team_id))
    return or_(*found)


def _team_for(scope: Scope, actor: User) -> int | None:
    if scope is Scope.PERSONAL:
        return None
    if not actor.may(Permission.ASSIGN_CASES):
        raise Refused("Ask a supervisor to share a view. You can keep it for yourself.")
    if scope is Scope.TEAM and actor.team_id is None:
        raise Refused("You are in no team. Keep the view for yourself or for everyone.")
    return actor.team_id if scope is Scope.TEAM else None


def _check(actor: User, view: SavedView) -> None:
    if not may_change(actor, view):
        raise Refused("This view is somebody else's. Save it under a name of your own.")


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Refused("Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters. Shorten it.")
    return name


def _note(view: SavedView, verb: str, summary: str, actor: User, now: datetime) -> None:
    record("saved_view", view.id, verb, summary, actor_id=actor.id, at=now, after={"scope": view.scope.value})
