"""What the pages of the search show: hits with their words marked, filters as chips, why a case looks alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from casework.accounts.models import User
from casework.cases.models import Case, Kind
from casework.cases.queries import visible_cases
from casework.cases.rules import SEVERITIES
from casework.cases.views import Row, rows_of
from casework.core.db import db
from casework.search.queries.alike import Alike
from casework.search.queries.documents import documents_of
from casework.search.rules import LONGEST, MOST_TERMS, PLACES, Asked, Place
from casework.search.snippets import marked, snippet, stems_of

# More words than these say no more why a case looks alike.
SHOWN_WORDS = 4


@dataclass(frozen=True)
class HitRow:
    """One hit: the line of the case, its title and a piece of its words marked, and where that piece stands."""

    row: Row
    title: Markup
    words: Markup
    place: str
    received_at: datetime
    merged_into: str


@dataclass(frozen=True)
class AlikeRow:
    """One case that looks alike, and why."""

    row: Row
    why: str


@dataclass(frozen=True)
class FilterChip:
    """One filter that holds, and the address without it."""

    name: str
    value: str
    remove_href: str


def place_names() -> dict[Place, str]:
    """The places at which words stand, as pages call them."""
    names = (_("Title and issues"), _("People"), _("Story"), _("Messages, notes and files"))
    return dict(zip(PLACES, names, strict=True))


def hits_of(cases: Sequence[Case], asked: Asked, user: User, *, now: datetime) -> list[HitRow]:
    """The cases of a page with their words: one question for the words, one for what duplicates were merged into."""
    stems, names = stems_of(asked), place_names()
    documents = {document.case_id: document for document in documents_of([case.id for case in cases])}
    into = _merged_into(cases, user)
    hits = []
    for case, row in zip(cases, rows_of(cases, now=now), strict=True):
        document = documents[case.id]
        place, words = snippet({where: document.at(where) for where in PLACES}, stems)
        merged = into.get(case.duplicate_of_id or 0, "")
        hits.append(
            HitRow(
                row, marked(case.title, stems), words, names[place] if place else "", case.received_at, merged
            )
        )
    return hits


def _merged_into(cases: Sequence[Case], user: User) -> dict[int, str]:
    """The references of the cases that duplicates were merged into, where this person may see them."""
    ids = {case.duplicate_of_id for case in cases if case.duplicate_of_id is not None}
    if not ids:
        return {}
    wanted = visible_cases(user).where(Case.id.in_(ids)).with_only_columns(Case.id, Case.reference)
    return {row.id: row.reference for row in db.session.execute(wanted)}


def alike_rows(found: Sequence[Alike], *, now: datetime) -> list[AlikeRow]:
    """The cases that look alike, each with the reason."""
    rows = rows_of([one.case for one in found], now=now)
    return [AlikeRow(row, _why(one)) for row, one in zip(rows, found, strict=True)]


def _why(one: Alike) -> str:
    reasons = [_("same customer")] if one.same_customer else []
    if one.words:
        words = ", ".join(one.words[:SHOWN_WORDS]) + (", …" if len(one.words) > SHOWN_WORDS else "")
        number = len(one.words)
        reasons.append(
            ngettext("%(num)d shared word: %(words)s", "%(num)d shared words: %(words)s", number, words=words)
        )
    return "; ".join(reasons)


def chips_of(
    given: Mapping[str, str],
    *,
    teams: Mapping[int, str],
    services: Mapping[int, str],
    here: Callable[..., str],
) -> list[FilterChip]:
    """A chip for each filter in the address. `here` makes this page's address with one part changed."""
    gone = _("no longer there")
    says: dict[str, tuple[str, Callable[[str], str]]] = {
        "kind": (_("Kind"), lambda value: Kind(value).label),
        "state": (_("State"), lambda value: _("Open") if value == "open" else _("Closed")),
        "team": (_("Team"), lambda value: teams.get(int(value), gone)),
        "service": (_("Service"), lambda value: services.get(int(value), gone)),
        "severity": (_("Severity"), lambda value: SEVERITIES.get(int(value), (gone, ""))[0]),
        "from": (_("Received from"), str),
        "to": (_("Received to"), str),
        "place": (_("Words stand in"), lambda value: place_names()[_place(value)]),
    }
    return [
        FilterChip(label, words(given[name]), here(**{name: None}))
        for name, (label, words) in says.items()
        if given.get(name)
    ]


def _place(value: str) -> Place:
    return next(place for place in PLACES if place == value)


def notes_of(asked: Asked, typed: str, contact: str) -> list[str]:
    """What somebody has to know of what they typed; empty when all of it is looked for."""
    if not typed:
        return []
    if not asked.wanted and not contact:
        if asked.unwanted:
            return [_("Say also what to look for: words with a minus only say what must not be there.")]
        return [_("There is no word and no number in what you typed. Type a word, a name or a reference.")]
    if asked.cut:
        return [
            _(
                "That is more than is looked for. Only the first %(words)s words or phrases within the first "
                "%(letters)s letters count.",
                words=MOST_TERMS,
                letters=LONGEST,
            )
        ]
    return []
