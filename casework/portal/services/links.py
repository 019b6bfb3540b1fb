"""Sending somebody the private link to their case again."""

from datetime import datetime

from casework.communications.models import Purpose
from casework.communications.services import write_to_customer
from casework.customers.services import way_to_reach
from casework.portal.queries import case_of_reference
from casework.portal.rules import is_same_contact

WORDS = (
    "Somebody asked us to send the private link to this case again. If it was not you, you need do nothing."
)
MINUTES_BETWEEN = 15


def send_link_again(reference: str, typed: str, *, now: datetime) -> bool:
    """Send the link to the address on file, when the reference and what was typed belong together.

    - It goes by the way the customer wants to be reached, never to what was typed.
    - The link stays the same: asking for it cannot lock anybody out.
    - One message in a quarter of an hour, however often it is asked for.

    Returns whether a message was written; no page may show it.
    """
    case = case_of_reference(reference)
    customer = case.customer if case else None
    if case is None or customer is None or not way_to_reach(customer):
        return False
    if not is_same_contact(typed, email=customer.email, phone=customer.phone):
        return False
    quarter = int(now.timestamp()) // (60 * MINUTES_BETWEEN)
    message = write_to_customer(
        case, Purpose.UPDATE, WORDS, author_id=None, now=now, intent=f"link:{case.id}:{quarter}"
    )
    return message is not None
