"""Amounts of money: kept as whole numbers of the currency's smallest unit, written as people read them."""

from decimal import Decimal

from babel import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from casework.core.errors import Invalid
from casework.workflow.situation import as_amount

# Nothing that an agency gives on the spot or by decision comes near it, and every database can hold it.
MOST = 10**15
NOT_AN_AMOUNT = "The amount must be a number such as 25 or 25.50. Correct it, or leave it empty."


def decimals(currency: str) -> int:
    """How many decimals a currency has."""
    return int(get_currency_precision(currency))


def minor_units(text: str, currency: str) -> int | None:
    """What was typed as an amount, in the smallest unit: "25.50" in dollars is 2550. None for nothing typed.

    Raises Invalid with a sentence for what is no amount, has more decimals than the currency, or is too large.
    """
    typed = text.strip().replace(",", "") if text.count(",") and "." in text else text.strip()
    if not typed:
        return None
    amount = as_amount(typed)
    if amount is None:
        raise Invalid(NOT_AN_AMOUNT)
    return of_decimal(amount, currency)


def of_decimal(amount: Decimal, currency: str) -> int:
    """An amount in the smallest unit. Raises Invalid for more decimals than the currency has, or too large a one."""
    minor = amount.scaleb(decimals(currency)) if amount.adjusted() < 20 else Decimal(MOST + 1)
    if minor > MOST:
        raise Invalid("The amount is larger than can be kept. Check it.")
    if minor != minor.to_integral_value():
        raise Invalid(f"The amount has more decimals than {currency} has. Correct it.")
    return int(minor)


def major_units(minor: int, currency: str) -> Decimal:
    """An amount as people count it: 2550 in dollars is 25.50."""
    return Decimal(minor).scaleb(-decimals(currency))


def money_words(minor: int, currency: str, language: str = "en") -> str:
    """An amount as people read it: $25.50."""
    amount = major_units(minor, currency)
    try:
        return str(format_currency(amount, currency, locale=language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return f"{currency} {amount}"
