"""What changed from one definition of a process to the next, pure, as a person would say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.catalogue.processes.words import clock_words, field_words, flag_words, guard_words, role_words

Definition = Mapping[str, Any]
HEAD = {
    "title": "title",
    "note": "note",
    "reopen_window_days": "days in which a case can be reopened",
    "escalate_window_days": "days in which a review can be asked for",
}
ITS = {
    "says": "What the customer is told",
    "stage": "The stage it leads to",
    "path": "The path it leads to",
    "key": "Its key",
    "main": "What most people do next",
}


@dataclass(frozen=True)
class Change:
    """One part of a process that is new, gone or different. `how` is added, removed or changed."""

    about: str
    how: str
    lines: tuple[str, ...] = ()


def changes(before: Definition | None, after: Definition) -> list[Change]:
    """Every difference; none when both say the same. Without a `before` everything is new and said in one line."""
    if before is None:
        n = (len(after.get("state", ())), len(after.get("move", ())))
        return [Change("The process", "added", (f"It has {n[0]} states and {n[1]} moves.",))]
    labels = _labels(before) | _labels(after)
    return [
        *_head(before, after, labels),
        *_parts("State", before.get("state", ()), after.get("state", ()), _state),
        *_parts("Move", before.get("move", ()), after.get("move", ()), lambda a, b: _move(a, b, labels)),
    ]


def _labels(definition: Definition) -> dict[str, str]:
    return {str(s.get("name")): str(s.get("label") or s.get("name")) for s in definition.get("state", ())}


def _head(before: Definition, after: Definition, labels: Mapping[str, str]) -> list[Change]:
    lines = [
        line
        for key, words in HEAD.items()
        for line in _becomes(f"The {words}", before.get(key, ""), after.get(key, ""))
    ]
    starts = [labels.get(str(one.get("start")), str(one.get("start"))) for one in (before, after)]
    lines += _becomes("The state in which a case begins", *starts)
    steps = [" › ".join(map(str, one.get("steps", ()))) for one in (before, after)]
    lines += _becomes("The steps", *steps)
    return [Change("The process", "changed", tuple(lines))] if lines else []


def _becomes(what: str, before: object, after: object) -> list[str]:
    if before == after:
        return []
    if before in ("", None, False):
        return [f"{what}: now “{after}”."]
    return (
        [f"{what}: “{before}” becomes “{after}”."] if after not in ("", None) else [f"{what}: none any more."]
    )


def _parts(what: str, before: Iterable[Any], after: Iterable[Any], compare: Any) -> list[Change]:
    old, new = _by_name(before), _by_name(after)
    found = [Change(_about(what, new[key]), "added") for key in new if key not in old]
    found += [Change(_about(what, old[key]), "removed") for key in old if key not in new]
    for key in new:
        if key in old and (lines := compare(old[key], new[key])):
            found.append(Change(_about(what, new[key]), "changed", tuple(lines)))
    shared = [[key for key in one if key in old and key in new] for one in (old, new)]
    if shared[0] != shared[1]:
        found.append(Change(f"The order of the {what.lower()}s", "changed"))
    return found


def _by_name(parts: Iterable[Any]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """By name; several of one name (moves from different states) by their turn as well."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for part in parts:
        name = str(part.get("name"))
        found[name, sum(known == name for known, _ in found)] = part
    return found


def _about(what: str, part: Mapping[str, Any]) -> str:
    return f"{what} “{part.get('label') or part.get('name')}”"


def _state(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        *_becomes("The label", before.get("label"), after.get("label")),
        *_becomes("What the customer reads", before.get("public_label"), after.get("public_label")),
        *_becomes("The step", before.get("step"), after.get("step")),
        *_more_and_less("It is now also", "It is no longer", flag_words(before), flag_words(after)),
    ]


def _move(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    def states(move: Mapping[str, Any]) -> list[str]:
        return [labels.get(str(name), str(name)) for name in move.get("from", ())]

    def target(move: Mapping[str, Any]) -> str:
        to = str(move.get("to") or "same")
        return "no other state" if to == "same" else labels.get(to, to)

    def words(move: Mapping[str, Any]) -> list[str]:
        return [guard_words(guard) for guard in move.get("guards", ())]

    def who(move: Mapping[str, Any]) -> list[str]:
        return [role_words([role]) for role in move.get("roles", ())]

    def clocks(move: Mapping[str, Any]) -> list[str]:
        return clock_words(move.get("clocks") or {})

    return [
        *_becomes("The label", before.get("label"), after.get("label")),
        *_more_and_less(
            "It can now also be made from", "It can no longer be made from", states(before), states(after)
        ),
        *_becomes("It leads to", target(before), target(after)),
        *_more_and_less("Now it may be made by", "No longer may it be made by", who(before), who(after)),
        *_more_and_less(
            "Now it is allowed only when", "It no longer needs that", words(before), words(after)
        ),
        *_more_and_less("Now it", "No longer it", clocks(before), clocks(after)),
        *_fields(before.get("field", ()), after.get("field", ())),
        *(
            line
            for key, said in ITS.items()
            for line in _becomes(said, before.get(key) or "", after.get(key) or "")
        ),
    ]


def _fields(before: Sequence[Any], after: Sequence[Any]) -> list[str]:
    old, new = _by_name(before), _by_name(after)
    lines = [f"Its form now asks for {field_words(new[key])}." for key in new if key not in old]
    lines += [f"Its form no longer asks for {field_words(old[key])}." for key in old if key not in new]
    for key in new:
        if key in old and new[key] != old[key]:
            was, now = field_words(old[key]), field_words(new[key])
            name = old[key].get("label")
            lines += (
                [f"Its form: {was} becomes {now}."]
                if was != now
                else [f"Its form: hint or choices of “{name}” differ."]
            )
    return lines


def _more_and_less(more: str, less: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    found = [f"{more} {words}." for words in after if words not in before]
    return found + [f"{less} {words}." for words in before if words not in after]
