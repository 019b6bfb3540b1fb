"""What each role may offer on the spot: reading the limits, and changing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.audit.services import record
from casework.catalogue.models import RemedyLimit
from casework.catalogue.money import major_units, money_words
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.workflow.situation import Limit, Limits

HIGHEST = 4
_KEPT = "remedy_limits"


@dataclass(frozen=True)
class Allowed:
    """What a role may offer of one remedy: up to a severity, and up to an amount (None: as much as it takes)."""

    max_severity: int
    most_amount: int | None = None


# By role and remedy; what is not there is not allowed.
Table = Mapping[tuple[str, str], Allowed]


def remedy_limits() -> Limits:
    """The limits of every role, as the guards of a process read them; asked for once in a request."""
    kept: Limits | None = db.session.info.get(_KEPT)
    if kept is not None:
        return kept
    currency = the_agency().currency
    found: dict[str, dict[str, Limit]] = {}
    for (role, remedy), allowed in limits_table().items():
        most = allowed.most_amount
        found.setdefault(role, {})[remedy] = Limit(
            allowed.max_severity,
            major_units(most, currency) if most is not None else None,
            money_words(most, currency) if most is not None else "",
        )
    db.session.info[_KEPT] = found
    return found


def limits_table() -> Table:
    """The limits as they are kept."""
    rows = db.session.scalars(select(RemedyLimit).order_by(RemedyLimit.id))
    return {(row.role, row.remedy): Allowed(row.max_severity, row.most_amount) for row in rows}


def set_remedy_limits(wanted: Table, *, actor_id: int | None, now: datetime) -> bool:
    """Let each role offer exactly this; answers whether anything changed.

    - What is not in `wanted` may no longer be offered on the spot.
    - What was given before stays as it is: a limit counts when something is offered.

    Raises Refused for a severity outside 1 to 4 or an amount below nothing.
    """
    for allowed in wanted.values():
        if not 1 <= allowed.max_severity <= HIGHEST or (allowed.most_amount or 0) < 0:
            raise Refused("A limit goes from severity 1 to 4, and an amount is nothing or more.")
    rows = {(row.role, row.remedy): row for row in db.session.scalars(select(RemedyLimit))}
    before = {key: Allowed(row.max_severity, row.most_amount) for key, row in rows.items()}
    for key in rows.keys() - wanted.keys():
        db.session.delete(rows[key])
    for key, allowed in wanted.items():
        row = rows.get(key) or RemedyLimit(role=key[0], remedy=key[1])
        row.max_severity, row.most_amount = allowed.max_severity, allowed.most_amount
        db.session.add(row)
    db.session.flush()
    db.session.info.pop(_KEPT, None)
    if before == dict(wanted):
        return False
    changed = {key for key in before.keys() | wanted.keys() if before.get(key) != wanted.get(key)}
    record(
        "agency",
        the_agency().id,
        "limits_changed",
        "What may be offered on the spot was changed",
        actor_id=actor_id,
        at=now,
        before={"limits": _plain(before, changed)},
        after={"limits": _plain(wanted, changed)},
    )
    return True


def _plain(table: Table, keys: set[tuple[str, str]]) -> dict[str, list[int | None]]:
    return {
        " ".join(key): [table[key].max_severity, table[key].most_amount]
        for key in sorted(keys & table.keys())
    }
