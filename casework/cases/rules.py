"""Pure rules of a case: its title, its reference, its derived finding, which standards apply."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

TITLE_LENGTH = 90
# A clock on another computer may run a little ahead; more than this is a mistake in the date.
FUTURE_TOLERANCE = timedelta(minutes=2)

SEVERITIES = {
    1: ("Low", "no harm, put right quickly"),
    2: ("Medium", "trouble or cost to one person"),
    3: ("High", "someone is or may be harmed"),
    4: ("Severe", "many at risk; tell the duty lead"),
}


class Applies(Protocol):
    """What a standard says about the cases it is for."""

    kind: str
    channel: str
    path: str
    stage: int | None
    severity: int | None
    service_id: int | None
    category_id: int | None
    starts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a standard looks at in a case. `category_ids` are those of its category and of all above it."""

    kind: str
    severity: int
    service_id: int | None = None
    stage: int = 1
    channel: str = ""
    path: str = ""
    category_ids: frozenset[int] = frozenset()


# The path of a case that took no other; a standard for it does not hold on another one.
REGULAR = "regular"


def title_of(summaries: Sequence[str], narrative: str) -> str:
    """What a list calls the case: the first issue, else the beginning of the story."""
    text = next((s for s in summaries if s.strip()), "") or narrative
    text = " ".join(text.split())
    if len(text) <= TITLE_LENGTH:
        return text or "Nothing written yet"
    return text[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def reference_of(year: int, number: int) -> str:
    """26-04107: the year it was received and a number within the year."""
    return f"{year % 100:02d}-{number:05d}"


def derived_finding(findings: Iterable[str | None]) -> str:
    """The finding of the case from those of its issues: upheld, partly_upheld, not_upheld, or empty when open.

    Issues without a finding ("no finding") neither uphold nor clear; a case with nothing else is not upheld.
    """
    found = [f or "" for f in findings]
    if not found or "" in found:
        return ""
    judged = [f for f in found if f != "no_finding"]
    if judged and all(f == "upheld" for f in judged):
        return "upheld"
    return "partly_upheld" if "upheld" in judged else "not_upheld"


def applies(standard: Applies, about: About) -> bool:
    """Whether a standard holds for a case like this, whatever starts it."""
    return (
        standard.kind in ("", about.kind)
        and standard.channel in ("", about.channel)
        and standard.path in ("", about.path or REGULAR)
        and standard.stage in (None, about.stage)
        and standard.severity in (None, about.severity)
        and standard.service_id in (None, about.service_id)
        and (standard.category_id is None or standard.category_id in about.category_ids)
    )


def limit_for(limit: int, by_severity: Mapping[str, int], severity: int) -> int:
    """The limit for a severity: its own where the standard names one, else that of the standard."""
    return by_severity.get(str(severity), limit)


def is_future(at: datetime, now: datetime) -> bool:
    """Whether an instant that should be past lies ahead."""
    return at > now + FUTURE_TOLERANCE
