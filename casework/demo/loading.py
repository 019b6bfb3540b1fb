"""Loading the demo, whole or not at all: the generated agency, or one made of an imported file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from casework.accounts.models import Team
from casework.cases.commands import run_import
from casework.cases.intake_files import load_mapping, open_reading
from casework.cases.models import Case
from casework.cases.suggestions.learning import learn_categories
from casework.catalogue.services import NewAgency, set_up_agency
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.once import OnceKey, remember
from casework.core.queue import NoBroker
from casework.demo import agency
from casework.demo.again import lead_again
from casework.demo.desk import furnish
from casework.demo.extras import leave_a_draft
from casework.demo.improving import improve
from casework.demo.past import write_past
from casework.demo.present import open_cases
from casework.demo.reminders import remind
from casework.demo.scenes import first_scenes
from casework.improvement.services import find_opportunities
from casework.measures.services import make_figures_anew, refresh
from casework.search.services import index_missing

# So many lives are made up one by one; more cases than that are the same lives led again by other customers.
DIFFERENT = 10_000
# The words of so many of the newest issues are enough to suggest categories from.
LEARNED = 10_000
GENERATED, BOSTON = "generated", "boston"
MAPPING = Path(__file__).resolve().parents[2] / "samples" / "boston-311.toml"
SIGN_INS = "demo-sign-ins.txt"
PRODUCTION = (
    "This installation is in production (CASEWORK_ENV), and the demo has passwords that everybody knows. "
    "Load it where CASEWORK_ENV is demo."
)
HALF_WAY = (
    "Loading the demo was interrupted here before, so what is there is not whole. "
    "Start with an empty CASEWORK_DATA (or an empty database) and load it again."
)
NOT_EMPTY = (
    "There are cases in this database already, and the demo is not mixed with them. "
    "Name an empty folder in CASEWORK_DATA (or an empty database) and load it there."
)


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    cases: int
    seed: int | None = None


def is_there() -> bool:
    """Whether there is something to leave alone: the demo, whole, or other cases. Raises Refused for half a demo."""
    keys = set(db.session.scalars(select(OnceKey.key)))
    if _begun(GENERATED) in keys and _done(GENERATED) not in keys:
        raise Refused(HALF_WAY)
    if _done(GENERATED) in keys or _done(BOSTON) in keys:
        return True
    # An import that was interrupted goes on where it stopped.
    return _begun(BOSTON) not in keys and db.session.scalar(select(Case.id).limit(1)) is not None


def load_generated(*, cases: int, seed: int, now: datetime) -> Loaded:
    """The generated agency with so many cases over the three years up to now; the same seed and now, the same data.

    Nothing is sent and no worker is asked for anything. Raises Refused in production, where there are cases
    already, and after a load that was interrupted.
    """
    _check()
    with _alone():
        with transaction():
            remember(_begun(GENERATED), cases, now)
            agency.set_up(now)
            world = agency.world()
            furnish(world, now)
        # A fifth at most are made one by one by the services; the rest is written as rows.
        scenes = first_scenes(cases // 5)
        past = cases - sum(scene.cases for scene in scenes)
        different = min(past, DIFFERENT)
        write_past(world, cases=different, seed=seed, now=now)
        with transaction():
            open_cases(world, scenes, seed=seed, now=now)
            leave_a_draft(world, now)
        db.session.expunge_all()
        refresh(now, everything=True)
        improve(world, now)
        # Before they are led again: the words of those are copied from these.
        index_missing()
        learn_categories(now, newest=LEARNED)
        remind(world, now)
        if past > different:
            with transaction():
                lead_again(different, until=past)
                make_figures_anew()
        refresh(now)
        _finish(GENERATED, cases, now)
    return Loaded(cases, seed)


def load_boston(file: Path, *, now: datetime) -> Loaded:
    """The file of the City of Boston through the importer, with four people so that one can sign in.

    Raises Refused as load_generated, and whatever the importer says of the file.
    """
    _check()
    rules = load_mapping(MAPPING)
    reading = open_reading(file, rules, now=now)
    with _alone():
        with transaction():
            if db.session.get(OnceKey, _begun(BOSTON)) is None:
                remember(_begun(BOSTON), 0, now)
            new = NewAgency(
                name="City of Boston, 311 (sample)", time_zone=rules.zone.key, calendar="office-hours"
            )
            set_up_agency(new, now=now)
        result = run_import(reading, file.stem, zone=rules.zone, dry_run=False, now=now)
        with transaction():
            agency.add_sign_ins(now, team=_busiest_team())
        refresh(now, everything=True)
        find_opportunities(now)
        _finish(BOSTON, result["created"], now)
    return Loaded(db.session.scalar(select(func.count()).select_from(Case)) or 0)


def _check() -> None:
    if current_settings().is_production:
        raise Refused(PRODUCTION)
    if is_there():
        raise Refused(NOT_EMPTY)


def _finish(name: str, cases: int, now: datetime) -> None:
    with transaction():
        remember(_done(name), cases, now)
    note = current_settings().data_dir / SIGN_INS
    note.write_text(agency.sign_ins_as_text() + "\n", encoding="utf-8")


def _busiest_team() -> Team | None:
    """The team with the most open cases, so that its queue has something to show."""
    wanted = select(Case.team_id).where(Case.is_open, Case.team_id.is_not(None)).group_by(Case.team_id)
    team_id = db.session.scalar(wanted.order_by(func.count().desc(), Case.team_id).limit(1))
    return db.session.get(Team, team_id) if team_id is not None else None


@contextmanager
def _alone() -> Iterator[None]:
    """Ask no worker for anything meanwhile: all that the past would have asked for has been done."""
    kept = current_app.extensions["publisher"]
    current_app.extensions["publisher"] = NoBroker()
    try:
        yield
    finally:
        current_app.extensions["publisher"] = kept


def _begun(name: str) -> str:
    return f"demo-{name}-begun"


def _done(name: str) -> str:
    return f"demo-{name}-done"
