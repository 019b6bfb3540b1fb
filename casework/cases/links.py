"""The private link by which a customer without an account sees their case.

Nothing secret is stored: the link is signed with the installation's key over the case's own nonce, so it can be
written into every letter, and giving the case a new nonce ends the old link.
"""

import base64
import hashlib
import hmac

from casework.cases.models import Case


def link_token(case: Case, secret_key: str) -> str:
    """The 26 characters that prove the holder was given this case's link (130 bits)."""
    text = f"case-link|{case.id}|{case.link_nonce}".encode()
    digest = hmac.new(secret_key.encode(), text, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


def opens(case: Case, token: str, secret_key: str) -> bool:
    """Whether this token is the case's own, compared in the same time whatever it is."""
    return hmac.compare_digest(link_token(case, secret_key).encode(), token.encode())


def private_link(case: Case, *, site_url: str, secret_key: str) -> str:
    """The whole address for a letter or a message."""
    return f"{site_url}/your-case/{case.reference}/{link_token(case, secret_key)}"
