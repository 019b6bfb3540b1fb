"""Learning which words stand in the cases of which category and service.

Nothing of a restricted case, or of one that names staff, is learned: its words would shine through. A word counts
only when it was in several cases, and a label only when it has several, so that no single story can be guessed at.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from casework.cases.models import Case, CasePerson, Issue, Relation
from casework.cases.models.suggestions import SuggestionModel, SuggestionWord
from casework.cases.suggestions.bayes import Known, calibrated, scores_of
from casework.cases.suggestions.words import terms_of
from casework.core.db import db, table_of, transaction

NEWEST = 50_000
FEWEST_CASES = 5  # of a label
FEWEST_WITH_WORD = 3
MOST_WORDS = 40_000
HELD_OUT = 2_000
EVERY = 10  # one case in so many is held out, while there are fewer than HELD_OUT
LOT = 2_000
KINDS = ("category", "service")

Labels = Mapping[str, str]
Example = tuple[Labels, Counter[str]]


@dataclass(frozen=True)
class Learned:
    """What a learning came to: issues and words used, labels known, and how often held-out cases were right."""

    issues: int
    words: int
    labels: Mapping[str, int]
    held_out: int
    first: float
    among_three: float


@dataclass
class Counted:
    """Words counted so far."""

    with_word: Counter[str] = field(default_factory=Counter)
    issues: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    # word -> kind -> label -> how often
    words: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: {kind: Counter() for kind in KINDS})
    )

    def add(self, example: Example) -> None:
        labels, terms = example
        for kind, label in labels.items():
            self.issues[kind][label] += 1
        for term, often in terms.items():
            self.with_word[term] += 1
            row = self.words[term]
            for kind, label in labels.items():
                row[kind][label] += often

    def kept(self) -> dict[str, dict[str, dict[str, int]]]:
        """The words common enough to be used, with the labels that have cases enough."""
        chosen = [term for term, n in self.with_word.most_common(MOST_WORDS) if n >= FEWEST_WITH_WORD]
        enough = {
            kind: {label for label, n in found.items() if n >= FEWEST_CASES}
            for kind, found in self.issues.items()
        }
        return {
            term: {
                kind: {label: n for label, n in found.items() if label in enough[kind]}
                for kind, found in self.words[term].items()
            }
            for term in chosen
        }


def learn_categories(now: datetime, *, newest: int = NEWEST) -> Learned:
    """Count the words of the newest issues and put them in the place of what was known before.

    - The new counts are written beside the old ones in small transactions and then taken into use at once, so
      that nobody waits for a long write and a learning that breaks off changes nothing.
    - A part is held out, to learn how sure a score is; afterwards it is counted too.
    """
    counted, held_out, issues = Counted(), list[Example](), 0
    for number, example in enumerate(_examples(newest)):
        issues += 1
        if number % EVERY == 0 and len(held_out) < HELD_OUT:
            held_out.append(example)
        else:
            counted.add(example)
    fitted, right = _fitted(counted, held_out)
    for example in held_out:
        counted.add(example)
    kept = counted.kept()
    facts = {kind: _facts(kept, kind) | fitted[kind] for kind in KINDS}
    _write(kept, facts, now)
    return Learned(
        issues=issues,
        words=len(kept),
        labels={kind: len(facts[kind]["words"]) for kind in KINDS},
        held_out=right[2],
        first=right[0] / right[2] if right[2] else 0.0,
        among_three=right[1] / right[2] if right[2] else 0.0,
    )


def known_of(facts: Mapping[str, Any]) -> Known:
    """The stored facts about one kind of label, as the arithmetic takes them."""
    return Known(**facts)


def _examples(newest: int) -> Iterator[Example]:
    for row in _rows(newest):
        labels = {"category": str(row.category_id)}
        if row.service_id is not None:
            labels["service"] = str(row.service_id)
        yield labels, terms_of(f"{row.summary}\n{row.narrative}")


def _rows(newest: int) -> Iterable[Row[Any]]:
    about_staff = select(CasePerson.case_id).where(CasePerson.relation == Relation.NAMED)
    wanted = (
        select(
            Issue.summary,
            Case.narrative,
            Issue.category_id,
            func.coalesce(Issue.service_id, Case.service_id).label("service_id"),
        )
        .join(Case, Case.id == Issue.case_id)
        .where(
            Issue.category_id.is_not(None),
            Case.is_restricted.is_(False),
            Case.duplicate_of_id.is_(None),
            Case.id.not_in(about_staff),
        )
        .order_by(Issue.id.desc())
        .limit(newest)
    )
    return db.session.execute(wanted.execution_options(yield_per=LOT))


def _fitted(
    counted: Counted, held_out: list[Example]
) -> tuple[dict[str, dict[str, Any]], tuple[int, int, int]]:
    """For each kind how sure a score is; and of the held-out cases how many were right, first and in three."""
    kept, fitted, right = counted.kept(), dict[str, dict[str, Any]](), (0, 0, 0)
    for kind in KINDS:
        known = known_of(_facts(kept, kind))
        counts = {term: kinds[kind] for term, kinds in kept.items()}
        scored = [
            (labels[kind], *scores_of(terms, counts, known)) for labels, terms in held_out if kind in labels
        ]
        scored = [one for one in scored if one[2] and one[0] in known.words]
        temperature, power, ladder = calibrated(scored)
        fitted[kind] = {"temperature": temperature, "power": power, "ladder": ladder}
        if kind == "category":
            # How many labels were thought likelier than the right one.
            ranks = [sum(other > scores[label] for other in scores.values()) for label, scores, _ in scored]
            right = sum(rank == 0 for rank in ranks), sum(rank < 3 for rank in ranks), len(ranks)
    return fitted, right


def _facts(kept: Mapping[str, Mapping[str, Mapping[str, int]]], kind: str) -> dict[str, Any]:
    words: Counter[str] = Counter()
    for kinds in kept.values():
        words.update(kinds[kind])
    return {"words": dict(words), "vocabulary": len(kept)}


def _write(kept: dict[str, dict[str, dict[str, int]]], facts: dict[str, Any], now: datetime) -> None:
    with transaction():
        model = SuggestionModel(learned_at=now, facts=facts)
        db.session.add(model)
        db.session.flush()
        model_id = model.id
    rows = [{"model_id": model_id, "term": term, "counts": counts} for term, counts in kept.items()]
    for start in range(0, len(rows), LOT):
        with transaction():
            db.session.execute(insert(table_of(SuggestionWord)), rows[start : start + LOT])
    with transaction():
        db.session.get_one(SuggestionModel, model_id).is_ready = True
    _forget_before(model_id)


def _forget_before(model_id: int) -> None:
    words = table_of(SuggestionWord)
    older = select(SuggestionModel.id).where(SuggestionModel.id < model_id).order_by(SuggestionModel.id)
    for old in list(db.session.scalars(older)):
        with transaction():
            db.session.execute(delete(words).where(words.c.model_id == old))
            db.session.execute(delete(table_of(SuggestionModel)).where(SuggestionModel.id == old))
