"""The forms of the customer's pages, one question each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, StringField
from wtforms.validators import StopValidation, ValidationError

from casework.accounts.rules import email_problem
from casework.cases.models import Kind
from casework.core.forms import HouseForm, Story, Text
from casework.portal.rules import NO_NAME, UNSURE, WISH_LENGTH, is_phone
from casework.portal.services import Answer

Choices = Sequence[tuple[str, Any]]
NOT_KEPT = frozenset({"once", "csrf_token"})
TRAP_FILLED = _l(
    "A part that people do not see was filled in, as programs do. It is empty again: press the button once more."
)

KINDS: Choices = (
    (Kind.COMPLAINT.value, _l("Complain")),
    (Kind.COMPLIMENT.value, _l("Say thank you")),
    (Kind.SUGGESTION.value, _l("Suggest something")),
    (Kind.ENQUIRY.value, _l("Ask a question")),
)
WAYS: Choices = (
    ("email", _l("Email")),
    ("phone", _l("Phone call")),
    ("letter", _l("Letter")),
    (NO_NAME, _l("I do not want to give my name")),
)
STORY_WORDS: dict[str, tuple[Any, Any]] = {
    "complaint": (
        _l("What happened?"),
        _l("Say what went wrong, when and where. Leave out what you do not know."),
    ),
    "compliment": (_l("What did we do well?"), _l("Say who helped you, if you know, and how. We tell them.")),
    "suggestion": (
        _l("What should we do differently?"),
        _l("Say what you would change, and whom it would help."),
    ),
    "enquiry": (_l("What do you want to ask?"), _l("One question or several.")),
}


class Pick(RadioField):
    """One of a few. Leaving it open is answered with `sentence`."""

    def __init__(self, label: Any, *, sentence: Any, choices: Choices = (), **more: Any) -> None:
        super().__init__(label, choices=list(choices), **more)
        self.sentence = sentence
        # Macros know the field by this name; the summary of errors leads to its first choice.
        self.type = "RadioField"

    def pre_validate(self, form: Any) -> None:
        if self.data not in {str(value) for value, _ in self.choices}:
            raise StopValidation(self.sentence)


class Told(Story):
    """A story as it was typed: browsers send every line's end as two characters, which are counted as one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.replace("\r\n", "\n") for value in valuelist])


class StepForm(HouseForm):
    """One question. `question` is the heading of its page."""

    question: Any = ""

    def set_up(self, *, kind: str, services: Callable[[], Choices]) -> None:
        """Fit the words and the choices to what was answered before."""

    def answers(self) -> dict[str, str]:
        """What was given, by the name of the field."""
        return {name: value or "" for name, value in self.data.items() if name not in NOT_KEPT}


class KindForm(StepForm):
    """What somebody comes to do."""

    question = _l("What do you want to do?")
    kind = Pick(question, choices=KINDS, sentence=_l("Choose what you want to do"))


class StoryForm(StepForm):
    """What it is about, in their own words."""

    story = Told(_l("In your own words"), required=_l("Write in a few words what it is about"))

    def set_up(self, *, kind: str, services: Callable[[], Choices]) -> None:
        self.question, self.story.description = STORY_WORDS.get(kind, STORY_WORDS["complaint"])


class ServiceForm(StepForm):
    """Which service it is about."""

    question = _l("Which service is it about?")
    service = Pick(question, sentence=_l("Choose a service. If you do not know, choose “I am not sure”"))

    def set_up(self, *, kind: str, services: Callable[[], Choices]) -> None:
        self.service.choices = [*services(), (UNSURE, _l("I am not sure"))]


class WishForm(StepForm):
    """What would put it right."""

    question = _l("What would put it right?")
    wish = Told(
        _l("What you would like us to do"),
        longest=WISH_LENGTH,
        hint=_l("For example: say sorry, do the work again, change a decision. You can leave this empty."),
    )


