"""crhelper without boto3, which it imports to schedule its own polls, with three clients made for each call.

Those polls are not used, and boto3 takes longer to import than crhelper and everything here together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _NoBoto3(ModuleType):
    """Stands where boto3 would, and makes no client."""

    def client(self, *_: Any, **__: Any) -> None:
        """No client."""


@contextmanager
def _in_place_of_boto3(module: ModuleType) -> Iterator[None]:
    """Have `import boto3` give that module for a while."""
    before = sys.modules.get("boto3")
    sys.modules["boto3"] = module
    try:
        yield
    finally:
        del sys.modules["boto3"]
        if before is not None:
            sys.modules["boto3"] = before


_none = _NoBoto3("boto3")
with _in_place_of_boto3(_none):
    from crhelper import FAILED, SUCCESS, CfnResource, resource_helper

vars(resource_helper)["boto3"] = _none  # also where somebody else has imported crhelper before

__all__ = ["FAILED", "SUCCESS", "CfnResource"]
