"""What can happen to a process: edited as a draft, published as the next version, used for new cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from casework.accounts.models import User
from casework.audit.services import record
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes.files import too_much
from casework.catalogue.processes.models import ProcessDraft
from casework.catalogue.processes.queries import NO_LONGER, draft_of, newest_version
from casework.catalogue.processes.shelf import Shipped
from casework.core.db import db
from casework.core.errors import Conflict, NotFound, Refused
from casework.core.once import stand_in_line
from casework.workflow.validation import problems

KIND_WORDS = {
    "complaint": "complaints",
    "compliment": "compliments",
    "suggestion": "suggestions",
    "enquiry": "enquiries",
}


def start_draft(version: ProcessVersion, *, actor: User, now: datetime) -> tuple[ProcessDraft, bool]:
    """A copy of a version to edit, and whether it is new: a process has one draft, whoever began it."""
    stand_in_line(f"process:{version.name}")
    there = draft_of(version.name)
    if there is not None:
        return there, False
    return _new_draft(version.definition, version, actor, now), True


def take_in(definition: Mapping[str, Any], *, actor: User, now: datetime) -> ProcessDraft:
    """A draft from a file. Raises Refused when somebody edits this process, or it is of another kind there."""
    name, kind = str(definition["name"]), str(definition["kind"])
    stand_in_line(f"process:{name}")
    there, newest = draft_of(name), newest_version(name)
    if there is not None:
        raise Refused(
            f"“{there.title}” is being edited: {there.edited_by.name} has a draft of it. "
            "Publish or discard that draft first, then bring in the file."
        )
    if newest is not None and newest.kind != kind:
        raise Refused(
            f"There is a process '{name}' for {KIND_WORDS[newest.kind]} already, and the file is for “{kind}”. "
            "Give it another name in the file."
        )
    return _new_draft(definition, newest, actor, now)


def save_draft(
    draft: ProcessDraft, definition: Mapping[str, Any], *, seen: int, actor: User, now: datetime
) -> None:
    """Keep a changed definition, mistakes included: they are listed until they are mended.

    - `seen` is the version of the draft that the page showed; whoever saves over somebody else's change is told.

    Raises Refused for more than can be kept, and Conflict.
    """
    _check_seen(draft, seen)
    found = too_much(definition)
    if found:
        raise Refused(found)
    draft.definition = dict(definition)
    draft.edited_by_id, draft.edited_at = actor.id, now
    _flush(draft)


def discard_draft(draft: ProcessDraft, *, seen: int, actor: User, now: datetime) -> None:
    """Throw a draft away; the versions stay. Raises Conflict."""
    _check_seen(draft, seen)
    _record(
        draft.based_on_id or 0,
        "discarded",
        f"Draft of “{draft.title}” discarded",
        actor,
        now,
        name=draft.name,
    )
    db.session.delete(draft)
    _flush(draft)


def publish_draft(
    draft: ProcessDraft, *, seen: int, note: str, use: bool, actor: User, now: datetime
) -> ProcessVersion:
    """The draft becomes the next version of its process, and is a draft no longer.

    - Open cases keep their versions. With `use`, new cases of its kind begin with it from now on.

    Raises Refused with a sentence for each problem, also when nothing changed, and Conflict.
    """
    stand_in_line(f"process:{draft.name}")
    _check_seen(draft, seen)
    found = problems(draft.definition)
    newest = newest_version(draft.name)
    if not found and newest is not None and newest.definition == draft.definition:
        found = [f"It says the same as version {newest.number}. Change something, or discard the draft."]
    if found:
        raise Refused(found)
    made = _add_version(draft.name, draft.kind, draft.definition, actor, now, note)
    db.session.delete(draft)
    _flush(draft)
    words = f"“{made.definition['title']}” published as version {made.number}"
    _record(made.id, "published", words, actor, now, name=made.name, number=made.number, note=note)
    if use:
        use_for_new(made, actor=actor, now=now)
    return made


def use_for_new(version: ProcessVersion, *, actor: User, now: datetime) -> None:
    """Let every new case of its kind begin with this version. Cases that are there keep theirs."""
    stand_in_line(f"process kind:{version.kind}")
    # Whoever stood before may have chosen another one.
    db.session.refresh(version)
    if version.is_current:
        return
    others = update(ProcessVersion).where(ProcessVersion.kind == version.kind, ProcessVersion.is_current)
    db.session.execute(others.values(is_current=False))
    version.is_current = True
    db.session.flush()
    words = (
        f"New {KIND_WORDS[version.kind]} begin with “{version.definition['title']}”, version {version.number}"
    )
    _record(version.id, "used", words, actor, now, name=version.name, number=version.number)


def load_shipped(one: Shipped, *, actor: User, now: datetime) -> ProcessVersion:
    """A shipped process as a version of its own; new cases do not begin with it before somebody says so.

    Raises Refused when it is there already, or stands there under the same name for another kind.
    """
    process = one.process
    stand_in_line(f"process:{process.name}")
    newest, definition = newest_version(process.name), process.to_data()
    if newest is not None:
        raise Refused(f"“{process.title}” is there already, as version {newest.number}. Open it in the list.")
    made = _add_version(process.name, process.kind, definition, actor, now, "As shipped")
    _record(made.id, "loaded", f"“{process.title}” loaded as shipped", actor, now, name=made.name, number=1)
    return made


def _new_draft(
    definition: Mapping[str, Any], based_on: ProcessVersion | None, actor: User, now: datetime
) -> ProcessDraft:
    draft = ProcessDraft(
        name=str(definition["name"]),
        kind=str(definition["kind"]),
        definition=dict(definition),
        based_on_id=based_on.id if based_on else None,
        started_by_id=actor.id,
        started_at=now,
        edited_by_id=actor.id,
        edited_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    _record(
        based_on.id if based_on else 0,
        "edited",
        f"Draft of “{draft.title}” begun",
        actor,
        now,
        name=draft.name,
    )
    return draft


def _add_version(
    name: str, kind: str, definition: Mapping[str, Any], actor: User, now: datetime, note: str
) -> ProcessVersion:
    newest = newest_version(name)
    made = ProcessVersion(
        name=name,
        kind=kind,
        number=newest.number + 1 if newest else 1,
        definition=dict(definition),
        is_current=False,
        loaded_at=now,
        published_by_id=actor.id,
        note=note,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _check_seen(draft: ProcessDraft, seen: int) -> None:
    """Raises Conflict when somebody saved it since, and NotFound when somebody published or discarded it."""
    held: Any = {"of": ProcessDraft}
    if db.session.get(ProcessDraft, draft.id, populate_existing=True, with_for_update=held) is None:
        raise NotFound(NO_LONGER)
    if draft.version != seen:
        raise Conflict(_changed_by(draft))


def _changed_by(draft: ProcessDraft) -> str:
    return (
        f"{draft.edited_by.name} saved this draft after you opened it, and saving yours now would be over theirs. "
        "What you typed is still here. Look at what they changed, then save again if yours still holds."
    )


def _flush(draft: ProcessDraft) -> None:
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(
            "Somebody else saved this draft at the same moment. Look at it, then save again."
        ) from None


def _record(subject: int, verb: str, summary: str, actor: User, now: datetime, **after: Any) -> None:
    record("process", subject, verb, summary, actor_id=actor.id, at=now, after=after)
