"""Whether the customer of a case, or whoever is written to for them, can be told anything at all."""

from casework.cases.models import Case, Channel
from casework.customers.services import way_to_reach


def cannot_be_told(case: Case) -> str:
    """Why nothing can be said to this case's customer, in words; empty when something can.

    Whoever wrote on the web holds a private link and reads the answer there.
    """
    customer = case.addressee
    if customer is not None and customer.do_not_contact:
        return "asked not to be contacted"
    if way_to_reach(customer) or case.channel is Channel.WEB:
        return ""
    if customer is None or customer.is_anonymous:
        return "gave no name and no way to be reached"
    return "left no way to be reached"


def reachable(case: Case) -> bool:
    """Whether the customer can be told something."""
    return not cannot_be_told(case)
