"""Messages before they are written: what the customer would get."""

from datetime import datetime

from casework.cases.answer_preview import Preview
from casework.cases.models import Case
from casework.cases.reach import cannot_be_told
from casework.cases.services.clocks import due_sentence
from casework.catalogue.queries import the_agency
from casework.communications.words import compose
from casework.customers.services import way_to_reach

# The link opens the case to whoever has it, so no page of staff shows it.
LINK = "(the private link of the customer)"


def preview(case: Case, says: str, words: str, now: datetime) -> Preview:
    """The whole message of this purpose with these words; the private link in it is only named."""
    to = case.addressee
    said = compose(
        says,
        case=case,
        words=words.strip(),
        customer=to,
        agency=the_agency(),
        due_sentence=due_sentence(case, now=now),
        link=LINK,
    )
    why_not = cannot_be_told(case)
    way = way_to_reach(to)
    where = {"email": to.email, "phone": to.phone, "letter": to.address}.get(way, "") if to else ""
    spoken = f"nobody: the customer {why_not}" if why_not else way or "the private page"
    return Preview(way=spoken, to=where, subject=said.subject, text=said.text)
