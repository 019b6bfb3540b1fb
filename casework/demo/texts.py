"""The words of the demo: stories and answers put together from our own sentences in `data/`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parent / "data"
LOWEST, HIGHEST = 2, 6


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What people write about, with the sentences for it, and how it tends to go.

    `pace` is the usual time to answer as a part of the promised time. `months` are multipliers of the weight,
    January first. `causes` gives the weight of each cause by its path. `rising` marks the issue that grows in
    the newest months. For the newest `busy_days` it comes `busy_times` as often and goes at `busy_pace`.
    """

    name: str
    kind: str
    service: str
    category: Sequence[str]
    weight: float
    severity: Sequence[int]
    summaries: Sequence[str]
    told: Sequence[str]
    more: Sequence[str]
    did: Sequence[str]
    months: Sequence[float] = (1.0,) * 12
    pace: float = 0.42
    rising: bool = False
    busy_days: int = 0
    busy_times: float = 1.0
    busy_pace: float = 0.42
    es: Sequence[str] = ()
    wants: Sequence[str] = ("",)
    found: Sequence[str] = ("",)
    cleared: Sequence[str] = ("",)
    causes: Mapping[str, int] = field(default_factory=dict)


@cache
def topics() -> tuple[Topic, ...]:
    """Everything that people write about."""
    return tuple(Topic(**each) for each in read("topics")["topic"])


@cache
def read(name: str) -> dict[str, Any]:
    """One of the files of the demo."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


class Teller:
    """Puts sentences together; the same generator in the same state says the same."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.sentences = read("sentences")
        self.facts: dict[str, object] = {}

    def begin(self) -> None:
        """Choose the place, the day and the numbers that one story keeps to."""
        s, pick = self.sentences, self.rng.choice
        self.facts = {
            "place": pick(s["places"]),
            "street": pick(s["streets"]),
            "day": pick(s["days"]),
            "dia": pick(s["dias"]),
            "n": self.rng.randint(LOWEST, HIGHEST),
            "number": self.rng.randint(11, 980),
        }

    def say(self, choices: Sequence[str], **more: object) -> str:
        """One of these sentences, with its blanks filled; its first letter is a capital."""
        text = self.rng.choice(choices).format_map({**self.facts, **more})
        return text[:1].upper() + text[1:]

    def ours(self, name: str, **more: object) -> str:
        """One of the agency's own sentences of this kind."""
        found = self.sentences["ours"][name]
        return self.say([found] if isinstance(found, str) else found, **more)

    def story(self, topic: Topic, *, spanish: bool) -> str:
        """What the customer tells, in English or Spanish."""
        in_spanish = spanish and bool(topic.es)
        shared = self.sentences["es" if in_spanish else "en"]
        told = self.say(topic.es if in_spanish else topic.told)
        if topic.kind == "compliment":
            parts = [told, "" if in_spanish else self.say(topic.more), self.say(shared["thanks"])]
        elif topic.kind == "complaint":
            more = "" if in_spanish else " ".join(self._some(topic.more))
            ends = [self.say(shared["effects"]), self.say(shared["closings"])]
            parts = [self.say(shared["openings"]), told, more, *ends]
        else:
            more = self.say(topic.more) if not in_spanish and self.rng.random() < 0.6 else ""
            parts = [self.say(shared["openings"][-4:]), told, more]
        return " ".join(part for part in parts if part)

    def answer(self, topic: Topic, finding: str) -> str:
        """What the agency says on one point, by the finding ("" for whatever is no complaint)."""
        did = self.say(topic.did)
        if topic.kind != "complaint":
            return self.ours(topic.kind, did=did)
        if finding == "upheld":
            return self.ours("upheld", found=self.rng.choice(topic.found), did=did)
        if finding == "not_upheld":
            return self.ours("not_upheld", cleared=self.rng.choice(topic.cleared), did=did)
        return self.ours("unclear")

    def _some(self, choices: Sequence[str]) -> list[str]:
        how_many = min(len(choices), self.rng.choice((0, 1, 1, 2)))
        return [self.say([each]) for each in self.rng.sample(choices, how_many)]
