"""Pure rules of the customer's pages: the order of questions, how often, what may be shown, until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from casework.customers.rules import digits, searchable

Answers = Mapping[str, Mapping[str, Any]]

STEPS = ("kind", "story", "service", "wish", "reach", "name")
CHECK = "check"
NO_NAME = "none"
UNSURE = "0"

DRAFT_LASTS = timedelta(days=7)
# After sending, the draft only answers a second press of the button; whoever uses the machine next finds nothing.
SENT_DRAFT_LASTS = timedelta(hours=1)
# Nobody reads six questions and answers them in this time.
SHORTEST_TIME = timedelta(seconds=4)
ENOUGH_DIGITS = 5

WISH_LENGTH = 5_000


@dataclass(frozen=True)
class Limit:
    """So many, within so long, from one network address."""

    most: int
    within: timedelta


LIMITS = {
    "link": Limit(30, timedelta(minutes=15)),
    "track": Limit(10, timedelta(minutes=15)),
    "draft": Limit(60, timedelta(hours=1)),
    "case": Limit(20, timedelta(hours=1)),
    "message": Limit(30, timedelta(hours=1)),
}


def steps_for(answers: Answers) -> tuple[str, ...]:
    """The questions to be asked, given the answers so far.

    What would put it right is asked of a complaint only, a name only of those who want to give one.
    """
    kind = answers.get("kind", {}).get("kind", "complaint")
    without = set() if kind == "complaint" else {"wish"}
    if answers.get("reach", {}).get("reach") == NO_NAME:
        without.add("name")
    return tuple(step for step in STEPS if step not in without)


def first_unanswered(answers: Answers) -> str:
    """The question to ask next, or CHECK when all were answered."""
    return next((step for step in steps_for(answers) if step not in answers), CHECK)


def step_before(step: str, answers: Answers) -> str:
    """The question before this one; empty for the first."""
    asked = [*steps_for(answers), CHECK]
    at = asked.index(step) if step in asked else 0
    return asked[at - 1] if at else ""


def is_too_quick(began_at: datetime, now: datetime) -> bool:
    """Whether everything was answered faster than a person can."""
    return now - began_at < SHORTEST_TIME


def is_phone(text: str) -> bool:
    """Whether there is a number to call in it."""
    return len(digits(text)) >= ENOUGH_DIGITS


def is_same_contact(typed: str, *, email: str, phone: str) -> bool:
    """Whether what was typed is the e-mail address or the phone number that is on file."""
    if "@" in typed:
        return bool(email) and searchable(typed) == searchable(email)
    return is_phone(typed) and digits(typed) == digits(phone)


def last_day(due_at: datetime, zone: ZoneInfo) -> date:
    """The day on which something is due; midnight belongs to the day that ends."""
    return (due_at.astimezone(zone) - timedelta(microseconds=1)).date()


def review_until(*, ended: Sequence[datetime | None], days: int, zone: ZoneInfo, today: date) -> date | None:
    """The last day on which a review may be asked for, or None when that is not possible (any more).

    Counted from the answer, or from closing where that came later; the last day counts in full.
    """
    instants = [at for at in ended if at is not None]
    if not instants:
        return None
    until = max(instants).astimezone(zone).date() + timedelta(days=days)
    return until if today <= until else None
