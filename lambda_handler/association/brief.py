"""Lists that leave room in a reason, of which CloudFormation shows the beginning only."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

# What a list may take, in characters: what the service says, and what to do, comes behind it.
LONGEST_LIST = 500


def in_brief(those: Iterable[object]) -> str:
    """The first of these, at least one, and how many more there are."""
    texts = [str(one) for one in those]
    fitting = sum(length <= LONGEST_LIST for length in accumulate(len(text) + 2 for text in texts))
    shown = texts[: max(fitting, 1)]
    more = len(texts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
