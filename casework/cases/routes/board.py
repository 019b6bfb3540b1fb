"""The team board: a team's work at a glance, giving cases from it, and evening it out."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.cases.board import read_board, suggested_moves
from casework.cases.forms import AssignForm
from casework.cases.queries import get_case_for
from casework.cases.queries.board import teams_by_name
from casework.cases.queues import PAGE, VIEWS, Filters, queue
from casework.cases.services import assign_case
from casework.cases.views import rows_of, soon_after
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Invalid, NotFound, Refused
from casework.core.flashes import say

SHOWN = 25
SAID = 5


@dataclass(frozen=True)
class Hand:
    """One case changing hands: from whom and to whom, 0 for nobody."""

    reference: str
    giver_id: int
    taker_id: int

    def __str__(self) -> str:
        return f"{self.reference}:{self.giver_id}:{self.taker_id}"

    @property
    def back(self) -> "Hand":
        return Hand(self.reference, self.taker_id, self.giver_id)


@requires(Permission.ASSIGN_CASES)
def board() -> str:
    """A team: each person's load against what they can carry, and what nobody has yet."""
    user, now = current_user(), clock.now()
    teams = teams_by_name()
    team = _team(user, teams)
    if team is None:
        return render_template("cases/board.html", board=None, teams=[])
    soon = soon_after(now)
    shown = read_board(user, team, now=now, soon=soon)
    page = queue(VIEWS["unassigned"], user, Filters(team_id=team.id), now=now, soon=soon, size=SHOWN)
    form = AssignForm()
    form.offer([(line.user.id, line.user.name) for line in shown.lines if line.may_be_given])
    form.handler_id.data = shown.next_taker.user.id if shown.next_taker else 0
    return render_template(
        "cases/board.html",
        board=shown,
        teams=_tabs(teams, team),
        rows=rows_of(page.cases, now=now),
        more=bool(page.next),
        form=form,
        suggests=bool(shown.over or shown.away_with_cases),
    )


@requires(Permission.ASSIGN_CASES)
def board_give() -> Response:
    """Give the selected cases, which nobody has, to a person."""
    taker_id = _number(request.form.get("to") or request.form.get("handler_id", ""))
    if not taker_id:
        raise Refused("Choose who gets the selected cases.")
    references = [reference[:40] for reference in request.form.getlist("case")[:PAGE]]
    return _hand_over([Hand(reference, 0, taker_id) for reference in dict.fromkeys(references)])


@requires(Permission.ASSIGN_CASES)
def board_undo() -> Response:
    """Take the step back: each case goes back to whoever had it, if it has not moved on since."""
    return _hand_over(_hands(request.args.get("moves", "").split(",")), undoing=True)


@requires(Permission.ASSIGN_CASES)
def board_balance() -> str | Response:
    """Moves that would even out a team. Nothing moves until they are ticked and confirmed."""
    if request.method == "POST":
        return _hand_over(_hands(request.form.getlist("move")))
    user, now = current_user(), clock.now()
    teams = teams_by_name()
    team = _team(user, teams)
    if team is None:
        return render_template("cases/board.html", board=None, teams=[])
    shown = read_board(user, team, now=now, soon=soon_after(now))
    moves = suggested_moves(user, shown)
    return render_template("cases/board_balance.html", board=shown, moves=moves, form=AssignForm())


def _hand_over(hands: list[Hand], *, undoing: bool = False) -> Response:
    """Each case in a transaction of its own, so that one that may not be given does not hold up the others."""
    user, now, team_id = current_user(), clock.now(), _team_id()
    team = db.session.get(Team, team_id) if team_id else None
    done: list[Hand] = []
    refused: list[str] = []
    for hand in hands:
        try:
            with transaction():
                taker = _person(hand.taker_id)
                case = get_case_for(user, hand.reference)
                if (case.handler_id or 0) != hand.giver_id:
                    has = f"{case.handler.name} has it" if case.handler else "nobody has it"
                    raise Refused(f"{has} meanwhile, so it stayed. Open it to give it to somebody else.")
                # Given back to nobody, a case stays with the team on whose board it was.
                assign_case(case, to=taker, team=team if taker is None else None, actor=user, now=now)
            done.append(hand)
        except CaseworkError as refusal:
            # One that cannot be opened (any more) does not hide that those before it were given.
            refused.append(f"{hand.reference}: {refusal.message}")
        except StaleDataError:
            refused.append(
                f"{hand.reference}: Somebody else just changed it, so it stayed. Look at it again."
            )
    _say(done, refused, undoing=undoing, team_id=team_id)
    return redirect(url_for("cases.board", team=team_id or None))


def _say(done: list[Hand], refused: list[str], *, undoing: bool, team_id: int) -> None:
    for sentence in refused[:SAID]:
        say(sentence, "warn")
    if len(refused) > SAID:
        say(_("%(n)s more could not be given either.", n=len(refused) - SAID), "warn")
    if undoing and done:
        say(
            ngettext(
                "%(num)d case is back where it was.", "%(num)d cases are back where they were.", len(done)
            )
        )
    elif done:
        takers = {hand.taker_id for hand in done}
        names = ", ".join(sorted(person.name for key in takers if (person := _person(key))))
        words = ngettext(
            "%(num)d case given to %(names)s.", "%(num)d cases given to %(names)s.", len(done), names=names
        )
        moves = ",".join(str(hand.back) for hand in done)
        say(words, undo=url_for("cases.board_undo", team=team_id or None, moves=moves))
    elif not refused:
        say(_("No case was selected. Tick some first."), "info")


def _hands(texts: Iterable[str]) -> list[Hand]:
    """What a form or an address says should change hands. Raises Invalid for anything else."""
    found = []
    for text in [text for text in texts if text][:PAGE]:
        parts = text.split(":")
        if len(parts) != 3 or len(parts[0]) > 40:
            raise Invalid("What should change hands is not clear. Go back to the board and tick it again.")
        found.append(Hand(parts[0], _number(parts[1]), _number(parts[2])))
    return found


def _team(user: User, teams: list[Team]) -> Team | None:
    """The team asked for, else one's own, else the first; None before there are any. Raises NotFound."""
    asked = _team_id()
    if asked:
        team = next((team for team in teams if team.id == asked), None)
        if team is None:
            raise NotFound("There is no such team. Choose one at the top of the board.")
        return team
    own = next((team for team in teams if team.id == user.team_id), None)
    return own or (teams[0] if teams else None)


def _team_id() -> int:
    return _number(request.values.get("team", ""))


def _number(text: str) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid("That is no number of a person or a team. Go back to the board and choose again.")
    return int(text)


def _person(key: int) -> User | None:
    if not key:
        return None
    person = db.session.get(User, key)
    if person is None:
        raise Refused("That person is no longer there. Choose somebody else.")
    return person


def _tabs(teams: list[Team], here: Team) -> list[dict[str, object]]:
    return [
        {"label": team.name, "href": url_for("cases.board", team=team.id), "current": team.id == here.id}
        for team in teams
    ]


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/board", "board", board)
    blueprint.add_url_rule("/board/give", "board_give", board_give, methods=["POST"])
    blueprint.add_url_rule("/board/undo", "board_undo", board_undo, methods=["POST"])
    blueprint.add_url_rule("/board/balance", "board_balance", board_balance, methods=["GET", "POST"])
