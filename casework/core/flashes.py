"""What a page says on its next load, after something was done."""

from typing import Any, cast

from flask import flash


def say(
    text: str, tone: str = "done", *, clear_draft: str = "", undo: str = "", href: str = "", label: str = ""
) -> None:
    """Say something on the next page. `tone` is done, info, warn or error.

    `undo` is the address that takes the step back, `href` and `label` a link beside the words. `clear_draft` names
    the draft in the browser that has now been saved and may be forgotten.
    """
    message: dict[str, Any] = {"text": text, "clear_draft": clear_draft, "undo": undo}
    if href:
        message |= {"href": href, "label": label}
    # The template shows dictionaries too; the type of flash() knows only texts.
    flash(cast(str, message), tone)
