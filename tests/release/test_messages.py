"""The page of what synthesis says names every error and warning, and what to do about each."""

from __future__ import annotations

import ast

import pytest

from release.messages import LIBRARY, REMEDIES, Message, messages

MESSAGES = messages()


def test_every_error_of_the_library_is_one_that_the_page_reads() -> None:
    raised = [
        ast.unparse(one.exc.func if isinstance(one.exc, ast.Call) else one.exc)
        for path in LIBRARY.glob("*.py")
        for one in ast.walk(ast.parse(path.read_text()))
        if isinstance(one, ast.Raise) and one.exc is not None
    ]
    assert {*raised} == {"TypeError", "ValueError", "RuntimeError", "_ArchiveError", "wrong_type"}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda one: one.text)
def test_a_message_tells_what_to_do(message: Message) -> None:
    assert message.remedy
    assert not message.remedy.startswith("…")
    assert len(message.text.replace("…", "").split()) > 2


def test_no_remedy_is_for_a_message_that_is_no_more() -> None:
    unused = [begins for begins in REMEDIES if not any(one.text.startswith(begins) for one in MESSAGES)]
    assert unused == []
