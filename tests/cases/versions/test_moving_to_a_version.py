"""Open cases moved to another version: the preview is what happens, once, and nothing is told of the hidden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from casework.audit.models import HistoryEntry
from casework.cases.models import Case, Going, ItemState, VersionMove, VersionMoveItem
from casework.cases.services.access import change_access
from casework.cases.versions import doing, queries, rules, services
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes.editing import put_part
from casework.catalogue.queries import current_process, process_of
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.measures.models import StaleFact
from casework.portal.queries import states_visited
from tests.cast import NOW, Cast


@pytest.fixture
def old(cast: Cast) -> ProcessVersion:
    return current_process("complaint")


@pytest.fixture
def new(cast: Cast, old: ProcessVersion) -> ProcessVersion:
    """Version 2, in which the state "received" is called otherwise and "assessed" is there no more."""
    definition: dict[str, Any] = dict(old.definition)
    at = next(n for n, state in enumerate(definition["state"]) if state["name"] == "received")
    definition = put_part(
        definition, "state", {**definition["state"][at], "name": "arrived", "label": "Arrived"}, at
    )
    with transaction():
        made = ProcessVersion(
            name="complaint", kind="complaint", number=2, definition=definition, is_current=False, loaded_at=NOW
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
    return made


def job_of(cast: Cast, old: ProcessVersion, new: ProcessVersion, mapping: dict[str, str]) -> VersionMove:
    with transaction():
        return services.keep_job(old, new, mapping, actor=cast.wen, now=NOW, once_key="k")[0]


def fresh(case: Case) -> Case:
    db.session.expire_all()
    return db.session.get_one(Case, case.id)


MAPPING = {"received": "arrived", "acknowledged": "acknowledged", "investigating": "investigating"}


def scene(cast: Cast) -> dict[str, Case]:
    """One case for each thing that may come of it."""
    cases = {"received": cast.log(), "acknowledged": cast.log(), "closed": cast.log(), "waits": cast.log()}
    cast.move(cases["acknowledged"], "acknowledge")
    cast.move(cases["closed"], "withdraw", reason="Solved.")
    cases |= {"merged": cast.log(), "unmapped": cast.log()}
    cast.move(cases["unmapped"], "acknowledge")
    cast.give(cases["unmapped"], cast.dana)
    cast.move(
        cases["unmapped"], "assess", severity="2", service=str(cast.inspections.id), team=str(cast.health.id)
    )
    with transaction():
        cases["waits"].awaiting_approval = True
        cases["merged"].duplicate_of_id = cases["received"].id
    return cases


def test_the_preview_says_what_happens_and_that_happens(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    cases = scene(cast)
    groups = {(g.state, g.problem): g.n for g in queries.groups_of(old.id, cast.wen, MAPPING)}
    assert groups == {
        ("received", ""): 1,
        ("received", rules.WAITS): 1,
        ("received", rules.MERGED): 1,
        ("acknowledged", ""): 1,
        ("assessed", rules.NO_STATE): 1,
    }
    job = job_of(cast, old, new, MAPPING)
    doing.run(job.id, lambda: NOW)
    went = {name for name, case in cases.items() if fresh(case).process_version_id == new.id}
    assert went == {"received", "acknowledged"}
    assert queries.results_of(job, cast.wen) == {ItemState.DONE: 2}
    assert fresh(cases["received"]).state == "arrived"
    assert fresh(cases["closed"]).process_version_id == old.id
    assert db.session.get_one(VersionMove, job.id).state is Going.DONE


def test_a_case_on_a_path_that_the_new_version_does_not_have_stays(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    plain, hurried = cast.log(), cast.log()
    with transaction():
        hurried.path = "expedited"
    mapping = {"received": "arrived"}
    groups = {(g.state, g.problem): g.n for g in queries.groups_of(old.id, cast.wen, mapping)}
    assert groups == {("received", ""): 1, ("received", rules.NO_PATH): 1}
    doing.run(job_of(cast, old, new, mapping).id, lambda: NOW)
    assert fresh(plain).process_version_id == new.id
    assert fresh(hurried).process_version_id == old.id
    definition = {**new.definition, "move": [{**move} for move in new.definition["move"]]}
    definition["move"][-1]["path"] = "expedited"
    with transaction():
        new.definition = definition
        job, _ = services.keep_job(old, new, mapping, actor=cast.wen, now=NOW, once_key="with a path")
    doing.run(job.id, lambda: NOW)
    assert (fresh(hurried).process_version_id, fresh(hurried).path) == (new.id, "expedited")


def test_each_case_says_so_in_its_history_and_is_counted_anew(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    case = cast.log()
    clocks = [(clock.id, clock.due_at, clock.state) for clock in case.clocks]
    later = NOW + timedelta(hours=1)
    doing.run(job_of(cast, old, new, MAPPING).id, lambda: later)
    entry = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case.id)
        .order_by(HistoryEntry.id.desc())
    ).first()  # fmt: skip
    assert entry is not None
    assert entry.summary == "Moved to version 2 of the process: state arrived"
    assert (entry.verb, entry.actor_id, entry.before["state"], entry.after["state"]) == (
        "version_changed", cast.wen.id, "received", "arrived",
    )  # fmt: skip
    assert [(clock.id, clock.due_at, clock.state) for clock in fresh(case).clocks] == clocks
    assert db.session.get(StaleFact, case.id) is not None
    assert fresh(case).state_since == NOW
    cast.move(fresh(case), "acknowledge")
    assert fresh(case).state == "acknowledged", "it goes on by its new version"


def test_the_customers_page_knows_the_way_by_its_new_names(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    case = cast.investigated()
    doing.run(job_of(cast, old, new, {**MAPPING, "acknowledged": "assessed"}).id, lambda: NOW)
    assert [name for name, _ in states_visited(case.id)] == ["assessed", "assessed", "investigating"]


def test_killed_half_way_and_run_again_gives_the_same(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    cases = [cast.log() for _ in range(5)]
    job = job_of(cast, old, new, MAPPING)
    with transaction():
        assert services.move_lot(job, actor=cast.wen, now=NOW, size=2) == 2
    # Here the worker died. The sweep goes on when it has been silent for a while, and twice is once.
    doing.sweep(lambda: NOW)
    assert sum(fresh(case).process_version_id == new.id for case in cases) == 2
    for _ in range(2):
        doing.sweep(lambda: NOW + 2 * doing.SILENT)
        doing.run(job.id, lambda: NOW)
    assert all(fresh(case).process_version_id == new.id for case in cases)
    entries = select(func.count()).where(HistoryEntry.verb == "version_changed")
    assert db.session.scalar(entries) == 5


def test_a_case_that_changed_after_the_preview_stays_with_the_reason(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    moved_on, came_later = cast.log(), None
    job = job_of(cast, old, new, MAPPING)
    cast.move(moved_on, "acknowledge")
    came_later = cast.log()
    doing.run(job.id, lambda: NOW)
    assert fresh(moved_on).process_version_id == old.id
    assert fresh(came_later).process_version_id == old.id
    item = db.session.scalars(select(VersionMoveItem)).one()
    assert (item.state, item.sentence) == (ItemState.REFUSED, services.CHANGED)


def test_whoever_saves_a_case_meanwhile_notices(cast: Cast, old: ProcessVersion, new: ProcessVersion) -> None:
    case = cast.log()
    job = job_of(cast, old, new, MAPPING)
    with transaction():
        version = case.version
        services.move_lot(job, actor=cast.wen, now=NOW)
        assert case.version == version, "it is as it was read before the lot"
        case.location = "Harbour"
        with pytest.raises(StaleDataError):
            db.session.flush()
        db.session.rollback()


def test_restricted_ones_move_uncounted_and_those_one_is_named_in_stay(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    plain, shut, named = cast.log(), cast.log(), cast.log()
    cast.restrict(shut)
    with transaction():
        change_access(named, restricted=False, named=[cast.wen.id], granted=[], actor=cast.sol, now=NOW)
    assert queries.open_cases_by_version(cast.wen) == {old.id: 1}
    assert [g.n for g in queries.groups_of(old.id, cast.wen, MAPPING)] == [1]
    assert [row.id for row in queries.page_of(old.id, cast.wen, after=0).rows] == [plain.id]
    job = job_of(cast, old, new, MAPPING)
    doing.run(job.id, lambda: NOW)
    assert [fresh(case).process_version_id for case in (plain, shut, named)] == [new.id, new.id, old.id]
    assert queries.results_of(job, cast.wen) == {ItemState.DONE: 1}
    assert [row.id for row in queries.results_page(job, cast.wen, after=0).rows] == [plain.id]


def test_the_same_form_twice_is_one_job_and_nobody_elses(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    cast.log()
    job = job_of(cast, old, new, MAPPING)
    with transaction():
        assert services.keep_job(old, new, MAPPING, actor=cast.wen, now=NOW, once_key="k") == (job, False)
    with pytest.raises(NotFound):
        queries.job_for(cast.sol, job.id)


def test_nothing_to_move_and_another_kind_are_refused(
    cast: Cast, old: ProcessVersion, new: ProcessVersion
) -> None:
    with pytest.raises(Refused, match="No case would move"):
        job_of(cast, old, new, MAPPING)
    with pytest.raises(Refused, match="same kind"):
        job_of(cast, old, current_process("enquiry"), {})


def test_a_mapping_never_closes_a_case_and_begins_with_the_same_names(
    old: ProcessVersion, new: ProcessVersion
) -> None:
    before, after = process_of(old), process_of(new)
    assert "received" not in rules.same_names(before, after)
    assert (
        rules.settled({"received": "closed", "assessed": ""}, before, after)
        .keys()
        .isdisjoint({"received", "assessed"})
    )
    assert rules.settled({"received": "arrived"}, before, after)["received"] == "arrived"
    said = rules.worth_saying(before, after, {"awaiting_customer": "investigating", "assessed": "assessed"})
    assert len(said) == 1
    assert "“Awaiting customer” becomes “Investigating”" in said[0]


def test_as_many_statements_for_many_cases_as_for_few(
    cast: Cast, old: ProcessVersion, new: ProcessVersion, count_queries: Callable[..., Any]
) -> None:
    for _ in range(3):
        cast.log()
    db.session.refresh(old)
    db.session.refresh(cast.wen)
    with count_queries() as few:
        queries.groups_of(old.id, cast.wen, MAPPING)
        queries.page_of(old.id, cast.wen, after=0)
        queries.open_cases_by_version(cast.wen)
    assert len(few) == 3
    first = job_of(cast, old, new, MAPPING)
    with count_queries() as three, transaction():
        services.move_lot(first, actor=cast.wen, now=NOW)
    for _ in range(12):
        cast.log()
    with transaction():
        second = services.keep_job(old, new, MAPPING, actor=cast.wen, now=NOW, once_key="2")[0]
    with count_queries() as twelve, transaction():
        services.move_lot(second, actor=cast.wen, now=NOW)
    assert len(twelve) <= len(three) + 2
