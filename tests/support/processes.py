"""What happens to a process of the function."""

from __future__ import annotations


class Killed(BaseException):
    """The process is gone: nothing in it runs any more, no `except` and no `finally` of its own."""
