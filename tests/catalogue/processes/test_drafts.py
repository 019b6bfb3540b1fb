"""Drafts and versions: edited by two, published with reasons, used for new cases, never lost."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.accounts.roles import Role
from casework.audit.models import HistoryEntry
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes import services, shelf
from casework.catalogue.processes.files import to_toml
from casework.catalogue.processes.models import ProcessDraft
from casework.catalogue.processes.queries import newest_version
from casework.catalogue.queries import current_process
from casework.catalogue.services import NewAgency, set_up_agency
from casework.core.db import db, transaction
from casework.core.errors import Conflict, NotFound, Refused
from casework.workflow.parse import load_preset
from tests.accounts.people import make_person
from tests.cast import NOW, Cast


def draft(cast: Cast, name: str = "enquiry") -> ProcessDraft:
    version = newest_version(name)
    assert version is not None
    with transaction():
        return services.start_draft(version, actor=cast.wen, now=NOW)[0]


def save(one: ProcessDraft, cast: Cast, *, seen: int | None = None, **changes: Any) -> None:
    with transaction():
        definition = {**one.definition, **changes}
        services.save_draft(
            one, definition, seen=one.version if seen is None else seen, actor=cast.wen, now=NOW
        )


def publish(one: ProcessDraft, cast: Cast, *, use: bool = False) -> ProcessVersion:
    with transaction():
        return services.publish_draft(
            one, seen=one.version, note="Said plainer.", use=use, actor=cast.wen, now=NOW
        )


def test_a_process_has_one_draft(cast: Cast) -> None:
    first = draft(cast)
    version = newest_version("enquiry")
    assert version is not None
    with transaction():
        assert services.start_draft(version, actor=cast.wen, now=NOW) == (first, False)


def test_of_two_who_edit_the_second_is_told_and_nothing_is_lost(cast: Cast) -> None:
    one = draft(cast)
    seen = one.version
    save(one, cast, title="First", seen=seen)
    with pytest.raises(Conflict, match="Wen Tran saved this draft after you opened it"):
        save(one, cast, title="Second", seen=seen)
    db.session.expire_all()
    assert one.definition["title"] == "First"
    with pytest.raises(Conflict), transaction():
        services.discard_draft(one, seen=seen, actor=cast.wen, now=NOW)


def test_a_draft_with_problems_is_kept_and_not_published_and_every_reason_is_said(cast: Cast) -> None:
    one = draft(cast)
    limbo = {"name": "limbo", "label": "Limbo", "public_label": "We wait", "step": one.definition["steps"][0]}
    save(one, cast, start="nowhere", state=[*one.definition["state"], limbo])
    with pytest.raises(Refused) as refused:
        publish(one, cast)
    assert len(refused.value.reasons) >= 2
    assert any("nowhere" in reason for reason in refused.value.reasons)
    assert any("limbo" in reason for reason in refused.value.reasons)
    newest = newest_version("enquiry")
    assert newest is not None
    assert newest.number == 1


def test_publishing_gives_the_next_number_and_new_cases_begin_with_it_only_when_said(cast: Cast) -> None:
    before = current_process("enquiry")
    one = draft(cast)
    save(one, cast, title="Enquiry, plainer")
    made = publish(one, cast)
    assert (made.number, made.note, made.published_by_id) == (2, "Said plainer.", cast.wen.id)
    assert current_process("enquiry") is before
    assert db.session.scalars(select(ProcessDraft)).all() == []
    with transaction():
        services.use_for_new(made, actor=cast.wen, now=NOW)
    assert current_process("enquiry") is made
    current = select(ProcessVersion.id).where(ProcessVersion.is_current, ProcessVersion.kind == "enquiry")
    assert db.session.scalars(current).all() == [made.id]
    entries = select(HistoryEntry.verb).where(HistoryEntry.subject_type == "process")
    assert db.session.scalars(entries.order_by(HistoryEntry.id)).all() == ["edited", "published", "used"]


def test_of_two_who_choose_for_new_cases_at_once_the_second_is_heard(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = current_process("enquiry")
    with transaction():
        draft, _ = services.start_draft(first, actor=cast.wen, now=NOW)
        services.save_draft(draft, {**draft.definition, "title": "B"}, seen=1, actor=cast.wen, now=NOW)
        second = services.publish_draft(draft, seen=2, note="B.", use=False, actor=cast.wen, now=NOW)
    assert first.is_current

    def while_the_other_is_chosen(_key: str) -> None:
        for one in (first, second):
            own = update(ProcessVersion).where(ProcessVersion.id == one.id)
            chosen = own.values(is_current=one is second).execution_options(synchronize_session=False)
            db.session.execute(chosen)

    monkeypatch.setattr(services, "stand_in_line", while_the_other_is_chosen)
    with transaction():
        services.use_for_new(first, actor=cast.wen, now=NOW)
    db.session.expire_all()
    assert (first.is_current, second.is_current) == (True, False)


def test_the_same_words_again_are_no_version(cast: Cast) -> None:
    with pytest.raises(Refused, match="says the same as version 1"):
        publish(draft(cast), cast)


def test_setting_up_again_leaves_what_the_agency_published(cast: Cast) -> None:
    one = draft(cast)
    save(one, cast, title="Enquiry, our way")
    made = publish(one, cast, use=True)
    with transaction():
        set_up_agency(NewAgency(name="Lakeford Public Health"), now=NOW)
    assert current_process("enquiry") is made
    assert newest_version("enquiry") is made


def test_a_file_becomes_a_draft_unless_somebody_edits_that_process(cast: Cast) -> None:
    definition = load_preset("enquiry").to_data()
    with transaction():
        first = services.take_in({**definition, "title": "From a file"}, actor=cast.wen, now=NOW)
    assert first.based_on is newest_version("enquiry")
    with pytest.raises(Refused, match="is being edited: Wen Tran has a draft of it"):
        services.take_in(definition, actor=cast.wen, now=NOW)
    with pytest.raises(Refused, match="for complaints already"):
        services.take_in({**definition, "name": "complaint"}, actor=cast.wen, now=NOW)
    with transaction():
        services.discard_draft(first, seen=first.version, actor=cast.wen, now=NOW)
    with transaction():
        made = services.take_in({**definition, "name": "licence_enquiry"}, actor=cast.wen, now=NOW)
    published = publish(made, cast)
    assert (published.number, published.is_current) == (1, False)
    assert to_toml(published.definition)


def test_more_than_can_be_kept_is_refused(cast: Cast) -> None:
    one = draft(cast)
    with pytest.raises(Refused, match="longer than"):
        save(one, cast, title="x" * 3000)
    with pytest.raises(Refused, match="at most 60 states"):
        save(one, cast, state=one.definition["state"] * 20)


def test_a_shipped_process_is_loaded_beside_the_others(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    definition = load_preset("enquiry").to_data() | {"name": "licence_enquiry", "title": "Licence enquiry"}
    (folder / "licence_enquiry.toml").write_text(to_toml(definition))
    (folder / "newer.toml").write_text("name = 'what an older release cannot read'")
    monkeypatch.setattr(shelf, "PRESETS", tmp_path)
    assert [one.key for one in shelf.shipped()] == ["licence_enquiry"]
    one = shelf.shipped_by("licence_enquiry")
    with transaction():
        made = services.load_shipped(one, actor=cast.wen, now=NOW)
    assert (made.number, made.is_current, made.kind) == (1, False, "enquiry")
    with pytest.raises(Refused, match="is there already, as version 1"):
        services.load_shipped(one, actor=cast.wen, now=NOW)
    with pytest.raises(NotFound):
        shelf.shipped_by("newer")


def test_who_edits_is_said(cast: Cast) -> None:
    one, ada = draft(cast), make_person(Role.ADMINISTRATOR, "Ada Obi")
    with transaction():
        services.save_draft(one, {**one.definition, "note": "x"}, seen=1, actor=ada, now=NOW)
    assert (one.started_by.name, one.edited_by.name) == ("Wen Tran", "Ada Obi")
