"""The pages of a draft: its head, a state, a move, and publishing it. Everything works without script."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.catalogue.processes import editing, queries, services, words
from casework.catalogue.processes.changes import changes
from casework.catalogue.processes.files import to_toml
from casework.catalogue.processes.forms import DraftForm, HeadForm, PublishForm, StateForm
from casework.catalogue.processes.models import ProcessDraft
from casework.catalogue.processes.move_form import HAS_PATHS, MoveForm, move_form
from casework.catalogue.processes.shape import Place, picture, place_of
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Conflict, Invalid, NotFound, Refused
from casework.core.flashes import say
from casework.workflow.validation import problems

PARTS = {"state": "catalogue/process_state.html", "move": "catalogue/process_move.html"}
Definition = dict[str, Any]


@requires(Permission.ADMINISTER)
def draft(draft_id: int) -> ResponseReturnValue:
    """The draft as a whole: its head to fill in, problems, diagram, states and moves."""
    found = queries.get_draft(draft_id)
    form = _head_form(found)
    return _page(
        found,
        form,
        "catalogue/process_draft.html",
        lambda definition: editing.put_head(definition, form.head()),
        url_for("processes.draft", draft_id=draft_id),
    )


@requires(Permission.ADMINISTER)
def state(draft_id: int) -> ResponseReturnValue:
    """Add or change a state."""
    found, at = _found_part(draft_id, "state")
    form = _state_form(found, at)
    return _part_page(found, "state", at, form)


@requires(Permission.ADMINISTER)
def move(draft_id: int) -> ResponseReturnValue:
    """Add or change a move."""
    found, at = _found_part(draft_id, "move")
    form = _move_form(found, at)
    return _part_page(found, "move", at, form)


@requires(Permission.ADMINISTER)
def trial(draft_id: int) -> str:
    """Problems and diagram as they would be with what is typed; nothing is kept."""
    found = queries.get_draft(draft_id)
    part = request.args.get("part", "")
    definition, is_typed = dict(found.definition), True
    if part in PARTS:
        found, at = _found_part(draft_id, part)
        form: Any = _state_form(found, at) if part == "state" else None
        form = form or _move_form(found, at)
        is_typed = form.validate()
        definition = editing.put_part(definition, part, form.row(), at) if is_typed else definition
    else:
        head = _head_form(found)
        is_typed = head.validate()
        definition = editing.put_head(definition, head.head()) if is_typed else definition
    return render_template("catalogue/_process_live.html", is_typed=is_typed, **_live(found, definition))


@requires(Permission.ADMINISTER)
def remove(draft_id: int) -> Response:
    """Take a state or a move out; with a state goes what hangs on it."""
    return _change_part(draft_id, editing.remove_part, _("It is taken out."))


@requires(Permission.ADMINISTER)
def shift(draft_id: int) -> Response:
    """Put a state or a move one place earlier or later."""
    step = -1 if request.form.get("step") == "up" else 1
    return _change_part(draft_id, lambda d, part, at: editing.shift_part(d, part, at, step), "")


@requires(Permission.ADMINISTER)
def discard(draft_id: int) -> Response:
    """Throw the draft away."""
    with transaction():
        found = queries.get_draft(draft_id)
        services.discard_draft(found, seen=_seen(), actor=current_user(), now=clock.now())
    say(_("The draft is discarded. The versions are as they were."))
    return redirect(url_for("processes.processes"), 303)


@requires(Permission.ADMINISTER)
def publish(draft_id: int) -> ResponseReturnValue:
    """What would change, and making it the next version; refused with the reasons while something is wrong."""
    found = queries.get_draft(draft_id)
    newest = queries.newest_version(found.name)
    is_used = newest is not None and newest.is_current
    form = PublishForm(data={"seen": found.version, "use": is_used})
    refused: list[str] = []
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                made = services.publish_draft(
                    found,
                    seen=form.seen.data or 0,
                    note=form.note.data,
                    use=form.use.data,
                    actor=current_user(),
                    now=clock.now(),
                )
                made_id, n = made.id, made.number
        except (Refused, Conflict) as refusal:
            refused = refusal.reasons if isinstance(refusal, Refused) else [refusal.message]
            found = queries.get_draft(draft_id)
            form.sees(found.version)
        else:
            say(_("Published as version %(n)s.", n=n))
            return redirect(url_for("processes.version", number=made_id), 303)
    page = render_template(
        "catalogue/process_publish.html",
        form=form,
        refused=refused,
        newest=newest,
        kind_words=services.KIND_WORDS[found.kind],
        changes=changes(newest.definition if newest else None, found.definition),
        **_live(found, found.definition),
    )
    return page, 422 if request.method == "POST" else 200


@requires(Permission.ADMINISTER)
def draft_file(draft_id: int) -> Response:
    """The draft as a process file."""
    found = queries.get_draft(draft_id)
    return as_file(found.definition, f"{found.name}-draft")


def labels_of(definition: Mapping[str, Any]) -> dict[str, str]:
    """The label of each state by its name."""
    return {str(s.get("name")): str(s.get("label") or s.get("name")) for s in definition.get("state", ())}


def as_file(definition: Mapping[str, Any], name: str) -> Response:
    """A definition as a download."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in name)[
        :80
    ]
    headers = {"Content-Disposition": f'attachment; filename="{plain}.toml"'}
    return Response(to_toml(definition), mimetype="application/toml", headers=headers)


def _head_form(found: ProcessDraft) -> HeadForm:
    form = HeadForm(data={**HeadForm.data_of(found.definition), "seen": found.version})
    form.offer(found.definition)
    return form


def _state_form(found: ProcessDraft, at: int | None) -> StateForm:
    row = _row(found, "state", at)
    form = StateForm(data={**row, "seen": found.version, "was": str(row.get("name") or "")})
    form.offer(found.definition, at)
    return form


