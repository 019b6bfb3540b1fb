"""Headers of every answer, and the cookie: nothing from elsewhere runs here, nothing here is shown elsewhere."""

import hashlib

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from casework.core.config import Settings

# Bootstrap draws ticks and arrows in form controls as data: pictures; a picture cannot run anything.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{part} {allowed}" for part, allowed in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

ONE_YEAR = 365 * 24 * 60 * 60


def register(app: Flask) -> None:
    """Set the headers of every answer, the cookie's protection, and how many proxies are believed."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SESSION_COOKIE_NAME=_cookie_name(settings),
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        # Flask offers this attribute to be wrapped; to a type checker it is a method.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_production:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        _say_how_long(response)
        return response


def _say_how_long(response: Response) -> None:
    if request.endpoint != "static" or response.status_code not in (200, 304):
        # Pages show what people told the agency; whoever uses this machine next must not find them.
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        # The address carries a hash of the content, so other content has another address.
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=300"


def _cookie_name(settings: Settings) -> str:
    if settings.is_production:
        # A browser takes this name only over https, from this host itself, for the whole site.
        return "__Host-casework"
    # Cookies do not know ports: two installations on one machine need two names.
    return "casework_" + hashlib.sha256(settings.secret_key.encode()).hexdigest()[:8]
