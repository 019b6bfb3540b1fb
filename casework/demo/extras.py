"""What a working day adds to a case: files, promises, tags, notes that name a colleague, calls, and who may see it.

A scene names what it wants, and each of these is done once the scene has come as far as it says; those of START are
done at its beginning. Times go forward as in the scene itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from casework.cases.services import assign_case
from casework.cases.services.access import change_access
from casework.cases.services.actions import Ending, Promised, end_action, promise_action
from casework.cases.services.drafts import keep_draft
from casework.cases.services.files import attach_taken
from casework.cases.services.splitting import split_case
from casework.cases.services.tags import tag_case
from casework.cases.services.watching import watch_case
from casework.catalogue.services import service_by_name
from casework.communications.services import Call, Outcome, hear_from_customer, log_call, write_note
from casework.demo import papers
from casework.demo.agency import World
from casework.files.services import Taken, blob_for

if TYPE_CHECKING:
    from casework.demo.present import Play

DRAFTED = (
    "She ate at Maple Deli on Saturday and saw a rat under the counter. The line broke off before she could say "
    "whether anybody was ill. Call her back after four."
)
Extra = Callable[["Play"], None]


def _watched(play: "Play") -> None:
    """The supervisor and the manager follow what happens."""
    for user_id in (play.lead.id, play.world.manager_id):
        watch_case(play.case.id, user_id)


def _photo(play: "Play") -> None:
    serial = play.public.serial
    shots = papers.keep(
        papers.photograph("kitchen wall.png", serial % 10),
        papers.text(
            "calls to the agency.txt",
            ["Monday 9.10, held for 25 minutes", "Tuesday 8.05, cut off", f"Thursday 13.40, note {serial}"],
        ),
    )
    _attach(play, shots)


def _form(play: "Play") -> None:
    lines = [
        "Lakeford Public Health",
        "Request for a copy",
        "",
        f"Number {play.public.serial}",
        "Paid: 26.00",
    ]
    _attach(play, papers.keep(papers.letter("request form (copy).pdf", lines)))


def _attach(play: "Play", taken: list[Taken]) -> None:
    at = play.later(0.5)
    for one in taken:
        # Casework made these itself, so nobody has to look whether they are harmless.
        blob_for(one.sha256, one.size, now=at, made_here=True)
    attach_taken(play.case, taken, actor=play.handler, now=at)


def _tagged(play: "Play") -> None:
    tag_case(play.case, ["visit promised", "press"], actor=play.handler, now=play.later(0.2))


def _tagged_visit(play: "Play") -> None:
    tag_case(play.case, ["visit promised"], actor=play.handler, now=play.later(0.2))


def _tagged_road(play: "Play") -> None:
    tag_case(play.case, ["north shore drive"], actor=play.handler, now=play.later(0.2))


def _mention(play: "Play") -> None:
    """A colleague asks the handler something, and the handler asks the supervisor."""
    colleague = play.person("Noor")
    words = f"@{play.handler.name} the same place is on my list for Thursday. Shall I take this one along?"
    write_note(play.case, words, author=colleague, now=play.later(1))
    words = f"Yes please. @{play.lead.name} is it all right when Noor goes there in my place?"
    write_note(play.case, words, author=play.handler, now=play.later(1))


def _mention_manager(play: "Play") -> None:
    manager = play.user(play.world.manager_id)
    words = f"@{manager.name} the county paper called about this one. I said that you would call back."
    write_note(play.case, words, author=play.handler, now=play.later(1))


def _not_reached(play: "Play") -> None:
    call = Call(by_us=True, outcome=Outcome.NOT_REACHED, words="Rang for a long time, no machine.")
    log_call(play.case, call, actor_id=play.handler.id, now=play.later(2))


def _spoke(play: "Play") -> None:
    words = "Told her that the visit is on the list again. She is at home on weekdays after three."
    log_call(play.case, Call(by_us=True, words=words), actor_id=play.handler.id, now=play.later(2))


def _replied(play: "Play") -> None:
    words = "Thank you for calling. I was at work. You can reach me on the same number after five."
    hear_from_customer(play.case, words, channel="email", now=play.later(1))


def _handed_over(play: "Play") -> None:
    """Given to the first of the team, with what they need to know."""
    heir = play.user(play.world.frontline[play.case.team_id or 0][0])
    note = "The owner promised papers by Friday. Please call the daughter before you write; her mother hears badly."
    assign_case(play.case, to=heir, actor=play.lead, now=play.later(3), note=note)
    play.handler = heir


def _promise(play: "Play", what: str, days: int, *, from_now: bool = False, told: bool = True) -> None:
    at = play.later(1)
    start = play.now if from_now else at
    due_on = start.astimezone(play.world.zone).date() + timedelta(days=days)
    new = Promised(what=what, owner_id=play.handler.id, due_on=due_on, is_promised=told)
    promise_action(play.case, new, actor=play.handler, now=at)


def _promise_late(play: "Play") -> None:
    _promise(play, "Send the report of the visit to the customer", 3)


def _promise_soon(play: "Play") -> None:
    _promise(play, "Call with the result of the new visit", 2, from_now=True)


def _promise_today(play: "Play") -> None:
    _promise(play, "Ask the laboratory for the second sample", 0, from_now=True, told=False)


def _promise_done(play: "Play") -> None:
    """Promised and kept: the customer was told."""
    today = play.now.astimezone(play.world.zone).date()
    new = Promised(what="Give the fee back", owner_id=play.handler.id, due_on=today)
    action = promise_action(play.case, new, actor=play.handler, now=play.later(1))
    words = "The fee has been given back to the card with which it was paid."
    end_action(play.case, action, Ending(done=True, words=words), actor=play.handler, now=play.later(4))


def _restricted(play: "Play") -> None:
    """It is about somebody of the team: only those who look into it see it."""
    named, granted = [play.person("Noor").id], [play.handler.id, play.lead.id, play.world.manager_id]
    change_access(
        play.case, restricted=True, named=named, granted=granted, actor=play.lead, now=play.later(0.5)
    )


def _split(play: "Play") -> None:
    if len(play.case.issues) > 1:
        split_case(play.case, [2], {}, actor=play.handler, now=play.later(1))


START: Mapping[str, Extra] = {"watched": _watched}
END: Mapping[str, Extra] = {
    "photo": _photo,
    "form": _form,
    "tagged": _tagged,
    "tagged_visit": _tagged_visit,
    "tagged_road": _tagged_road,
    "mention": _mention,
    "mention_manager": _mention_manager,
    "not_reached": _not_reached,
    "spoke": _spoke,
    "replied": _replied,
    "handed_over": _handed_over,
    "promise_late": _promise_late,
    "promise_soon": _promise_soon,
    "promise_today": _promise_today,
    "promise_done": _promise_done,
    "restricted": _restricted,
    "split": _split,
}
# These are the news of yesterday; the others happen in the course of the case.
LATELY = frozenset(
    (
        "mention",
        "mention_manager",
        "not_reached",
        "spoke",
        "replied",
        "handed_over",
        "promise_soon",
        "promise_today",
    )
)


def leave_a_draft(world: World, now: datetime) -> None:
    """A call that broke off while it was logged, an hour ago."""
    user_id = min(world.frontline[min(world.frontline)])
    at = now - timedelta(minutes=65)
    fields = [
        ("kind", "complaint"),
        ("channel", "phone"),
        ("name", "Greta Lindgren"),
        ("phone", "(212) 555 0178"),
        ("narrative", DRAFTED),
        ("issues-0-summary", "Rat seen at Maple Deli"),
        ("service_id", str(service_by_name("Restaurant inspections").id)),
        ("harm", "1"),
        ("risk", "2"),
        ("severity", "0"),
        ("received", at.astimezone(world.zone).strftime("%Y-%m-%dT%H:%M")),
    ]
    keep_draft(user_id, "demo-draft", fields, now=at)
