"""What the guards need to know of a case, of the person who acts and of what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

DECISION_STATES = ("none", "drafted", "queued", "sent", "impossible")


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue, as far as the rules look at it."""

    number: int
    summary: str
    has_finding: bool
    has_cause: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a remedy may be offered on the spot: up to a severity and, where it costs money, up to an amount.

    `most` is in the agency's currency (None: as much as it takes), `words` the same as people read it.
    """

    max_severity: int
    most: Decimal | None = None
    words: str = ""


# By role, then by remedy; a remedy that is not there is not for that role.
Limits = Mapping[str, Mapping[str, Limit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A case at a moment, seen for one person.

    - `decision_state` is that of the case's present stage: a new stage begins with "none" again.
    - `path` is the path that the case entered (definition.Move), or empty on the ordinary one. `early_open` says
      that a clock of an early resolution still runs and is not past.
    - `handled` holds everybody who handled a stage, by its number; `stage1_handlers` are further people of stage 1,
      for callers that know no other. `named_staff` are the staff whom the case is about.
    - `drafted_by_id` wrote the answer that goes out by this move, where that is not the person who acts;
      `checked_by_id` has released it, or is None while nobody has.
    - `actor_id` is None for the customer and for the system.
    - `calendar_due_at` is the due instant of the answer as it stands now, pauses and extensions included.
    - `given` holds what was typed in the form of the move, by field name; empty while nothing was typed.
    - `limits` gives what each role may offer on the spot; it is asked only by a move that needs to know.
    - Instants are timezone-aware; dates are read in `time_zone`, the zone of the agency.
    """

    kind: str
    state: str
    actor_role: str
    now: datetime
    actor_id: int | None = None
    stage: int = 1
    severity: int | None = None
    service_id: int | None = None
    team_id: int | None = None
    handler_id: int | None = None
    time_zone: tzinfo = UTC
    received_at: datetime | None = None
    responded_at: datetime | None = None
    closed_at: datetime | None = None
    calendar_due_at: datetime | None = None
    issues: tuple[IssueView, ...] = ()
    decision_state: str = "none"
    customer_reachable: bool = True
    stage1_handlers: frozenset[int] = frozenset()
    handled: Mapping[int, frozenset[int]] = field(default_factory=dict)
    named_staff: frozenset[int] = frozenset()
    extensions_used: int = 0
    given: Mapping[str, object] = field(default_factory=dict)
    limits: Callable[[], Limits] | None = None
    path: str = ""
    early_open: bool = False
    drafted_by_id: int | None = None
    checked_by_id: int | None = None

    @property
    def today(self) -> date:
        """The date of `now` on the agency's wall."""
        return self.now.astimezone(self.time_zone).date()

    @property
    def due_on(self) -> date | None:
        """The last date on which an answer is in time; a due time of 24:00 belongs to the day that ends."""
        if self.calendar_due_at is None:
            return None
        return (self.calendar_due_at.astimezone(self.time_zone) - timedelta(microseconds=1)).date()

    @property
    def handler_after(self) -> int | None:
        """Who handles the case once the form is saved: the person chosen in it, else the present handler."""
        chosen = as_int(self.given.get("handler"))
        return self.handler_id if chosen is None else chosen

    def handlers_of(self, stage: int) -> frozenset[int]:
        """Everybody who handled a stage."""
        handlers = self.handled.get(stage, frozenset())
        return handlers | self.stage1_handlers if stage == 1 else handlers

    def handled_before(self, stage: int, person: int | None) -> int | None:
        """The first stage before `stage` that this person handled, or None; nobody handled nothing."""
        if person is None:
            return None
        return next((earlier for earlier in range(1, stage) if person in self.handlers_of(earlier)), None)

    def typed(self, name: str) -> str:
        """The text typed in a field, without the space around it; empty when nothing was typed."""
        value = self.given.get(name)
        return "" if value is None else str(value).strip()


def as_int(value: object) -> int | None:
    """A whole number from a form or from JSON, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return None


def as_date(value: object) -> date | None:
    """A date from a form or from JSON (ISO 8601), or None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def as_amount(value: object) -> Decimal | None:
    """An amount of money, zero or more, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None
