"""What a page says on its next load, after something was done."""

import json
from typing import Any, cast

from flask import flash, session

# How much may wait to be said, in characters of the cookie that carries it, of which browsers take 4,096 bytes.
ROOM = 2_000
LONGEST = 1_000
MORE = "There is more to say than fits here. Look at what has become of the rest."


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
    _keep(message, tone)


def _keep(message: dict[str, Any], tone: str) -> None:
    """Put it into the cookie. One that grows past what a browser takes would be dropped with everything in it."""
    waiting = [said for _tone, said in session.get("_flashes", [])]
    if waiting and len(json.dumps([*waiting, message])) > ROOM:
        if waiting[-1]["text"] == MORE:
            return
        message, tone = {"text": MORE, "clear_draft": "", "undo": ""}, "warn"
    elif not waiting and len(message["text"]) > LONGEST:
        message["text"] = message["text"][:LONGEST] + "…"
    # The template shows dictionaries too; the type of flash() knows only texts.
    flash(cast(str, message), tone)
