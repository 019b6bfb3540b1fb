"""The supervisor of `make run`: starts all of Casework on one machine and ends all of it.

Its parts: `settings` (what it is told), `owner` (which user it works as), `hold` (one supervisor per data folder),
`guardian` (a tiny process around each part that ends it when the supervisor is gone), `child` (the supervisor's
side of that), `broker` (the Redis-protocol server), `demo` (what to start with), `parts` (the command lines),
`readiness` (when it answers), `supervisor` (the order of things) and `stop` (`make stop`).
"""


class StackError(Exception):
    """Casework cannot be started or stopped; the message says what happened and what to do next."""
