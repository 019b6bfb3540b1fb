"""The scenes that the demo's day is made of: how far each case has come, and what is special in it."""

from dataclasses import dataclass

from casework.cases.models import Channel


@dataclass(frozen=True)
class Scene:
    """An open case: what about, by which channel, so many working days ago, how far, and how to reach them."""

    topic: str
    channel: Channel
    days: int
    far: str
    way: str = "email"
    again: str = ""
    # Whose of the team's front line it is, what else happened in it (see extras), and how it came in.
    handler: int = 0
    also: tuple[str, ...] = ()
    known: bool = False
    adjustments: str = ""
    acts_for: str = ""

    @property
    def cases(self) -> int:
        """How many cases it leaves: what was split off is one more."""
        return 2 if "split" in self.also else 1


SCENES = (
    Scene(
        "not_inspected",
        Channel.PHONE,
        20,
        "investigating",
        "phone",
        "no_call_back",
        also=("watched", "photo", "tagged", "spoke", "mention", "promise_soon"),
        known=True,
        adjustments="Call, do not write",
    ),
    Scene("not_inspected", Channel.WEB, 0, "received"),
    Scene("illness", Channel.PHONE, 18, "awaiting", "phone"),
    Scene("certificate_late", Channel.WEB, 23, "investigating", also=("form",)),
    Scene("water_cloudy", Channel.EMAIL, 22, "investigating", "email", "water_late", also=("tagged_road",)),
    Scene("clinic_wait", Channel.WEB, 2, "received"),
    Scene("home_visit", Channel.LETTER, 12, "proposed", "letter"),
    Scene("no_call_back", Channel.PHONE, 5, "received", "phone"),
    Scene("dirty_kitchen", Channel.WEB, 9, "assessed", "anonymous"),
    Scene("certificate_late", Channel.LETTER, 15, "answered", "letter"),
    Scene("not_inspected", Channel.WEB, 13, "agreed", also=("promise_late",)),
    Scene("wrong_name", Channel.IN_PERSON, 1, "acknowledged", "phone"),
    Scene("ask_clinic", Channel.WEB, 1, "received"),
    Scene("ask_certificate", Channel.EMAIL, 9, "acknowledged"),
    Scene("suggest_online", Channel.WEB, 6, "acknowledged"),
    Scene("praise_nurse", Channel.WEB, 1, "received"),
    Scene("not_inspected", Channel.EMAIL, 30, "escalated", "both", also=("watched",)),
    Scene("manner", Channel.IN_PERSON, 8, "investigating", "phone", also=("restricted", "mention_manager")),
    Scene("course_cancelled", Channel.WEB, 3, "acknowledged", "asked_not_to"),
    Scene("no_interpreter", Channel.PHONE, 17, "extended", "both", adjustments="Interpreter: Somali"),
    Scene("illness", Channel.PHONE, 11, "to_check", "phone", also=("watched",)),
    Scene("not_inspected", Channel.EMAIL, 7, "duplicate"),
    Scene("certificate_late", Channel.EMAIL, 10, "related"),
    # From here on: what else a desk has on a working day.
    Scene("illness", Channel.EMAIL, 9, "returned", also=("photo",)),
    Scene(
        "water_cloudy",
        Channel.PHONE,
        6,
        "investigating",
        "phone",
        "water_late",
        also=("split", "tagged_road"),
    ),
    Scene(
        "dirty_kitchen",
        Channel.PHONE,
        5,
        "investigating",
        "both",
        handler=2,
        also=("promise_today", "handed_over"),
        acts_for="Nadia Farouk",
        adjustments="Large print; an interpreter for Arabic",
    ),
    Scene(
        "not_inspected",
        Channel.PHONE,
        4,
        "investigating",
        "phone",
        also=("not_reached", "tagged_visit", "replied"),
    ),
    Scene("not_inspected", Channel.LETTER, 10, "answered", "letter", also=("watched",)),
    Scene("dirty_kitchen", Channel.PHONE, 24, "closed", "email", also=("promise_late",)),
    Scene("certificate_late", Channel.EMAIL, 22, "closed", also=("promise_done", "promise_soon")),
    Scene("water_late", Channel.PHONE, 14, "investigating", "phone", handler=1),
    Scene("not_inspected", Channel.EMAIL, 12, "to_check", handler=2),
    Scene("dirty_kitchen", Channel.WEB, 2, "received"),
)


def first_scenes(most: int) -> tuple[Scene, ...]:
    """As many scenes from the beginning as leave no more cases than this."""
    found, cases = [], 0
    for scene in SCENES:
        cases += scene.cases
        if cases > most:
            break
        found.append(scene)
    return tuple(found)
