"""In which format a license is written: the service takes JSON and XML."""

from __future__ import annotations

import json

BYTE_ORDER_MARK = "\ufeff"


def text_format(text: str) -> str:
    """`json` or `xml`; empty for a text that is neither. A byte order mark is passed over."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    if _is_json(text):
        return "json"
    return "xml" if _is_xml(text) else ""


def _is_json(text: str) -> bool:
    try:
        # What is meant by a number does not matter, and Python refuses very long ones.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is Python's, not JSON's")


def _is_xml(text: str) -> bool:
    from xml.parsers import expat  # noqa: PLC0415 - hardly any request needs it

    try:
        # Already decoded: whatever encoding it declares was that of a file.
        expat.ParserCreate("utf-8").Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True
