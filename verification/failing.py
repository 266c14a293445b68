"""Imports that fail: which ones do is not known for sure, so several ways are tried."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from verification.lab import Lab
from verification.outcome import Outcome
from verification.question import UndecidedError

LICENSE = "PACKAGE-LICENSE"


def archive(**files: str) -> bytes:
    """A zip archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    return written.getvalue()


def failed_create(lab: Lab) -> dict[str, Any]:
    """A package whose first and only import has failed. Raises `UndecidedError`."""
    wrong_name = lab.put("license.txt", b"{}")
    not_a_plugin = lab.put("nothing.zip", archive(readme="There is no plugin here."))
    attempts: tuple[Callable[[], Outcome], ...] = (
        lambda: lab.try_to_create(lab.missing()),
        lambda: lab.try_to_create(wrong_name, PackageType=LICENSE),
        lambda: lab.try_to_create(not_a_plugin, PackageType="ZIP-PLUGIN", EngineVersion="OpenSearch_2.17"),
    )
    for attempt in attempts:
        found = _failed(lab, attempt())
        if found:
            return found
    raise UndecidedError("no import of a new package could be made to fail")


def failed_update(lab: Lab, description: str, ways: int = 2) -> tuple[Outcome, dict[str, Any]]:
    """A package that had a version and whose update has failed. `ways` counts the ways that are tried.

    Gives what UpdatePackage said and the package after it. Raises `UndecidedError`.
    """
    ways_to_make: tuple[tuple[Callable[[], str], Callable[[], dict[str, str]]], ...] = (
        (lab.created, lab.missing),
        (
            lambda: lab.created(lab.put("license.json", b"{}"), PackageType=LICENSE),
            lambda: lab.put("license.txt", b"{}"),
        ),
    )
    for make, source in ways_to_make[:ways]:
        outcome = lab.try_to_update(package_id := make(), source(), PackageDescription=description)
        found = {} if outcome.code else lab.stable(package_id)
        if str(found.get("PackageStatus")).endswith("_FAILED"):
            return outcome, found
    raise UndecidedError("no update could be made to fail")


def _failed(lab: Lab, outcome: Outcome) -> dict[str, Any]:
    found = {} if outcome.code else lab.stable(outcome.package_id)
    return found if str(found.get("PackageStatus")).endswith("_FAILED") else {}
