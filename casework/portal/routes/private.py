"""Headers of pages whose address is a secret."""

from flask import Response, request

SECRET_ADDRESSES = ("/your-case/", "/tell-us/back/", "/tell-us/saved")


def keep_secret(response: Response) -> Response:
    """Nobody indexes these pages, keeps them, or learns their address from a link that leads away from them."""
    if request.path.startswith(SECRET_ADDRESSES):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response
