"""Writing to the customer: what is written is shown whole before it goes."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.queries import get_case_for
from casework.cases.reach import cannot_be_told, reachable
from casework.cases.services import make_move, offers_for
from casework.cases.services.presence import forget_presence
from casework.communications.forms import ReplyForm
from casework.communications.models import Communication, Purpose
from casework.communications.queries import get_message_for, newest_letter
from casework.communications.routes.back import back_to
from casework.communications.services import Preview, preview_of, ways_to_tell, write_to_customer
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Refused
from casework.core.flashes import say
from casework.workflow.definition import Move

# What a reply may be for, in words and as what is kept of it; to tell something is always possible, to ask where the
# process has a move for it.
SAYS = {"tell": Purpose.UPDATE, "ask": Purpose.QUESTION}
PURPOSES = {
    "tell": "To tell them something",
    "ask": "To ask them something: the clock stops until they answer",
}


@requires(Permission.WORK_CASES)
def reply(reference: str) -> str | Response | tuple[str, int]:
    """Write, see the whole message, send."""
    user = current_user()
    found = get_case_for(user, reference)
    moves = _moves(found, user)
    form = ReplyForm()
    form.offer([(name, words) for name, words in PURPOSES.items() if name == "tell" or name in moves],
               ways_to_tell(found))  # fmt: skip
    if not form.is_submitted():
        return _page(found, form)
    if not form.channel.choices:
        raise Refused(f"Nothing can be sent: the customer {cannot_be_told(found)}.")
    if not form.validate():
        return _page(found, form), 422
    if "send" not in request.form or form.previewed.data != form.digest():
        return _page(found, form, _preview(found, form))
    try:
        with transaction():
            _send(found, form, moves.get(form.purpose.data), user)
            forget_presence(found.id, user.id)
    except Refused as refusal:
        form.add_problems(refusal.reasons)
        return _page(get_case_for(user, reference), form), 422
    return _sent(found, form)


@requires(Permission.WORK_CASES)
def letter(message_id: int) -> str:
    """A letter as it is printed: address, date, words."""
    message, case = get_message_for(current_user(), message_id)
    return render_template("communications/letter.html", message=message, case=case)


def _moves(found: Case, user: User) -> dict[str, Move]:
    """The moves that say something of these purposes and ask for the words alone, by purpose."""
    offered = offers_for(found, actor=user, now=clock.now(), reachable=reachable(found))
    plain = {
        str(offer.move.says): offer.move
        for offer in offered
        if offer.allowed and [field.kind for field in offer.move.fields] == ["message"]
    }
    return {name: plain[says.value] for name, says in SAYS.items() if says.value in plain}


def _send(found: Case, form: ReplyForm, move: Move | None, user: User) -> Communication | None:
    """By the move where the process has one, so that its clocks follow; else as a message and nothing more."""
    now, words = clock.now(), form.body.data
    if move is not None:
        given = {move.fields[0].name: words}
        channel = form.channel.data
        make_move(found, move.name, given, actor=user, now=now, reachable=reachable(found), channel=channel)
        return None
    return write_to_customer(
        found,
        Purpose.UPDATE,
        words,
        author_id=user.id,
        now=now,
        # Other words under the same key are another message: whoever goes back and writes on loses none of it.
        intent=f"reply:{found.id}:{form.once.data}:{form.digest()}",
        channel=form.channel.data,
    )


def _sent(found: Case, form: ReplyForm) -> Response:
    clear = f"reply-{found.reference}"
    if form.channel.data == "letter":
        message_id = newest_letter(found.id)
        if message_id is not None:
            say("The letter is ready. Print it, then tick it off when it is posted.", clear_draft=clear)
            return redirect(url_for("communications.letter", message_id=message_id))
    said = {"phone": "Call the customer, then tick it off.", "web": "It stands on the customer's page."}
    say(said.get(form.channel.data, "It is on its way."), clear_draft=clear)
    return back_to(found)


def _preview(found: Case, form: ReplyForm) -> Preview:
    form.previewed.data = form.digest()
    says, channel = SAYS[form.purpose.data], form.channel.data
    return preview_of(found, says, form.body.data, now=clock.now(), channel=channel)


def _page(found: Case, form: ReplyForm, preview: Preview | None = None) -> str:
    why_not = cannot_be_told(found)
    return render_template(
        "communications/reply.html", case=found, form=form, preview=preview, why_not=why_not
    )


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    blueprint.add_url_rule("/cases/<reference>/reply", "reply", reply, methods=["GET", "POST"])
    blueprint.add_url_rule("/messages/<int:message_id>/letter", "letter", letter)