def _move_form(found: ProcessDraft, at: int | None) -> MoveForm:
    return move_form(found.definition, _row(found, "move", at), found.version, sent=request.form)


def _part_page(
    found: ProcessDraft, part: str, at: int | None, form: StateForm | MoveForm
) -> ResponseReturnValue:
    row = _row(found, part, at)
    return _page(
        found,
        form,
        PARTS[part],
        lambda definition: editing.put_part(definition, part, form.row(), at),
        url_for("processes.draft", draft_id=found.id) + f"#{part}s",
        kept_as=f"{part}-{row.get('name') or 'new'}",
        at=at,
        row=row,
        has_paths=HAS_PATHS,
        hanging=editing.hanging_on(found.definition, str(row.get("name"))),
    )


def _page(
    found: ProcessDraft,
    form: DraftForm,
    template: str,
    change: Callable[[Definition], Definition],
    onward: str,
    kept_as: str = "head",
    **more: Any,
) -> ResponseReturnValue:
    """A page with a form: shown, refused with what was typed still in it, or kept."""
    draft_id, status = found.id, 200
    if request.method == "POST":
        try:
            if form.validate():
                _keep(found, change(found.definition), form.seen.data or 0, kept_as)
                return redirect(onward, 303)
            status = 422
        except (Refused, Conflict) as refusal:
            form.add_problems(refusal.reasons if isinstance(refusal, Refused) else [refusal.message])
            found, status = queries.get_draft(draft_id), 409
            form.sees(found.version)
    return render_template(template, form=form, **more, **_live(found, found.definition)), status


def _keep(found: ProcessDraft, definition: Definition, seen: int, kept_as: str) -> None:
    """Save the draft, and let the browser forget what it kept of the form (`kept_as`)."""
    draft_id = found.id
    with transaction():
        services.save_draft(found, definition, seen=seen, actor=current_user(), now=clock.now())
    left = bool(problems(definition))
    said = _("Saved. Something has still to be mended before it can be published.") if left else _("Saved.")
    say(said, "warn" if left else "done", clear_draft=f"process-{draft_id}-{kept_as}")


def _change_part(draft_id: int, change: Callable[[Definition, str, int], Definition], done: str) -> Response:
    part = request.form.get("part", "")
    with transaction():
        found = queries.get_draft(draft_id)
        at = _place(request.form.get("at"), part)
        if part not in PARTS or at is None or at >= len(found.definition.get(part, ())):
            raise NotFound(_("That part of the draft is no longer there. Go back to the draft."))
        definition = change(found.definition, part, at)
        services.save_draft(found, definition, seen=_seen(), actor=current_user(), now=clock.now())
    if done:
        say(done)
    return redirect(url_for("processes.draft", draft_id=draft_id) + f"#{part}s", 303)


def _found_part(draft_id: int, part: str) -> tuple[ProcessDraft, int | None]:
    """The draft, and the place of the part that the address names; after a change by somebody else it is
    looked for by the name that it had. Raises NotFound."""
    found = queries.get_draft(draft_id)
    at, was = _place(request.args.get("at"), part), request.form.get("was", "")
    if at is None:
        return found, None
    rows = found.definition.get(part, ())
    if was and (at >= len(rows) or rows[at].get("name") != was):
        at = next((n for n, row in enumerate(rows) if row.get("name") == was), len(rows))
    if at >= len(rows):
        raise NotFound(_("That part of the draft is no longer there. Go back to the draft."))
    return found, at


def _row(found: ProcessDraft, part: str, at: int | None) -> dict[str, Any]:
    return {} if at is None else dict(found.definition[part][at])


def _place(text: str | None, part: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid(
            f"There is no such {part or 'part'} in this draft. Go back to the draft and choose it there."
        )
    return int(text)


def _seen() -> int:
    return _place(request.form.get("seen"), "version") or 0


def _live(found: ProcessDraft, definition: Mapping[str, Any]) -> dict[str, Any]:
    """What every page of a draft shows beside its form: what is wrong, where, and the diagram."""
    return {
        "draft": found,
        "definition": definition,
        "labels": labels_of(definition),
        "words": words,
        "problems": [(one, _href(found, place_of(one, definition))) for one in problems(definition)],
        "picture": Markup(picture(definition)),  # noqa: S704 - every word in it is escaped where it is drawn
    }


def _href(found: ProcessDraft, place: Place) -> str:
    if place.part == "process":
        return url_for("processes.draft", draft_id=found.id) + "#head"
    return url_for(f"processes.{place.part}", draft_id=found.id, at=place.at)


def add_to(blueprint: Blueprint) -> None:
    """Say which addresses these pages have."""
    both, post = ["GET", "POST"], ["POST"]
    blueprint.add_url_rule("/drafts/<int:draft_id>", "draft", draft, methods=both)
    blueprint.add_url_rule("/drafts/<int:draft_id>/state", "state", state, methods=both)
    blueprint.add_url_rule("/drafts/<int:draft_id>/move", "move", move, methods=both)
    blueprint.add_url_rule("/drafts/<int:draft_id>/publish", "publish", publish, methods=both)
    blueprint.add_url_rule("/drafts/<int:draft_id>/file", "draft_file", draft_file)
    blueprint.add_url_rule("/drafts/<int:draft_id>/trial", "trial", trial, methods=post)
    blueprint.add_url_rule("/drafts/<int:draft_id>/remove", "remove", remove, methods=post)
    blueprint.add_url_rule("/drafts/<int:draft_id>/shift", "shift", shift, methods=post)
    blueprint.add_url_rule("/drafts/<int:draft_id>/discard", "discard", discard, methods=post)
