"""When Casework answers: a page, and a task that went through the worker."""

import urllib.error
import urllib.request

# The address is this machine's own; a proxy set for the outside must not see it.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPHandler())


def status_of(url: str, seconds: float = 5) -> int:
    """The HTTP status that an address answers with, 0 when nothing answers."""
    try:
        with _open.open(url, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def is_ready(site: str, since: float) -> bool:
    """Whether database and broker answer, a task was done after `since` (seconds since 1970), and a page is shown."""
    return (
        status_of(f"{site}/readyz?worker=1&since={since:.3f}") == 200 and 200 <= status_of(f"{site}/") < 400
    )
