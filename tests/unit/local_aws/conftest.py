"""The model on a clock of its own, and archives of plugins."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.unit.local_aws.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def plugin() -> Callable[..., bytes]:
    """A plugin's archive; `left_out` and other fields change its descriptor."""

    def make(name: str = "plugin-descriptor.properties", left_out: str = "", **fields: str) -> bytes:
        descriptor = {
            "name": "analysis-shop",
            "description": "Shop analysis",
            "version": "1.0.0",
            "opensearch.version": "2.17.0",
            "java.version": "17",
            "classname": "shop.Plugin",
            **{field.replace("_", "."): value for field, value in fields.items()},
        }
        descriptor.pop(left_out, None)
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            archive.writestr(name, "# a comment\n" + "\n".join(f"{key}={value}" for key, value in descriptor.items()))
            archive.writestr("shop.jar", b"x" * 1000)
        return written.getvalue()

    return make