class ReachForm(StepForm):
    """How the customer wants to hear from the agency, and what that needs."""

    question = _l("How should we answer you?")
    reach = Pick(question, choices=WAYS, sentence=_l("Choose how we should answer you"))
    email = Text(_l("Your email address"), longest=254, hint=_l("For example name@example.com."))
    phone = Text(_l("Your phone number"), longest=60, hint=_l("For example 555 0142."))
    address = Told(_l("Your postal address"), longest=500)

    def set_up(self, *, kind: str, services: Callable[[], Choices]) -> None:
        if kind == Kind.COMPLAINT:
            self.question = self.reach.label.text = _l("How should we tell you what we find?")

    def validate_email(self, field: Field) -> None:
        """An address is needed, and in full, when it was chosen."""
        self._needed(field, "email", _l("Enter your email address, or choose another way"))
        if self.reach.data == "email" and email_problem(field.data):
            raise ValidationError(_l("Enter your email address in full, like name@example.com"))

    def validate_phone(self, field: Field) -> None:
        """A number is needed when a call was chosen."""
        self._needed(field, "phone", _l("Enter your phone number, or choose another way"))
        if self.reach.data == "phone" and not is_phone(field.data):
            raise ValidationError(_l("Enter your phone number with all its digits, like 555 0142"))

    def validate_address(self, field: Field) -> None:
        """A postal address is needed when a letter was chosen."""
        self._needed(field, "letter", _l("Enter your postal address, or choose another way"))

    def _needed(self, field: Field, way: str, sentence: Any) -> None:
        if self.reach.data == way and not field.data:
            raise ValidationError(sentence)


class NameForm(StepForm):
    """What to call the customer."""

    question = _l("What is your name?")
    name = Text(_l("Your name"), hint=_l("So that we know how to address you. You can leave this empty."))


STEP_FORMS: Mapping[str, type[StepForm]] = {
    "kind": KindForm,
    "story": StoryForm,
    "service": ServiceForm,
    "wish": WishForm,
    "reach": ReachForm,
    "name": NameForm,
}


class TrappedForm(HouseForm):
    """A form with a field that people do not see; a program that fills in everything fills it in too."""

    website = StringField(_l("Leave this empty"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Refuse what a program filled in, and show it empty: a person after all only presses again."""
        is_fine = bool(super().validate(*args, **kwargs))
        if self.website.data:
            self.website.data = ""
            self.add_problems([TRAP_FILLED])
            return False
        return is_fine


class SendForm(TrappedForm):
    """The last button."""


class TrackForm(TrappedForm):
    """Finding a case again."""

    reference = Text(
        _l("Your reference"),
        longest=40,
        required=_l("Enter your reference"),
        hint=_l("For example 26-04107."),
    )
    contact = Text(
        _l("Your email address or phone number"),
        longest=254,
        required=_l("Enter the email address or the phone number that you gave us"),
        hint=_l("The one that you gave us."),
    )


class OfferForm(HouseForm):
    """The customer's answer to what is proposed."""

    answer = Pick(
        _l("Would this put it right?"),
        choices=[
            (Answer.YES.value, _l("Yes")),
            (Answer.NO.value, _l("No")),
            (Answer.OTHER.value, _l("I would like something else")),
        ],
        sentence=_l("Choose an answer"),
    )
    more = Told(_l("What would you like, or what else should we know?"))

    def validate_more(self, field: Field) -> None:
        """Something else must be said in words."""
        if self.answer.data == Answer.OTHER and not field.data:
            raise ValidationError(_l("Say what you would like"))


class MessageForm(HouseForm):
    """A message from the customer."""

    message = Told(_l("Your message"), required=_l("Write your message first"))


class ReviewForm(HouseForm):
    """Why somebody else should look at it again."""

    reason = Told(
        _l("What should we look at again?"),
        required=_l("Say what we should look at again"),
        hint=_l("Say what you think we got wrong or left out."),
    )
