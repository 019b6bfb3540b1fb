"""A process as a TOML file: written for a download, and read from an upload that may be anything."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from casework.core.errors import Refused
from casework.workflow.reading import read_process
from casework.workflow.validation import identity_problems

LARGEST = 256 * 1024
MOST = {"state": 60, "move": 200}
MOST_FIELDS = 40
LONGEST_TEXT = 2_000
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(definition: Mapping[str, Any]) -> str:
    """The definition as a file: the head, then each state and each move as a table of its own."""
    head = {key: value for key, value in definition.items() if key not in ("state", "move")}
    lines = [*_lines(head)]
    for part in ("state", "move"):
        for row in definition.get(part, ()):
            lines += [
                "",
                f"[[{part}]]",
                *_lines({key: value for key, value in row.items() if key != "field"}),
            ]
            for field in row.get("field", ()):
                lines += ["", f"[[{part}.field]]", *_lines(field)]
    return "\n".join(lines) + "\n"


def read_upload(content: bytes) -> dict[str, Any]:
    """The definition in an uploaded file. It may hold mistakes that the editor can mend, but must be readable.

    Raises Refused with a sentence for everything that is wrong.
    """
    if len(content) > LARGEST:
        raise Refused(f"The file is larger than {LARGEST // 1024} KB. A process file is far smaller.")
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("The file is not text in UTF-8, so it is not a process file.") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"The file is not TOML: {str(error)[:200]}. Choose a process file.") from None
    process, unreadable = read_process(data)
    found = unreadable or [] if process.name else ["The process has no 'name'.", *unreadable]
    found = found or [*identity_problems(process), *too_much(data)]
    if found:
        raise Refused(found[:20])
    return process.to_data()


def too_much(data: Mapping[str, Any]) -> list[str]:
    """Why data cannot be kept: more than anybody could follow, or values that the database does not take."""
    found = [
        f"A process has at most {most} {part}s, and this one has {len(data[part])}."
        for part, most in MOST.items()
        if len(data.get(part, ())) > most
    ]
    if any(len(move.get("field", ())) > MOST_FIELDS for move in data.get("move", ())):
        found.append(f"A form has at most {MOST_FIELDS} fields.")
    for text in _texts(data):
        if len(text) > LONGEST_TEXT:
            found.append(f"A text is longer than {LONGEST_TEXT:,} characters: “{text[:40]}…”.")
        if "\x00" in text or (
            not text.isprintable() and any(ord(c) < 32 and c not in "\n\r\t" for c in text)
        ):
            found.append("A text holds signs that cannot be shown.")
    try:
        json.dumps(data, allow_nan=False)
    except (TypeError, ValueError):
        found.append("A value is neither text, whole number, true or false, nor a list or table of these.")
    return list(dict.fromkeys(found))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items() if value is not None]


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_lines(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return str(value)


def _text(value: str) -> str:
    # JSON's escapes are TOML's as well; only DEL is a sign that TOML wants escaped and JSON does not.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
